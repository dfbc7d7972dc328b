"""What is said where no age key at hand opens a file."""

from typing import Final

from catalogsync.catalog.yaml_faults import Fault

_ADD_YOURS: Final = (
    "see that the right key is at hand: `catalogsync doctor` tells where keys were looked for; or let somebody who can "
    "open it write your recipient into .sops.yaml, and run `catalogsync pools rotate`"
)
_SET_ONE: Final = (
    "put the key into SOPS_AGE_KEY, or its file's path into SOPS_AGE_KEY_FILE; `catalogsync doctor` tells which keys "
    "were looked for"
)


class NoKeyFits(Fault):
    """A file is in order as far as one can see, and no key at hand opens it.

    Attributes:
        file: its name, once whoever knows it has filled it in.
        in_clear: other accounts of the pool stand in a file in clear text.
    """

    file: str = ""
    in_clear: bool = False


def no_key_fits(tried: int) -> NoKeyFits:
    """What to raise.

    Args:
        tried: how many identities were at hand.
    """
    if not tried:
        return NoKeyFits(1, 1, "no-age-key", "the file is encrypted, and there is no age key at hand", _SET_ONE)
    return NoKeyFits(1, 1, "no-fitting-key", "none of the age keys at hand opens this file", _ADD_YOURS)
