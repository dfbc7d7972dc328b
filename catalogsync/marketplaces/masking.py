"""Quotes foreign words without what must not be shown: secrets, control characters, terminal escapes."""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final
from urllib.parse import quote, quote_plus

from catalogsync.marketplaces.people import People
from catalogsync.model.pool import identity_of
from catalogsync.model.secret import Secret

_MASK: Final = "***"
_WITHHELD: Final = "(not shown: it may hold a part of an account)"
_LEFT_OUT: Final = "…"
_WINDOW: Final = 4000
_SHORTEST: Final = 4
"""A secret shorter than this is guessed as easily from where its mask stands as from itself."""
_PLACEHOLDER: Final = "-"
"""Stands for "no password" in a pool, and is no secret."""

_DOTS: Final = {ord("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"): "i", ord("\N{LATIN SMALL LETTER DOTLESS I}"): "i"}
"""To `re.IGNORECASE` they are an `i`, and to `str.casefold` not."""

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, the cursor
    r"|(?:\x1b[P\]X^_]|[\x90\x9d\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, device texts
    r"|\x1b[ -/]*[0-~]?"  # the rest
)
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


def printable(text: str) -> str:
    """One line without escapes, control characters, signs that turn the direction of text, or other unseen ones."""
    text = _SPACES.sub(" ", _ESCAPES.sub("", text))
    if not text.isprintable():
        text = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN)
    return text.strip()


class Mask:
    """Hides some secrets in whatever is quoted.

    Args:
        secrets: what is hidden.
        only: if given, nothing but these texts is quoted at all: for answers in which anything may be somebody's data.
        addresses: e-mail addresses are quoted, whoever's they are.
        people: whoever of them is named is hidden.
    """

    def __init__(
        self,
        secrets: Iterable[Secret] = (),
        *,
        only: frozenset[str] | None = None,
        addresses: bool = True,
        people: People | None = None,
    ) -> None:
        self._secrets = tuple(secrets)
        self._only = only
        self._addresses = addresses
        self._people = people

    def with_secrets(self, secrets: Iterable[Secret]) -> "Mask":
        """This mask, hiding more."""
        more = (*self._secrets, *secrets)
        return Mask(more, only=self._only, addresses=self._addresses, people=self._people)

    def quoting_only(self, texts: frozenset[str]) -> "Mask":
        """This mask, quoting nothing but these texts."""
        return Mask(self._secrets, only=texts, addresses=self._addresses, people=self._people)

    def without_addresses(self) -> "Mask":
        """This mask, hiding e-mail addresses too: what a marketplace says no to may name a buyer."""
        return Mask(self._secrets, only=self._only, addresses=False, people=self._people)

    def quote(self, text: str, limit: int = 200) -> str:
        """What a foreign text says, on one line, at most `limit` signs of it, with every secret masked.

        A secret is found in any case, and as JSON, HTML, a URL, hexadecimal or base64 writes it.
        """
        if text and self._only is not None and text not in self._only:
            return _LEFT_OUT
        if self._people is not None and (named := self._people.named_in(text)):
            return Mask((*self._secrets, *named), addresses=self._addresses).quote(text, limit)
        # Once before the unseen signs go, since a secret may have some, and once after, since they may part a secret.
        masked = self._hide(printable(self._hide(text)))
        if not self._addresses:
            masked = _ADDRESS.sub(_LEFT_OUT, masked)
        return masked if len(masked) <= limit else masked[: limit - 1].rstrip() + "…"

    def _hide(self, text: str) -> str:
        # The search goes further than what is shown, so that no secret is cut in two and missed.
        searched = text[: _WINDOW + self._longest]
        folded = _folded(searched)
        there = [form for fold, form in self._forms if fold in folded]
        if not there:
            return text[:_WINDOW]
        shown: list[str] = []
        end = 0
        for match in re.finditer("|".join(map(re.escape, there)), searched, re.IGNORECASE):
            if match.start() >= _WINDOW:
                break
            if match.end() - match.start() < _SHORTEST:
                return _WITHHELD
            shown += (text[end : match.start()], _MASK)
            end = match.end()
        shown.append(text[end:_WINDOW])
        return "".join(shown)

    @cached_property
    def _forms(self) -> list[tuple[str, str]]:
        """Every form of every secret, the longest first, and what tells quickly that it is not there.

        Hundreds of accounts have thousands of forms. One expression of all would take a second to make.
        """
        forms = {form for secret in self._secrets for form in _forms(secret.reveal()) if form}
        return [(_folded(form), form) for form in sorted(forms, key=len, reverse=True)]

    @cached_property
    def _longest(self) -> int:
        return len(self._forms[0][1]) if self._forms else 0


def _folded(text: str) -> str:
    """Texts that are equal in any case, as `re.IGNORECASE` has it, are equal when they are folded."""
    return text.translate(_DOTS).casefold()


def _forms(text: str) -> Iterator[str]:
    """The ways in which a secret may be written; the first is itself."""
    if text == _PLACEHOLDER:
        return
    yield text
    data = text.encode("utf-8", "surrogatepass")
    yield from (identity_of(text), unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield from (quote(data, safe=""), quote_plus(data), html.escape(text))
    if len(text) < _SHORTEST:
        return
    yield from (data.hex(), "".join(f"%{byte:02x}" for byte in data))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        packed = encode(data).decode()
        yield from (packed, packed.rstrip("="))
        for before in (0, 1, 2):  # inside something longer: the signs that hold bits of nothing else
            packed = encode(bytes(before) + data).decode()
            yield packed[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
