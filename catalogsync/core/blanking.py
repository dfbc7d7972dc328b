"""What people wrote, without what may be an account in it: for a screen, and before it is sent to somebody."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from catalogsync.core.entities import unescaped
from catalogsync.model.pool import Account, identity_of

BLANK: Final = "***"

_PLACEHOLDER: Final = "-"
"""Stands for "no password" in a pool, and is no secret."""
_SHORTEST: Final = 4
"""A shorter half of an account counts only where it stands as a word by itself."""
_LONG: Final = 8
"""So many first and last signs of a half tell whether it can stand in a text, where it has as many."""
_TELLING: Final = re.compile(r"\S[@:|＠：｜]\S")
_WORD: Final = re.compile(r"\S+")
_SIGNS: Final = re.compile(r"\w+")


class Sightings:
    """Which halves of accounts, usernames and passwords, stand in some texts.

    A catalog may have a million accounts and a shop a thousand tickets: each half is looked for by its first and last
    few signs, and only where both stand in some text by itself.

    Args:
        texts: what people wrote.
        accounts: those that are looked for.
    """

    def __init__(self, texts: Iterable[str], accounts: Iterable[Account]) -> None:
        self._all = "\n".join(form for text in texts for form in _forms(text))
        self._grams = {
            self._all[at : at + size] for size in (_SHORTEST, _LONG) for at in range(len(self._all) - size + 1)
        }
        self._words = {*_SIGNS.findall(self._all), *self._all.split()}
        self.halves: set[str] = set()
        self.whole = 0
        if self._all:
            for account in accounts:
                self._look_for(account)

    def _look_for(self, account: Account) -> None:
        username, password = account.username.reveal(), account.password.reveal()
        found = [half for half in (username, password) if half != _PLACEHOLDER and self._stands(identity_of(half))]
        self.halves.update(identity_of(half) for half in found)
        self.whole += len(found) == (1 if password == _PLACEHOLDER else 2)

    def _stands(self, half: str) -> bool:
        if len(half) < _SHORTEST:
            return half in self._words
        size = _LONG if len(half) >= _LONG else _SHORTEST
        return half[:size] in self._grams and half[-size:] in self._grams and half in self._all


class Blanking:
    """Blanks, in what people wrote, addresses, whatever looks like an account, and halves of known accounts.

    Args:
        sightings: the halves that stand in any of the texts.
    """

    def __init__(self, sightings: Sightings) -> None:
        self._halves = sightings.halves
        longest_first = sorted(self._halves, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_bounded, longest_first)) or r"(?!)", re.IGNORECASE)

    def shown(self, text: str) -> str:
        """A text that may be shown."""
        blanked = _WORD.sub(lambda word: BLANK if _TELLING.search(word[0]) else word[0], text)
        blanked = self._pattern.sub(BLANK, blanked)
        # Written in another way, as HTML or in other letters, a half may still be there; then nothing is shown.
        left = "\n".join(_forms(blanked))
        return BLANK if any(re.search(_bounded(half), left) for half in self._halves) else blanked


def holds_account(texts: Iterable[str], accounts: Iterable[Account]) -> bool:
    """Whether a whole account, username and password, or a code without a password, stands in some texts."""
    return Sightings(texts, accounts).whole > 0


def _forms(text: str) -> Iterator[str]:
    """The ways in which a text may be meant, in the form in which usernames are compared."""
    yield identity_of(text)
    if "&" in text:
        yield identity_of(unescaped(text))


def _bounded(half: str) -> str:
    return re.escape(half) if len(half) >= _SHORTEST else rf"(?<!\w){re.escape(half)}(?!\w)"
