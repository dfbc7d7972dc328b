"""Images: told by their content, hashed once, and the same bytes when they are uploaded."""

import hashlib
from pathlib import Path

import pytest

from catalogsync.catalog import CatalogImages, read_catalog
from catalogsync.catalog.files import Folder
from catalogsync.catalog.images import LIMIT, Images
from catalogsync.catalog.problems import Refused
from catalogsync.model.errors import CatalogError
from catalogsync.model.product import Image
from tests.catalog.cases.case import PNG, document, write

CONTENTS = {
    "a.png": PNG,
    "a.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 20,
    "a.gif": b"GIF89a" + b"\0" * 20,
    "old.gif": b"GIF87a" + b"\0" * 20,
    "a.webp": b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 20,
    "png-named.jpg": PNG,
    "no-ending": PNG,
    "größe 1.png": PNG,
}


def image(root: Path, ref: str) -> Image:
    """An image of a catalog."""
    return Images(Folder(root)).image(ref)


def code(root: Path, ref: str) -> str:
    """Why there is no such image."""
    with pytest.raises(Refused) as refused:
        image(root, ref)
    return refused.value.code


@pytest.mark.parametrize("name", CONTENTS)
def test_an_image_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CONTENTS[name])
    assert image(tmp_path, name) == Image(name, hashlib.sha256(CONTENTS[name]).hexdigest())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n",
        b"\x89PNG\n\x1a\n" + b"\0" * 20,
        b" " + PNG,
        b"\xef\xbb\xbf" + PNG,
        b"GIF88a" + b"\0" * 20,
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"BM" + b"\0" * 50,
        b"%PDF-1.7",
        b"<svg/>",
        b"PK\x03\x04",
        b"\0GITCRYPT\0" + PNG,
    ],
)
def test_anything_else_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert code(tmp_path, "a.png") == "bad-image"


def test_the_largest_image(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG + b"\0" * (LIMIT - len(PNG)))
    assert image(tmp_path, "a.png").sha256 is not None
    with path.open("ab") as file:
        file.write(b"\0")
    assert code(tmp_path, "a.png") == "file-too-large"
    path.unlink()


@pytest.mark.parametrize(
    "ref",
    [
        "https://pictures.example/a.png",
        "https://pictures.example/a%20b.png?size=1#x",
        "https://pictures.example:443/a.png",
        "https://a.b-c.example/",
        "https://1.example/a.png",
        "/media/product_images/65f0.webp",
        "/media/a/b/c-1_2.png",
    ],
)
def test_addresses_are_taken_as_they_are(tmp_path: Path, ref: str) -> None:
    assert image(tmp_path, ref) == Image(ref)


@pytest.mark.parametrize(
    "ref",
    [
        "http://pictures.example/a.png",
        "HTTPS:pictures.example/a.png",
        "ftp://pictures.example/a.png",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "C:/pictures/a.png",
        "//pictures.example/a.png",
        "https:///a.png",
        "https://",
        "https://localhost/a.png",
        "https://pictures/a.png",
        "https://127.0.0.1/a.png",
        "https://127.1/a.png",
        "https://0/a.png",
        "https://017700000001/a.png",
        "https://0x7f000001/a.png",
        "https://169.254.169.254/latest",
        "https://8.8.8.8/a.png",
        "https://[fd00::1]/a.png",
        "https://[::ffff:127.0.0.1]/a.png",
        "https://[::1/a.png",
        "https://printer.local/a.png",
        "https://printer.LOCAL./a.png",
        "https://x.internal/a.png",
        "https://user@pictures.example/a.png",
        "https://pictures.example@evil.example/a.png",
        "https://pictures.example:8443/a.png",
        "https://pictures.example:x/a.png",
        "https://pictures.example/a b.png",
        "https://pictures.example/ä.png",
        "https://picturеs.example/a.png",
        "https://pictures.example/a\n.png",
        "/media/../etc/passwd",
        "/media/a/../../b",
        "/media/",
        "/media/a b.png",
        "/media/a.png?x",
        "/media/ä.png",
    ],
)
def test_addresses_that_nobody_should_open(tmp_path: Path, ref: str) -> None:
    assert code(tmp_path, ref) == "bad-image"


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("none.png", "missing-file"),
        ("folder", "no-regular-file"),
        ("a.png/b.png", "unreadable-file"),
        ("../a.png", "outside-catalog"),
        ("folder/../a.png", "outside-catalog"),
        ("/etc/passwd", "outside-catalog"),
        ("out.png", "outside-catalog"),
        ("outdir/x.png", "outside-catalog"),
        ("loop.png", "unreadable-file"),
        ("", "bad-path"),
        ("a\x00.png", "bad-path"),
        ("folder\\a.png", "bad-path"),
        ("a\u202e.png", "bad-path"),
        ("x" * 300 + ".png", "unreadable-file"),
    ],
)
def test_paths_that_lead_nowhere_or_out(tmp_path: Path, ref: str, why: str) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "x.png").write_bytes(PNG)
    (root / "a.png").write_bytes(PNG)
    (root / "out.png").symlink_to("../x.png")
    (root / "outdir").symlink_to("..")
    (root / "loop.png").symlink_to("loop.png")
    assert code(root, ref) == why


def test_a_catalog_beside_another_is_outside(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop-2").mkdir()
    (tmp_path / "shop-2/a.png").write_bytes(PNG)
    (tmp_path / "shop/a.png").symlink_to("../shop-2/a.png")
    assert code(tmp_path / "shop", "a.png") == "outside-catalog"


def test_a_link_inside_is_followed_and_so_is_a_linked_catalog(tmp_path: Path) -> None:
    (tmp_path / "real/deep").mkdir(parents=True)
    (tmp_path / "real/deep/a.png").write_bytes(PNG)
    (tmp_path / "real/b.png").symlink_to("deep/a.png")
    (tmp_path / "link").symlink_to("real")
    assert image(tmp_path / "link", "b.png").sha256 == hashlib.sha256(PNG).hexdigest()
    assert image(tmp_path / "link", "./deep//a.png").sha256 == hashlib.sha256(PNG).hexdigest()


def test_a_bad_image_is_told_at_each_product(tmp_path: Path) -> None:
    files = {f"products/p{number}.yaml": document(images="[images/none.png]") for number in range(3)}
    reading = read_catalog(write(tmp_path, files))
    assert [str(p.place) for p in reading.problems if p.code == "missing-file"] == [
        f"products/p{number}.yaml:5:10" for number in range(3)
    ]


# Uploading


def test_the_bytes_that_were_hashed_are_those_that_are_uploaded(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert CatalogImages(tmp_path).read(image(tmp_path, "a.png")) == PNG


@pytest.mark.parametrize("change", ["edited", "gone", "replaced-by-link", "replaced-by-folder"])
def test_an_image_that_changed_since_is_refused(tmp_path: Path, change: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    path = root / "a.png"
    path.write_bytes(PNG)
    planned = image(root, "a.png")
    path.unlink()
    if change == "edited":
        path.write_bytes(PNG + b"\0")
    elif change == "replaced-by-link":
        (tmp_path / "x.png").write_bytes(PNG)
        path.symlink_to("../x.png")
    elif change == "replaced-by-folder":
        path.mkdir()
    with pytest.raises(CatalogError) as refused:
        CatalogImages(root).read(planned)
    (problem,) = refused.value.problems
    expected = {
        "edited": "image-changed",
        "gone": "missing-file",
        "replaced-by-link": "outside-catalog",
        "replaced-by-folder": "no-regular-file",
    }
    assert (str(problem.place), problem.code) == ("a.png:1:1", expected[change])
