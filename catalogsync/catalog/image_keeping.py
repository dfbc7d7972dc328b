"""Storing the marketplace's images in the catalog, equal ones once."""

import hashlib
import re
from pathlib import Path
from typing import Final

from catalogsync.catalog.files import MEBIBYTE, Folder
from catalogsync.catalog.images import LIMIT, digest_of, ending_of
from catalogsync.catalog.naming import DEVICES
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.saving import save_new, settle
from catalogsync.model.errors import CatalogError
from catalogsync.model.problem import Place, Problem

FOLDER: Final = "images"

_ODD: Final = re.compile(r"[^A-Za-z0-9._]+", re.ASCII)
_ENDING: Final = re.compile(r"\.(png|jpe?g|gif|webp)\Z", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 80


class ImageKeeper:
    """Stores images in a catalog's `images/`.

    Args:
        folder: the catalog's folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._by_size: dict[int, list[str]] | None = None
        self._taken: set[str] = set()
        self._kept: dict[str, str] = {}
        self._last: dict[str, int] = {}

    def keep(self, ref: str, content: bytes) -> str:
        """Store an image, and give its path in the catalog; one that is there already is not stored again.

        Args:
            ref: how the marketplace calls it: its last part becomes the file's name.
            content: the image.

        Raises:
            CatalogError: it is no image, or it cannot be written.
        """
        wanted = _stem(ref)
        try:
            if len(content) > LIMIT:
                raise Refused("bad-image", f"this image is larger than {LIMIT // MEBIBYTE} MiB")
            digest = digest_of(content, wanted)
            if digest not in self._kept:
                self._kept[digest] = self._there(content) or self._store(wanted, content)
            return self._kept[digest]
        except Refused as refused:
            problem = Problem(Place(f"{FOLDER}/{wanted}", 1, 1), "error", refused.code, refused.message, refused.hint)
        except OSError as error:
            message = f"the image cannot be written: {error.strerror}"
            problem = Problem(Place(f"{FOLDER}/{wanted}", 1, 1), "error", "unwritable-file", message)
        raise CatalogError((problem,)) from None

    def _there(self, content: bytes) -> str | None:
        if self._by_size is None:
            self._by_size = {}
            for name in self._folder.walk(FOLDER, Problems()):
                path = self._folder.root / name
                self._taken.add(name.lower())
                if path.is_file() and not path.is_symlink():
                    self._by_size.setdefault(path.stat().st_size, []).append(name)
        same_size = self._by_size.get(len(content), [])
        return next((name for name in same_size if self._folder.read(name, LIMIT) == content), None)

    def _store(self, wanted: str, content: bytes) -> str:
        folder: Path = self._folder.root / FOLDER
        if folder.is_symlink():
            raise Refused("linked-folder", f"`{FOLDER}` is a symbolic link, which is not followed", "make it a folder")
        ending = ending_of(content) or ""
        number = self._last.get(wanted + ending, 0)
        while True:
            number += 1
            path = folder / f"{wanted}{f'-{number}' if number > 1 else ''}{ending}"
            # Some file systems take `A` for `a`, and this one may not.
            free = f"{FOLDER}/{path.name}" not in self._taken
            if free and not path.exists() and not path.is_symlink():
                break
        self._last[wanted + ending] = number
        save_new(path, content)
        return f"{FOLDER}/{path.name}"

    def settle(self) -> None:
        """See that the folder keeps what was stored."""
        if self._kept:
            settle({self._folder.root / FOLDER})


def _stem(ref: str) -> str:
    """A name for an image that every file system takes, in small letters, since some take `A` for `a`.

    One that has no name, or that of a device, is called by a part of its digest.
    """
    last = re.split(r"[?#]", ref, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    name = _ODD.sub("-", _ENDING.sub("", last)).strip(".-_")[:_LONGEST].rstrip(".-_").lower()
    if name and name.partition(".")[0] not in DEVICES:
        return name
    return f"image-{hashlib.sha256(ref.encode(errors='replace')).hexdigest()[:8]}"
