"""A balance as text and facts."""

from decimal import Decimal
from typing import Final

from catalogsync.model.balance import Balance
from catalogsync.render.escape import inline
from catalogsync.render.facts import Facts
from catalogsync.render.layout import Page
from catalogsync.render.palette import Span, Style

COLUMNS: Final = ("supplier_balance", "user_balance", "balance")
"""The facts of a balance, in order."""


def balance_facts(balance: Balance) -> Facts:
    """What scripts and sheets may have of a balance: amounts, and nothing of whose they are."""
    amounts = (balance.supplier, balance.user, balance.total)
    return {name: None if amount is None else Decimal(amount) for name, amount in zip(COLUMNS, amounts, strict=True)}


def render_balance(balance: Balance, *, reveal: bool = False, width: int = 100, color: bool = False) -> str:
    """The amounts below each other; whose they are where somebody asked for that."""
    page = Page(width, color=color)
    amounts = (
        ("from sales", balance.supplier),
        ("for buying", balance.user),
        ("balance", balance.total),
    )
    shown = [(name, amount) for name, amount in amounts if amount is not None]
    room = max((len(amount) for _, amount in shown), default=0)
    rows: list[tuple[str, list[Span | str]]] = [
        (name, [Span(amount.rjust(room), Style.STRONG)]) for name, amount in shown
    ]
    holder = balance.holder
    whose = (("e-mail", holder.email), ("user id", holder.user_id))
    if reveal:
        rows += [(name, [inline(secret.reveal())]) for name, secret in whose if secret is not None]
    page.rows(rows)
    return page.text()
