"""The age identities that open pools, as a user has them: texts that begin with AGE-SECRET-KEY-1."""

from collections.abc import Iterable, Sequence

from pyrage import IdentityError
from pyrage.x25519 import Identity

from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret

_PREFIX = "AGE-SECRET-KEY-1"
_NOT_OURS = ("#", "AGE-PLUGIN-", "AGE-SECRET-KEY-PQ-")


class Keyring:
    """Identities, ready to open with.

    Args:
        identities: their texts.

    Raises:
        UsageError: one is no identity of age's. Which text it is, is not said: it may be a key with a slip in it.
    """

    def __init__(self, identities: Iterable[Secret]) -> None:
        self._identities: list[Identity] = []
        for text in identities:
            try:
                self._identities.append(Identity.from_str(text.reveal().strip()))
            except (IdentityError, UnicodeEncodeError):
                raise UsageError(
                    "one of the age keys cannot be read",
                    f"a key is one line that begins with {_PREFIX}; `age-keygen` makes one",
                ) from None

    def __repr__(self) -> str:
        return f"<keyring: {len(self._identities)} identities>"

    def __len__(self) -> int:
        return len(self._identities)

    @property
    def identities(self) -> Sequence[Identity]:
        """What pyrage opens with."""
        return self._identities

    @property
    def recipients(self) -> tuple[str, ...]:
        """To whom one encrypts so that this keyring opens it; no secret."""
        return tuple(str(identity.to_public()) for identity in self._identities)


def identities_in(text: Secret) -> tuple[Secret, ...]:
    """The identities in the content of a key file, or of SOPS_AGE_KEY: a line each, comments between.

    Those of plugins are passed over: only their own programs can use them, and another one may fit.
    """
    lines = (line.strip() for line in text.reveal().splitlines())
    return tuple(Secret(line) for line in lines if line and not line.startswith(_NOT_OURS))
