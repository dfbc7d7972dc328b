"""Editing files of the catalog: one entry changes, and every other byte stays."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from catalogsync.catalog import Edition
from catalogsync.model.errors import CatalogError
from catalogsync.model.fields import Value
from catalogsync.model.writing import Edit, Remark
from tests.catalog.cases.case import Content, write

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
        if (edit.key, edit.field) not in left:
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
        (
            "images",
            ("/media/b.webp", "no: x"),
            "images/wheel.png # by hand\n- /media/a.webp",
            '/media/b.webp\n- "no: x"',
        ),
        ("images", (), "\n- images/wheel.png # by hand\n- /media/a.webp", " []"),
        ("images", None, "images:\n- images/wheel.png # by hand\n- /media/a.webp\n", ""),
        ("stock", 9, "stock: 8", "stock: 9"),
        ("stock", None, "stock: 8\n", ""),
        ("status", "no", 'price:\t"120.00"\n', 'price:\t"120.00"\nstatus: "no"\n'),
        ("supplier_name", "Fernwood", "- /media/a.webp\n", "- /media/a.webp\nsupplier_name: Fernwood\n"),
        ("source_product_url", "https://a.example/#x", ".webp\n", ".webp\nsource_product_url: https://a.example/#x\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_this_changes(
    tmp_path: Path, field: str, value: Value | None, old: str, new: str, end: str, mark: str
) -> None:
    root = catalog(tmp_path, {P: (mark + BASE.replace("\n", end)).encode()})
    refused = field == "images" and value is not None and "no: x" in str(value)
    if refused:
        edition = Edition(root)
        assert edition.edit([Edit("seat", field, value)]) == ()
        with pytest.raises(CatalogError, match="nothing was changed"):
            edition.outcome()
        edition.save()
    else:
        assert edited(root, Edit("seat", field, value)) == ()
    assert BASE.count(old) == 1
    assert text(root) == mark + BASE.replace(old, new).replace("\n", end)
