"""Where inputs lie that are read from a disk: a folder of this run, which goes with it."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def ground() -> Path:
    """The folder; forked processes share it, and leave it alone at their ends."""
    folder = Path(tempfile.mkdtemp(prefix="catalogsync-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
