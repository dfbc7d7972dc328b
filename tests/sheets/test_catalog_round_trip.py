"""Sheet to YAML and back, with a thousand products: what nobody edited stays to the byte, what was edited arrives."""

import io
import json
import random
from pathlib import Path

import pytest
from openpyxl import load_workbook

from catalogsync.catalog import read_catalog
from catalogsync.catalog.edition import Edition
from catalogsync.core.sheet_columns import COLUMNS, EDITABLE
from catalogsync.core.sheet_compare import compare_sheet
from catalogsync.core.sheet_rows import sheet_rows
from catalogsync.model.catalog import Catalog
from catalogsync.model.sheet import Cell, CellKind, Comparison, Sheet
from catalogsync.sheets import read_sheet, write_sheet
from catalogsync.workflow.editing import prepare

PRODUCTS = 1000
ODD = [
    "=cmd|' /C calc'!A0", "+49 30 1234", "-5 % off", "@home", "＝１＋１", "'quoted'", "''", "007", "1-2", "MAR1",
    "6.5E+10", "65000000000000000001", "#N/A", "Tea: a day, “two”; three", 'she said "no"', "_x0041_", "ＴＥＡ 🍵👩‍🍳",
    "خزامى", "茶\u3000房", "null", "~", "yes", "- a", "{a: b}", "[x]", "# not a comment", "a #b", "&a *b !c", "%d",
    "TRUE", "`x`",
]  # fmt: skip
LONG = ["<p>one</p>\n\n  <ul>\n\t<li>two</li>\n</ul>", "x" * 40_000, "trailing  \nblank  lines\n\n\nend", "=1\n=2", "'"]


def write_catalog(root: Path) -> None:
    """Products in many files, some of them several in one, with comments, defaults and odd texts."""
    config = {
        "version": 1,
        "marketplaces": {
            "accplanet": {"type": "accplanet", "base_url": "https://market.example", "api_key_env": "MARKET_KEY"}
        },
        "categories": {"courses": "65f0c3", "007": "65f0b2"},
    }
    (root / "products/some").mkdir(parents=True)
    (root / "catalogsync.yaml").write_text(json.dumps(config))
    (root / "products/_defaults.yaml").write_text("supplier_name: Fernwood Keys # of all\n")
    chance = random.Random(271)
    files: dict[str, list[str]] = {}
    for number in range(PRODUCTS):
        fields = {
            "key": f"{number}-e{number % 7}" if number % 9 else str(number),
            "title": chance.choice(ODD) + chance.choice(["", f" {number}", chance.choice(ODD)]),
            "category": chance.choice(["courses", "007"]),
            "description": chance.choice(ODD + LONG),
            "price": f"{chance.randint(1, 99999) / 100:.2f}",
            "stock": chance.randint(0, 9),
            "source_product_id": f"0{number}" if number % 3 else f"{number}E{number}",
            "supplier_name": chance.choice(["", *ODD]),
            "images": chance.choice([[], ["/media/a.webp"], ["/media/a.webp", "https://pictures.example/b.png"]]),
        }
        for name in ("stock", "supplier_name", "images", "source_product_id"):
            if chance.random() < 0.3:
                del fields[name]
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
        files.setdefault(f"products/some/{number // 5}.yaml", []).append("# about\n" + "  # here\n".join([*lines, ""]))
    for name, documents in files.items():
        (root / name).write_text("---\n".join(documents), encoding="utf-8")


def read(root: Path) -> Catalog:
    reading = read_catalog(root)
    assert reading.catalog is not None, reading.problems[:3]
    return reading.catalog


def export(catalog: Catalog, ending: str, most: int = PRODUCTS) -> bytes:
    file = io.BytesIO()
    write_sheet(file, ending, COLUMNS, sheet_rows(list(catalog.products.values())[:most], catalog.config.categories))
    return file.getvalue()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    write_catalog(root)
    return root


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_sheet_says_what_the_catalog_says_and_what_is_edited_arrives(ending: str, root: Path, tmp_path: Path) -> None:
    catalog = read(root)
    file = tmp_path / f"a{ending}"
    file.write_bytes(export(catalog, ending))
    few = export(catalog, ending, 200)
    assert export(catalog, ending, 200) == few
    assert compare_sheet(read_sheet(file), catalog) == Comparison()

    if ending == ".xlsx":
        # As another program writes it: texts in a table of their own, shared by the cells.
        other = tmp_path / "other.xlsx"
        load_workbook(io.BytesIO(few)).save(other)
        assert compare_sheet(read_sheet(other), catalog) == Comparison()

    edited = shuffled(read_sheet(file), random.Random(314))
    found = compare_sheet(edited, catalog)
    assert (found.faults, found.conflicts) == ((), ())
    assert len(found.edits) > PRODUCTS / 2
    editor = Edition(root, catalog)
    prepared = prepare(editor, catalog, found.edits)
    assert prepared.faults == ()
    after = editor.outcome()
    again = tmp_path / f"b{ending}"
    again.write_bytes(export(after, ending))
    assert cells(read_sheet(again)) == cells(edited)
    assert compare_sheet(read_sheet(again), after) == Comparison()


def shuffled(sheet: Sheet, chance: random.Random) -> Sheet:
    """The rows in another order, and some cells with other texts and numbers."""
    rows = list(sheet.rows)
    chance.shuffle(rows)
    for row in rows[: PRODUCTS // 2]:
        for column, name in enumerate(COLUMNS):
            if name not in EDITABLE or chance.random() < 0.8:
                continue
            if name in {"price", "min_quantity", "warranty_period_days", "stock"}:
                cell = Cell(CellKind.NUMBER, str(chance.randint(1, 500)) + (".50" if name == "price" else ""))
            elif name in {"title", "description", "supplier_name"}:
                cell = Cell(
                    CellKind.TEXT,
                    chance.choice(ODD) + chance.choice(["", " and more", "\n2"][: 2 + (name == "description")]),
                )
            elif name == "images":
                cell = Cell(CellKind.TEXT, chance.choice(["", "/media/c.png\n/media/a.webp"]))
            else:
                continue
            row.cells[column] = cell  # type: ignore[index]
    return Sheet(sheet.name, sheet.header, rows)


def cells(sheet: Sheet) -> dict[str, list[str]]:
    """What stands in the editable cells, by key."""
    columns = [COLUMNS.index(name) for name in EDITABLE]
    return {row.cells[0].text: [row.cells[c].text if c in row.cells else "-" for c in columns] for row in sheet.rows}
