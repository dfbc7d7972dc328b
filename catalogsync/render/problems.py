"""What is wrong in the catalog: lines for people and editors, JSON for programs, annotations for GitHub."""

from collections.abc import Sequence
from typing import Literal

from catalogsync.model.problem import Problem
from catalogsync.render.annotations import of_problems, render_annotations
from catalogsync.render.escape import guard, inline
from catalogsync.render.json_text import pretty


def render_problems(problems: Sequence[Problem], form: Literal["text", "json", "github"], folder: str = "") -> str:
    """The problems in their order. As text and for GitHub, no problem is no output.

    Args:
        problems: what was found.
        form: for whom.
        folder: where the catalog is in its repository, with a `/` at its end.
    """
    match form:
        case "json":
            return pretty([_object(problem) for problem in problems])
        case "github":
            return render_annotations(of_problems(problems), folder)
        case "text":
            return guard("".join(f"{line}\n" for problem in problems for line in _lines(problem)))


def _lines(problem: Problem) -> list[str]:
    """`file:line:column: code: message`, as compilers write it and editors read it, and the hint below."""
    kind = "" if problem.severity == "error" else "warning: "
    first = f"{inline(str(problem.place))}: {inline(problem.code)}: {kind}{inline(problem.message)}"
    return [first, f"    hint: {inline(problem.hint)}"] if problem.hint else [first]


def _object(problem: Problem) -> dict[str, str | int | None]:
    place = problem.place
    return {
        "file": place.file,
        "line": max(place.line, 1),
        "column": max(place.column, 1),
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
