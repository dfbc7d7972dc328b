"""The word diff of long texts."""

from hypothesis import given
from hypothesis import strategies as st

from catalogsync.render.word_diff import word_diff

WORDS = st.lists(st.sampled_from(["a ", "b ", "c\n", "<p>", "</p>\n", "é", "12", "_", "< ", "\t"]), max_size=60).map(
    "".join
)
EVERYTHING = 10_000


@given(WORDS, WORDS)
def test_with_all_its_words_a_diff_gives_back_both_texts(before: str, after: str) -> None:
    found = word_diff(before, after, places=EVERYTHING, around=EVERYTHING)
    assert found is not None
    pieces, more = found
    assert more == 0
    assert "".join(piece[0] if isinstance(piece, tuple) else piece or "" for piece in pieces) == before
    assert "".join(piece[1] if isinstance(piece, tuple) else piece or "" for piece in pieces) == after


@given(WORDS, WORDS, st.integers(0, 3), st.integers(0, 3))
def test_what_is_not_shown_is_counted(before: str, after: str, places: int, around: int) -> None:
    everything = word_diff(before, after, places=EVERYTHING, around=around)
    some = word_diff(before, after, places=places, around=around)
    assert everything is not None
    assert some is not None
    total = sum(isinstance(piece, tuple) for piece in everything[0])
    assert sum(isinstance(piece, tuple) for piece in some[0]) + some[1] == total


def test_equal_texts_differ_nowhere() -> None:
    found = word_diff("one two", "one two", places=3, around=4)
    assert found is not None
    assert not any(isinstance(piece, tuple) for piece in found[0])


def test_changes_with_hardly_a_word_between_are_one() -> None:
    assert word_diff("x a b y", "x c b d y", places=3, around=1) == (["x ", ("a b ", "c b d "), "y"], 0)


def test_a_little_change_in_a_huge_text_is_found() -> None:
    words = [f"word{number}" for number in range(20_000)]
    before, after = " ".join(words), " ".join([*words[:9000], "new", *words[9001:]])
    assert word_diff(before, after, places=3, around=1) == (
        [None, "word8999 ", ("word9000 ", "new "), "word9001 ", None],
        0,
    )


def test_what_would_take_too_long_is_not_compared() -> None:
    assert word_diff("a b " * 1000, "b b a " * 1000, places=3, around=1) is None


def test_texts_without_a_word_in_common_are_one_place() -> None:
    assert word_diff("a " * 20_000, "b " * 20_000, places=3, around=1) == ([("a " * 20_000, "b " * 20_000)], 0)


def test_markup_that_never_ends_is_survived() -> None:
    assert word_diff("<" * 100_000, "<" * 100_000 + "<b>", places=1, around=1) == ([None, "<", ("", "<b>")], 0)
