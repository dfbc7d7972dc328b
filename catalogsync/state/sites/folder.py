"""The file backend: a state in a folder beside the catalog, or on a drive."""

from pathlib import Path

from catalogsync.model.finding import Fitness
from catalogsync.state.stores.file import FileStore, make_state_folder
from catalogsync.state.stores.fitness import try_folder


class FolderSite:
    """A Site that is a folder; the key may lie in it, for nobody else can look into it.

    Args:
        folder: need not be there yet.
    """

    way_back = "put it back, from a backup or from the machine that has it"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self._folder)

    @property
    def key_folder(self) -> Path | None:
        """The folder itself."""
        return self._folder

    def store(self, *, heed_head: bool = True) -> FileStore:
        """The records in the folder."""
        return FileStore(self._folder, head=heed_head)

    def prepare(self) -> None:
        """Make the folder, for this user alone.

        Raises:
            StateError: it cannot be made.
        """
        make_state_folder(self._folder)

    def trial(self) -> Fitness:
        """Try the folder, or the nearest one above it.

        Raises:
            StateError: it is not fit for a state.
        """
        return try_folder(self._folder)
