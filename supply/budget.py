"""`python -m supply.budget`: nothing comes with catalogsync that budget.toml does not allow, nor is it larger.

A new dependency, one of a dependency's own too, fails here until a person has written down what it is for.
"""

import importlib.metadata
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from supply.closure import EXTRAS, ROOT, Needed, NotInstalled, by_name, closure, normal

HERE: Final = Path(__file__).parent
_MB: Final = 1_000_000
# Started with Python itself, whatever is run.
_STARTED: Final = (".pth", "sitecustomize.py", "usercustomize.py")


@dataclass(frozen=True, slots=True)
class Group:
    """What may come with catalogsync itself (`runtime`), or with one extra on top of that.

    Attributes:
        megabytes: how much all of it may take, as installed, without compiled caches.
        licences: the licence (SPDX) of each package that is allowed.
    """

    megabytes: int
    licences: Mapping[str, str]


def read_budget(text: str) -> dict[str, Group]:
    """The groups of a budget, by name.

    Raises:
        ValueError: a package has no licence, or it is not said what it is for.
    """
    groups: dict[str, Group] = {}
    for name, table in tomllib.loads(text).items():
        for package, said in table["packages"].items():
            if not (said.get("licence") and said.get("why")):
                raise ValueError(f"budget.toml must say of {package}: licence, why")
        licences = {package: said["licence"] for package, said in table["packages"].items()}
        groups[name] = Group(table["megabytes"], licences)
    return groups


def groups_of(installed: Mapping[str, Distribution]) -> dict[str, dict[str, Needed]]:
    """What is installed with catalogsync itself, and what each extra adds.

    Raises:
        NotInstalled: a requirement is missing.
    """
    runtime = closure(installed)
    del runtime[ROOT]
    added = {extra: closure(installed, [extra]) for extra in EXTRAS}
    only = {extra: {k: v for k, v in all_.items() if k not in runtime and k != ROOT} for extra, all_ in added.items()}
    return {"runtime": runtime, **only}


def overspent(group: str, allowed: Group, needed: Mapping[str, Needed]) -> list[str]:
    """What of a group is not as the budget has it, in sentences; none if all is well."""
    said = [
        f"{one.by} needs {name}, which {group} in budget.toml does not allow: is it worth it? Then write it down there"
        for name, one in sorted(needed.items())
        if name not in allowed.licences
    ]
    said += [
        f"{name} is no longer needed: take it out of {group} in budget.toml"
        for name in sorted(set(allowed.licences) - set(needed))
    ]
    for name, one in sorted(needed.items()):
        # Where a package says its licence in another way than as an expression, a person has read it.
        declared = "".join(one.distribution.metadata.get_all("License-Expression") or ())
        if declared and allowed.licences.get(name, declared) != declared:
            said.append(f"the licence of {name} is {declared}; budget.toml says {allowed.licences[name]}")
        said += [
            f"{name} runs code whenever Python starts: {file}"
            for file in one.distribution.files or ()
            if file.name.endswith(_STARTED)
        ]
    if (size := megabytes(needed.values())) > allowed.megabytes:
        said.append(f"{group} takes {size:.1f} MB, of {allowed.megabytes} MB in budget.toml")
    return said


def megabytes(needed: Iterable[Needed]) -> float:
    """How much distributions take, by the sizes in their records, which know of no compiled caches."""
    return sum(file.size or 0 for one in needed for file in one.distribution.files or ()) / _MB


def unlocked(lock: str, needed: Iterable[str]) -> list[str]:
    """What a lock (`name==version ; marker`, with hashes) has too little or too much, in sentences."""
    lines = [line.removesuffix("\\") for line in lock.splitlines() if line[:1].isalnum()]
    pinned = [requirement for line in lines if _meant(requirement := Requirement(line))]
    wrong = {normal(requirement.name) for requirement in pinned} ^ set(needed)
    return [f"runtime.txt and what is installed differ in {name}: `make lock`" for name in sorted(wrong)]


def _meant(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def main() -> None:
    """Compare what is installed with budget.toml and runtime.txt; exit with 1 where they differ."""
    budget = read_budget((HERE / "budget.toml").read_text(encoding="utf-8"))
    try:
        found = groups_of(by_name(importlib.metadata.distributions()))
    except NotInstalled as error:
        sys.exit(f"{error}: `make .venv/.ready`")
    said = [line for name, needed in found.items() for line in overspent(name, budget[name], needed)]
    lock = (HERE / "runtime.txt").read_text(encoding="utf-8")
    said += unlocked(lock, {name for needed in found.values() for name in needed})
    if said:
        sys.exit("\n".join(said))
    spent = (
        f"{name} {len(needed)} packages, {megabytes(needed.values()):.0f} of {budget[name].megabytes} MB"
        for name, needed in found.items()
    )
    print("dependencies within budget: " + "; ".join(spent))


if __name__ == "__main__":
    main()
