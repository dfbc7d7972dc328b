"""What of the environment a program gets that the tool starts: whatever it needs, and none of the tool's secrets."""

import re
from collections.abc import Collection, Mapping
from typing import Final

_OURS: Final = re.compile(r"CATALOGSYNC_\w+|SOPS_AGE_\w+|\w*_API_KEY", re.IGNORECASE)
"""The state's key, the keys of encrypted pools, and what marketplaces' keys are usually called."""
_CLOUD: Final = re.compile(
    r"AWS_(SECRET_ACCESS_KEY|SESSION_TOKEN)|AZURE_(STORAGE_\w*(KEY|TOKEN)|CLIENT_SECRET)"
    r"|GOOGLE_SERVICE_ACCOUNT(_KEY)?|ACTIONS_(ID_TOKEN_REQUEST|RUNTIME)_TOKEN|(GITHUB|GH|GITLAB|CI_JOB)_TOKEN",
    re.IGNORECASE,
)
"""What opens buckets, and what CI gives to be let in elsewhere."""

FOR_GIT: Final = re.compile(r"AWS_\w+|(GITHUB|GH|GITLAB|CI_JOB)_TOKEN")
"""A helper of git's may need these to be let in at its remote."""
FOR_SOPS: Final = re.compile(r"SOPS_AGE_\w+")
"""SOPS opens files with these."""


def for_child(
    environ: Mapping[str, str], named: Collection[str] = (), needed: re.Pattern[str] | None = None
) -> dict[str, str]:
    """The environment of a program that is started.

    Args:
        environ: the user's.
        named: the variables that the catalog names for keys and addresses.
        needed: names of variables that the program gets although they are secrets.
    """
    return {
        name: value
        for name, value in environ.items()
        if (needed is not None and needed.fullmatch(name))
        or not (name in named or _OURS.fullmatch(name) or _CLOUD.fullmatch(name))
    }
