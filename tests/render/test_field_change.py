"""How one field's change is put into words."""

import pytest

from catalogsync.model.fields import Value
from catalogsync.model.plan import FieldChange
from catalogsync.render.field_change import change_spans

LONG = "<p>The best streaming service, on five screens at once, for all who like to watch films in the evening.</p>"


def told(field: str, before: Value | None, after: Value | None, verbose: int = 0) -> str:
    return "".join(span.text for span in change_spans(FieldChange(field, before, after, "catalog"), verbose))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("StreamHub", "StreamHub, 4K", 'StreamHub → "StreamHub, 4K"'),
        ("", "x", '"" → x'),
        (None, "x y", 'set to "x y"'),
        ("x", None, "removed, was x"),
        ("Cafe\u0301", "Café", r"Cafe\u0301 → Caf\xe9"),
        ("a\u00a0b", "a b", r"a\xa0b → a b"),
        ("one\ntwo", "one\nthree", "one [-two-]{+three+}"),
        ("one\ntwo", "one two", r"[-one\n-]{+one +}two"),
    ],
)
def test_texts(before: str | None, after: str | None, words: str) -> None:
    assert told("title", before, after) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (LONG.replace("five", "six"), "… streaming service, on [-five-]{+six+} screens at once, … "),
        (LONG.replace("five ", ""), "… streaming service, on [-five-] screens at once, … "),
        (LONG.replace("five", "five big"), "… service, on five {+big+} screens at once, … "),
        (LONG + "!", "… the evening.</p>{+!+}"),
        ("Now: " + LONG, "{+Now:+} <p>The best streaming … "),
        ("", f"[-{LONG[:59].rstrip()}… ({len(LONG)} characters)-]"),
    ],
)
def test_long_texts(after: str, words: str) -> None:
    assert told("description", LONG, after) == words


def test_a_long_text_in_full() -> None:
    assert told("description", LONG, LONG.replace("five", "six"), 2) == LONG.replace("five", "[-five-]{+six+}")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("a",), ("b",), "a → b"),
        (("a", "b"), ("a", "c"), "[-b-]{+c+}"),
        (("a",), ("a", "b", "c"), "1 → 3: {+b, c+}"),
        (("a", "a"), ("a",), "2 → 1: [-a-]"),
        (("a",), (), "1 → 0: [-a-]"),
        ((), ("a",), "0 → 1: {+a+}"),
        (("a", "b"), ("b", "a"), "in another order: b, a"),
    ],
)
def test_lists(before: tuple[str, ...], after: tuple[str, ...], words: str) -> None:
    assert told("images", before, after) == words


def test_huge_lists_stay_short() -> None:
    before = tuple(f"/media/{number}.webp" for number in range(50_000))
    assert len(told("images", before, before[::-1])) < 300
    assert len(told("images", before, ())) < 300


def test_numbers() -> None:
    assert told("min_quantity", 1, 10) == "1 → 10"
