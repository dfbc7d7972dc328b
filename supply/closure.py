"""What is installed because catalogsync is: the closure of its requirements, read from what lies in an environment."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from typing import Final

from packaging.requirements import Requirement

ROOT: Final = "catalogsync"
EXTRAS: Final = ("object", "notify")
"""The extras that are for users. The others are for whoever changes the code."""


class NotInstalled(Exception):
    """Something is required that the environment does not have."""


@dataclass(frozen=True, slots=True)
class Needed:
    """One distribution of a closure.

    Attributes:
        name: as the index spells it (`typing-extensions`).
        by: which other one requires it first; empty for catalogsync itself.
        distribution: what is installed.
    """

    name: str
    by: str
    distribution: Distribution


def normal(name: str) -> str:
    """A distribution's name, as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def by_name(distributions: Iterable[Distribution]) -> dict[str, Distribution]:
    """Distributions by their normal names; the first of a name counts, as it does for imports."""
    found: dict[str, Distribution] = {}
    for distribution in distributions:
        found.setdefault(normal(distribution.metadata["Name"]), distribution)
    return found


def closure(installed: Mapping[str, Distribution], extras: Iterable[str] = ()) -> dict[str, Needed]:
    """catalogsync, with extras, and all that it requires on this Python and platform, by name.

    Raises:
        NotInstalled: one of them is missing.
    """
    found: dict[str, Needed] = {}
    seen: set[tuple[str, str]] = set()
    todo = [("", ROOT, extra) for extra in ("", *extras)]
    while todo:
        by, name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        if name not in installed:
            raise NotInstalled(f"{by or 'this'} needs {name}, which is not installed")
        found.setdefault(name, Needed(name, by, installed[name]))
        for text in installed[name].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                todo += [(name, normal(requirement.name), wanted) for wanted in ("", *requirement.extras)]
    return found
