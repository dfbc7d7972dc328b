"""The reference is what the commands and the schemas say today."""

import os
import subprocess
import sys

import click
import pytest

from docs.making.commands import help_text
from docs.making.kinds import kind, meaning, plain_value
from docs.making.pages import made_pages
from tests.docs.pages import ROOT, page


@pytest.mark.parametrize("name", made_pages())
def test_the_reference_is_not_stale(name: str) -> None:
    made = made_pages()[name]
    assert page(name) == made, f"{name} is stale: run `make docs`, and commit what it wrote"


def test_every_page_of_the_reference_is_made() -> None:
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference").iterdir()} == made_pages().keys()


def test_it_is_the_same_whatever_the_terminal_is() -> None:
    narrow = {**os.environ, "COLUMNS": "40", "TERM": "dumb", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    script = "from docs.making.pages import made_pages; print(*made_pages().values(), sep='')"
    done = subprocess.run([sys.executable, "-c", script], env=narrow, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(made_pages().values()) + "\n"


def test_make_docs_writes_it() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\ndocs: $(READY)\n\t$(BIN)/python -m docs.making\n" in makefile


def test_paragraphs_are_one_line_each_and_tables_are_left_as_they_are() -> None:
    command = click.Command("set", help="Change a field,\nof many products.\n\n\b\n  price=9.99\n  price=+5%")
    assert help_text(command) == "Change a field, of many products.\n\n```text\nprice=9.99\nprice=+5%\n```\n"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "minLength": 1}, "text that is not empty"),
        ({"type": "string", "maxLength": 5000}, "text of at most 5,000 characters"),
        ({"type": "string", "minLength": 1, "maxLength": 9}, "text of 1 to 9 characters"),
        ({"type": ["integer", "null"], "minimum": 0}, "whole number from 0 or `null`"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1000}, "number above 0 up to 1,000"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "list; each entry: `a` or `b`"),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"const": 1}]}, "list of text; `1`"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "map; each entry: text"),
        ({"anyOf": [{"type": "null"}, {"$ref": "#/$defs/part"}]}, "`null` or [part](#plan-part)"),
        ({"$ref": "#/$defs/name"}, "text like `^a$`"),
    ],
)
def test_schemas_are_told_in_words(schema: dict[str, object], words: str) -> None:
    root = {"$defs": {"part": {"properties": {}}, "name": {"type": "string", "pattern": "^a$"}}}
    assert kind(schema, root, "Plan") == words


def test_a_meaning_has_its_rule_and_its_examples() -> None:
    schema = {"description": "A price.", "patternErrorMessage": "it is plain", "examples": ["9.99", ["a", 1]]}
    assert meaning(schema) == "A price. It is plain. Example: `9.99` or `[a, 1]`."
    assert plain_value([True, None, {"courses": "65"}]) == '[true, null, {courses: "65"}]'
