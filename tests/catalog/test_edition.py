"""Editing files of the catalog: one entry changes, and every other byte stays."""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path

import pytest

from catalogsync.catalog.edition import Edition
from catalogsync.model.errors import CatalogError, Interrupted
from catalogsync.model.fields import Value
from catalogsync.model.writing import Edit, FileChange, Remark
from tests.catalog.cases.case import PNG, Content, Link, document, write

ALONE: dict[str, Content] = {
    "products/paperbird.yaml": None,
    "products/pottery.yaml": None,
    "pools/paperbird.yaml": None,
}
P = "products/seat.yaml"
BASE = """\
# the seat
title: Pottery, a seat   # what buyers see

category: courses
description: |  # HTML
    <p>Six evenings.</p>

# money
price:\t"120.00"
images:
- images/wheel.png # by hand
- /media/a.webp
lifecycle:
  ignore_changes: [description] # theirs

  # and no more
stock: 8
# the end
"""


def catalog(root: Path, files: Mapping[str, Content]) -> Path:
    """A catalog that has only these products."""
    return write(root, {**ALONE, **files})


def edited(root: Path, *edits: Edit) -> tuple[Remark, ...]:
    """Edit, see that the outcome is sound and that each edit that was made shows, and save."""
    edition = Edition(root)
    remarks = edition.edit(edits)
    left = {(remark.key, remark.field) for remark in remarks}
    outcome = edition.outcome().products
    for edit in edits:
        if (edit.key, edit.field) not in left and edit.key in outcome:
            assert outcome[edit.key].fields.get(edit.field) == edit.value
    edition.save()
    assert not list(root.rglob(".*.tmp"))
    return remarks


def text(root: Path, name: str = P) -> str:
    return (root / name).read_bytes().decode()


@pytest.mark.parametrize(
    ("field", "value", "old", "new"),
    [
        ("title", "Clay: a seat", "Pottery, a seat ", '"Clay: a seat" '),
        ("category_id", "c-1", "category: courses", "category: licences"),
        ("category_id", "c-9", "category: courses", 'category_id: "c-9"'),
        ("description", "<p>One.</p>\n\n  <p>Two.</p>", "<p>Six evenings.</p>", "<p>One.</p>\n\n      <p>Two.</p>"),
        ("description", "", "|  # HTML\n    <p>Six evenings.</p>", '""  # HTML'),
        ("price", "9.90", '"120.00"', '"9.90"'),
        ("images", ("/media/b.webp",), "images/wheel.png # by hand\n- /media/a.webp", "/media/b.webp # by hand"),
        ("images", ("/media/b.webp", "images/wheel.png", "/media/a.webp"), "images:\n", "images:\n- /media/b.webp\n"),
        ("images", (), "\n- images/wheel.png # by hand\n- /media/a.webp", " []"),
        ("images", None, "images:\n- images/wheel.png # by hand\n- /media/a.webp\n", ""),
        ("stock", 9, "stock: 8", "stock: 9"),
        ("stock", None, "stock: 8\n", ""),
        ("status", "no", 'price:\t"120.00"\n', 'price:\t"120.00"\nstatus: "no"\n'),
        ("supplier_name", "Fernwood", "- /media/a.webp\n", "- /media/a.webp\nsupplier_name: Fernwood\n"),
        ("source_product_url", "https://a.example/#x", ".webp\n", ".webp\nsource_product_url: https://a.example/#x\n"),
    ],
)
@pytest.mark.parametrize(("mark", "end"), [("", "\n"), ("\ufeff", "\r\n")])
def test_only_this_changes(
    tmp_path: Path, field: str, value: Value | None, old: str, new: str, end: str, mark: str
) -> None:
    root = catalog(tmp_path, {P: (mark + BASE.replace("\n", end)).encode()})
    assert edited(root, Edit("seat", field, value)) == ()
    assert BASE.count(old) == 1
    assert text(root) == mark + BASE.replace(old, new).replace("\n", end)


FLOW = '{"title": "A", "category": "courses", "description": "x", "price": 9.5, "images": ["images/wheel.png"]}'
LINES = """{
  title: A, # first
  category_id: c-1,
  description: x,
  price: 9.50 # last
}
"""


