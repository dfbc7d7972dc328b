"""What is wrong in the catalog: lines for people and editors, JSON for programs, annotations for GitHub."""

from collections.abc import Sequence
from typing import Literal

from catalogsync.model.problem import Problem
from catalogsync.render.escape import block, guard, inline
from catalogsync.render.json_text import pretty


def render_problems(problems: Sequence[Problem], form: Literal["text", "json", "github"]) -> str:
    """The problems in their order. As text and for GitHub, no problem is no output."""
    match form:
        case "json":
            return pretty([_object(problem) for problem in problems])
        case "github":
            return "".join(f"{_annotation(problem)}\n" for problem in problems)
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


def _annotation(problem: Problem) -> str:
    """A workflow command of GitHub Actions, which shows the problem beside its line in a pull request."""
    place = problem.place
    where = f"file={_property(place.file)},line={max(place.line, 1)},col={max(place.column, 1)}"
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity} {where},title={_property(problem.code)}::{_data(message)}"


def _data(text: str) -> str:
    return guard(block(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
