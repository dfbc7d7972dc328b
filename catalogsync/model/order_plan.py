"""Which orders are filled from which pool, as data; and what came of it."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalogsync.model.message import Message
from catalogsync.model.plan import Ground, Notice
from catalogsync.model.report import Result
from catalogsync.model.state import Call


class OrderAction(StrEnum):
    """What is done about one open order."""

    FILL = "fill"
    """It gets all that is still to be delivered."""
    PARTIAL = "partial"
    """It gets what there is, which is less."""
    RESEND = "resend"
    """It gets the same accounts once more that were bound to it before: whether they arrived is not known."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OrderChange:
    """One open order, and what is done about it.

    Attributes:
        marketplace: the marketplace's name in the config.
        order_id: the marketplace's id of the order.
        action: what is done.
        product_id: what was bought, by the marketplace's id; empty where that is not one thing alone.
        key: the product that it is, or None where none is known.
        title: what the marketplace calls it.
        quantity: how many units were bought; 0 where that cannot be read.
        delivered: how many of them it has, as far as the marketplace and the ledger know.
        status, payment, created_at: as the marketplace says it; empty where it does not.
        pool: which pool fills it, or would.
        count: how many accounts it gets now.
        op: the operation that is sent again, for `resend`.
        code: for `none` and `partial`, why, as a word for scripts.
        why: the same in words: what is wrong, and what to do about it.
        indexes: the positions in the pool of the accounts that it gets now, in sending order; not those of `resend`.
    """

    marketplace: str
    order_id: str
    action: OrderAction
    product_id: str = ""
    key: str | None = None
    title: str = ""
    quantity: int = 0
    delivered: int = 0
    status: str = ""
    payment: str = ""
    created_at: str = ""
    pool: str | None = None
    count: int = 0
    op: str | None = None
    code: str = ""
    why: str = ""
    indexes: "array[int]" = field(default_factory=lambda: array("Q"), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PoolUse:
    """What filling orders takes out of one pool.

    Attributes:
        pool: the pool's name.
        key: the product that sells it.
        new: how many of its accounts were never sent.
        taken: how many of these go to orders now.
        left: how many are left then.
        short: how many units of orders that it should fill it cannot.
    """

    pool: str
    key: str
    new: int
    taken: int
    left: int
    short: int


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """What `orders fulfill` would do. Oldest orders first; it holds no account, no key, and nothing of buyers.

    Attributes:
        tool_version: of this tool.
        created_at: ISO 8601, UTC.
        marketplaces: the names of those whose orders were read.
        ground: the state that it stands on; None while there is none.
        changes: every open order.
        pools: the pools that these orders are filled from, by name.
        warnings: what a person should know.
    """

    tool_version: str
    created_at: str
    marketplaces: tuple[str, ...]
    ground: Ground | None
    changes: tuple[OrderChange, ...]
    pools: tuple[PoolUse, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def work(self) -> tuple[OrderChange, ...]:
        """The orders that something is done about."""
        return tuple(change for change in self.changes if change.action is not OrderAction.NONE)

    @property
    def accounts(self) -> int:
        """How many accounts go out for the first time."""
        return sum(change.count for change in self.changes if change.action is not OrderAction.RESEND)


@dataclass(frozen=True, slots=True)
class OrderReport:
    """A plan for orders that was carried out.

    Attributes:
        plan: what was to be done.
        results: what became of each order of `plan.work`, by marketplace and order_id.
        notices: what was noticed on the way, and which doubts are open.
        calls: how many changing calls were sent.
        interrupted: somebody asked the run to stop.
        messages: what somebody is to be told of it, now that the state is given back.
    """

    plan: OrderPlan
    results: Mapping[tuple[str, str], Result] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    calls: int = 0
    interrupted: bool = False
    messages: tuple[Message, ...] = ()

    @property
    def failed(self) -> int:
        """How many orders failed, or were skipped."""
        return sum(1 for result in self.results.values() if result.outcome in {"failed", "skipped"})

    @property
    def in_doubt(self) -> int:
        """Of how many orders nobody knows whether their accounts arrived."""
        return sum(1 for result in self.results.values() if result.outcome == "in-doubt")


@dataclass(frozen=True, slots=True)
class Alteration:
    """What came of a call that a person had made to one order.

    Attributes:
        marketplace: the marketplace's name in the config.
        order_id: which order.
        call: which call.
        result: what became of it.
        count: how many accounts it was to give.
        pool: the pool that they are from.
        number: of a refund: the marketplace's number of it, where it gave one.
        status: what the status was set to.
        notices: what was noticed on the way.
        calls: how many changing calls were sent.
    """

    marketplace: str
    order_id: str
    call: Call
    result: Result
    count: int = 0
    pool: str | None = None
    number: str | None = None
    status: str | None = None
    notices: tuple[Notice, ...] = ()
    calls: int = 0
