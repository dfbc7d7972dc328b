"""Collecting what is wrong, so that one run tells everything."""

from collections import Counter
from dataclasses import replace
from typing import Final

from catalogsync.core.nearest import suggestion as suggestion
from catalogsync.model.problem import Place, Problem


class Refused(Exception):
    """A value or a file that cannot be taken. Whoever knows its place reports it; it never leaves this room.

    Args:
        code: the problem's code.
        message: what is wrong; never holds a line of a pool.
        hint: what to do, or None.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.hint = hint


MOST_ALIKE: Final = 1000
"""How many problems with one code are kept of one file: a pool that was copied would give a million."""


class Problems:
    """The problems found so far; `errors` is how many of them are errors."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._alike: Counter[tuple[str, str]] = Counter()
        self.errors = 0

    def __len__(self) -> int:
        return len(self._found)

    def error(self, place: Place, code: str, message: str, hint: str | None = None) -> None:
        """Something that stops every command."""
        self.errors += 1
        self._alike[place.file, code] += 1
        if self._alike[place.file, code] <= MOST_ALIKE:
            self._found.append(Problem(place, "error", code, message, hint))

    def warning(self, place: Place, code: str, message: str, hint: str | None = None) -> None:
        """Something that is only told."""
        self._found.append(Problem(place, "warning", code, message, hint))

    def refuse(self, place: Place, refused: Refused) -> None:
        """Report a refusal as an error."""
        self.error(place, refused.code, refused.message, refused.hint)

    def sorted(self) -> tuple[Problem, ...]:
        """All of them by place, each once, and each with a line and a column that an editor can jump to."""
        for (file, code), count in self._alike.items():
            if count > MOST_ALIKE:
                last = Place(file, *max((p.place.line, p.place.column) for p in self._found if p.place.file == file))
                self._found.append(
                    Problem(last, "error", code, f"and {count - MOST_ALIKE} more like this in this file")
                )
        placed = {replace(problem, place=_jumpable(problem.place)): None for problem in self._found}
        return tuple(sorted(placed, key=lambda problem: (problem.place, problem.code, problem.message)))


def _jumpable(place: Place) -> Place:
    return Place(place.file, max(place.line, 1), max(place.column, 1))


def shown(name: str) -> str:
    """A name out of a file in a form that is safe and short enough for a message."""
    short = name if len(name) <= 60 else f"{name[:57]}..."
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)
