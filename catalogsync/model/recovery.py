"""What a marketplace tells of a state that is lost or old: whose listing is whose, and which accounts may be there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogsync.model.listing import Listings
from catalogsync.model.order import Order

UNFINISHED: Final = (
    "the recovery of the state was not finished, so nothing may be sent",
    "run `catalogsync state recover` again",
)
"""What is said of a state that is only half rebuilt: message and hint."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the marketplace shows: a complete List, and all orders."""

    listings: Listings
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """A product whose listing cannot be told: which listings it may be, and why none of them surely is."""

    key: str
    product_ids: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which listing belongs to which product, as far as it can be told.

    Attributes:
        kept: products whose listing the state knows, and the marketplace lists.
        found: key to product_id of those that were recognised.
        by: key to what a product was recognised by, in words.
        unclear: products whose listing cannot be told.
        missing: products that nothing looks like.
        gone: products whose listing the state knows, and the marketplace does not list.
        unmanaged: how many listings are no product's.
    """

    kept: frozenset[str]
    found: Mapping[str, str]
    by: Mapping[str, str]
    unclear: tuple[Unclear, ...]
    missing: tuple[str, ...]
    gone: tuple[str, ...]
    unmanaged: int


@dataclass(frozen=True, slots=True)
class Prints:
    """Fingerprints of some accounts, one after another."""

    users: bytes = b""
    contents: bytes = b""
    count: int = 0


@dataclass(frozen=True, slots=True)
class PoolRecovery:
    """What becomes of a pool's accounts.

    Attributes:
        pool: its name.
        key: the product that sells it, or None.
        product_id: that product's listing, or None.
        catalog: how many accounts the catalog has.
        seen: how many of them an order holds: they were sent.
        known: how many of the others the state knows already.
        held: what is left: a person must tell whether they are there.
    """

    pool: str
    key: str | None
    product_id: str | None
    catalog: int
    seen: int
    known: int
    held: Prints = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recovery:
    """All that a recovery would record.

    Attributes:
        recognition: whose listing is whose.
        pools: every pool of the catalog.
        delivered: accounts that orders hold and the state does not know, by pool (empty: of none) and product_id.
        unseen: marketplaces whose orders were filled from these pools, perhaps, and do not show what they got.
    """

    recognition: Recognition
    pools: tuple[PoolRecovery, ...]
    delivered: Mapping[tuple[str, str], Prints] = field(repr=False)
    unseen: tuple[str, ...] = ()
