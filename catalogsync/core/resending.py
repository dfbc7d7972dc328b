"""Accounts that are to be sent to an order once more, and can be no longer: somebody took them out of the catalog."""

from collections import Counter
from collections.abc import Iterator, Mapping

from catalogsync.core.allocate import Fingerprints, users_of
from catalogsync.model.counted import counted
from catalogsync.model.plan import Notice
from catalogsync.model.pool import AnyPool
from catalogsync.model.state import Call, State


def removed_from_catalog(state: State, pools: Mapping[str, AnyPool], users: Fingerprints) -> Iterator[Notice]:
    """A warning for each open delivery to an order whose accounts are not all in the catalog any more.

    The state has their fingerprints alone, so what was bound to an order can be sent to it again only while the
    catalog holds it, in whatever pool.

    Args:
        state: what is recorded.
        pools: the catalog's, by name.
        users: makes the fingerprints that decide whether two accounts are the same.
    """
    ops = [op for op in state.ops.values() if op.call is Call.DELIVER and op.carries and not op.held]
    if not ops:
        return
    wanted = {op.id for op in ops}
    marks = (mark for pool in pools.values() for mark in users_of(pool, users))
    batches = (found[0].id for mark in marks if (found := state.ledger.find(mark)))
    there = Counter(id_ for id_ in batches if id_ in wanted)
    for op in ops:
        gone = op.count - there[op.id]
        if gone > 0:
            yield Notice(
                "order-account-removed",
                op.key or None,
                f"{counted(gone, 'account')} of pool {op.pool}, bound to order {op.order} at {op.marketplace}, no "
                "longer in the catalog; whether the order has them is not known, and without them it cannot be sent "
                "the same again. Put them back; or look at the order, then `catalogsync state resolve "
                f"{op.id} --sent` or `catalogsync state resolve {op.id} --not-sent` decides",
            )
