"""What a person is shown of the state and the shop: rows of tables, and questions."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalogsync.model.state import Deletion


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One managed listing. What the marketplace or the state does not tell is None.

    `pool_left`, `pool_sent` and `pool_held` count the accounts of its pool in the catalog; `short` is how many the
    marketplace did not take of those it confirmed; `last_applied` is ISO 8601 in UTC. `per_day` is how many units are
    sold a day at present, and for `days_left` whole days what lies there and in the pool is enough.
    """

    key: str
    product_id: str
    title: str
    price: str | None
    stock: int | None
    sales: int | None
    status: str | None
    approval: str | None
    pool: str | None
    pool_left: int | None
    pool_sent: int | None
    pool_held: int | None
    last_applied: str
    short: int
    retired: bool
    listed: bool
    per_day: float | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool: how many accounts the catalog has, and what became of them."""

    pool: str
    product: str | None
    catalog: int
    new: int
    sent: int
    held: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A call of which nobody knows whether it arrived, and the question to a person.

    `call` is `recovered` where there was none: a recovered state cannot tell of these accounts. `order` is the id of
    the order that it was sent to, at `marketplace`; None for a call to a listing.
    """

    id: str
    key: str
    call: str
    since: str
    accounts: int
    evidence: str
    question: str
    marketplace: str = ""
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """The accounts that are remembered at a deleted listing.

    Attributes:
        deletion: the listing.
        pools: which pools they are from, and how many of each.
        why_kept: why they cannot be set free; empty if they can.
    """

    deletion: Deletion
    pools: Mapping[str, int]
    why_kept: str
