"""What two branches have in an encrypted file that git could not merge, put together as a text to edit."""

import subprocess
from typing import TYPE_CHECKING, Final

from catalogsync.cli.repository import Repository
from catalogsync.cli.session import Session
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from catalogsync.catalog.sealing.editing import OpenedFile
    from catalogsync.cli.plain_copy import PlainFolder

_BEFORE, _OURS, _THEIRS = 1, 2, 3
"""How git numbers the three versions of a file in a merge."""
_MOST_CONFLICTS: Final = 127
"""The exit code of `git merge-file` is their number; one above that is a failure."""


def both_sides(session: Session, folder: "PlainFolder", opened: "OpenedFile") -> bytes | None:
    """The text of a file with the changes of both branches; None where no merge waits for it.

    Where both have changed the same lines, those of both are there, one after the other.

    Args:
        session: whose catalog and keys they are.
        folder: where the versions may lie in clear text meanwhile.
        opened: the file.

    Raises:
        CatalogError: no key at hand opens one of the versions.
        UsageError: they cannot be put together.
    """
    from catalogsync.catalog.sealed.age import open_age
    from catalogsync.catalog.sealed.keyring import Keyring
    from catalogsync.catalog.sealing.pool_texts import located

    sides = Repository(session.root, session.outward).unmerged(opened.name)
    if _OURS not in sides or _THEIRS not in sides:
        return None
    keyring = Keyring(session.pool_keys.identities())
    paths = []
    for number in (_OURS, _BEFORE, _THEIRS):
        with located(opened.name):
            text = open_age(sides[number], keyring) if number in sides else b""
        paths.append(str(folder.put(f"side-{number}", text)))
    words = ["git", "merge-file", "--stdout", "--quiet", "--union", *paths]
    try:
        done = subprocess.run(
            words,
            cwd=folder.path,
            env=session.surroundings(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        done = None
    if done is None or not 0 <= done.returncode <= _MOST_CONFLICTS:
        raise UsageError(f"git cannot put the two versions of {opened.name} together; nothing was changed")
    session.tell(f"A merge waits for {opened.name}. What you edit has the lines of both branches: look through it.")
    return done.stdout
