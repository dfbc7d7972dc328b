"""What a sheet remembers of its export, so that a change here can be told from a change there.

A row's last cell reads `v1 key#3f9a1c20b4 title#… price=9.99 all#…`: short plain values as they were, others as the
start of a SHA-256, and at the end the same of all before it: who replaces `9.99` everywhere in a sheet replaces it here
too, and then nobody could tell that anything was changed. A field that was not managed is not there.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogsync.model.fields import Value

_VERSION: Final = "v1"
_SHORT: Final = re.compile(r"[A-Za-z0-9._-]{1,24}", re.ASCII)
_ENTRY: Final = re.compile(r"([a-z_]{1,40})([=#])([A-Za-z0-9._-]{1,24})", re.ASCII)
_DIGITS: Final = 10


def remembered(key: str, values: Mapping[str, Value | None]) -> str:
    """What the row of a product remembers: its key, and each field by its column."""
    entries = [_entry(column, value) for column, value in values.items() if value is not None]
    text = " ".join([_VERSION, f"key#{_digest('key', key)}", *entries])
    return f"{text} {_seal(text)}"


@dataclass(frozen=True, slots=True)
class Exported:
    """What a row remembers, by column: the sign, `=` or `#`, and what follows it."""

    entries: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, text: str) -> "Exported | None":
        """Read it back; None where it is damaged."""
        version, *words, seal = text.split() if " " in text.strip() else ["", ""]
        found = [_ENTRY.fullmatch(word) for word in words]
        if version != _VERSION or seal != _seal(" ".join([version, *words])):
            return None
        entries = {match[1]: (match[2], match[3]) for match in found if match}
        return cls(entries) if len(entries) == len(words) and "key" in entries else None

    def is_of(self, key: str) -> bool:
        """Whether it was exported for this product."""
        return self.entries["key"] == ("#", _digest("key", key))

    def was(self, column: str, value: Value | None) -> bool:
        """Whether the field had this value at the export."""
        if value is None or column not in self.entries:
            return value is None and column not in self.entries
        return _entry(column, value) == "".join((column, *self.entries[column]))

    def shown(self, column: str) -> str | None:
        """What the field was: "" where only a digest is known, None where it was not managed."""
        if column not in self.entries:
            return None
        sign, text = self.entries[column]
        return text if sign == "=" else ""


def _entry(column: str, value: Value) -> str:
    text = "\n".join(value) if isinstance(value, tuple) else str(value)
    return f"{column}={text}" if _SHORT.fullmatch(text) else f"{column}#{_digest(column, text)}"


def _seal(text: str) -> str:
    return f"all#{_digest('all', text)}"


def _digest(column: str, text: str) -> str:
    return hashlib.sha256(f"{column}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
