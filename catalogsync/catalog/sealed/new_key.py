"""A new age key, in a file as `age-keygen` writes them."""

import os
from pathlib import Path

from pyrage.x25519 import Identity

from catalogsync.model.errors import UsageError


def make_key(path: Path, created: str) -> str:
    """Make a key, and a file for it that nobody else on this machine can read.

    Args:
        path: the file, which is not there yet; its folder is made.
        created: when that is, in ISO 8601.

    Returns:
        Its recipient.

    Raises:
        UsageError: the file cannot be written, or is there.
    """
    identity = Identity.generate()
    recipient = str(identity.to_public())
    text = f"# created: {created}\n# public key: {recipient}\n{identity}\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "no key was made") from None
    return recipient
