"""One order with everything that is known of it; its buyer and what it got only where somebody asked to see them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final, Literal

from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.order import Order
from catalogsync.model.order_plan import Alteration, OrderAction
from catalogsync.model.order_row import OrderLook
from catalogsync.model.state import Call
from catalogsync.render.escape import inline
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page
from catalogsync.render.messages import WARNS, put_messages, said, told
from catalogsync.render.moment import moment
from catalogsync.render.orders_list import HEADER
from catalogsync.render.palette import Span, Style

MASKED = "(masked; --reveal shows it on a terminal)"

_DOES = {
    OrderAction.FILL: "would fill it",
    OrderAction.PARTIAL: "would fill it in part",
    OrderAction.RESEND: "would send the same accounts once more",
}


_DONE: Final[Mapping[Call, Callable[[Alteration], str]]] = {
    Call.DELIVER: lambda done: f"Delivered {counted(done.count, 'account') if done.count else 'the text'} to",
    Call.REFUND: lambda done: f"Refunded{f' ({inline(done.number)})' if done.number else ''}:",
    Call.SET_STATUS: lambda done: f"Set to {inline(done.status or '')}:",
}


def render_order(
    shown: OrderLook, form: Literal["text", "json"], *, reveal: bool = False, width: int = 100, color: bool = False
) -> str:
    """One order.

    Args:
        shown: what is known of it.
        form: text or JSON; JSON never holds its buyer or what it got.
        reveal: whether its buyer and what it got are shown: on a terminal, to somebody who asked.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    row = shown.row
    if form == "json":
        known = {name: value for name, value in asdict(row).items() if name in HEADER}
        updated = shown.order.updated_at if shown.order else None
        return pretty({**known, "updated_at": updated, "sent": shown.sent, "open_calls": list(shown.open_calls)})
    page = Page(width, color=color)
    number = f" ({row.number})" if row.number and row.number != row.order_id else ""
    page.put(Span(inline(f"Order {row.order_id}{number} at {row.marketplace}"), Style.STRONG))
    if row.seen_at:
        page.put(
            Span(
                f"As it was listed at {moment(row.seen_at)}: this marketplace cannot be asked about one order.",
                Style.CHANGED,
            )
        )
    elif shown.order is None:
        page.put(Span("It is not listed now. This is what the state remembers of it.", Style.CHANGED))
    page.rows([(name, [text]) for name, text in _facts(shown) if text], indent=2)
    if row.action is not None:
        page.gap()
        does = _DOES.get(row.action, f"would not fill it ({inline(row.code)})")
        page.put(
            *told(
                f"`catalogsync -m {row.marketplace} orders fulfill {pasted(row.order_id)}` {does}"
                f"{f': {row.why}' if row.why else ''}."
            )
        )
    if shown.open_calls:
        page.put(*told("A call to it is in doubt: `catalogsync state doubts` tells more."))
    if shown.order is not None:
        _put_masked(page, shown.order, reveal=reveal)
    return page.text()


def _facts(shown: OrderLook) -> list[tuple[str, str]]:
    row, order = shown.row, shown.order
    units = f"{row.quantity:,} bought, {row.delivered:,} delivered" if row.quantity is not None else ""
    if not units and (order or row.seen_at):
        units = "cannot be read"
    remaining = order.remaining if order else None
    product = f"{row.key} ({row.product_id} there)" if row.key and row.product_id else row.key or row.product_id
    return [
        ("when", moment(row.created_at) if row.created_at else ""),
        ("changed", moment(order.updated_at) if order and order.updated_at else ""),
        ("product", inline(product)),
        ("title", inline(row.title)),
        ("units", units if remaining is None else f"{units}, {remaining:,} remaining"),
        ("paid", inline(row.total or "")),
        ("status", inline(row.status)),
        ("payment", inline(row.payment)),
        ("sent by us", counted(shown.sent, "account") if shown.sent else ""),
    ]


def _put_masked(page: Page, order: Order, *, reveal: bool) -> None:
    """The buyer and the delivered content: text only where it is to be seen, else that there is some."""
    buyer = order.buyer
    rows = [
        (name, inline(secret.reveal()) if reveal else MASKED)
        for name, secret in (("e-mail", buyer.email), ("name", buyer.name), ("id", buyer.id))
        if secret is not None
    ]
    if rows:
        page.heading("Buyer")
        page.rows([(name, [text]) for name, text in rows], indent=2)
    if order.content:
        page.heading(f"Delivered: {counted(len(order.content), 'row')}")
        if not reveal:
            page.put(MASKED, indent=2)
        for secret in order.content if reveal else ():
            page.put(inline(secret.reveal()), indent=2, hang=2)


def render_alteration(done: Alteration, *, width: int = 100, color: bool = False) -> str:
    """What came of a call that a person had made to one order."""
    page = Page(width, color=color)
    order = f"order {inline(done.order_id)} at {inline(done.marketplace)}"
    match done.result.outcome:
        case "applied":
            page.put(Span(_DONE[done.call](done), Style.GOOD), f" {order}.")
        case "in-doubt":
            page.put(Span("In doubt:", Style.BAD), f" {order}: ", *told(done.result.error or "its answer never came"))
            page.put(*told("`catalogsync state doubts` shows what is known of it, and asks what is not."))
        case _:
            page.put(Span("Not done:", Style.BAD), f" {order}: ", *told(done.result.error or "no reason was given"))
    put_messages(page, WARNS, map(said, done.notices), None)
    return page.text()
