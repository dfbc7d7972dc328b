"""Images: checked and hashed when the catalog is read, read again when they are uploaded."""

import hashlib
import ipaddress
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from catalogsync.catalog.files import GIT_CRYPT, LFS_POINTER, MEBIBYTE, Folder
from catalogsync.catalog.problems import Refused, shown
from catalogsync.model.errors import CatalogError
from catalogsync.model.problem import Place, Problem
from catalogsync.model.product import Image

LIMIT: Final = 10 * MEBIBYTE

_MEDIA: Final = re.compile(r"/media/[A-Za-z0-9._~%/-]+", re.ASCII)
_MAGIC: Final = {
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF87a": ".gif",
    b"GIF89a": ".gif",
}
_PRIVATE: Final = (".local", ".localhost", ".internal", ".lan", ".home", ".intranet", ".corp", ".private")


class Images:
    """The images of one catalog; each file is read once, whatever products use it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[str, Image | Refused] = {}
        self.files: set[str] = set()

    def image(self, ref: str) -> Image:
        """The image that a product names.

        Raises:
            Refused: there is no such image, or it is none.
        """
        known = self._known.get(ref)
        if known is None:
            try:
                known = self._look(ref)
            except Refused as refused:
                known = refused
            self._known[ref] = known
        if isinstance(known, Refused):
            raise known
        return known

    def _look(self, ref: str) -> Image:
        if ref.startswith("/media/"):
            if not _MEDIA.fullmatch(ref) or ".." in ref.split("/"):
                raise Refused(
                    "bad-image", "this is no path at the marketplace", "such a path looks like /media/…/name.webp"
                )
            return Image(ref)
        if "://" in ref or ref.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", ref):
            _check_address(ref)
            return Image(ref)
        name = self._folder.locate(ref)
        self.files.add(name)
        return Image(ref, sha256=digest_of(self._folder.read(name, LIMIT), name))


class CatalogImages:
    """The door to a catalog's images for whoever uploads them.

    Args:
        root: the catalog's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)

    def read(self, image: Image) -> bytes:
        """The bytes of a local image.

        Raises:
            CatalogError: the file is gone, or is no longer the one that was planned.
        """
        try:
            data = self._folder.read(self._folder.locate(image.ref), LIMIT)
            if hashlib.sha256(data).hexdigest() != image.sha256:
                raise Refused("image-changed", "the image is no longer the one that was planned", "plan again")
        except Refused as refused:
            problem = Problem(Place(image.ref, 1, 1), "error", refused.code, refused.message, refused.hint)
            raise CatalogError((problem,)) from None
        return data


def ending_of(data: bytes) -> str | None:
    """The usual ending of a name for an image such as this; None if it is none that a marketplace takes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return next((ending for magic, ending in _MAGIC.items() if data.startswith(magic)), None)


def digest_of(data: bytes, name: str) -> str:
    """The SHA-256 of an image, in hex.

    Raises:
        Refused: it is no image that a marketplace takes.
    """
    if not data:
        raise Refused("bad-image", f"`{shown(name)}` is empty")
    if ending_of(data) is None:
        hint = "SVG is not taken" if b"<svg" in data[:1000].lower() else None
        hint = "it is a Git LFS pointer: run `git lfs pull`" if data.startswith(LFS_POINTER) else hint
        hint = "it is still locked: run `git-crypt unlock`" if data.startswith(GIT_CRYPT) else hint
        raise Refused("bad-image", f"`{shown(name)}` is not a PNG, JPEG, GIF or WebP image", hint)
    return hashlib.sha256(data).hexdigest()


def _check_address(ref: str) -> None:
    try:
        parts = urlsplit(ref)
        port, host = parts.port, (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        raise Refused("bad-image", "this is no address") from None
    if parts.scheme != "https" or not host:
        raise Refused("bad-image", "an image's address begins with https://", "or give a path in the catalog")
    if not ref.isascii() or not ref.isprintable() or " " in ref or "@" in parts.netloc or port not in {None, 443}:
        raise Refused("bad-image", "an image's address holds a plain host name and path only")
    if _is_number(host) or "." not in host or host.endswith(_PRIVATE):
        raise Refused(
            "bad-image", "an image's address must be a public host name", "buyers cannot see private addresses"
        )


def _is_number(host: str) -> bool:
    # Besides plain ones, `2130706433`, `0x7f.1` and the like are addresses to some resolvers.
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)", host.rpartition(".")[2]) is not None
    return True
