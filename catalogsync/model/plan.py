"""A plan: what apply would do, as data."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from catalogsync.model.fields import Value

Cause = Literal["catalog", "drift", "both"]


class Action(StrEnum):
    """What is done about one listing."""

    CREATE = "create"
    UPDATE = "update"
    APPEND = "append"
    RETIRE = "retire"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes. `before` is None where nothing was, `after` is what the catalog writes."""

    field: str
    before: Value | None
    after: Value | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class Allotment:
    """The accounts that a change sends, as counts and positions; never their content.

    Attributes:
        pool: from which pool.
        new: how many are sent; None where nobody can tell (no state key).
        sent: how many of the pool's accounts the ledger already remembers.
        indexes: the positions in the pool of those that are sent, in sending order.
    """

    pool: str
    new: int | None
    sent: int
    indexes: "array[int]" = field(default_factory=lambda: array("Q"), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is done about one key. `file` and `line` are None where the product is gone.

    `renamed_from` is the key that the listing is bound by until now.
    """

    key: str
    action: Action
    product_id: str | None
    file: str | None
    line: int | None
    fields: tuple[FieldChange, ...] = ()
    accounts: Allotment | None = None
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A safety rule that blocks the whole apply. `key` is None for a rule of the whole catalog.

    The message names the exact flag, command or edit that would let it pass, each between backticks. `file` and `line`
    are what caused it, as far as that stands in the catalog.
    """

    rule: str
    key: str | None
    message: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning of a plan. `file` and `line` are what it is about, as far as that stands in the catalog."""

    code: str
    key: str | None
    message: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What the plan was limited to, and which rules were let pass up to which number."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts. Each change counts once, under its action; `accounts` is how many this apply will send."""

    create: int = 0
    update: int = 0
    append: int = 0
    accounts: int = 0
    retire: int = 0
    delete: int = 0
    adopt: int = 0
    forget: int = 0
    unchanged: int = 0
    unmanaged: int = 0
    drifted: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class Money:
    """What a plan does to the worth of what is on sale: price times unsold units, over all managed listings.

    Attributes:
        before: as the marketplace shows it now.
        after: once everything is applied.
        uncounted: managed listings on sale of which the marketplace shows no price or no stock.
        under_min_price: keys of products that ask less than `safety.min_price`, sorted; unchanged ones too.
    """

    before: Decimal
    after: Decimal
    uncounted: int = 0
    under_min_price: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """What becomes of the accounts of one pool. None: nobody can tell.

    Attributes:
        pool: the pool's name.
        key: the product that sells it.
        catalog: how many accounts the catalog has in it.
        new: how many of them were never sent.
        now: how many of these go to the listing by this apply.
        orders: how many are set aside for paid orders of other marketplaces.
        left: how many stay in the pool, for orders to come and for later.
        unsold: how many lie at the marketplace unsold.
        per_day: how many units are sold a day, to two places.
        days_left: for how many whole days the new and the unsold ones are enough; None where nothing is sold, too.
    """

    pool: str
    key: str
    catalog: int
    new: int | None
    now: int | None
    orders: int | None
    left: int | None
    unsold: int | None = None
    per_day: float | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The state that a plan stands on."""

    lineage: str
    serial: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What apply would do, and what it stands on. Changes are sorted by key; it holds no account and no key.

    `created_at` is ISO 8601 in UTC. `offline`: it was made from the state alone, without the marketplace, and cannot be
    applied; then there is no `money`. `allocation` is sorted by pool; None where a saved plan does not tell it.
    """

    tool_version: str
    created_at: str
    marketplace: str
    ground: Ground | None
    selection: Selection
    summary: Summary
    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...] = ()
    warnings: tuple[Notice, ...] = ()
    money: Money | None = None
    offline: bool = False
    allocation: tuple[Allocation, ...] | None = None
