"""Whom a marketplace told of in this run: what it says later, such as a refusal, may name them, and is not to."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from catalogsync.model.order import Order
from catalogsync.model.pool import identity_of
from catalogsync.model.secret import Secret

_ABOUT: Final = re.compile(r"(buyer|customer|client|user|recipient|contact)", re.IGNORECASE)
"""How the fields are called that tell of a person."""
_SHORTEST: Final = 4
"""What is shorter, or a number, counts only where it stands as a word by itself."""
_WORD: Final = re.compile(r"\w+")
_DEEPEST: Final = 3
_SEEN: Final = 8_000
"""More of a text is never shown."""


class People:
    """Details of people, and what was delivered to them. May be used from several threads.

    There may be a hundred thousand of them, and as many refusals: each detail is kept by its length, so that a text is
    looked through once for each length and not once for each of them.
    """

    def __init__(self) -> None:
        self._by_length: dict[int, dict[str, str]] = {}

    def meet(self, item: Mapping[str, object], order: Order | None) -> None:
        """Remember whom an item of a list of orders tells of.

        Args:
            item: as it came.
            order: what was read of it.
        """
        found = {text for name, value in item.items() if _ABOUT.match(name) for text in _texts(value)}
        if order is not None:
            found.update(row.reveal() for row in order.content)
            found.update(half.reveal() for account in order.accounts for half in (account.username, account.password))
        for form in (form for detail in found for form in _forms(detail)):
            meant = identity_of(form)
            self._by_length.setdefault(len(meant), {})[meant] = form

    def named_in(self, text: str) -> list[Secret]:
        """What of it stands in the part of a text that may be shown, also as HTML or an address writes it."""
        if not self._by_length:
            return []
        text = text[:_SEEN]
        meant = identity_of("\n".join(dict.fromkeys((text, html.unescape(text), unquote(text)))))
        words = set(_WORD.findall(meant))
        found = {}
        for length, forms in tuple(self._by_length.items()):
            parts = {meant[at : at + length] for at in range(len(meant) - length + 1)} if length >= _SHORTEST else words
            whole = (part for part in parts if part in forms and (part in words or not part.isdigit()))
            found.update({part: forms[part] for part in whole})
        return [Secret(form) for form in found.values()]


def _forms(detail: str) -> Iterable[str]:
    """A detail, and the parts of a name or an address by which somebody may be called."""
    yield detail
    if "@" in detail or " " in detail:
        yield from (part for part in re.split(r"[\s@]", detail) if len(part) >= _SHORTEST)


def _texts(value: object, depth: int = _DEEPEST) -> Iterator[str]:
    if isinstance(value, str):
        if text := value.strip():
            yield text
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping) and depth:
        for inner in value.values():
            yield from _texts(inner, depth - 1)