@pytest.mark.parametrize(
    ("before", "field", "value", "old", "new"),
    [
        (FLOW, "title", 'B "b"', '"A"', '"B \\"b\\""'),
        (FLOW, "category_id", "c-9", '"category": "courses"', '"category_id": "c-9"'),
        (FLOW, "description", "one\ntwo", '"x"', '"one\\ntwo"'),
        (FLOW, "price", "10.00", "9.5", "10.00"),
        (FLOW, "images", ("/media/a.webp", "images/wheel.png"), '["im', '["/media/a.webp", "im'),
        (FLOW, "images", None, ', "images": ["images/wheel.png"]', ""),
        (FLOW, "status", "active", '"images"', '"status": "active", "images"'),
        (FLOW, "stock", 4, "]}", '], "stock": 4}'),
        (LINES, "category_id", "c-2", "category_id: c-1", "category: courses"),
        (LINES, "status", "active", "9.50 # last\n", "9.50, # last\n  status: active\n"),
        (LINES.replace(" # last", ",  # last"), "stock", 2, "# last\n", "# last\n  stock: 2,\n"),
        ("a: &a x\n", "stock", 2, "", ""),
    ],
)
def test_documents_in_braces(tmp_path: Path, before: str, field: str, value: Value | None, old: str, new: str) -> None:
    root = catalog(tmp_path, {P: before})
    if before.startswith("{"):
        assert edited(root, Edit("seat", field, value)) == ()
    else:
        with pytest.raises(CatalogError, match="nothing was changed"):
            Edition(root).edit([Edit("seat", field, value)])
    assert text(root) == before.replace(old, new)


def test_many_edits_of_a_file_with_several_products(tmp_path: Path) -> None:
    before = "# all\n---\n" + "---\n".join(f"key: k{n}\n{document(stock=str(n))}# end {n}\n" for n in range(30))
    root = catalog(tmp_path, {P: before})
    edits = [edit for n in range(30) for edit in (Edit(f"k{n}", "stock", n + 50), Edit(f"k{n}", "status", f"s{n}"))]
    assert edited(root, *edits, Edit("k3", "title", "Third")) == ()
    after = before.replace("key: k3\ntitle: Pottery, a seat", "key: k3\ntitle: Third")
    after = re.sub(r"stock: (\d+)", lambda found: f"status: s{found[1]}\nstock: {int(found[1]) + 50}", after)
    assert text(root) == after


def test_what_products_share_is_not_touched(tmp_path: Path) -> None:
    shared = "# shared\nstatus: active\nwarranty_period_days: 30\ndescription_file: descriptions/long.html\n"
    own = document(description=None, warranty_period_days="5")
    root = catalog(tmp_path, {"products/_defaults.yaml": shared, P: own})
    remarks = edited(
        root,
        Edit("seat", "status", "inactive"),
        Edit("seat", "description", "<p>Own.</p>"),
        Edit("seat", "warranty_period_days", None),
        Edit("seat", "min_quantity", None),
        Edit("seat", "title", None),
        Edit("gone", "title", "x"),
    )
    assert remarks == (
        Remark("gone", None, "there is no such product in the catalog"),
        Remark(
            "seat",
            "warranty_period_days",
            "it stands in products/_defaults.yaml:3, for all products there: change it by hand",
        ),
        Remark("seat", "title", "a product cannot do without its `title`"),
    )
    assert text(root, "products/_defaults.yaml") == shared
    assert text(root, "descriptions/long.html") == "<p>Long.</p>\n"
    assert text(root) == own.replace("price: 120.00\n", "description: <p>Own.</p>\nprice: 120.00\n").replace(
        "days: 5\n", "days: 5\nstatus: inactive\n"
    )


@pytest.mark.parametrize("there", ["<p>Long.</p>\r\n<p>More.</p>\r\n", "\ufeff<p>Long.</p>"])
def test_a_description_in_a_file_of_its_own(tmp_path: Path, there: str) -> None:
    own = document(description=None, description_file="descriptions/long.html # apart")
    root = catalog(tmp_path, {P: own, "descriptions/long.html": there.encode()})
    edition = Edition(root)
    assert edition.edit([Edit("seat", "description", "one\ntwo")]) == ()
    new = there.replace("<p>Long.</p>\r\n<p>More.</p>", "one\r\ntwo").replace("<p>Long.</p>", "one\ntwo")
    (change,) = edition.changes()
    assert change == FileChange("descriptions/long.html", there.removeprefix("\ufeff"), new.removeprefix("\ufeff"))
    assert edition.outcome().products["seat"].fields["description"] == "one\ntwo"
    assert text(root, "descriptions/long.html") == there
    (remark,) = edition.edit([Edit("seat", "description", "a\x07b")])
    assert remark.message.startswith("it holds a control character")
    edition.save()
    assert (text(root), text(root, "descriptions/long.html")) == (own, new)


