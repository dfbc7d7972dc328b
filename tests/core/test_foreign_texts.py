"""Texts of others: entities are read whatever they hold, and an id in a command is one word and nothing else."""

import html
import shlex

from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.blanking import Blanking, Sightings
from catalogsync.core.entities import unescaped
from catalogsync.core.likeness import says_the_same
from catalogsync.core.pasting import pasted
from catalogsync.model.secret import Secret
from catalogsync.render.escape import guard

_PARTS = st.sampled_from(["&#", "&#x", "&", ";", "0", "00000000", "65", "9" * 9, "amp", "lt", "a", " "])


@given(st.lists(_PARTS).map("".join))
def test_entities_are_read_as_ever(text: str) -> None:
    assert unescaped(text) == html.unescape(text)


def test_a_number_without_end_stops_nobody() -> None:
    zeros = "0" * 5_000
    assert unescaped(f"&#{'1' * 5_000};&#{zeros}65;&#{zeros};") == "\ufffdA\ufffd"
    text = f"It says &#{'1' * 5_000}; and sue@buyers.example"
    assert "buyers" not in Blanking(Sightings([text], [])).shown(text)
    assert not says_the_same(Secret(text), Secret("other"))


def test_a_text_of_a_megabyte_is_looked_through_in_one_go() -> None:
    """What looks at each place of it anew from there to its end takes minutes, and the time limit ends it."""
    for sign in ("<", "\n", " ", "&#", "::", "##", "@"):
        text = sign * (1_000_000 // len(sign))
        assert says_the_same(Secret(text), Secret(text))
        assert len(guard(f"{text}::")) <= 2 * len(text) + 3


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_an_id_is_one_word_and_no_option(text: str) -> None:
    *options, found = shlex.split(f"catalogsync orders fulfill {pasted(text)}")[3:]
    assert found == text
    assert options == (["--"] if text.startswith("-") else [])
