"""What YAML means here: scalars by YAML 1.2, every text as it was written, every place where it stands."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from catalogsync.catalog.documents import Document
from catalogsync.catalog.plain_yaml import read_plain
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_reader import read_documents

NOT_IN_YAML = "\x85\u2028\u2029\ufeff\ufffe\uffff"
characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=NOT_IN_YAML)
texts = st.text(characters)


def read(text: str | bytes) -> list[Document]:
    """The documents of a file that must be sound."""
    problems = Problems()
    documents, complete = read_documents("f.yaml", text if isinstance(text, bytes) else text.encode(), problems)
    assert [str(problem) for problem in problems.sorted()] == []
    assert complete
    return documents


def value(text: str) -> Any:
    """The value of `a`, in a file of this text."""
    (document,) = read(text)
    return document.value["a"]


def codes(text: str) -> list[tuple[int, int, str]]:
    """Line, column and code of what is wrong."""
    problems = Problems()
    _, complete = read_documents("f.yaml", text.encode(), problems)
    assert not complete
    return [(problem.place.line, problem.place.column, problem.code) for problem in problems.sorted()]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "No", "tRUE", "nULL", "none", "nil")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        ("'true'", "true"),
        ('"false"', "false"),
        ("'null'", "null"),
        ("0", 0),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("'7'", "7"),
        ("1" * 18, int("1" * 18)),
        ("1" * 19, Decimal("1" * 19)),
        ("9.90", Decimal("9.90")),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("-1.5", Decimal("-1.5")),
        *(
            (text, text)
            for text in (
                "1:20",
                "190:20:30",
                "1_000",
                "2026-01-02",
                "2026-01-02T10:00:00Z",
                "0b101",
                "08x",
                "1,5",
                "1.2.3",
                "+",
                ".",
                "..",
                "-x",
                "~x",
                "=",
                "+0x10",
                "-0o7",
                "0xg",
                "1e",
                "e3",
                "١٢",
                "<x",
            )
        ),
        ("[no, 010, 1:20, 9.90]", ["no", 10, "1:20", Decimal("9.90")]),
        ("{no: no, b: [{c: 1}]}", {"no": "no", "b": [{"c": 1}]}),
        ("a # comment", "a"),
        ("a#b", "a#b"),
        ("a b  c", "a b  c"),
        ("'it''s'", "it's"),
        ('"a\\tb\\n\\u00e9\\U0001F389\\x41\\/\\\\"', "a\tb\né🎉A/\\"),
        ("\n  two\n  lines", "two lines"),
        ('"two\n  lines"', "two lines"),
        ("|\n  one\n\n    two\n", "one\n\n  two\n"),
        ("|-\n  one\n", "one"),
        ("|+\n  one\n", "one\n\n"),
        (">\n  one\n  two\n\n  three\n", "one two\nthree\n"),
        ("|\n  # no comment\n# comment\n", "# no comment\n"),
        ("[]", []),
        ("{}", {}),
        ('""', ""),
    ],
)
def test_meaning(written: str, meant: object) -> None:
    found = value(f"a: {written}\n")
    assert found == meant
    assert type(found) is type(meant)


def test_a_number_is_never_a_float() -> None:
    assert isinstance(value("a: 0.1\n"), Decimal)


@pytest.mark.parametrize(
    "number", ["0x10", "0o7", "1e3", "1.5E-3", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "9" * 1001]
)
def test_odd_forms_of_numbers_are_refused(number: str) -> None:
    assert codes(f"a: {number}\n") == [(1, 4, "number-form")]


@given(texts)
def test_any_text_survives_double_quotes(text: str) -> None:
    assert value(f"a: {json.dumps(text, ensure_ascii=False)}\n") == text


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs", "Cc"))))
def test_any_text_survives_escapes(text: str) -> None:
    assert value(f"a: {json.dumps(text)}\n") == text


@given(texts)
def test_any_text_survives_single_quotes(text: str) -> None:
    quoted = text.replace("'", "''")
    assert value(f"a: '{quoted}'\n") == text


@given(st.lists(texts, min_size=1), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_lines_survive_a_block(lines: list[str], end: str) -> None:
    block = "".join(f"  {line}{end}" for line in lines)
    assert value(f"a: |2-{end}{block}") == "\n".join(lines).rstrip("\n")


@given(st.from_regex(r"[a-zA-Z/][a-zA-Z0-9/ ,.()=_$-]*[a-zA-Z0-9.)]", fullmatch=True))
def test_words_need_no_quotes(text: str) -> None:
    if text.lower() not in ("true", "false", "null"):
        assert value(f"a: {text}\n") == text


def test_a_byte_order_mark_moves_no_column() -> None:
    (document,) = read("\ufeffa: 1\n")
    assert (document.place(("a",)).line, document.place(("a",)).column) == (1, 4)


def test_columns_count_characters() -> None:
    (document,) = read('"ключ🎉": {b: x}\n')
    assert document.place(("ключ🎉", "b")).column == 14


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_do_not_depend_on_line_ends(end: str) -> None:
    (document,) = read(end.join(["# first", "", "a: 1", "b:", "  - x", "  - {c: d}", "e: |", "  text", "f: 2", ""]))
    places = {
        path: (document.place(path).line, document.place(path).column)
        for path in (("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "c"), ("e",), ("f",))
    }
    assert places == {
        ("a",): (3, 4),
        ("b",): (5, 3),
        ("b", 0): (5, 5),
        ("b", 1): (6, 5),
        ("b", 1, "c"): (6, 9),
        ("e",): (7, 4),
        ("f",): (9, 4),
    }


def test_a_path_that_leads_nowhere_is_where_it_ends() -> None:
    (document,) = read("a:\n  b: [x]\n")
    assert document.place(("a", "c", "d")) == document.place(("a",))
    assert document.place(("z",)) == document.place()
    assert not document.has(("a", "c"))
    assert document.has(("a", "b"))


def test_every_document_of_a_file_has_its_own_places() -> None:
    first, second = read("a: {x: 1}\n---\n\na: {x: 2}\n")
    assert (first.place(("a", "x")).line, second.place(("a", "x")).line) == (1, 4)
    assert (first.key_place(("a", "x")).column, second.key_place(("a", "x")).column) == (5, 5)


@dataclass
class Writing:
    """Writes a document in block style, and notes where it puts what."""

    lines: list[str] = field(default_factory=list)
    places: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)

    def mapping(self, content: dict[str, Any], indent: int, path: tuple[str | int, ...]) -> None:
        for name, inner in content.items():
            self._entry(f"{' ' * indent}{name}:", inner, indent, (*path, name))

    def _entry(self, head: str, inner: Any, indent: int, path: tuple[str | int, ...]) -> None:
        if isinstance(inner, (dict, list)) and inner:
            self.lines.append(head)
            self.places[path] = (len(self.lines) + 1, indent + 3)
            if isinstance(inner, dict):
                self.mapping(inner, indent + 2, path)
            else:
                for number, item in enumerate(inner):
                    self._entry(f"{' ' * (indent + 2)}-", item, indent + 2, (*path, number))
        else:
            self.lines.append(f"{head} {json.dumps(inner, ensure_ascii=False)}")
            self.places[path] = (len(self.lines), len(head) + 2)


keys = st.sampled_from(["a", "b", "key", "no", "on", "x_1", "under_score", "Größe", "k-2"])
contents = st.dictionaries(
    keys,
    st.recursive(
        st.text(characters, max_size=6) | st.booleans() | st.integers(-(10**9), 10**9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(contents)
def test_what_was_written_is_read_and_has_its_place(content: dict[str, Any]) -> None:
    writing = Writing()
    writing.mapping(content, 0, ())
    (document,) = read("\n".join(writing.lines) + "\n")
    assert document.value == content
    found = {path: document.place(path) for path in writing.places}
    assert {path: (place.line, place.column) for path, place in found.items()} == writing.places


@given(contents)
def test_json_is_yaml(content: dict[str, Any]) -> None:
    (document,) = read(json.dumps(content, ensure_ascii=False))
    assert document.value == content


pieces = st.sampled_from(
    [
        *("a", "b", "k", "0", "1", "9", ".", "-", "+", "~", "/", " ", "  ", ": ", ":", " #", '"', "'", "[", "]"),
        *("{", "}", ",", ", ", "|\n  ", ">\n  ", "|-\n    ", "? ", "- ", "\n", "\n  ", "\n    ", "\r\n", "é", "\u00a0"),
        *("true", "null", "no", "1.5", "010", "1:2", "\n...\n", "\n---\n", "\\n", "''", '""', "a: ", "k: ", "- a"),
    ]
)
starts = st.sampled_from(["", "a: ", "k:\n  ", "a:\n  - ", "a: |\n  ", 'a: "', "a: [", "a: {b: "])
ends = st.sampled_from(["", "\n", "]\n", "}\n", '"\n', "'\n"])


@given(starts, st.lists(pieces, max_size=10), ends)
def test_what_is_accepted_means_what_yaml_says(start: str, middle: list[str], end: str) -> None:
    text = start + "".join(middle) + end
    problems = Problems()
    documents, complete = read_documents("f.yaml", text.encode(), problems)
    last = len(text.splitlines()) or 1
    for problem in problems.sorted():
        assert 1 <= problem.place.line <= last
    assert complete == (not problems.errors)
    others = others_of(text) if complete else None
    if others is not None:
        assert [plain(document.value) for document in documents] == others


def others_of(text: str) -> list[Any] | None:
    """What another reader of YAML 1.2 makes of a text; None where it gives up, as it does on some that are sound."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        return list(yaml.load_all(text))
    except YAMLError:
        return None


