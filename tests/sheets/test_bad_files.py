"""Files that are no sheets, or hostile ones, end with a word on what to do; what programs save otherwise is read."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogsync.model.errors import UsageError
from catalogsync.model.sheet import Cell, CellKind
from catalogsync.sheets import read_sheet
from catalogsync.sheets.limits import LARGEST_CONTENT

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = '<sheet name="Notes" r:id="r3"/><sheet name="Products" r:id="r1"/>'
ROWS = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>price</t></is></c></row>
<row r="4"><c r="A4" t="s"><v>1</v></c><c r="C4"><v>9.99</v></c></row>
<row><c t="s"><v>2</v></c><c><f>A1</f><v>3</v></c><c s="1"><v>45000</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>
<c s="2"><v>7</v></c><c t="inlineStr"><is><t></t></is></c></row>"""
TEXTS = """<si><t>key</t></si><si><r><t xml:space="preserve">te</t></r><r><t>a</t></r><rPh><t>tee</t></rPh></si>
<si><t>_x005F_x0041__x000D_</t></si>"""
STYLES = """<numFmts><numFmt numFmtId="170" formatCode="0.00&quot;d&quot;"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>"""


def workbook(
    *, main: str = MAIN, book: str = BOOK, rows: str = ROWS, texts: str = TEXTS, prolog: str = "", **more: bytes
) -> bytes:
    """An .xlsx file as other programs write it."""

    def relations(**targets: str) -> str:
        entries = "".join(
            f'<Relationship Id="{key}" Type="{OFFICE}/{target.split("|")[0]}" Target="{target.split("|")[1]}"/>'
            for key, target in targets.items()
        )
        return f'<Relationships xmlns="x">{entries}</Relationships>'

    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(r1="officeDocument|/xl/book.xml"),
        "xl/book.xml": f'<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/book.xml.rels": relations(
            r1="worksheet|worksheets/a.xml",
            r2="sharedStrings|texts.xml",
            r3="worksheet|/xl/worksheets/b.xml",
            r4="styles|styles.xml",
        ),
        "xl/worksheets/a.xml": f'{prolog}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/worksheets/b.xml": f'<worksheet xmlns="{main}"/>',
        "xl/texts.xml": f'<sst xmlns="{main}">{texts}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, data in more.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("main", [MAIN, STRICT])
def test_a_workbook_of_another_program_is_read_exactly(main: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(main=main))
    sheet = read_sheet(tmp_path / "a.xlsx")
    assert sheet.name == "a.xlsx: Products"
    assert sheet.header.cells == {0: Cell(CellKind.TEXT, "key"), 2: Cell(CellKind.TEXT, "price")}
    first, second = sheet.rows
    assert (first.number, second.number) == (4, 5)
    assert first.cells == {0: Cell(CellKind.TEXT, "tea"), 2: Cell(CellKind.NUMBER, "9.99")}
    assert second.cells == {
        0: Cell(CellKind.TEXT, "_x0041_\r"),
        1: Cell(CellKind.FORMULA, ""),
        2: Cell(CellKind.DATE, "45000"),
        3: Cell(CellKind.BOOLEAN, "1"),
        4: Cell(CellKind.ERROR, "#N/A"),
        5: Cell(CellKind.NUMBER, "7"),
    }


def flipped() -> bytes:
    data = bytearray(workbook())
    at = data.index(b"xl/worksheets/a.xml") + 60
    data[at : at + 40] = bytes(40)
    return bytes(data)


def bomb() -> bytes:
    """Little in the file, and more than may be when unpacked: only the directory says so, and that must do."""
    data = workbook(bomb=b"")
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + (LARGEST_CONTENT).to_bytes(4, "little") + data[at + 28 :]


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "blank": (lambda: b"\n,,\n", "is empty"),
    "latin1": (lambda: "key,title\na,Caf\xe9\n".encode("latin-1"), "not in UTF-8"),
    "utf16": (lambda: "key,title\n".encode("utf-16-le"), "no csv file in UTF-8"),
    "quote": (lambda: b'key,title\na,"open\n', "line 2, a quote is not closed"),
    "xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "has a password, or is in the old .xls"),
    "html": (lambda: b"<html><table><tr><td>key", "is a web page"),
    "ods": (lambda: workbook(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    "no zip": (lambda: b"PK\x03\x04" + bytes(100), "no .xlsx file"),
    "cut": (lambda: workbook()[:-80], "no .xlsx file"),
    "flipped": (flipped, "no .xlsx file"),
    "bomb": (bomb, "unpacked"),
    "other zip": (lambda: workbook(book=""), "no .xlsx file"),
    "entities": (lambda: workbook(prolog='<!DOCTYPE a [<!ENTITY b "bb">]>', rows="&b;"), "document type"),
    "no xml": (lambda: workbook(rows="<row>"), "no .xlsx file"),
    "no text": (lambda: workbook(rows='<row><c t="s"><v>99</v></c></row>'), "no .xlsx file"),
    "no cell": (lambda: workbook(rows='<row><c r="?"><v>1</v></c></row>'), "no .xlsx file"),
    "no row": (lambda: workbook(rows='<row r="x"/>'), "no .xlsx file"),
    "far row": (lambda: workbook(rows='<row r="2000000"/>'), "more than 1,048,576 rows"),
    "no rows": (lambda: workbook(rows=""), "a.xlsx: Products is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_sheet_says_so(name: str, tmp_path: Path) -> None:
    make, message = BAD[name]
    file = tmp_path / "a.xlsx"
    file.write_bytes(make())
    with pytest.raises(UsageError) as told:
        list(read_sheet(file).rows)
    assert message in told.value.message
    assert told.value.hint


def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    for path in (tmp_path / "a.csv", Path("/dev/zero"), tmp_path):
        with pytest.raises(UsageError, match=r"is no file|Is a directory"):
            read_sheet(path)
