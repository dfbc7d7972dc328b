"""What was measured, as a table: the figure, what it is held against, and whether the aim was reached."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.rounds import Cost

_HEADS = ("what", "size", "figure", "against", "measured", "in CPU", "aim", "reached")
_GROWTH = 10.5
"""What ten times as much may cost."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured.
        size: how many products, accounts or listings.
        figure: in its own unit.
        against: what it is held against, in the same unit; empty where the aim is absolute.
        measured: the number that the aim is about; None where it could not be measured.
        aim: what that number should not exceed, or None where nothing was promised.
        unit: of the number; a ratio has none.
        in_cpu: of a ratio of times, the same ratio of processor time, which other load disturbs less.
    """

    what: str
    size: int
    figure: str
    against: str
    measured: float | None
    aim: float | None
    unit: str = ""
    in_cpu: float | None = None

    @property
    def reached(self) -> str:
        """Whether the aim was reached."""
        if self.aim is None or self.measured is None:
            return "-"
        return "yes" if self.measured <= self.aim else "no"

    def cells(self) -> tuple[str, ...]:
        """The line's cells."""
        aim = "-" if self.aim is None else f"<= {self._number(self.aim)}"
        cpu = "" if self.in_cpu is None else f"{self.in_cpu:.2f}"
        measured = "-" if self.measured is None else self._number(self.measured)
        return (self.what, f"{self.size:,}", self.figure, self.against, measured, cpu, aim, self.reached)

    def _number(self, number: float) -> str:
        places = 2 if abs(number) >= 0.1 else 3
        return f"{number:.{places}f} {self.unit}".strip()


def ratio(what: str, size: int, cost: Cost, baseline: Cost, aim: float | None) -> Row:
    """A time against a baseline's."""
    return Row(
        what,
        size,
        f"{cost.seconds:.3f} s",
        f"{baseline.seconds:.3f} s",
        cost.seconds / baseline.seconds,
        aim,
        in_cpu=cost.cpu / baseline.cpu,
    )


def memory(what: str, size: int, cost: Cost, aim: float | None) -> Row:
    """The peak memory of the largest process."""
    return Row(what, size, f"{cost.mib:.0f} MiB", "", cost.mib, aim, "MiB")


def each(what: str, size: int, cost: Cost, calls: int) -> list[Row]:
    """What an apply costs for each of its calls, and its peak memory."""
    figures = (f"{cost.seconds:.2f} s", f"{calls} calls")
    return [
        Row(f"apply, {what}: processor time a call", size, *figures, 1000 * cost.cpu / calls, None, "ms"),
        memory(f"apply, {what}: peak memory", size, cost, None),
    ]


def missing(what: str, size: int) -> Row:
    """What cannot be measured here, for want of another program."""
    return Row(what, size, "not installed", "", None, None)


def growth(what: str, costs: dict[int, Cost]) -> list[Row]:
    """The time of the largest size against that of the smallest, if there are two sizes.

    The aim is about ten times as many; for twice as many it is as much less.
    """
    small, large = min(costs), max(costs)
    if small == large:
        return []
    aim = _GROWTH / 10 * large / small
    return [ratio(f"{what}, growth from {small:,}", large, costs[large], costs[small], aim)]


def machine() -> str:
    """What it was measured on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}; "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def table(rows: Iterable[Row]) -> str:
    """The rows under their heads."""
    lines: list[Sequence[str]] = [_HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    return "\n".join("  ".join(_cells(line, widths)).rstrip() for line in lines)


def _cells(line: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for number, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.ljust(width) if number in (0, len(widths) - 1) else cell.rjust(width)
