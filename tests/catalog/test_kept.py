"""The cache and the workers change nothing but the time that reading takes, whatever happens to either."""

import os
import random
import re
import shutil
import signal
import stat
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import pytest

from catalogsync.catalog import Reading, example_catalog, read_catalog
from catalogsync.catalog.files import Folder
from catalogsync.catalog.kept.slices import NotKept, Slice
from catalogsync.catalog.kept.workers import Workers
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.product_fields import FieldReader
from tests.catalog.bad_inputs import CASES, GOOD
from tests.catalog.cases.case import PNG, Case, GoodCase, config, document, write
from tests.harness.canary import leaks

ALL: list[Case | GoodCase] = [*CASES, *GOOD]
OF_PRODUCTS = [case for case in ALL if any(name.startswith("products/") for name in case.files)]
DEATH = 3


def told(reading: Reading) -> object:
    """All that can be seen of a reading, accounts apart."""
    if reading.catalog is None:
        return reading.problems
    products = [
        (key, product, dict(product.fields), list(product.fields), dict(product.field_places))
        for key, product in reading.catalog.products.items()
    ]
    return reading.problems, products, reading.catalog.config, list(reading.catalog.pools)


def cached(root: Path, cache: Path, workers: int = 0) -> Reading:
    """A catalog, read with the cache and with so many workers, though it is small."""
    return read_catalog(root, cache=cache, workers=workers, fewest=1)


