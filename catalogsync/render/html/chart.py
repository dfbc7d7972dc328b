"""Price moves for a chart: the largest one by one on a common scale, and all of them by how far they go."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import log10
from typing import Final

from catalogsync.model.plan import Action, Change
from catalogsync.render.field_change import percent, price_move, shown
from catalogsync.render.html.words import money

ROWS: Final = 12
"""So many moves are drawn one by one."""
TABLED: Final = 200
"""So many are in the table."""

_BOUNDS: Final = (-50, -20, -10, -5, 0, 5, 10, 20, 50)
BOUNDS: Final = ("−50", "−20", "−10", "−5", "0", "+5", "+10", "+20", "+50")
"""Between the bands, in percent."""
_STEPS: Final = (1, 2, 5)
_TICKS: Final = 6
_MARGIN: Final = 3.0
"""Percent of the width that stay free at either side."""


@dataclass(frozen=True, slots=True)
class Move:
    """The same move of one or more prices.

    Attributes:
        name: the listing, and how many more.
        before: the old price.
        after: the new one.
        percent: by how much, as a text.
        down: whether it falls.
        old: where the old price stands, in percent of the chart's width.
        new: where the new price stands.
        keys: how many listings.
    """

    name: str
    before: str
    after: str
    percent: str
    down: bool
    old: float
    new: float
    keys: int


@dataclass(frozen=True, slots=True)
class Band:
    """How many prices move about so far; `height` is that in percent of the fullest band."""

    name: str
    count: int
    height: float
    down: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    Attributes:
        moves: the largest first; those drawn, then those that are only in the table.
        beyond: how many different moves are in neither.
        total: how many prices move.
        down: how many of them fall.
        bands: all of them by how far they go, where not all are drawn one by one.
        ticks: prices, and where they stand.
    """

    moves: tuple[Move, ...]
    beyond: int
    total: int
    down: int
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, float], ...]

    @property
    def drawn(self) -> tuple[Move, ...]:
        """The moves that are drawn one by one."""
        return self.moves[:ROWS]


def chart_of(changes: Iterable[Change]) -> Chart | None:
    """The moves of prices in a plan; None where there is none."""
    found: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        for field in change.fields:
            if change.action is Action.UPDATE and field.field == "price" and price_move(field.before, field.after):
                found.setdefault((str(field.before), str(field.after)), []).append(change.key)
    if not found:
        return None
    moves = [(price_move(*prices) or Decimal(0), prices, keys) for prices, keys in found.items()]
    moves.sort(key=lambda move: (-abs(move[0]), move[2][0]))
    scale = _Scale([_log(price) for _, prices, _ in moves[:ROWS] for price in prices])
    return Chart(
        moves=tuple(_move(share, *prices, keys, scale) for share, prices, keys in moves[:TABLED]),
        beyond=max(0, len(moves) - TABLED),
        total=sum(len(keys) for _, _, keys in moves),
        down=sum(len(keys) for share, _, keys in moves if share < 0),
        bands=_bands([(share, len(keys)) for share, _, keys in moves]) if len(moves) > ROWS else (),
        ticks=scale.ticks(),
    )


class _Scale:
    """Equal shares are equally long, whether a price is small or large."""

    def __init__(self, logs: list[float]) -> None:
        self._low, self._high = min(logs), max(logs)

    def at(self, log: float) -> float:
        """Where a price stands, in percent of the width."""
        span = self._high - self._low or 1.0
        share = min(max((log - self._low) / span, 0.0), 1.0)
        return round(_MARGIN + (100 - 2 * _MARGIN) * share, 2)

    def ticks(self) -> tuple[tuple[str, float], ...]:
        """Round prices within the scale; few of them."""
        tens = range(int(self._low) - 1, int(self._high) + 2)
        prices = [(Decimal(step) * Decimal(10) ** ten, log10(step) + ten) for ten in tens for step in _STEPS]
        within = [(f"{price:,f}", self.at(log)) for price, log in prices if self._low <= log <= self._high]
        return tuple(within[:: len(within) // _TICKS + 1])


def _log(price: str) -> float:
    return log10(max(float(price), 0.01))


def _move(share: Decimal, before: str, after: str, keys: list[str], scale: _Scale) -> Move:
    name = shown(keys[0], 0) if len(keys) == 1 else f"{shown(keys[0], 0)} and {len(keys) - 1:,} more"
    return Move(
        name,
        money(before),
        money(after),
        percent(before, after) or "",
        share < 0,
        scale.at(_log(before)),
        scale.at(_log(after)),
        len(keys),
    )


def _bands(shares: list[tuple[Decimal, int]]) -> tuple[Band, ...]:
    counts = [0] * (len(_BOUNDS) + 1)
    for share, count in shares:
        # Each band holds its bound that is farther from nothing.
        counts[(bisect_left if share < 0 else bisect_right)(_BOUNDS, share)] += count
    names = [
        f"{BOUNDS[0]} % or less",
        *(f"{low} to {high} %" for low, high in pairwise(BOUNDS)),
        f"{BOUNDS[-1]} % or more",
    ]
    most = max(counts)
    return tuple(
        Band(name, count, round(100 * count / most, 1), number <= _BOUNDS.index(0))
        for number, (name, count) in enumerate(zip(names, counts, strict=True))
    )
