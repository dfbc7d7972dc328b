"""An import: what is asked for, what it would do, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.model.listing import Listing
from catalogsync.model.plan import FieldChange
from catalogsync.model.problem import Place
from catalogsync.model.writing import FileChange, Remark


@dataclass(frozen=True, slots=True)
class Asked:
    """Which listings, and how.

    Attributes:
        product_ids: these listings.
        everything: every listing that is not managed.
        only: patterns for the key, the title or the product_id; empty: no limit.
        images: pictures at the marketplace become files of the catalog.
        accept: fields whose values at the marketplace are taken over for managed listings; nothing else is done then.
    """

    product_ids: tuple[str, ...] = ()
    everything: bool = False
    only: tuple[str, ...] = ()
    images: bool = False
    accept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing that may be a product's.

    Attributes:
        listing: the listing.
        changes: what a plan would change in it, were it bound to that product.
    """

    listing: Listing
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A product of the catalog without a listing, and the listings that look like it, of which none surely is."""

    key: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value of a managed listing that goes into the catalog.

    Attributes:
        key: the product.
        product_id: its listing.
        change: from what the catalog says to what the marketplace shows, as a catalog writes it.
        place: where it stands in the catalog afterwards, or None.
    """

    key: str
    product_id: str
    change: FieldChange
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was asked for and is not done. `what` is a product_id, or a key with a field; `why` says what to do."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would do.

    Attributes:
        asked: what was asked for.
        listings: everything that the marketplace lists.
        new: key to product_id of the products that are to be written.
        spare: the same for listings of `pairs`: written too, where every pair got another listing.
        equal: key to product_id of products that are there already and equal to a listing.
        pairs: products that a person must look at.
        taken: values that go into products that are there.
        unchanged: keys of managed listings that were asked for and have nothing to take over.
        left_out: what is not done.
    """

    asked: Asked
    listings: Mapping[str, Listing]
    new: Mapping[str, str] = field(default_factory=dict)
    spare: Mapping[str, str] = field(default_factory=dict)
    equal: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    taken: tuple[Taken, ...] = ()
    unchanged: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownPool:
    """A listing that was bound with stock or sales: which accounts of its product's pool are there, nobody knows."""

    key: str
    pool: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import.

    Attributes:
        files: what was written.
        new: key to product_id of the products that were written.
        bound: key to product_id of products that were there already and have a listing now.
        taken: values that went into products.
        unchanged: keys of managed listings that had nothing to take over.
        remarks: what could not be written as it is shown.
        left_out: what was not done.
        pairs: products of which nobody has said which listing is theirs.
        unknown_pools: what is to be said before these get accounts.
        stocked: keys among `new` whose listings show stock or sales.
        odd: key to the fields in which a plan would see a difference all the same.
    """

    files: tuple[FileChange, ...] = ()
    new: Mapping[str, str] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()
    unchanged: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    pairs: tuple[Pair, ...] = ()
    unknown_pools: tuple[UnknownPool, ...] = ()
    stocked: tuple[str, ...] = ()
    odd: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def did_something(self) -> bool:
        """Whether anything was written, bound or taken over."""
        return bool(self.new or self.bound or self.taken)

    @property
    def complete(self) -> bool:
        """Whether nothing that was asked for is left."""
        return not (self.left_out or self.pairs or self.odd)
