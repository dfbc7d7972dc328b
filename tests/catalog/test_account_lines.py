"""Many lines at once: the same accounts, places and fingerprints as line by line."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog.account_lines import cut, usual
from catalogsync.catalog.accounts import LINE_LIMIT, split
from catalogsync.catalog.accounts_file import accounts_in
from catalogsync.catalog.identities import Identities
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.model.account_block import STRETCH, AccountLines, identity_of
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place

Row = tuple[str, str, Place]

PLACE: Final = Place("pools/tea.yaml", 1, 1)
PLAIN: Final = "aB09!~ :|-"

halves = st.text(st.sampled_from(PLAIN), min_size=1, max_size=6)
lines = st.builds("{}{}{}".format, halves, st.sampled_from(":|"), halves)
odd = st.text(st.sampled_from("aB:| \t\r\x00\x7fé\u00a0<=>|"), max_size=9) | st.sampled_from(["", "=======", "a:b\r"])
texts = st.text(st.sampled_from("aBÀéẞ①:|~ "), min_size=1, max_size=4)
places = st.builds(Place, st.sampled_from(["a", "b"]), st.integers(1, 4))
wide = st.sampled_from([1, 400, STRETCH])
rows = st.builds(lambda name, word, times, where: (name, word * times, where), texts, texts, wide, places)
runs = st.builds(
    lambda found, file, first, times: many(file, first, found * times),
    st.lists(st.sampled_from(["Ann:x", "ann|a:b", "BOB:|", "c:d e"]), min_size=1, max_size=3),
    st.sampled_from("ab"),
    st.integers(1, 3),
    st.sampled_from([1, 900]),
)


def many(file: str, first: int, found: Sequence[str]) -> AccountLines:
    taken = usual(file, first, "".join(f"{line}\n" for line in found).encode())
    assert taken is not None
    return taken


def each(found: Sequence[Row | AccountLines]) -> list[Row]:
    return [row for part in found for row in (part.rows() if isinstance(part, AccountLines) else (part,))]


def halves_of(line: str) -> tuple[str, str] | None:
    try:
        return split(line)
    except Refused:
        return None


@given(st.lists(lines | odd, min_size=1, max_size=5))
def test_what_is_taken_at_once_would_be_taken_line_by_line(found: list[str]) -> None:
    taken = usual("f", 5, "".join(f"{line}\n" for line in found).encode())
    careful = [halves_of(line) for line in found]
    if taken is None:
        assert not all(halves and " " not in halves[0] and "".join(halves).isascii() for halves in careful)
        return
    assert [(name, word) for name, word, _ in taken.rows()] == careful
    assert [place.line for _, _, place in taken.rows()] == [*range(5, 5 + len(found))]
    assert list(taken.identities) == [identity_of(name).encode() for name, _, _ in taken.rows()]


@given(st.lists(lines | odd, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 9))
def test_a_file_is_read_as_line_by_line(found: list[str], end: str, last: bool, piece: int) -> None:
    problems, source = Problems(), BytesIO((end.join(found) + end * last).encode())
    read = each([*accounts_in(lambda _: source.read(piece), "f", problems)])
    told = [(problem.place.line, problem.code) for problem in problems.sorted()]
    expected, refused = list[Row](), list[tuple[int, str]]()
    # As it stands in the file: an odd line may hold a line end itself, or begin as no text file does.
    for number, line in enumerate((end.join(found) + end * last).split("\n"), 1):
        try:
            if line.removesuffix("\r").strip(" "):
                expected.append((*split(line.removesuffix("\r")), Place("f", number, 1)))
        except Refused as refusal:
            refused.append((number, refusal.code))
            if refusal.code == "merge-conflict":
                break
    if told == [(1, "not-utf-8")]:
        assert "\0" in (end.join(found) + end * last)[:2]
        return
    assert (read, told) == (expected, refused)


@given(st.lists(rows | runs, max_size=5))
def test_a_pool_holds_what_it_was_given(parts: list[Row | AccountLines]) -> None:
    given_rows, pool = each(parts), Pool("tea", PLACE, parts)
    accounts = [(account.username.reveal(), account.password.reveal()) for account in pool]
    assert accounts == [(name, word) for name, word, _ in given_rows]
    for index in {*range(9), len(pool) // 2, len(pool) - 1} & {*range(len(pool))}:
        one, place = pool[index], pool.place_of(index)
        assert (one.username.reveal(), one.password.reveal()) == accounts[index]
        assert (place.file, place.line) == (given_rows[index][2].file, given_rows[index][2].line)
    identities, contents = list[bytes](), list[bytes]()
    for stretch in pool.stretches():
        named = stretch.reveal_identities()
        identities += named
        contents += stretch.reveal_contents(range(len(named)))
    assert identities == [identity_of(name).encode() for name, _, _ in given_rows]
    assert contents == [f"{identity_of(name)}\0{word}".encode() for name, word, _ in given_rows]


def test_a_line_that_is_too_long_is_left_to_the_careful_reading() -> None:
    assert usual("f", 1, b"a:" + b"x" * LINE_LIMIT + b"\n") is None
    pieces = [*cut("a:b\n" * (STRETCH // 2) + "c:" + "x" * STRETCH + "\nd:e\n", "\n")]
    assert max(len(piece) for piece in pieces) > STRETCH
    assert all(piece.endswith("\n") for piece in pieces)
    assert sum(piece.count("\n") for piece in pieces) == STRETCH // 2 + 2


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnopABC"), max_size=5), max_size=4), st.booleans())
def test_every_username_that_stood_before_is_told(pools: list[list[str]], at_once: bool) -> None:
    identities, problems, made = Identities(), Problems(), list[Pool]()
    expected, seen = list[tuple[str, int]](), set[str]()
    for file, names in zip("wxyz", pools, strict=False):
        for name in () if at_once else names:
            identities.add(name)
        if at_once and names:
            identities.extend([name.lower().encode() for name in names])
        made.append(Pool(file, PLACE, [(name, "x", Place(file, line)) for line, name in enumerate(names, 1)]))
        for line, name in enumerate(names, 1):
            if name.lower() in seen:
                expected.append((file, line))
            seen.add(name.lower())
    identities.report(made, problems)
    assert [(problem.place.file, problem.place.line) for problem in problems.sorted()] == expected