def test_a_description_that_two_share_becomes_the_product_s_own(tmp_path: Path) -> None:
    own = document(description=None, description_file="descriptions/long.html # apart")
    root = catalog(tmp_path, {P: own, "products/other.yaml": own})
    assert edited(root, Edit("seat", "description", "one\ntwo"), Edit("other", "description", "three")) == ()
    assert text(root) == own.replace(
        "description_file: descriptions/long.html # apart", "description: | # apart\n  one\n  two"
    )
    assert (text(root, "products/other.yaml"), text(root, "descriptions/long.html")) == (own, "three\n")


def test_what_does_not_fit_is_left_and_told(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        P: document(pool="paperbird"),
        "products/odd/_defaults.yaml": document(price=None),
        "products/odd/odd.yaml": "# odd\n? price\n: 3\n",
        "pools/paperbird.yaml": "accounts: []\n",
    }
    root = catalog(tmp_path, files)
    remarks = edited(
        root,
        Edit("seat", "stock", 3),
        Edit("seat", "price", "0.00"),
        Edit("seat", "min_quantity", 0),
        Edit("seat", "description", "a\0b"),
        Edit("seat", "title", "\ud800"),
        Edit("seat", "images", ("images/none.png",)),
        Edit("odd", "price", "4.00"),
        Edit("odd", "title", "B"),
        Edit("odd", "title", None),
    )
    control = "it holds a control character, which a catalog does not: change it at the marketplace"
    assert [(remark.key, remark.field, remark.message) for remark in remarks] == [
        ("seat", "stock", "a pool counts its own stock: take `pool` out, or say `delivery: manual`"),
        ("seat", "price", "it does not fit into a catalog: a price is more than 0 and at most 1000000000"),
        ("seat", "min_quantity", "it does not fit into a catalog: `min_quantity` must be at least 1"),
        ("seat", "description", control),
        ("seat", "title", control),
        ("seat", "images", "it does not fit into a catalog: there is no file `images/none.png`"),
        ("odd", "title", "cannot be edited by itself: change products/odd/odd.yaml:2 by hand"),
        ("odd", "title", "a product cannot do without its `title`"),
    ]
    assert text(root) == files[P]
    assert text(root, "products/odd/odd.yaml") == "# odd\n? price\n: 4.00\n"


def test_an_outcome_with_errors_is_told_and_not_written(tmp_path: Path) -> None:
    root = catalog(tmp_path, {P: document()})
    edition = Edition(root)
    edition.put(P, document().encode() + b"images: [images/none.png]\n")
    with pytest.raises(CatalogError, match="nothing was changed") as caught:
        edition.outcome()
    assert [str(problem.place) for problem in caught.value.problems if problem.severity == "error"] == [f"{P}:5:10"]
    assert text(root) == document()


def test_new_files_are_part_of_the_outcome(tmp_path: Path) -> None:
    root = catalog(tmp_path, {})
    edition = Edition(root)
    edition.put("products/new/a.yaml", document(description=None, description_file="descriptions/a.html").encode())
    edition.put("descriptions/a.html", b"<p>A</p>\n")
    edition.put("products/_defaults.yaml", b"status: active\n")
    assert edition.outcome().products["a"].fields["status"] == "active"
    assert [(change.name, change.before) for change in edition.changes()] == [
        ("descriptions/a.html", None),
        ("products/_defaults.yaml", None),
        ("products/new/a.yaml", None),
    ]
    assert not (root / "products/new").exists()
    edition.save()
    assert text(root, "products/new/a.yaml").startswith("title: ")


def test_a_file_that_was_changed_meanwhile_is_left(tmp_path: Path) -> None:
    root = catalog(tmp_path, {P: document(), "products/other.yaml": document()})
    edition = Edition(root)
    edition.edit([Edit("seat", "stock", 3), Edit("other", "stock", 3)])
    edition.put("products/new.yaml", document().encode())
    (root / P).write_text("theirs")
    (root / "products/new.yaml").write_text("theirs too")
    with pytest.raises(CatalogError, match="nothing was changed") as caught:
        edition.save()
    assert [(problem.place.file, problem.code) for problem in caught.value.problems] == [
        ("products/new.yaml", "changed-meanwhile"),
        (P, "changed-meanwhile"),
    ]
    assert (text(root), text(root, "products/new.yaml")) == ("theirs", "theirs too")
    assert text(root, "products/other.yaml") == document()
    assert sorted(os.listdir(root / "products")) == ["new.yaml", "other.yaml", "seat.yaml"]


