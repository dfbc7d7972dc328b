"""Setting the accounts of deleted listings free."""

from collections.abc import Sequence

from catalogsync.core.release import leftovers
from catalogsync.model.errors import UsageError
from catalogsync.model.events import Released
from catalogsync.model.state import State
from catalogsync.model.survey import Leftover
from catalogsync.ports import Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import read_listings


def left_by(desk: Desk, key: str) -> list[Leftover]:
    """The accounts that a product's deleted listings left behind.

    Raises:
        UsageError: there are none.
        MarketplaceError: the listings or orders could not be read.
    """
    known = _of_marketplace(desk, desk.state)
    if not any(destination_key == key for destination_key in known.values()):
        names = ", ".join(sorted(set(known.values()))) or "none"
        raise UsageError(f"no deleted listing of {key} has accounts", f"keys whose deleted listings have some: {names}")
    found = leftovers(desk.state, read_listings(desk), desk.marketplace.orders())
    return [one for one in found if one.deletion.key == key and one.deletion.destination in known]


def release(journal: Journal, chosen: Sequence[Leftover], who: str) -> Released:
    """Set accounts free.

    Raises:
        UsageError: what is remembered there is no longer what was shown.
    """
    for one in chosen:
        deletion = journal.state.deletions[one.deletion.destination]
        if deletion != one.deletion or journal.state.ledger.count_sent_to(deletion.destination) != sum(
            one.pools.values()
        ):
            raise UsageError(
                f"what is remembered of listing {deletion.product_id} changed meanwhile; nothing was released",
                "run the command again",
            )
    return Released(tuple(one.deletion.destination for one in chosen), who)


def _of_marketplace(desk: Desk, state: State) -> dict[str, str]:
    """Deleted listings of this marketplace that accounts were sent to, with their keys."""
    prefix = f"{desk.settings.name}/"
    return {
        destination: deletion.key
        for destination, deletion in state.deletions.items()
        if destination.startswith(prefix) and state.ledger.count_sent_to(destination)
    }
