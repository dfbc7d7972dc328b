"""The rows of a list that a call chose, walked through once for all of its pages."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalogsync.sandbox.accplanet.pages import in_envelope, page_of
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.wire.answers import Answer, Call

Show = Callable[[sqlite3.Row], dict[str, object]]
"""Makes an item of a row."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of a table with a column `n`; the conditions are ours, texts from the call are among the values.

    Attributes:
        table: which table.
        where: the conditions.
        values: what goes with them.
        order: the sequence; `random()` is another one for each page.
    """

    table: str
    where: str
    values: tuple[object, ...] = ()
    order: str = "n DESC"


def listed(market: Market, call: Call, chosen: Chosen, show: Show, noun: str) -> Answer:
    """The page of a list that a call asks for, in its envelope, which may name what it holds."""
    numbers = (
        _numbers(market, chosen)
        if "random" in chosen.order
        else market.remembered(chosen, lambda: _numbers(market, chosen))
    )

    def rows(limit: int, offset: int) -> Sequence[dict[str, object]]:
        sql = f"SELECT * FROM {chosen.table} WHERE n = ?"  # noqa: S608 (see Chosen)
        return [show(market.db.execute(sql, (n,)).fetchone()) for n in numbers[offset : offset + limit]]

    return Answer(in_envelope(call, page_of(call, len(numbers), rows), noun))


def _numbers(market: Market, chosen: Chosen) -> list[int]:
    sql = f"SELECT n FROM {chosen.table} WHERE {chosen.where} ORDER BY {chosen.order}"  # noqa: S608 (see Chosen)
    return [row["n"] for row in market.db.execute(sql, chosen.values)]
