"""Why a listing is as it is: each field here, at the last apply and at the marketplace, and what is next."""

from dataclasses import dataclass
from typing import Literal

from catalogsync.model.fields import Value
from catalogsync.model.history import Setting
from catalogsync.model.plan import Blocked, Change, Notice
from catalogsync.model.problem import Place
from catalogsync.model.survey import PoolRow

Origin = Literal["apply", "marketplace", "not-arrived", "unmanaged", "not-shown"]
"""Who is behind what the marketplace shows: an apply; somebody there; nobody can tell, since what was applied last has
not been seen to arrive; not this tool, for nothing was ever applied; or it does not show it."""

Standing = Literal["managed", "retired", "not-listed-yet", "missing", "new", "in-doubt"]
"""Where a key stands: its listing is on sale, or retired, or not listed yet, or gone from the marketplace; it has none;
or nobody knows whether it has one."""


@dataclass(frozen=True, slots=True)
class FieldStory:
    """One field.

    Attributes:
        field: its name.
        here: what the catalog says; None where it does not.
        place: where it says so.
        applied: what was last applied; None where nothing was.
        setting: what did that; None where that is not known.
        showing: what the marketplace shows now; None where it does not.
        origin: who is behind that.
        changes: whether the next plan changes the field.
        verdict: what the next plan does about it, and why: one sentence.
    """

    field: str
    here: Value | None
    place: Place | None
    applied: Value | None
    setting: Setting | None
    showing: Value | None
    origin: Origin
    changes: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one key.

    Attributes:
        key: the product's key.
        names: the keys that its listing had before, the last one first.
        marketplace: the marketplace's name.
        product_id: its listing; None where it has none.
        place: where the product stands; None where it is gone.
        standing: where it stands.
        stock, sales, approval: what the marketplace shows; None where it does not.
        fields: its fields.
        pool: the accounts of its pool, as counts; None where it has none.
        change: what the next plan does about it.
        verdict: what that is, and why: one sentence.
        blocked: the safety rules that it breaks.
        warnings: what the plan warns of.
    """

    key: str
    names: tuple[str, ...]
    marketplace: str
    product_id: str | None
    place: Place | None
    standing: Standing
    stock: int | None
    sales: int | None
    approval: str | None
    fields: tuple[FieldStory, ...]
    pool: PoolRow | None
    change: Change | None
    verdict: str
    blocked: tuple[Blocked, ...] = ()
    warnings: tuple[Notice, ...] = ()
