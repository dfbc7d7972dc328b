"""The catalog's pictures inside the page: each content once, as many as fit."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalogsync.model.product import Image
from catalogsync.render.field_change import shown

_TYPES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a listing.

    Attributes:
        ref: as the catalog or the marketplace writes it.
        style: the name of the style that shows it; None where it is not in the page.
        why_not: why it is not in the page.
    """

    ref: str
    style: str | None = None
    why_not: str | None = None


class Album:
    """Pictures by content.

    Args:
        read: gives a picture's bytes, or None.
        most: how many characters they may take.
    """

    def __init__(self, read: Callable[[Image], bytes | None], most: int) -> None:
        self._read = read
        self._left = most
        self._known: dict[str, tuple[str | None, str | None]] = {}
        self._rules: list[str] = []
        self._left_out: dict[str, None] = {}

    def picture(self, image: Image) -> Picture:
        """An image of the catalog; an address is only named, whatever it says."""
        ref = shown(image.ref, 1)
        if image.sha256 is None:
            return Picture(ref, why_not="at the marketplace")
        if image.sha256 not in self._known:
            self._known[image.sha256] = self._taken_in(image)
        style, why_not = self._known[image.sha256]
        if why_not is not None:
            self._left_out.setdefault(ref)
        return Picture(ref, style, why_not)

    @property
    def css(self) -> str:
        """The styles that hold the pictures."""
        return "".join(self._rules)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The pictures of the catalog that are not in the page."""
        return tuple(self._left_out)

    def _taken_in(self, image: Image) -> tuple[str | None, str | None]:
        data = self._read(image)
        if data is None:
            return None, "its file cannot be read"
        kind = _kind(data)
        if kind is None:
            return None, "no PNG, JPEG, GIF or WebP"
        size = (len(data) + 2) // 3 * 4
        if size > self._left:
            return None, f"{len(data) / 1e6:.1f} MB, too large for this page"
        self._left -= size
        style = f"p{len(self._rules) + 1}"
        self._rules.append(f".{style}{{background-image:url(data:{kind};base64,{b64encode(data).decode()})}}\n")
        return style, None


def _kind(data: bytes) -> str | None:
    """The type that the content has; what a file's name says counts for nothing."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _TYPES if data.startswith(magic)), None)