def plain(content: Any) -> Any:
    """The same with floats, as other readers have them."""
    if isinstance(content, dict):
        return {name: plain(item) for name, item in content.items()}
    if isinstance(content, list):
        return [plain(item) for item in content]
    return float(content) if isinstance(content, Decimal) else content


names = st.sampled_from(["title", "price", "description", "images", "key", "status", "stock", "category"])
bits = st.sampled_from(
    [
        *("a", "Z", "0", "1", "9", ".", "-", "+", "~", "/", " ", "  ", ":", ": ", "#", " #", '"', "'", "|", ">"),
        *("[", "]", "{", "}", ",", ", ", "&", "*", "!", "%", "@", "`", "\\", "=", "<<", "é", "🎉", "\u00a0", "\ufeff"),
        *("true", "null", "1.5", "1e3", "0x1", "_", "\t", "---", "..."),
    ]
)
some = st.lists(bits, max_size=5).map("".join)
some |= st.sampled_from(["a", "Hello, world", "9.99", "12", "no", "images/a.png", "https://a.example/b?c=d"])
settings_of_a_lifecycle = st.builds(
    "{}: {}".format, st.sampled_from(["prevent_delete", "on_remove", "ignore_changes"]), some | st.just("[a, b]")
)
lines_of_a_block = st.tuples(st.sampled_from(["  ", "  ", "    ", " ", ""]), some).map("".join)
entries = st.one_of(
    st.builds("{}: {}\n".format, names, some),
    st.builds('{}: "{}"\n'.format, names, some.filter(lambda text: '"' not in text)),
    st.builds("{}: |\n  {}\n".format, names, st.lists(lines_of_a_block, min_size=1).map("\n".join)),
    st.builds("{}: [{}]\n".format, names, st.lists(some, min_size=1).map(", ".join)),
    st.builds("{}:\n  - {}\n".format, names, st.lists(some, min_size=1).map("\n  - ".join)),
    st.builds("lifecycle: {{{}}}\n".format, st.lists(settings_of_a_lifecycle, min_size=1, max_size=3).map(", ".join)),
    st.builds("lifecycle:\n  {}\n".format, st.lists(settings_of_a_lifecycle, min_size=1, max_size=3).map("\n  ".join)),
    st.sampled_from(["\n", "# c\n", "#status: active\n", " \n"]),
)


@given(st.lists(entries, min_size=1, max_size=4).map("".join))
def test_the_quick_reader_reads_as_the_strict_one(text: str) -> None:
    quick = read_plain("f.yaml", text.encode())
    if quick is None:
        return
    # A document's end is beyond the quick reader, and moves nothing.
    (strict,) = read(f"{text}...\n")
    assert list(quick.value.items()) == list(strict.value.items())
    assert [type(item) for item in quick.value.values()] == [type(item) for item in strict.value.values()]
    assert quick.place() == strict.place()
    for name, item in quick.value.items():
        inner = range(len(item)) if isinstance(item, list) else item if isinstance(item, dict) else ()
        for path in [(name,), *((name, step) for step in inner)]:
            assert quick.place(path) == strict.place(path)
            assert quick.key_place(path) == strict.key_place(path)
