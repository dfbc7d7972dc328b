"""What is recorded: bindings, the ledger, operations and orders that are open, and the run that holds the lease."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalogsync.model.fields import Value
from catalogsync.model.ledger import Ledger
from catalogsync.model.order import KeptOrder, order_destination
from catalogsync.model.product import OnRemove


class Call(StrEnum):
    """The calls that are recorded before they are sent."""

    CREATE = "create"
    UPDATE = "update"
    RETIRE = "retire"
    DELETE = "delete"
    APPEND = "append"
    DELIVER = "deliver"
    """To an order: accounts, or, with none, a text that a person typed."""
    REFUND = "refund"
    SET_STATUS = "set-status"


OF_ORDERS = frozenset({Call.DELIVER, Call.REFUND, Call.SET_STATUS})
"""The calls that change an order and no listing."""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What the state remembers of a product, so that it outlives its file."""

    prevent_delete: bool = False
    on_remove: OnRemove = "auto"
    pool: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A managed listing.

    Attributes:
        key: the product it belongs to.
        marketplace: the marketplace's name in the config.
        product_id: the listing's id there.
        applied: what was last applied, field by field.
        observed: what the marketplace showed once that had visibly arrived; a field is missing until then.
        before: what it showed before the last apply, for the fields whose arrival was not seen yet.
        applied_at: when something was last applied (ISO 8601, UTC), or when it was bound.
        run: the run that did it.
        listed: whether it was ever seen in a List.
        retired: the status it had before it was retired; None while it is on sale.
        stocked: it was bound, not created, or kept by a recovery, while accounts may have been there: which ones is
            unknown.
        short: how many accounts the marketplace did not take of those that it confirmed.
        offset: units that lay there or were sold before the ledger began to count; None: unknown.
        keepsake: what outlives the product's file.
    """

    key: str
    marketplace: str
    product_id: str
    applied: Mapping[str, Value]
    observed: Mapping[str, Value]
    before: Mapping[str, Value] = field(default_factory=dict)
    applied_at: str = ""
    run: str = ""
    listed: bool = False
    retired: str | None = None
    stocked: bool = False
    short: int = 0
    offset: int | None = 0
    keepsake: Keepsake = Keepsake()


@dataclass(frozen=True, slots=True)
class Op:
    """One operation that was recorded before its call.

    Attributes:
        id: unique.
        call: which call.
        key: what the listing, or the product of an order, is called by; follows a rename. Empty where none is known.
        marketplace: where.
        product_id: of the listing; None for a create.
        order: for a call that changes an order, the marketplace's id of it.
        fields: what is sent (create, update, retire). A set-status has `status`; a delivery has the `quantity` that was
            bought, and whether it is `whole` (`yes` or `no`): with it the order has all of that.
        before: what the listing showed of those fields.
        alike: for a create, the ids of unmanaged listings that looked like it before.
        pool: for an append or a delivery, the pool.
        count: for an append or a delivery, how many accounts.
        stock, sales: for an append, `stock` and `sales_count` before (None: not shown); a delete has `sales` alone.
        accounted: for an append, whether these two added up to what had been sent, so that what they gain is gained by
            this batch and not by an earlier one that shows late.
        keepsake: what the binding will remember of the product.
        since: when the intent was written (ISO 8601, UTC).
        run: the run that wrote it.
        refused: with which words the marketplace refused it, where the listings are still to confirm that.
        held: a person must decide; `evidence` says what is known.
        evidence: in words, without secrets.
        recovered: no call was made: a recovered state cannot tell where these accounts of a pool are. Its `product_id`
            is None and its `key` empty where no listing, or no product, of the pool is known.
    """

    id: str
    call: Call
    key: str
    marketplace: str
    product_id: str | None = None
    order: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Value] = field(default_factory=dict)
    alike: tuple[str, ...] = ()
    pool: str | None = None
    count: int = 0
    stock: int | None = None
    sales: int | None = None
    accounted: bool = True
    keepsake: Keepsake = Keepsake()
    since: str = ""
    run: str = ""
    refused: str = ""
    held: bool = False
    evidence: str = ""
    recovered: bool = False

    @property
    def destination(self) -> str:
        """Where its accounts go, in the ledger's words."""
        if self.order is not None:
            return order_destination(self.marketplace, self.order)
        return f"{self.marketplace}/{self.product_id or 'before'}"

    @property
    def carries(self) -> bool:
        """Whether accounts are bound to it."""
        return self.call is Call.APPEND or (self.call is Call.DELIVER and self.count > 0)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A listing that was deleted while the ledger remembered accounts there.

    Attributes:
        destination: the listing, in the ledger's words.
        key: the product that it belonged to.
        at: when the end of the delete was recorded (ISO 8601, UTC).
        accounts: how many accounts the ledger remembered there.
        short: how many of them the marketplace had not taken.
        sales: `sales_count` just before (None: not shown).
        confirmed: the marketplace itself said that it deleted it.
        released: its accounts were set free.
    """

    destination: str
    key: str
    at: str
    accounts: int
    short: int = 0
    sales: int | None = None
    confirmed: bool = False
    released: bool = False

    @property
    def product_id(self) -> str:
        """The listing's id at its marketplace."""
        return self.destination.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units of a listing had been sold at a time.

    Attributes:
        at: when (ISO 8601, UTC).
        sales: its `sales_count` then.
    """

    at: str
    sales: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How well a marketplace's stock has told so far what arrived.

    Attributes:
        exact: how many batches moved stock and sales by exactly as many as were taken.
        odd: how many did not.
    """

    exact: int = 0
    odd: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tool: who works on the state, and for how long others must wait.

    Attributes:
        id: unique.
        command: what it does, such as `apply`.
        at: when it began (ISO 8601, UTC).
        host, pid, pid_started: the process; `pid_started` tells two processes of one pid apart.
        who: the user's or CI's name.
        commit: the git commit of the catalog, or None.
        ci_url: where the CI's log is, or None.
        plan: the digest of the saved plan that it carries out; None where it was given none.
        ttl: seconds after its last record in which nobody may take over.
    """

    id: str
    command: str
    at: str
    host: str
    pid: int
    pid_started: str = ""
    who: str = ""
    commit: str | None = None
    ci_url: str | None = None
    plan: str | None = None
    ttl: float = 900.0


@dataclass(frozen=True, slots=True)
class Moved:
    """A state that was closed, to be put into another place.

    Attributes:
        at: when (ISO 8601, UTC).
        place: where it was, in words.
        who: the user's or CI's name.
    """

    at: str
    place: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """What a run made of a saved plan.

    Attributes:
        run: which run; its `plan` is the digest.
        at: when it ended, or another one took the state from it (ISO 8601, UTC); empty while it is at work.
        complete: all of the plan is done, and nothing of it is open.
    """

    run: Run
    at: str = ""
    complete: bool = False


@dataclass(slots=True)
class State:
    """Everything that the records say, folded.

    Attributes:
        lineage: the identity of this state.
        serial: number of the last record; 0 while there is none.
        bindings: managed listings by key.
        images: by marketplace: sha256 of a file to the path that the marketplace gave it.
        ledger: which accounts went where.
        ops: operations that are open or held, by id.
        deletions: deleted listings that accounts had gone to, by destination.
        track: by marketplace: how well its stock has told what arrived.
        marked_pools: pools of which somebody said which accounts are already there: at the listing that they have, or
            at the next one if they have none.
        run: the run that holds the lease, or None.
        epoch: how many runs have begun.
        last: the last apply that ended, or None.
        executions: saved plans that were carried out, or begun, by digest; the newest ones, the newest last.
        recovering: a recovery of this state has begun and is not done; nothing may be sent.
        renewed_at: when the run that holds the lease last wrote (ISO 8601, UTC).
        orders: open orders that a marketplace may not list again for a while, by destination.
        tallies: by key, how sales stood at the beginning of the last days on which that was noted, oldest first.
        delivered: by marketplace and key, how many units were delivered to orders on each of the last days (UTC).
        told: what somebody was sent a message about, and when (ISO 8601, UTC), so that it is not said every time.
        moved: it was closed and lives on elsewhere; no run may begin. None: it lives here.
    """

    lineage: str
    serial: int = 0
    bindings: dict[str, Binding] = field(default_factory=dict)
    images: dict[str, dict[str, str]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    ops: dict[str, Op] = field(default_factory=dict)
    deletions: dict[str, Deletion] = field(default_factory=dict)
    track: dict[str, TrackRecord] = field(default_factory=dict)
    marked_pools: set[str] = field(default_factory=set)
    run: Run | None = None
    epoch: int = 0
    last: Run | None = None
    executions: dict[str, Execution] = field(default_factory=dict)
    recovering: bool = False
    renewed_at: str = ""
    orders: dict[str, KeptOrder] = field(default_factory=dict)
    tallies: dict[str, tuple[Tally, ...]] = field(default_factory=dict)
    delivered: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    moved: Moved | None = None

    def execution(self, plan: str) -> Execution | None:
        """What became of a saved plan, by its digest; of one that is carried out now, or was killed, too."""
        before = self.executions.get(plan)
        if self.run is not None and self.run.plan == plan and not (before and before.complete):
            return Execution(self.run)
        return before
