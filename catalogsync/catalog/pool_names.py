"""What the names of files say of pools: which are pool files, which are encrypted, and what the pools are called."""

import re
from collections.abc import Iterable
from typing import Final

from catalogsync.catalog.problems import Problems
from catalogsync.model.problem import Place

AGE: Final = ".age"
_SOPS: Final = (".sops.yaml", ".sops.yml")
_ENDINGS: Final = re.compile(r"(\.sops)?\.ya?ml(\.age)?$|\.age$")
_POOL: Final = re.compile(r"\.ya?ml(\.age)?$|(^|/)[^./]+\.age$")
_BARE: Final = re.compile(r"(^|/)[^./]+\.age$")


def is_no_pool(name: str) -> bool:
    """Whether a file's name says that it is no pool file; it may be an accounts file."""
    return _POOL.search(name) is None


def is_age_name(name: str) -> bool:
    """Whether a file's name says that it is encrypted with age."""
    return name.endswith(AGE)


def is_sops_name(name: str) -> bool:
    """Whether a file's name says that it is a SOPS file."""
    return name.endswith(_SOPS)


def is_encrypted(name: str) -> bool:
    """Whether a file's name says that it is encrypted."""
    return name.endswith((AGE, *_SOPS))


def is_bare(name: str) -> bool:
    """Whether a file is called `x.age`: a pool, unless it is the accounts file of one."""
    return _BARE.search(name) is not None


def pool_stem(name: str) -> str:
    """A pool file's name without folder and endings: what its pool is called unless it says otherwise."""
    return _ENDINGS.sub("", name.rpartition("/")[2])


def pool_files(names: Iterable[str], problems: Problems) -> list[str]:
    """The pool files among names, `x.age` last.

    One stem in two forms is an error, and the first of the two is taken.
    """
    stems: dict[str, str] = {}
    for name in sorted((name for name in names if not is_no_pool(name)), key=lambda name: (is_bare(name), name)):
        other = stems.setdefault(_ENDINGS.sub("", name), name)
        if other != name:
            hint = "remove one of them"
            if is_encrypted(name) != is_encrypted(other):
                hint = "if encrypting it was interrupted, `catalogsync pools encrypt` finishes that; else remove one"
            problems.error(Place(name), "same-stem", f"this file stands here twice, as `{other}` too", hint)
    return list(stems.values())
