"""Ids and numbers of what the marketplaces make: orders, tickets, refunds, and buyers who are nobody."""

import secrets
from dataclasses import dataclass

from catalogsync.sandbox.market import Market

BUYER_MARK = "b0b0b0b0"
"""How the id of every invented buyer begins."""
BUYER_DOMAIN = "buyers.example"
"""Where every invented buyer has an address."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who bought."""

    id: str
    email: str
    name: str


def invented_buyer() -> Buyer:
    """A buyer who is nobody, and by whose data a leak can be told."""
    own = secrets.token_hex(8)
    return Buyer(BUYER_MARK + own, f"buyer-{own}@{BUYER_DOMAIN}", f"Buyer {own}")


def fresh_id(market: Market, table: str) -> str:
    """An id for the next row of a table; the same one in every run if the settings ask for that."""
    if market.settings.ids == "random":
        return secrets.token_hex(12)
    mark = {"orders": "0d", "tickets": "7c"}[table]
    last = market.db.execute(f"SELECT max(n) FROM {table}").fetchone()[0]  # noqa: S608 (our own names)
    return f"{mark}{(last or 0) + 1:022x}"


def fresh_number(market: Market, prefix: str, table: str, column: str) -> str:
    """A number as the marketplace writes them: a prefix and the milliseconds since 1970, unlike all before it."""
    last = market.db.execute(f"SELECT max({column}) FROM {table}").fetchone()[0]  # noqa: S608 (our own names)
    taken = int(last.removeprefix(prefix)) if last else 0
    return f"{prefix}{max(int(market.now() * 1000), taken + 1):013d}"
