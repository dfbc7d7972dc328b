"""The examples of the documentation work: files load, what is said to be refused is, plans are real ones."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalogsync.catalog import Reading, read_catalog
from catalogsync.render.plan_reading import read_plan_document
from catalogsync.render.problems import render_problems
from tests.docs.pages import FENCE, ROOT, page, rows
from tests.harness.shop import PNG


@dataclass(frozen=True)
class Block:
    """A code block of docs/catalog.md: the comment before it, its language, its text, and the block after it."""

    note: str
    language: str
    text: str
    after: str

    @property
    def path(self) -> str | None:
        """Which file of a catalog it is: a comment before it says so, or its first line."""
        named = re.fullmatch(r"file: (\S+)", self.note) or re.match(r"# (\S+\.yaml)\n", self.text)
        return named.group(1) if named else None


def blocks(text: str) -> list[Block]:
    found = list(re.finditer(r"(?:^<!-- ([^\n]*) -->\n)?^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    bodies = [match.group(3) for match in found] + [""]
    return [Block(match.group(1) or "", match.group(2), match.group(3), bodies[n + 1]) for n, match in enumerate(found)]


CATALOG = page("docs/catalog.md")
BASE = next(block for block in blocks(CATALOG) if block.note == "base")


def examples() -> list[list[Block]]:
    """The files that docs/catalog.md shows, as catalogs: those of one section together; another version begins anew."""
    catalogs: list[list[Block]] = []
    for part in re.split(r"^## ", CATALOG, flags=re.MULTILINE):
        catalogs.append([])
        for block in blocks(part):
            if block.path is None:
                continue
            if any(block.path == other.path for other in catalogs[-1]) or block.note.startswith("refused"):
                catalogs.append([])
            catalogs[-1].append(block)
    return [catalog for catalog in catalogs if catalog]


def read(root: Path, files: dict[str, str]) -> Reading:
    """Write a catalog, with a picture wherever one is named, and read it."""
    images = {ref for text in files.values() for ref in re.findall(r"images/[\w-]+\.png", text)}
    for name, content in {
        **{name: text.encode() for name, text in files.items()},
        **dict.fromkeys(images, PNG),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return read_catalog(root)


@pytest.mark.parametrize("catalog", examples(), ids=lambda catalog: str(catalog[0].path))
def test_every_example_loads_or_is_refused_as_told(catalog: list[Block], tmp_path: Path) -> None:
    reading = read(tmp_path, {"catalogsync.yaml": BASE.text, **{str(block.path): block.text for block in catalog}})
    errors = tuple(problem for problem in reading.problems if problem.severity == "error")
    refused = [block for block in catalog if block.note.startswith("refused: ")]
    told = [code for block in refused for code in block.note.removeprefix("refused: ").split()]
    assert sorted(problem.code for problem in errors) == sorted(told), errors
    for block in refused:
        assert render_problems(errors, "text") == block.after


def test_every_yaml_block_of_the_catalog_page_is_a_file() -> None:
    assert [block.text for block in blocks(CATALOG) if block.language == "yaml" and block.path is None] == []
    assert len(examples()) >= 7


TRAPS = [(cells[0].strip("`"), cells[1]) for cells in rows(CATALOG) if cells[0].startswith("`- ")]


@pytest.mark.parametrize(("line", "told"), TRAPS)
def test_what_must_be_quoted_is_refused_and_what_need_not_is_fine(line: str, told: str, tmp_path: Path) -> None:
    reading = read(tmp_path, {"catalogsync.yaml": BASE.text, "pools/trap.yaml": f"accounts:\n  {line}\n"})
    assert len(TRAPS) >= 10
    assert told.partition(":")[0] in {"fine", "refused"}
    assert (reading.catalog is not None) == told.startswith("fine")


def test_the_plans_shown_are_real_ones() -> None:
    real = {path.read_text(encoding="utf-8") for path in ROOT.glob("tests/scenarios/*/plan.txt")}
    shown = [text for language, text in FENCE.findall(page("docs/plan.md")) if language == "text"]
    plans = [text for text in shown if text.startswith(("Plan:", "BLOCKED", "No changes."))]
    assert len(plans) >= 4
    assert set(plans) <= real


def test_the_plan_in_json_is_one_that_apply_would_take() -> None:
    (text,) = (text for language, text in FENCE.findall(page("docs/plan.md")) if language == "json")
    assert read_plan_document(text)["summary"]["drifted"] == 1
