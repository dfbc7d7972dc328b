"""What people wrote shows no account and no address, whoever wrote it in which way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.blanking import BLANK, Blanking, Sightings, holds_account
from catalogsync.core.ticket_rows import ticket_rows
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket


def account(username: str, password: str) -> Account:
    return Account(Secret(username), Secret(password))


KNOWN = [
    account("Ann Lee", "pass word"),
    account("SEAT-77812", "-"),
    account("bo", "x1"),
    account("Straße", "a&b&c"),
    account("ﬁona.long", "q" * 30),
]


def shown(text: str) -> str:
    return Blanking(Sightings([text], KNOWN)).shown(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A seat does not open", "A seat does not open"),
        ("Problem: none - really", "Problem: none - really"),
        ("mail ann@example.com, please", "mail *** please"),
        ("use a:b or a|b", "use *** or ***"),
        ("use a：b or a｜b or a＠b", "use *** or *** or ***"),
        ("ann LEE cannot log in", "*** cannot log in"),
        ("with PASS WORD.", "with ***."),
        ("code seat-77812!", "code ***!"),
        ("bo and bob, x1 and x12", "*** and bob, *** and x12"),
        ("STRASSE", BLANK),
        ("fiona.LONG here", "*** here"),
        ("ﬁona.long here", BLANK),
        ("with a&amp;b&amp;c", BLANK),
        ("", ""),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert shown(text) == left


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["Ann Lee", "SEAT-77812", "pass word"]))
def test_no_half_of_an_account_is_left(before: str, after: str, half: str) -> None:
    assert half.lower() not in shown(f"{before} {half} {after}").lower()


@pytest.mark.parametrize(
    ("texts", "held"),
    [
        (["Ann Lee cannot log in"], False),
        (["Ann Lee", "use pass word"], True),
        (["ann lee / PASS WORD"], True),
        (["take SEAT-77812"], True),
        (["bo says x1"], True),
        (["bob says x12"], False),
        (["straße a&amp;b&amp;c"], True),
        (["-"], False),
        ([""], False),
    ],
)
def test_a_whole_account(texts: list[str], held: bool) -> None:
    assert holds_account(texts, KNOWN) == held


def test_tickets_as_rows() -> None:
    ticket = Ticket("t1", title=Secret("From ann@example.com"), description=Secret("a" * 12), buyer=Secret("b1"))
    (row,) = ticket_rows([ticket], KNOWN)
    assert (row.title, row.length, row.description, row.buyer) == ("From ***", 12, None, None)
    (row,) = ticket_rows([ticket], KNOWN, reveal=True)
    assert (row.title, row.description, row.buyer) == ("From ann@example.com", "a" * 12, "b1")
    (row,) = ticket_rows([Ticket("t2")], KNOWN)
    assert (row.title, row.length) == (None, None)
