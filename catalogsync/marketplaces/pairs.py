"""Accounts as orders get them: texts `username:password`, from which both halves must be told again."""

from collections.abc import Iterable, Sequence
from typing import Final

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret

_SEPARATORS: Final = frozenset(":|")


def pairs_of(accounts: Iterable[Account]) -> list[str] | Answer:
    """Each account as one text; or, if one cannot be told from its text, the Answer that nothing was sent."""
    pairs: list[str] = []
    for account in accounts:
        username = account.username.reveal()
        if _SEPARATORS & set(username):
            return Answer(
                AnswerClass.NEVER,
                "a username with `:` or `|` in it cannot be given to an order, which takes username:password;"
                " nothing was sent",
            )
        pairs.append(f"{username}:{account.password.reveal()}")
    return pairs


def halves_of(accounts: Sequence[Account]) -> list[Secret]:
    """What must not be shown if a marketplace repeats it."""
    return [half for account in accounts for half in (account.username, account.password)]
