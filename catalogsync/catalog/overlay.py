"""The catalog's folder as it will be: files that are yet to be written, over those that are there."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from catalogsync.catalog.files import Folder
from catalogsync.catalog.problems import Problems


class Overlay(Folder):
    """A catalog's folder in which some files have another content than on disk, or are new.

    Args:
        root: the catalog's folder.
        pending: what they will hold, by the file's own name (`Folder.real_name`). Pools are never among them.
    """

    def __init__(self, root: Path, pending: Mapping[str, bytes]) -> None:
        super().__init__(root)
        self._pending = pending

    def read(self, name: str, limit: int) -> bytes:
        """All bytes of a file, as it will be.

        Raises:
            Refused: as for any folder.
        """
        data = self._pending.get(name)
        if data is None and (self.root / name).is_symlink():
            data = self._pending.get(self.real_name(name))
        return super().read(name, limit) if data is None else data

    def locate(self, reference: str, base: str = "") -> str:
        """The name of a file that the catalog refers to, also of one that is yet to be written.

        Raises:
            Refused: as for any folder.
        """
        name = "/".join(part for part in (*base.split("/"), *reference.split("/")) if part not in {"", "."})
        return name if name in self._pending else super().locate(reference, base)

    def walk(self, folder: str, problems: Problems) -> Iterator[str]:
        """The names of all files in a folder and below, in the same order as that of files on disk."""
        there = set(super().walk(folder, problems))
        new = {name for name in self._pending if name.startswith(f"{folder}/")}
        yield from sorted(there | new, key=lambda name: name.split("/"))
