"""The age identities that open pools, as a user has them: texts that begin with AGE-SECRET-KEY-1."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pyrage import IdentityError
from pyrage.x25519 import Identity

from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret

_PREFIX: Final = "AGE-SECRET-KEY-1"
_KEY: Final = re.compile(rf"{_PREFIX}[0-9A-Z]+", re.IGNORECASE | re.ASCII)
_NOT_OURS: Final = ("#", "AGE-PLUGIN-", "AGE-SECRET-KEY-PQ-")
_SLIPS: Final = (
    (re.compile(r"\W*age1", re.IGNORECASE), "this is a recipient; the key that belongs to it is needed"),
    (re.compile(r"\W*-----BEGIN|ssh-"), "SSH and PGP keys do not open pools; `age-keygen` makes a key that does"),
    (re.compile(rf"(['\"]).*{_PREFIX}"), "leave out the quotes around it"),
    (re.compile(rf".*{_PREFIX}.*{_PREFIX}"), "write each key in a line of its own"),
    (re.compile(rf".*{_PREFIX}"), "leave out what stands beside the key in this line"),
    (re.compile(r"[~./]"), "this is the path of a file, which belongs into SOPS_AGE_KEY_FILE"),
)
"""What a line may be instead of a key, and what to do about it."""


class Keyring:
    """Identities, ready to open with.

    Args:
        identities: their texts.

    Raises:
        UsageError: one is no identity of age's. Which text it is, is not said: it may be a key with a slip in it.
    """

    def __init__(self, identities: Iterable[Secret]) -> None:
        found: dict[str, Identity] = {}
        for text in identities:
            try:
                identity = Identity.from_str(text.reveal().strip())
            except (IdentityError, UnicodeEncodeError):
                raise UsageError(
                    "one of the age keys cannot be read",
                    f"a key is one line that begins with {_PREFIX}; `age-keygen` makes one",
                ) from None
            # One that is at hand in two places is one.
            found.setdefault(str(identity.to_public()), identity)
        self._identities = found

    def __repr__(self) -> str:
        return f"<keyring: {len(self._identities)} identities>"

    def __len__(self) -> int:
        return len(self._identities)

    @property
    def identities(self) -> Sequence[Identity]:
        """What pyrage opens with."""
        return list(self._identities.values())

    @property
    def recipients(self) -> tuple[str, ...]:
        """To whom one encrypts so that this keyring opens it; no secret."""
        return tuple(self._identities)


def identities_in(text: Secret, where: str = "the keys") -> tuple[Secret, ...]:
    """The identities in the content of a key file, or of SOPS_AGE_KEY: a line each, comments between.

    Those of plugins are passed over: only their own programs can use them, and another one may fit.

    Args:
        text: the content.
        where: what a message calls the place.

    Raises:
        UsageError: a line does not look like a key. What it is, is not said: it may be a key with a slip in it.
    """
    lines = tuple(Secret(line.strip()) for line in text.reveal().removeprefix("\ufeff").splitlines())
    keys = []
    for number, line in enumerate(lines, start=1):
        if line.reveal().startswith(_NOT_OURS) or not line.reveal():
            continue
        if not _KEY.fullmatch(line.reveal()):
            hint = next((hint for form, hint in _SLIPS if form.match(line.reveal())), f"a key is one line: {_PREFIX}…")
            raise UsageError(f"line {number} of {where} is no age key", hint)
        keys.append(line)
    return tuple(keys)
