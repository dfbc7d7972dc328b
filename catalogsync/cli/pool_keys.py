"""The keys of pools: age identities from where sops looks for them too, and the state's key if it is at hand."""

import os
import pwd
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.cli.states import States
    from catalogsync.model.config import StateConfig
    from catalogsync.state import KeyedFingerprints

KEY: Final = "SOPS_AGE_KEY"
KEY_FILE: Final = "SOPS_AGE_KEY_FILE"
_USUAL: Final = Path("sops", "age", "keys.txt")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_ABUNDANT: Final = 1 << 20
"""Bytes; no key file is so large."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """A place where age keys are looked for.

    Attributes:
        name: what it is called: a variable, or a path.
        identities: those that are there; None where the place itself is not.
    """

    name: str
    identities: tuple[Secret, ...] | None


class SessionKeys:
    """What opens the pools of one run. Nothing is read before it is asked for.

    Args:
        states: has the environment, and knows the state's key.
    """

    def __init__(self, states: "States") -> None:
        self._states = states

    def identities(self) -> tuple[Secret, ...]:
        """All age identities at hand.

        Raises:
            UsageError: a key file is named that cannot be read, or others can read it too.
        """
        return tuple(identity for source in self.sources() for identity in source.identities or ())

    def sources(self) -> tuple[KeySource, ...]:
        """Each place where age identities are looked for, and what is there.

        Raises:
            UsageError: as of `identities`.
        """
        return tuple(_sources(self._states.environ))

    def fingerprints(self, config: "StateConfig") -> "KeyedFingerprints | None":
        """Fingerprints with the key of the state, given or beside the records; None where neither is at hand.

        Raises:
            StateError: what is at hand is no key, or there are two that differ.
        """
        from catalogsync.state import fingerprints_at_hand

        states = self._states
        return fingerprints_at_hand(config, states.root, states.state_key(), states.clock, states.environ)


def _sources(environ: Mapping[str, str]) -> Iterator[KeySource]:
    from catalogsync.catalog.sealed.keyring import identities_in

    text = environ.get(KEY)
    yield KeySource(KEY, None if text is None else identities_in(Secret(text), KEY))
    named = environ.get(KEY_FILE)
    if not named:
        yield KeySource(KEY_FILE, None)
    else:
        found = _read(Path(named), f"{KEY_FILE} names {named}, which")
        if found is None:
            hint = f"correct it, or unset {KEY_FILE}; `age-keygen -o FILE` makes a key"
            raise UsageError(f"{KEY_FILE} names {named}, which is not there", hint)
        name = f"{KEY_FILE} ({named})"
        yield KeySource(name, identities_in(found, name))
    usual = usual_path(environ)
    if usual is not None and str(usual) != named:
        found = _read(usual, f"the age key file {usual}")
        yield KeySource(str(usual), None if found is None else identities_in(found, str(usual)))


def usual_path(environ: Mapping[str, str]) -> Path | None:
    """Where sops looks for keys if nobody says otherwise."""
    # A relative one does not count, by the specification: it would be another place in each folder.
    if (base := environ.get("XDG_CONFIG_HOME", "")).startswith("/"):
        return Path(base) / _USUAL
    home = environ.get("HOME")
    if not home:
        with suppress(KeyError):
            home = pwd.getpwuid(os.getuid()).pw_dir
    if not home:
        return None
    return Path(home, *(("Library", "Application Support") if sys.platform == "darwin" else (".config",))) / _USUAL


def _read(path: Path, what: str) -> Secret | None:
    """The content of a key file; None where there is none.

    Raises:
        UsageError: it cannot be read, is no file, is too large, or others can read it too.
    """
    try:
        # Without waiting, in case that it is a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "this is no path"
        raise UsageError(f"{what} cannot be read: {why}", "see that it is your own file") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{what} is no file", f"the keys themselves, instead of a file, may stand in {KEY}")
        if status.st_size > _ABUNDANT:
            raise UsageError(f"{what} is too large for a file of keys", "a key is one line; see that the path is right")
        if status.st_mode & _OTHERS:
            hint = f"`chmod 600 {path}` makes it yours alone; take a new key if others may have read it"
            raise UsageError(f"{what} is open to other users of this machine", hint)
        return Secret(os.read(handle, _ABUNDANT).decode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{what} cannot be read: {error.strerror}", "see that it is your own file") from None
    finally:
        os.close(handle)