def slices(cache: Path) -> list[Path]:
    """What lies in the cache."""
    return sorted(path for path in cache.rglob("*") if not path.is_dir())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The example catalog, in a folder of its own."""
    return Path(shutil.copytree(example_catalog(), tmp_path / "shop"))


@pytest.mark.parametrize("part", range(4))
def test_every_catalog_reads_alike_with_and_without(tmp_path: Path, part: int) -> None:
    for number, case in enumerate(OF_PRODUCTS[part::4]):
        root = tmp_path / str(number)
        if not any(type(content).__name__ == "Sparse" for content in case.files.values()):
            alike(write(root, case.files), tmp_path / "cache", case, workers=number % 10 == 0)
    assert not any(leaks(path.read_text()) for path in slices(tmp_path / "cache"))


def alike(root: Path, cache: Path, case: Case | GoodCase, *, workers: bool) -> None:
    """A catalog is the same cold and warm, and as one that is read by this process alone."""
    due = told(read_catalog(root))
    assert told(cached(root, cache, workers=int(workers))) == due, case.id
    assert told(cached(root, cache)) == due, case.id


def test_the_example_reads_alike(shop: Path, tmp_path: Path) -> None:
    due = told(read_catalog(shop))
    assert told(read_catalog(shop, workers=2, fewest=1)) == due
    assert told(cached(shop, tmp_path / "cache")) == due
    assert told(cached(shop, tmp_path / "cache")) == due
    (first,) = slices(tmp_path / "cache")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    written = first.stat().st_mtime_ns
    cached(shop, tmp_path / "cache")
    assert first.stat().st_mtime_ns == written, "what has not changed is not written again"
    assert told(read_catalog(shop, cache=tmp_path / "none", pending={"products/x.yaml": b""}, fewest=1)) != due
    assert not (tmp_path / "none").exists()


def edit(root: Path, name: str, before: str, after: str) -> None:
    """Exchange a text in a file."""
    text = (root / name).read_text()
    assert before in text
    (root / name).write_text(text.replace(before, after))


def test_whatever_counts_is_looked_at_anew(tmp_path: Path) -> None:
    files = {
        "products/_defaults.yaml": "min_quantity: 1\n",
        "products/long.yaml": document(description=None, description_file="descriptions/long.html"),
    }
    root, cache = write(tmp_path / "shop", files), tmp_path / "cache"
    cached(root, cache)
    for name, before, after in (
        ("products/pottery.yaml", "120.00", "130.00"),
        ("products/_defaults.yaml", "1", "2"),
        ("descriptions/long.html", "Long", "Longer"),
        ("catalogsync.yaml", "c-2", "c-3"),
        ("catalogsync.yaml", "c-1,", "c-1, tea: c-9,"),
    ):
        earlier = told(cached(root, cache))
        edit(root, name, before, after)
        now = told(cached(root, cache))
        assert now == told(read_catalog(root))
        assert now != earlier, name
    (root / "images/wheel.png").write_bytes(PNG + b"\0")
    assert told(cached(root, cache)) == told(read_catalog(root))
    (root / "images/wheel.png").unlink()
    assert [problem.code for problem in cached(root, cache).problems if problem.severity == "error"] == ["missing-file"]


def test_what_a_file_comes_to_does_not_depend_on_other_files(tmp_path: Path) -> None:
    """9.00 and 9.000 are equal as numbers, and only one of them is a price."""
    root, cache = tmp_path / "shop", tmp_path / "cache"
    for price in ("9.00", "8.00"):
        write(root, {"products/a.yaml": document(price=price), "products/b.yaml": document(price="9.000")})
        plain = read_catalog(root)
        assert [problem.place.file for problem in plain.problems if problem.code == "bad-price"] == ["products/b.yaml"]
        assert told(cached(root, cache)) == told(cached(root, cache, 1)) == told(plain)


def test_clashes_of_products_that_were_kept_are_told_at_their_places(tmp_path: Path) -> None:
    places = 'marketplaces: {elsewhere: {product_id: "7"}}\npool: paperbird\npool_level: 1\nmin_quantity: 9\n'
    files = {
        "products/paperbird.yaml": None,
        "products/a.yaml": document(key="tea", previous_key="old", source_product_id="'7'") + places,
        "products/b.yaml": document(previous_key="b"),
        "products/c.yaml": "# one\n" + document(key="tee", previous_key="tea", source_product_id="'7'") + places,
    }
    root, cache = write(tmp_path / "shop", files), tmp_path / "cache"
    due = read_catalog(root)
    assert len(due.problems) > 6
    cached(root, cache)
    assert cached(root, cache).problems == due.problems
    assert read_catalog(root, workers=1, fewest=1).problems == due.problems


def cut(path: Path) -> None:
    """The last byte is gone."""
    path.write_bytes(path.read_bytes()[:-1])


def flipped(path: Path) -> None:
    """One price is another."""
    data = path.read_bytes()
    assert b"18.00" in data
    path.write_bytes(data.replace(b"18.00", b"11.00"))


def resealed(path: Path) -> None:
    """What it says makes no sense, and its digest is right."""
    head, _, body = path.read_bytes().partition(b"\n")
    body = body.replace(b'"18.00"', b'{"18":0}').replace(b'"layouts":[[["title"', b'"layouts":[[["key"')
    path.write_bytes(head[:-32] + blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)


def another_version(path: Path) -> None:
    """It was written by another version."""
    path.write_bytes(path.read_bytes().replace(b"products 1 ", b"products 2 ", 1))


def fifo(path: Path) -> None:
    """There is a pipe that nobody writes to."""
    path.unlink()
    os.mkfifo(path)


def linked(path: Path) -> None:
    """It is a symbolic link."""
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")


def a_folder(path: Path) -> None:
    """It is a folder."""
    path.unlink()
    path.mkdir()


def linked_folder(path: Path) -> None:
    """Its folder is a symbolic link."""
    path.parent.rename(path.parent.with_name("aside"))
    path.parent.symlink_to("aside")


def open_to_all(path: Path) -> None:
    """Everybody may write into its folder, and somebody did."""
    flipped(path)
    path.parent.chmod(0o777)


def no_folder(path: Path) -> None:
    """There is a file where the folder is due."""
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"")


ATTACKS = (
    cut, flipped, resealed, another_version, fifo, linked, a_folder, linked_folder, open_to_all, no_folder,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_cache_that_is_odd_counts_as_none(shop: Path, tmp_path: Path, attack: Callable[[Path], None]) -> None:
    cache = tmp_path / "cache"
    due = told(cached(shop, cache))
    attack(*slices(cache))
    assert told(cached(shop, cache)) == due
    assert told(cached(shop, cache)) == due


def test_slices_of_another_catalog_give_nothing_that_is_not_so(shop: Path, tmp_path: Path) -> None:
    other, cache = write(tmp_path / "other", {"catalogsync.yaml": config(safety="{}")}), tmp_path / "cache"
    due = told(cached(shop, cache)), told(cached(other, cache))
    one, two = (path.read_bytes() for path in slices(cache))
    for path, data in zip(slices(cache), (two, one), strict=True):
        path.write_bytes(data)
    assert (told(cached(shop, cache)), told(cached(other, cache))) == due


def test_what_nobody_asks_for_is_swept_with_restraint(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cached(shop, cache)
    (mine,) = slices(cache)
    for number in range(40):
        (mine.parent / f"{number:032x}").write_bytes(b"")
        (cache / f"{number:032x}").mkdir()
    (mine.parent / "notes").write_bytes(b"")
    edit(shop, "products/_defaults.yaml", "\n", "\n\n")
    cached(shop, cache)
    assert {path.name for path in slices(cache)} == {mine.name, "notes"}
    assert len(list(cache.iterdir())) == 17


def test_workers_die_and_nothing_is_lost() -> None:
    main = os.getpid()

    def work(number: int) -> bytes:
        if os.getpid() != main and number == DEATH:
            os._exit(1)
        return b"%d" % number * number * 1000

    for count in (1, 2):
        workers = Workers(count, range(20), work)
        assert [workers.take(number) or work(number) for number in range(20)] == [work(number) for number in range(20)]
        workers.close()
        assert workers.take(0) is None


def test_workers_are_ended_whatever_they_do() -> None:
    ours, theirs = os.pipe()

    def forever(_: int) -> bytes:
        os.write(theirs, b"%9d" % os.getpid())
        while True:
            signal.pause()

    workers = Workers(2, range(9), forever)
    children = [int(os.read(ours, 9)) for _ in range(2)]
    workers.close()
    workers.close()
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    os.close(ours)
    os.close(theirs)


def test_bytes_that_are_no_slice_are_found_out(tmp_path: Path) -> None:
    files = {
        "products/seat.yaml": document(
            key="seat",
            previous_key="old",
            pool="paperbird",
            pool_level="1",
            lifecycle="{prevent_delete: true}",
            marketplaces='{elsewhere: {product_id: "7"}}',
        )
    }
    root, cache = write(tmp_path / "shop", {**files, "products/paperbird.yaml": None}), tmp_path / "cache"
    cached(root, cache)
    (path,) = slices(cache)
    body = path.read_bytes().partition(b"\n")[2]
    fields = FieldReader(Folder(root), None, Problems())
    assert Slice(fields, body).products("products/seat.yaml", None) is not None
    chance = random.Random(7)
    atoms = [b"0", b"-1", b"null", b"true", b'"x"', b"[]", b"{}", b"[7]", b"1e400", b"9" * 30]
    spots = [found.span() for found in re.finditer(rb'"[^"]*"|[0-9]+|true|null', body)]
    for _ in range(1500):
        start, end = chance.choice(spots)
        odd = body[:start] + chance.choice(atoms) + body[end:]
        with suppress(NotKept):
            made = Slice(fields, odd)
            for name in ("products/seat.yaml", "products/pottery.yaml"):
                for product in made.products(name, None) or ():
                    assert all(type(value) in {str, int, tuple} for value in product.fields.values())
                    assert all(place.file for place in product.field_places.values())
                    assert {*map(type, product.marketplaces.values())} <= {str}
