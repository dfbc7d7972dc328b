"""Writing what the user asked to be written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from catalogsync.model.errors import UsageError


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    with replaced(path) as file:
        file.write(text.encode())


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file to write into that only its owner can read, which takes the place of `path` at the end, or never.

    Args:
        path: where to.

    Raises:
        UsageError: it cannot be written.
    """
    if path.exists() and not path.is_file():
        # Whoever may write there would lose a device, such as /dev/null, to a file of its name.
        raise UsageError(f"{path} cannot be written: it is no file", "name a file: it is written anew")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
