"""What came of the changes, as figures and as a list of those that no test noticed."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mutation.trial import Trial

AT_LEAST: Final = 90
"""Percent of the changes that the tests must notice."""

Known = dict[tuple[str, str, str, str], str]


def report(root: Path, trials: list[Trial], *, whole: bool) -> int:
    """Print the figures and what no test noticed; write it to `mutation/REPORT.md` if all files were looked at.

    Returns:
        The exit code: 0 if enough was noticed, else 1.
    """
    known = _known(root / "mutation" / "equivalent.toml")
    paths = sorted({trial.path for trial in trials})
    lines = ["| file | changes | noticed | mean the same | not noticed | noticed of those that mean something |"]
    lines.append("|---|---|---|---|---|---|")
    for path in paths:
        its_own = [one for one in trials if one.path == path]
        lines.append(_row(path.removeprefix("catalogsync/"), its_own, known))
    lines.append(_row("**all**", trials, known))
    for path in paths:
        lines += _listed(path, [one for one in trials if one.path == path and not one.noticed], known)
    print("\n".join(lines))
    if whole:
        text = "\n".join(["# What the tests notice", "", *lines, ""])
        (root / "mutation" / "REPORT.md").write_text(text, encoding="utf-8")
    made, noticed, same = _figures(trials, known)
    return 0 if noticed * 100 >= AT_LEAST * (made - same) else 1


def _known(path: Path) -> Known:
    """Why some changes mean the same as before: nothing that can be noticed is another."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("same", [])
    return {(entry["file"], entry["where"], entry["before"], entry["after"]): entry["why"] for entry in entries}


def _why(trial: Trial, known: Known) -> str | None:
    return known.get((trial.path, trial.change.where, trial.change.before, trial.change.after))


def _figures(trials: list[Trial], known: Known) -> tuple[int, int, int]:
    noticed = sum(1 for trial in trials if trial.noticed)
    same = sum(1 for trial in trials if not trial.noticed and _why(trial, known))
    return len(trials), noticed, same


def _row(name: str, trials: list[Trial], known: Known) -> str:
    made, noticed, same = _figures(trials, known)
    share = 100 * noticed / max(1, made - same)
    return f"| {name} | {made} | {noticed} | {same} | {made - noticed - same} | {share:.1f} % |"


def _listed(path: str, trials: list[Trial], known: Known) -> Iterator[str]:
    if not trials:
        return
    yield from ("", f"## {path}", "")
    for trial in sorted(trials, key=lambda one: (_why(one, known) is not None, one.change.number)):
        change = trial.change
        why = _why(trial, known)
        yield f"- line {change.line}, `{change.where}`" + (f": {why}" if why else "")
        yield from ("", "  ```diff", *_marked("-", change.before), *_marked("+", change.after), "  ```", "")


def _marked(sign: str, text: str) -> Iterator[str]:
    yield from (f"  {sign} {line}" for line in text.splitlines())
