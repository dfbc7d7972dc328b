"""The witness outside the state's folder: how far each state had come when this machine last saw it.

It lies in the user's cache folder, so that it is not put back together with an old copy of the state. It only helps:
where it cannot be read or written, nothing is lost but the help.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from catalogsync.state import Head

_LINEAGE: Final = r"[0-9a-f-]{36}"


class Heads:
    """The newest record of each state that was seen here, one small file a state.

    Args:
        environ: the environment; says where the cache folder is.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        cache = cache_folder(environ)
        self._folder = cache / "catalogsync" / "heads" if cache else None

    def newest(self, lineage: str) -> "Head | None":
        """What was seen of a state; None if nothing was, or if nobody can tell."""
        import json

        from catalogsync.state import Head

        path = self._path(lineage)
        try:
            raw = json.loads(path.read_bytes()) if path else None
        except (OSError, ValueError):
            return None
        match raw:
            case {"number": int(number), "digest": str(digest)}:
                return Head(number, digest)
            case _:
                return None

    def keep(self, lineage: str, head: "Head") -> None:
        """Remember what was seen of a state, unless more of it was seen before."""
        before = self.newest(lineage)
        if before is None or before.number < head.number:
            self.replace(lineage, head)

    def replace(self, lineage: str, head: "Head") -> None:
        """Remember what was seen of a state, and nothing that was seen before."""
        import json

        path = self._path(lineage)
        if path is None:
            return
        put_into_cache(path, json.dumps({"number": head.number, "digest": head.digest}) + "\n")

    def _path(self, lineage: str) -> Path | None:
        import re

        return self._folder / lineage if self._folder and re.fullmatch(_LINEAGE, lineage) else None


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """The user's cache folder (XDG Base Directory Specification: a relative path counts as none)."""
    given = Path(environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given
    home = environ.get("HOME", "")
    if not home:
        import pwd

        with suppress(KeyError):
            home = pwd.getpwuid(os.getuid()).pw_dir
    return Path(home) / ".cache" if os.path.isabs(home) else None


def put_into_cache(path: Path, text: str) -> None:
    """Write a small file below the cache folder, for its owner alone, whole or not at all; where that fails, no matter.

    Args:
        path: the file.
        text: in ASCII.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with suppress(OSError):
        for folder in (path.parent.parent.parent, path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        draft.unlink(missing_ok=True)
        draft.touch(0o600, exist_ok=False)
        draft.write_text(text, "ascii")
        draft.replace(path)
