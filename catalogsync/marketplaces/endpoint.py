"""A call of a marketplace as data: where its client sends it, and what is shown of it before it is sent."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

_LONGEST_ID: Final = 200
_SLOT: Final = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call.

    Attributes:
        method: how it is sent.
        template: its path below the marketplace's address, with a slot such as `<product_id>` if it is about one thing.
    """

    method: Literal["GET", "POST"]
    template: str

    @property
    def slot(self) -> str:
        """The name of what the path is about; empty if it is about nothing by itself."""
        found = _SLOT.search(self.template)
        return found[1] if found else ""

    def path(self, id_: str | None = None) -> str:
        """The path of a call about one thing; without an id the slot stays."""
        return self.template if id_ is None else _SLOT.sub(lambda _: quote(id_, safe=""), self.template)

    def shown(self, id_: str | None = None) -> str:
        """Method and path, for people."""
        return f"{self.method} {self.path(id_)}"


def is_id(text: str) -> bool:
    """Whether a text can be an id: no more than so long, no dots that mean a folder, no blank or unseen sign."""
    return (
        0 < len(text) <= _LONGEST_ID
        and text not in (".", "..")
        and not any(unicodedata.category(sign)[0] in "CZ" for sign in text)
    )