@pytest.mark.parametrize(("asked", "written"), [(1, False), (2, False), (3, True)])
def test_whoever_stops_it_stops_it_before_the_first_file_or_not_at_all(
    tmp_path: Path, asked: int, written: bool
) -> None:
    root = catalog(tmp_path, {P: document(), "products/other.yaml": document()})
    edition = Edition(root)
    edition.edit([Edit("seat", "stock", 3), Edit("other", "stock", 3)])
    times = iter(range(1, 99))
    with nullcontext() if written else pytest.raises(Interrupted, match="nothing was written"):
        edition.save(lambda: next(times) >= asked)
    after = document(stock="3") if written else document()
    assert [text(root), text(root, "products/other.yaml")] == [after, after]
    assert sorted(os.listdir(root / "products")) == ["other.yaml", "seat.yaml"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    root = catalog(tmp_path, {P: document()})
    edition = Edition(root)
    edition.edit([Edit("seat", "stock", 3)])
    edition.put("descriptions/long.html/a.html", b"x")
    with pytest.raises(CatalogError, match="cannot be written; nothing was changed") as caught:
        edition.save()
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.code) == ("descriptions/long.html/a.html", "unwritable-file")
    assert text(root) == document()
    assert os.listdir(root / "products") == ["seat.yaml"]


def test_links_modes_and_what_killed_writers_left(tmp_path: Path) -> None:
    root = catalog(tmp_path, {"shared/seat.yaml": document(), P: Link("../shared/seat.yaml")})
    (root / "shared/seat.yaml").chmod(0o640)
    (root / "shared/.seat.yaml.999999999.tmp").write_text("half")
    (root / f"shared/.other.yaml.{os.getppid()}.tmp").write_text("of one that runs")
    edition = Edition(root)
    assert edition.edit([Edit("seat", "stock", 3)]) == ()
    assert [change.name for change in edition.changes()] == ["shared/seat.yaml"]
    edition.save()
    assert (root / P).is_symlink()
    assert text(root) == document(stock="3")
    assert stat.S_IMODE((root / "shared/seat.yaml").stat().st_mode) == 0o640
    assert sorted(os.listdir(root / "shared")) == [f".other.yaml.{os.getppid()}.tmp", "seat.yaml"]


def test_nothing_to_change_writes_nothing(tmp_path: Path) -> None:
    root = catalog(tmp_path, {P: document(stock="3")})
    edition = Edition(root)
    assert edition.edit([Edit("seat", "stock", 3)]) == ()
    assert list(edition.changes()) == []
    before = (root / P).stat().st_ino
    edition.save()
    assert (root / P).stat().st_ino == before


def test_images_are_stored_once_and_never_over_others(tmp_path: Path) -> None:
    root = catalog(tmp_path, {"images/a.png": b"GIF89a there"})
    edition = Edition(root)
    assert edition.keep_image("/media/x/wheel2.png", PNG) == "images/wheel.png"
    assert edition.keep_image("https://a.example/p/a.jpg?w=1", b"\xff\xd8\xff one") == "images/a.jpg"
    assert edition.keep_image("https://a.example/p/a.webp", b"\xff\xd8\xff two") == "images/a-2.jpg"
    assert edition.keep_image("again", b"\xff\xd8\xff two") == "images/a-2.jpg"
    assert edition.keep_image("a.gif", b"GIF89a three") == "images/a.gif"
    assert edition.keep_image("/media/../..%2f Größe.", b"RIFF....WEBP") == "images/2f-gr-e.webp"
    assert Edition(root).keep_image("other.png", b"RIFF....WEBP") == "images/2f-gr-e.webp"
    assert (root / "images/a-2.jpg").read_bytes() == b"\xff\xd8\xff two"
    for content in (b"", b"<svg/>", b"\xff\xd8\xff" + bytes(10 << 20)):
        with pytest.raises(CatalogError) as caught:
            edition.keep_image("/media/x.svg", content)
        assert [problem.code for problem in caught.value.problems] == ["bad-image"]
    edition.save()
    assert sorted(os.listdir(root / "images")) == ["2f-gr-e.webp", "a-2.jpg", "a.gif", "a.jpg", "a.png", "wheel.png"]


def test_names_of_images_are_good_on_every_file_system(tmp_path: Path) -> None:
    root = catalog(tmp_path, {"images/Mug.png": PNG})
    edition = Edition(root)
    device = sha256(b"/media/x/CON.tar.png").hexdigest()[:8]
    assert edition.keep_image("/media/x/CON.tar.png", PNG + b"1") == f"images/image-{device}.png"
    assert edition.keep_image("/media/x/MUG.png", PNG + b"2") == "images/mug-2.png"
    assert edition.keep_image(f"/media/x/-\u202e..%00{'n' * 300}", PNG + b"3") == f"images/00{'n' * 78}.png"
