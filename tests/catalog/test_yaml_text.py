"""Values to the text of an entry: whatever is written is read back, and looks as a person would write it."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from catalogsync.catalog.problems import Problems
from catalogsync.catalog.product_values import VALUES
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.catalog.yaml_text import Style, entry_text, spell
from catalogsync.model.fields import Value, normalize

readable = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n"))
pieces = st.sampled_from(
    [
        *(
            "a",
            "Z",
            "0",
            "9",
            ".",
            "-",
            "+",
            "~",
            "/",
            " ",
            "  ",
            ":",
            ": ",
            "#",
            " #",
            '"',
            "'",
            "|",
            ">",
            "\n",
            "\n\n",
        ),
        *("[", "]", "{", "}", ",", ", ", "&", "*", "!", "%", "@", "`", "\\", "=", "<<", "é", "🎉", "\u00a0", "\ufeff"),
        *("true", "null", "1.5", "1e3", "0x1", "_", "\t", "---", "...", "yes", "1:20", "\u2028", "\u2029", "\uffff"),
        *("word " * 20, "\n ", "\n\t", " \n", "\n# ", "\n- ", "? ", "{{", "<p>", "</p>\n"),
    ]
)
texts = (st.lists(pieces, max_size=8).map("".join) | readable).map(lambda raw: str(normalize("description", raw)))
styles = st.none() | st.sampled_from(Style)


def read(text: str) -> dict[str, Any]:
    """The one document of a file that must be sound."""
    problems = Problems()
    documents, complete = read_documents("f.yaml", text.encode(), problems)
    assert [str(problem) for problem in problems.sorted()] == []
    assert complete
    (document,) = documents
    return document.value


def in_file(name: str, value: Value, style: Style | None, indent: int, *, flow: bool = False) -> str:
    """An entry between two others."""
    spelling = spell(name, value, indent + 2, style, flow=flow)
    if flow:
        assert not spelling.below
        return f"{{a: 1, {name}: {spelling.head}, z: 2}}"
    blanks = " " * indent
    return "\n".join([f"{blanks}a: 1", f"{blanks}{name}: {spelling.head}", *spelling.below, f"{blanks}z: 2", ""])


@given(texts, styles, st.integers(0, 5), st.booleans())
@example("a\n   \nb", Style.LITERAL, 0, False)
@example("a\n\tb \nc", Style.FOLDED, 2, False)
@example("word " * 50 + "\n\n\n#b", Style.FOLDED, 2, False)
def test_any_text_is_read_back(text: str, style: Style | None, indent: int, flow: bool) -> None:
    value = read(in_file("description", text, style, indent, flow=flow))
    assert list(value) == ["a", "description", "z"]
    assert isinstance(value["description"], str)
    assert normalize("description", value["description"]) == text
    assert normalize("description", read(entry_text("description", text, indent))["description"]) == text


@given(st.lists(texts, max_size=4), styles, st.integers(0, 5), st.booleans())
def test_any_list_is_read_back(items: list[str], style: Style | None, indent: int, flow: bool) -> None:
    assert read(in_file("images", tuple(items), style, indent, flow=flow)) == {"a": 1, "images": items, "z": 2}


@given(st.integers(0, 10**6), st.integers(0, 99), styles, st.booleans())
def test_any_price_is_read_back(whole: int, cents: int, style: Style | None, flow: bool) -> None:
    written = read(in_file("price", f"{whole}.{cents:02}", style, 0, flow=flow))["price"]
    assert normalize("price", written) == f"{whole}.{cents:02}"


@given(texts.filter(lambda text: "\n" not in text), st.booleans())
def test_a_reader_of_yaml_1_1_reads_the_same(text: str, flow: bool) -> None:
    assert yaml.safe_load(in_file("title", text, None, 0, flow=flow))["title"] == text


@pytest.mark.parametrize("text", ["a\0b", "\x7f", "a\x9fb"])
def test_what_the_reader_refuses_is_at_least_yaml(text: str) -> None:
    assert yaml.safe_load(entry_text("title", text)) == {"title": text}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("title", "Pottery, a seat", "title: Pottery, a seat\n"),
        ("title", "Letterpress: a day", 'title: "Letterpress: a day"\n'),
        ("title", 'The "Marginalia" #1', 'title: "The \\"Marginalia\\" #1"\n'),
        ("title", "no", 'title: "no"\n'),
        ("title", "y", 'title: "y"\n'),
        ("title", "010", 'title: "010"\n'),
        ("title", "1:20", 'title: "1:20"\n'),
        ("title", "2026-01-02", 'title: "2026-01-02"\n'),
        ("title", "1e3", 'title: "1e3"\n'),
        ("title", "~", 'title: "~"\n'),
        ("title", "- dash", 'title: "- dash"\n'),
        ("status", "Tab\there", 'status: "Tab\\there"\n'),
        ("title", "word " * 40 + "end", f"title: {'word ' * 40}end\n"),
        ("title", "Größe 🎉", "title: Größe 🎉\n"),
        ("category", "courses", "category: courses\n"),
        ("category_id", "65f0a1", 'category_id: "65f0a1"\n'),
        ("description", "", 'description: ""\n'),
        ("description", "<p>Six evenings.</p>", "description: <p>Six evenings.</p>\n"),
        ("description", "one\n\n  two", "description: |\n  one\n\n    two\n"),
        ("description", "x" * 101, f"description: |\n  {'x' * 101}\n"),
        ("description", "a\nb\u2028c", 'description: "a\\nb\\u2028c"\n'),
        ("price", "9.90", 'price: "9.90"\n'),
        ("stock", 8, "stock: 8\n"),
        ("images", (), "images: []\n"),
        ("images", ("images/a.png", "no"), 'images:\n  - images/a.png\n  - "no"\n'),
    ],
)
def test_as_a_person_would_write_it(name: str, value: Value, text: str) -> None:
    assert entry_text(name, value) == text
    if make := VALUES.get(name):
        assert make(read(text)[name]) == value


@pytest.mark.parametrize(
    ("name", "value", "style", "flow", "lines"),
    [
        ("price", "9.90", Style.PLAIN, False, ["9.90"]),
        ("price", "9.90", Style.SINGLE, False, ["'9.90'"]),
        ("title", "It's", Style.SINGLE, False, ["'It''s'"]),
        ("title", "plain", Style.DOUBLE, False, ['"plain"']),
        ("title", "no", Style.PLAIN, False, ['"no"']),
        ("description", "one", Style.LITERAL, False, ["|", "    one"]),
        ("description", "one\ntwo", Style.FOLDED, False, [">", "    one", "", "    two"]),
        ("description", "one\n two", Style.FOLDED, False, ["|", "    one", "     two"]),
        ("description", "one\ntwo", Style.SINGLE, False, ["|", "    one", "    two"]),
        ("description", "one\ntwo", Style.LITERAL, True, ['"one\\ntwo"']),
        ("title", "a, b", None, True, ['"a, b"']),
        ("images", ("a", "b"), Style.DOUBLE, True, ['["a", "b"]']),
    ],
)
def test_the_style_that_is_asked_for(
    name: str, value: Value, style: Style | None, flow: bool, lines: list[str]
) -> None:
    spelling = spell(name, value, 4, style, flow=flow)
    assert [spelling.head, *spelling.below] == lines
