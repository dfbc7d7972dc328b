"""What becomes of pools, as rows of a table: which of them a reader should see, in which order, and in which words."""

from collections.abc import Sequence

from catalogsync.core.forecast import DRY
from catalogsync.model.plan import Allocation, Plan


def telling(plan: Plan) -> list[Allocation]:
    """The pools that this plan does something about, and says more of than their changes do.

    These keep something back, or are about to run dry; those come first that last for the shortest time.
    """
    return ordered([row for row in plan.allocation or () if _tells(row)])


def ordered(rows: Sequence[Allocation]) -> list[Allocation]:
    """The same rows, those first that last for the shortest time."""
    return sorted(rows, key=lambda row: (row.days_left is None, row.days_left or 0, row.pool))


def cells_of(row: Allocation) -> tuple[str, ...]:
    """What is new, goes to the listing, is set aside for orders, is left; lies unsold, sells a day, and lasts for."""
    numbers = [number(count) for count in (row.new, row.now, row.orders or None, row.left, row.unsold)]
    return (*numbers, rate(row.per_day), number(row.days_left))


def number(count: int | None) -> str:
    """A count as people read it; empty where it is not known."""
    return "" if count is None else f"{count:,}"


def rate(per_day: float | None) -> str:
    """Units a day; empty where that is not known."""
    return "" if per_day is None else f"{per_day:,.2f}".rstrip("0").rstrip(".")


def _tells(row: Allocation) -> bool:
    dry = row.days_left is not None and row.days_left < DRY
    given = row.now is None or row.now > 0
    return bool(dry or row.orders or (given and (row.left or row.days_left is not None)))
