"""Annotations of GitHub Actions: a rule, a warning or a problem beside the line that caused it, in a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from catalogsync.model.plan import Blocked, Notice, Plan
from catalogsync.model.problem import Problem
from catalogsync.model.report import Report
from catalogsync.render.escape import block, guard, inline

MOST: Final = 10
"""GitHub shows so many errors and so many warnings of one step, and drops the others without a word."""
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message that belongs to a line.

    Attributes:
        level: how grave it is.
        title: what stands above it.
        message: the message.
        file: relative to the catalog; None if it belongs to no file.
        line: from 1 on.
        column: from 1 on; 0 if it is about the whole line.
    """

    level: Literal["error", "warning"]
    title: str
    message: str
    file: str | None = None
    line: int = 1
    column: int = 0


def of_report(subject: Plan | Report) -> Iterator[Annotation]:
    """What blocks a plan, what it warns of, and what failed when it was carried out."""
    plan = subject if isinstance(subject, Plan) else subject.plan
    yield from (_annotation("error", rule.rule, rule) for rule in plan.blocked)
    yield from (_annotation("warning", notice.code, notice) for notice in plan.warnings)
    if isinstance(subject, Report):
        for change in plan.changes:
            result = subject.results.get(change.key)
            if result is not None and result.outcome in {"failed", "in-doubt"}:
                title = f"{change.action.value} {result.outcome}: {change.key}"
                told = result.error or "no reason was given"
                yield Annotation("error", title, told, change.file, change.line or 1)
        yield from (_annotation("warning", notice.code, notice) for notice in subject.notices)


def of_problems(problems: Iterable[Problem]) -> Iterator[Annotation]:
    """What is wrong in the catalog."""
    for problem in problems:
        place = problem.place
        told = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        yield Annotation(problem.severity, problem.code, told, place.file, max(place.line, 1), max(place.column, 1))


def render_annotations(entries: Iterable[Annotation], folder: str = "") -> str:
    """Annotations as commands of GitHub, a line each: no more of a level than are shown, the last counts the rest.

    Args:
        entries: in their order; where they are too many, those that say the same are one.
        folder: where the catalog is in its repository, with a `/` at its end; empty if it is all of it.
    """
    by_level: dict[str, list[Annotation]] = {"error": [], "warning": []}
    for entry in entries:
        by_level[entry.level].append(entry)
    return "".join(f"{_command(entry, folder)}\n" for level in by_level.values() for entry in _fitting(level))


def _annotation(level: Literal["error", "warning"], word: str, told: Blocked | Notice) -> Annotation:
    title = word if told.key is None else f"{word}: {told.key}"
    return Annotation(level, title, told.message, told.file, told.line or 1)


def _fitting(entries: Sequence[Annotation]) -> list[Annotation]:
    if len(entries) <= MOST:
        return list(entries)
    same: dict[tuple[str, str], list[Annotation]] = {}
    for entry in entries:
        same.setdefault((entry.title.partition(":")[0], entry.message), []).append(entry)
    folded = [_folded(group) for group in same.values()]
    if len(folded) <= MOST:
        return folded
    shown, last = folded[: MOST - 1], folded[MOST - 1]
    more = len(entries) - sum(len(group) for group in list(same.values())[: MOST - 1])
    told = (
        f"{last.message}\nGitHub shows only {MOST} of a kind: there are {more - 1:,} more, in the log and the report."
    )
    return [*shown, replace(last, message=told)]


def _folded(same: Sequence[Annotation]) -> Annotation:
    first, *others = same
    places = list(dict.fromkeys(f"{one.file}:{one.line}" for one in others if one.file is not None))
    if not places:
        return first if not others else replace(first, message=f"{first.message}\nThe same {len(others):,} more times.")
    more = f" and {len(places) - _NAMED:,} more places" if len(places) > _NAMED else ""
    return replace(first, message=f"{first.message}\nThe same at {', '.join(places[:_NAMED])}{more}.")


def _command(entry: Annotation, folder: str) -> str:
    properties = [f"title={_property(entry.title)}"]
    if entry.file is not None:
        where = [f"file={_property(folder + entry.file)}", f"line={entry.line}"]
        properties = [*where, *([f"col={entry.column}"] if entry.column else []), *properties]
    return f"::{entry.level} {','.join(properties)}::{_data(block(entry.message))}"


def _data(text: str) -> str:
    return guard(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(inline(text)).replace(":", "%3A").replace(",", "%2C")
