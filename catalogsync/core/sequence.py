"""The order of operations, as a table.

    forget, adopt    bind and unbind what needs no call
    create           empty listings, so that a product_id is known before anything needs it
    update           prices and texts, before accounts go on sale under them
    append           accounts, in rounds of doubling batches
    retire, delete   last, so that a run that ends early has taken nothing away

Nothing in it depends on another listing, so a total order does where others need a graph.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change
from catalogsync.model.state import Call, Op, State

ORDER: Final[tuple[tuple[Action, ...], ...]] = (
    (Action.FORGET, Action.ADOPT),
    (Action.CREATE,),
    (Action.UPDATE,),
    (Action.APPEND,),
    (Action.RETIRE,),
    (Action.DELETE,),
)

GROUP: Final = 25
"""How many operations share one record of intents. A killed run leaves at most so many to be settled."""

TWIN_FIELDS: Final = ("category_id", "title", "price")

Kind = tuple[Value | None, ...]
"""What a listing is told from others by: two of one kind are twins."""


def staged(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes by stage, in the order above, each stage sorted by key."""
    everything = sorted(changes, key=lambda change: change.key)
    return [[change for change in everything if change.action in actions] for actions in ORDER]


def kind_of(values: Mapping[str, Value]) -> Kind:
    """The kind of a listing with these fields."""
    return tuple(values.get(field) for field in TWIN_FIELDS)


def creations(state: State, marketplace: str) -> dict[Kind, Op]:
    """By kind, what may have been created and nobody knows yet. No twin of it is created meanwhile."""
    ops = state.ops.values()
    return {kind_of(op.fields): op for op in ops if op.call is Call.CREATE and op.marketplace == marketplace}


def waiting_for(op: Op) -> str:
    """Why a twin waits, in words."""
    return (
        f"not created yet: it has the category, title and price of {op.key}, of which nobody knows whether it was "
        f"created ({op.id}), and the two could not be told apart; `catalogsync state doubts` tells more"
    )


def groups(
    changes: Sequence[Change], values: Mapping[str, Mapping[str, Value]], size: int = GROUP
) -> Iterator[list[Change]]:
    """Cut creates into groups in which no two are twins.

    Two open creates of equal category, title and price could not be told apart by what the marketplace lists, so they
    are never open at the same time.

    Args:
        changes: the creates.
        values: what each key is created with.
        size: how many a group may have.
    """
    waiting = list(changes)
    while waiting:
        group: list[Change] = []
        kinds: set[Kind] = set()
        later: list[Change] = []
        for index, change in enumerate(waiting):
            if len(group) == size:
                later += waiting[index:]
                break
            kind = kind_of(values[change.key])
            if kind in kinds:
                later.append(change)
            else:
                group.append(change)
                kinds.add(kind)
        yield group
        waiting = later


def batch_size(sent_before: int, remaining: int, most: int) -> int:
    """How many accounts the next batch to a listing carries.

    The first batch a listing ever gets is one account, which shows whether its stock moves as expected before more is
    risked; each further one may be as large as all that went before it, plus one, so that batches double.

    Args:
        sent_before: how many accounts the ledger knows at that listing.
        remaining: how many are still to be sent.
        most: `appends.max_batch`.
    """
    return min(remaining, most, sent_before + 1)
