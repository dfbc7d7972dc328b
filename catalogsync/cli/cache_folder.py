"""Where this user's programs keep what may be deleted at any moment."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


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
