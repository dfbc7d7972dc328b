"""What can be written into the state: one record is one event, and one event may carry many operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalogsync.model.fields import Value
from catalogsync.model.ledger import Batch
from catalogsync.model.order import KeptOrder
from catalogsync.model.state import Binding, Keepsake, Op


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation about to be sent, with the fingerprints of the accounts that it carries."""

    op: Op
    users: bytes = b""
    contents: bytes = b""


@dataclass(frozen=True, slots=True)
class Intended:
    """Operations that will now be sent. Their accounts are bound from here on."""

    intents: tuple[Intent, ...]


class Verdict(StrEnum):
    """What an operation came to."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    """Proven not done (class N, class R verified, or evidence under `auto`): its accounts are new again."""
    HELD = "held"
    REFUSED = "refused"
    """The marketplace said no. The operation stays open until its listings say the same."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one operation.

    Attributes:
        op: the operation's id.
        verdict: what it came to.
        product_id: of a committed create.
        short: of a committed append or delivery: how many accounts the marketplace did not take.
        evidence: why, in words without secrets.
        confirmed: the marketplace itself said that it was done (class C); it was not inferred from a List.
    """

    op: str
    verdict: Verdict
    product_id: str | None = None
    short: int = 0
    evidence: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """Operations that came to an end."""

    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Images that the marketplace now has: sha256 to path."""

    marketplace: str
    images: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a listing showed once an apply had visibly arrived. Fields of `observed` are no longer awaited."""

    key: str
    observed: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """Listings that were seen in a List, and how often their stock moved as accounts were sent.

    Attributes:
        seen: what they showed.
        marketplace: where batches were looked for; empty if none were.
        exact: how many batches moved stock and sales by exactly as many as were taken.
        odd: how many did not.
    """

    seen: tuple[Seen, ...]
    marketplace: str = ""
    exact: int = 0
    odd: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """Listings that are managed from now on. A binding of a key that exists replaces it."""

    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """Products that are called otherwise now: old key to new key. Open operations follow."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Listings that are no longer managed."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Lifecycle settings that changed without a call, by key."""

    keepsakes: Mapping[str, Keepsake]


@dataclass(frozen=True, slots=True)
class Marked:
    """Somebody said which accounts of a pool are already at the marketplace (`batch` None: none are).

    They may be held by a recovered operation until now. `more`: the rest follows, and only then the pool is marked.
    """

    pool: str
    batch: Batch | None = None
    users: bytes = b""
    contents: bytes = b""
    more: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """A person decided what an operation in doubt came to."""

    op: str
    sent: bool
    who: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """A person set the accounts of deleted listings free: they are new again."""

    destinations: tuple[str, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Recovering:
    """The state is being rebuilt from what the marketplace shows, or that is done. Nothing is sent in between.

    What it knew of deletions is no ground for anything any more: it may be an old copy.
    """

    done: bool


@dataclass(frozen=True, slots=True)
class Recovered:
    """Accounts that may be at the marketplace: operations that are born held, or get further accounts if open."""

    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class OrdersSeen:
    """Orders that a marketplace listed and may not list again for a while, and those that are no longer awaited.

    Attributes:
        orders: as they were listed. What was known of one before is replaced.
        closed: destinations of kept orders that need nothing any more.
    """

    orders: tuple[KeptOrder, ...]
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many units of listings were sold so far: `sales_count` by key."""

    sales: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was sent a message about, as short names such as `digest` or `low/KEY`."""

    topics: tuple[str, ...]


Said = Marked | Resolved | Released
"""What a person said."""

Noted = OrdersSeen | Tallied | Told
"""What was noticed, and changes nothing at a marketplace."""

Event = (
    Intended
    | Ended
    | Uploaded
    | Observed
    | Bound
    | Renamed
    | Forgotten
    | Remembered
    | Said
    | Noted
    | Recovering
    | Recovered
)
