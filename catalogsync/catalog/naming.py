"""Names for products and folders: what a person might have called a listing, from a title in any script."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from anyascii import anyascii

_ENOUGH: Final = 600
"""Characters of a title that are looked at first; titles may have thousands."""

_LONGEST: Final = 60
_SHORTEST_CUT: Final = 30

_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_BETWEEN_WORDS: Final = re.compile(r"(?:[^a-z0-9.]|\.(?![0-9])|(?<![0-9])\.)+")
"""A point stays only within a number; so no name can end like a backup or another type of file."""

DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""Windows takes a file of such a name, whatever its ending, for a device."""


class _Letters(dict[int, str]):
    """What each character is in plain letters and digits, found when it is first met.

    Emoji and ornaments are blanks: a person leaves them out of a file's name. Signs that spell something (`№`, the
    letters of flags) are kept.
    """

    def __missing__(self, ordinal: int) -> str:
        char = chr(ordinal)
        plain = "" if "\ud800" <= char <= "\udfff" else anyascii(char)
        if unicodedata.category(char) in {"So", "Sk"} and not plain.isalnum():
            plain = " "
        self[ordinal] = plain.replace("'", "")
        return self[ordinal]


_LETTERS: Final = _Letters({ord("&"): " and ", ord("+"): " plus ", ord("`"): "", ord("™"): "", ord("℠"): ""})


def slug(text: str) -> str:
    """A short name of lower-case ASCII letters, digits, `-` and points within numbers; empty if nothing is left."""
    return _slug(text[:_ENOUGH]) or _slug(text)


def _slug(text: str) -> str:
    if not text.isascii():
        text = _FLAG.sub(r" \g<0> ", text)
    name = _joined(text.translate(_LETTERS))
    if not name and not text.isascii():
        # Nothing but emoji: their names are better than none.
        name = _joined(anyascii(text.encode(errors="ignore").decode()))
    if len(name) > _LONGEST:
        cut = name.rfind("-", _SHORTEST_CUT, _LONGEST + 1)
        name = name[: cut if cut > 0 else _LONGEST].rstrip("-.")
    return f"listing-{name}" if name.partition(".")[0] in DEVICES else name


def _joined(text: str) -> str:
    return _BETWEEN_WORDS.sub("-", _THOUSANDS.sub("", text.lower())).strip("-")


def keys_for(titles: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """A key for each listing that a person might have chosen, none of them taken, all of them different.

    The same titles give the same keys, whatever order they come in.

    Args:
        titles: product_id to title, in any script.
        taken: keys that are used elsewhere.
    """
    used = set(taken)
    keys: dict[str, str] = {}
    last: dict[str, int] = {}
    for product_id in sorted(titles, key=lambda product_id: (len(product_id), product_id)):
        name = slug(titles[product_id]) or f"listing-{slug(product_id)}".strip("-")
        keys[product_id] = unused(name, used, last)
        used.add(keys[product_id])
    return keys


def unused(name: str, used: Collection[str], last: dict[str, int]) -> str:
    """A name that is not in use: itself, or with the first free number.

    Args:
        name: what it should be called.
        used: the names in use.
        last: the number that each name got last, so that many equal ones do not search from the start; kept up.
    """
    if name not in used:
        return name
    number = last.get(name, 1) + 1
    while f"{name}-{number}" in used:
        number += 1
    last[name] = number
    return f"{name}-{number}"
