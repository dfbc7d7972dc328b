"""Whether a batch of accounts arrived: what stock, sales and orders say together.

The evidence is `x`, by how many units the listing gained since the intent: what its stock rose by, and what was sold of
it meanwhile. Stock and sales are in the List; how many units the sales took out of the stock is in the orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from catalogsync.model.events import Verdict
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.state import Op


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The orders, as evidence.

    Attributes:
        by_listing: the orders of each listing, by product_id.
        delivered: by operation, how many of its accounts orders have delivered.
    """

    by_listing: Mapping[str, Sequence[Order]] = field(default_factory=dict)
    delivered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, why, and the listing that a create turned out to have made."""

    verdict: Verdict
    evidence: str
    product_id: str | None = None


def arrival(
    op: Op, shown: Listing | None, orders: OrderBook | None, *, before: int | None = None, trusted: bool = False
) -> Ruling:
    """Judge an append that was not answered, or refused, after a write has had its time to show.

    Args:
        op: the append.
        shown: its listing now.
        orders: the orders, or None where they were not read.
        before: how many accounts had arrived at the listing in all, before this batch; None if that is not known.
        trusted: whether a stock that did not move proves that nothing arrived (`recovery.in_doubt: auto`).
    """
    gain = _gain(op, shown, orders)
    sold_out = op.stock == 0 and gain == 0
    if shown is not None and sold_out:
        gain = _gain_of_sold_out(shown, orders, before)
    if delivered := orders.delivered.get(op.id, 0) if orders else 0:
        if delivered == op.count or gain == op.count:
            return Ruling(Verdict.COMMITTED, f"orders delivered {delivered:,} of these accounts")
        told = f"orders delivered {delivered:,} of these {op.count:,} accounts"
        return Ruling(Verdict.HELD, f"{told}, but whether the others arrived nobody can tell")
    if op.refused:
        return _refused(op, gain)
    if isinstance(gain, str):
        return Ruling(Verdict.HELD, gain)
    if not op.accounted and (before is None or not sold_out):
        return Ruling(Verdict.HELD, "stock and sales did not add up before it, so they cannot tell")
    if gain == op.count:
        return Ruling(Verdict.COMMITTED, f"stock and sales rose together by exactly {op.count}")
    if gain == 0 and trusted:
        return Ruling(Verdict.ABORTED, f"the stock did not rise from {op.stock}, and it has always told so far")
    if gain == 0:
        return Ruling(Verdict.HELD, f"the stock did not rise from {op.stock}: probably not sent")
    return Ruling(Verdict.HELD, f"stock and sales moved by {gain}, and {op.count} were sent")


def _refused(op: Op, gain: int | str) -> Ruling:
    """A refusal is believed if the counts say the same; here it is enough that they did not move."""
    if gain == 0:
        return Ruling(Verdict.ABORTED, op.refused)
    what = gain if isinstance(gain, str) else f"stock and sales moved by {gain}, and {op.count} were sent"
    return Ruling(Verdict.HELD, f"the marketplace refused it ({op.refused}), but {what}")


def _gain(op: Op, shown: Listing | None, orders: OrderBook | None) -> int | str:
    """By how many units the listing gained since the intent, or why nobody can tell."""
    if shown is None or shown.stock is None:
        return "the marketplace shows no stock to tell by"
    if op.stock is None:
        return "the stock before it is not known, so the stock cannot tell"
    if shown.sales is None or op.sales is None:
        return "the marketplace shows no sales, so the stock cannot tell"
    gain = shown.stock - op.stock
    if shown.sales == op.sales:
        return gain
    if shown.sales < op.sales:
        return "the number of sales went down, so it cannot tell"
    if orders is None:
        return "units were sold meanwhile, so the stock cannot tell"
    taken = units_of_newest(orders.by_listing.get(shown.product_id, ()), shown.sales - op.sales, shown.sales)
    if taken is None:
        return "units were sold meanwhile, and the orders do not tell how many"
    return gain + taken


def _gain_of_sold_out(shown: Listing, orders: OrderBook | None, before: int | None) -> int | str:
    """By how many units a listing gained that had nothing in stock: what comes may go on at once to orders that wait.

    Then neither stock nor sales move. But there is nothing in stock, so whatever arrived was delivered.
    """
    if orders is None:
        return "nothing was in stock, so that they may have gone on to orders that waited"
    theirs = orders.by_listing.get(shown.product_id, ())
    delivered = [order.delivered for order in theirs if order.delivered is not None]
    if before is None and not theirs:
        return 0
    if before is None or len(delivered) < len(theirs):
        return "nothing was in stock, and the orders do not tell whether they went to one that waited"
    return sum(delivered) - before


def units_of_newest(orders: Sequence[Order], sold: int, sold_ever: int) -> int | None:
    """How many units the newest orders of a listing took out of its stock; None if that cannot be told.

    Which orders are the newest is told by their own clock, and how many of them by the sales: no clock of ours decides.
    Some marketplaces count sales in units, others in orders. Which it is, and that no order is missing, is told by the
    whole number of sales.

    Args:
        orders: all orders of the listing.
        sold: by how much its number of sales rose.
        sold_ever: its number of sales.
    """
    known = [
        (moment, order.quantity, order.delivered)
        for order in orders
        if (moment := _moment(order.created_at)) is not None and order.quantity is not None
    ]
    if len(known) < len(orders):
        return None
    newest = sorted(known, key=lambda order: -order[0])
    sums = list(accumulate(quantity for _, quantity, _ in newest))
    if sums and sums[-1] == sold_ever:
        number = sums.index(sold) + 1 if sold in sums else 0
    else:
        number = sold if len(orders) == sold_ever else 0
    taken = [delivered for _, _, delivered in newest[:number] if delivered is not None]
    if not taken or len(taken) < number or (number < len(newest) and newest[number][0] == newest[number - 1][0]):
        return None
    return sum(taken)


def _moment(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None
