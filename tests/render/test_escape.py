"""Texts of others are harmless once they are shown."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.render.escape import block, guard, inline, json_guard, look_alike, spelled, well_formed

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größer 咖啡 ☕ ❤️", "größer 咖啡 ☕ ❤️"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("a\0b", r"a\x00b"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31mred", r"\x9b31mred"),
        ("a\x85b\u2028c\u2029d", r"a\x85b\u2028c\u2029d"),
        ("abc\u202egnp.exe", r"abc\u202egnp.exe"),
        ("a\u200bb\u200db\ufeff", r"a\u200bb\u200db\ufeff"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_inline(text: str, shown: str) -> None:
    assert inline(text) == shown


@given(ANY_TEXT)
def test_inline_twice_is_inline_once(text: str) -> None:
    assert inline(inline(text)) == inline(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="ᅟᅠㅤﾠ")))
def test_what_can_be_read_stays(text: str) -> None:
    assert inline(text) == text


@pytest.mark.parametrize(
    ("output", "harmless"),
    [
        ("::error::x", r"\::error::x"),
        ("a\n  ::set-output name=x::y", "a\n  \\::set-output name=x::y"),
        ("\u00a0::warning::x", "\u00a0\\::warning::x"),
        ("\x1b[31m::stop-commands::x", "\x1b[31m\\::stop-commands::x"),
        ("##[error]x", r"#\#[error]x"),
        ("a ##vso[task.setvariable]x ##[group]", r"a #\#vso[task.setvariable]x #\#[group]"),
        ("###[debug]", r"##\#[debug]"),
        ("std::vector, ## heading", "std::vector, ## heading"),
        ("", ""),
    ],
)
def test_guard(output: str, harmless: str) -> None:
    assert guard(output) == harmless
    assert guard(harmless) == harmless


@given(st.lists(st.sampled_from(["::", ":", "#", "##", "[", "vso", " ", "\n", "\t", "x", "\x1b[0m"])).map("".join))
def test_after_guard_no_line_commands(output: str) -> None:
    guarded = guard(output)
    assert not re.search(r"##[A-Za-z]*\[", guarded)
    assert not any(re.match(r"(\s|\x1b\[0m)*::", line) for line in guarded.splitlines())


def test_block_keeps_its_lines() -> None:
    assert block("a\r\nb\x1b\nc") == "a\nb\\x1b\nc"


@given(st.recursive(ANY_TEXT, lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner)))
def test_guarded_json_means_the_same(value: object) -> None:
    document = json.dumps(value, ensure_ascii=False)
    assert json.loads(json_guard(document)) == value


def test_guarded_json_keeps_what_can_be_read_and_escapes_what_cannot() -> None:
    document = json.dumps("é咖\x7f\x9b\u202e\u200b\U000e0041##[group]", ensure_ascii=False)
    assert json_guard(document) == r'"é咖\u007f\u009b\u202e\u200b\udb40\udc41\u0023#[group]"'


@given(ANY_TEXT)
def test_well_formed_texts_can_be_written(text: str) -> None:
    assert well_formed(text).encode().decode() == well_formed(text)
    assert well_formed(well_formed(text)) == well_formed(text)


def test_halves_of_a_pair_are_joined_and_lone_ones_replaced() -> None:
    assert well_formed("\ud83d\ude00 \ud83d") == "😀 \ufffd"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("é", "e\u0301", True),
        ("a b", "a\u00a0b", True),
        ("❤", "❤\ufe0f", True),
        ("ﬁne", "fine", True),
        ("same", "same", False),
        ("a", "b", False),
    ],
)
def test_look_alike(one: str, other: str, alike: bool) -> None:
    assert look_alike(one, other) is alike
    assert not alike or spelled(one) != spelled(other)
