"""From an order, as it shows now, to a verdict about accounts that were sent to it and whose answer never came.

Of each delivery the first row that holds decides:

| the order shows | verdict | if it was refused |
|---|---|---|
| all of the accounts | committed | committed |
| some of them | held | held |
| no content at all, and as many more units as were sent | committed | held |
| no content at all, and another number of units than before | – | held |
| that its money was given back, or that it is closed | held | aborted |
| less room than the accounts need | held | aborted |
| none of the accounts | the same again | aborted |

To send the same again is safe whatever happened: the marketplace drops what the order has already. Accounts become new
again only by a refusal, and by the order that shows none of them.
"""

from collections.abc import Collection

from catalogsync.core.alarm import REFUNDED
from catalogsync.core.arrival import Ruling
from catalogsync.model.counted import counted
from catalogsync.model.events import Verdict
from catalogsync.model.order import Order
from catalogsync.model.state import Op

BEFORE = "delivered"
"""Under this name `Op.before` of a delivery has how many units the order showed as delivered, where it did."""


def shown_before(op: Op) -> int:
    """How many units an order showed as delivered before a delivery; 0 where it did not say."""
    shown = op.before.get(BEFORE)
    return shown if isinstance(shown, int) else 0


def judge_delivery(op: Op, order: Order, there: int, open_statuses: Collection[str], refused: str) -> Ruling | None:
    """What is known of a delivery; None: the same accounts may be sent to the same order again.

    Args:
        op: the delivery.
        order: the order as it shows now.
        there: how many of the accounts it shows.
        open_statuses: the words for orders that may still get something.
        refused: with which words it was refused; empty: no answer came.
    """
    shown = _of_content(op, order, there, refused)
    if shown is not None:
        return shown
    if refused:
        return Ruling(Verdict.ABORTED, f"it was refused ({refused}), and the order shows none of the accounts")
    if order.status == REFUNDED or (order.status is not None and order.status not in open_statuses):
        return Ruling(Verdict.HELD, f"the order is {order.status} by now, and shows none of the accounts")
    room = order.remaining
    if room is None and order.quantity is not None and order.delivered is not None:
        room = order.quantity - order.delivered
    if room is not None and room < op.count:
        what = f"the order shows none of the accounts, and has room for {room:,} of {op.count:,}"
        return Ruling(Verdict.HELD, f"{what}: somebody else delivered to it")
    return None


def _of_content(op: Op, order: Order, there: int, refused: str) -> Ruling | None:
    """What the delivered content shows, and what the number of units does where there is none."""
    if there >= op.count:
        return Ruling(Verdict.COMMITTED, "the order shows all of the accounts")
    if there:
        return Ruling(Verdict.HELD, f"the order shows {there:,} of {counted(op.count, 'account')}")
    before = op.before.get(BEFORE)
    if order.content or order.accounts or order.delivered is None or not isinstance(before, int):
        return None
    more = order.delivered - before
    what = f"the order shows {counted(more, 'unit')} more than before, and not what they are"
    if refused and more:
        return Ruling(Verdict.HELD, f"it was refused ({refused}), but {what}")
    return Ruling(Verdict.COMMITTED, what) if more == op.count else None
