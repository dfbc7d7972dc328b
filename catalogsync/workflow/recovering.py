"""Rebuilding a state that is lost, or of which only an old copy is left, from what the marketplace shows.

Whatever is interrupted can be run again: until the last record nothing can be sent from a state that is half rebuilt.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from catalogsync.core.recovery import recollect
from catalogsync.model.counted import counted
from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Intent,
    Marked,
    Recovered,
    Recovering,
    Resolved,
    Verdict,
)
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.recovery import Evidence, PoolRecovery, Recognition, Recovery
from catalogsync.model.state import Call, Op, Run, State
from catalogsync.ports import Fingerprints, Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.marking import binding_as_shown
from catalogsync.workflow.payload import is_stocked, new_id
from catalogsync.workflow.planning import read_listings

STALE = "this was known before the state was recovered; what happened to these accounts since is not"


def gather(desk: Desk) -> Evidence:
    """Read all that the marketplace can tell.

    Raises:
        MarketplaceError: the listings or the orders could not be read, or not proven complete.
    """
    listings = read_listings(desk)
    desk.observer.stage("Reading the orders")
    return Evidence(listings, desk.marketplace.orders())


def rehearse(desk: Desk, state: State, prints: Fingerprints, evidence: Evidence) -> Recovery:
    """What a recovery would record."""
    catalog = desk.catalog
    name = desk.settings.name
    return recollect(catalog.products, catalog.open_pools(), state, name, evidence, prints.user, prints.content)


def recover(
    desk: Desk, journal: Journal, prints: Fingerprints, run: Run, evidence: Evidence, name: Callable[[], None]
) -> Recovery:
    """Record what the marketplace shows: first the accounts, then the listings, then that it is done.

    Args:
        desk: what to work with.
        journal: a new state, an old copy, or one whose recovery was interrupted.
        prints: made with its key.
        run: who does it.
        evidence: what the marketplace shows.
        name: makes the catalog name this state; called when all but the last record is written.

    Raises:
        StateLocked: another run is at work.
        StateError: the state could not be written.
    """
    journal.begin(run)
    try:
        recovery = rehearse(desk, journal.state, prints, evidence)
        for event in _events(desk, journal.state, recovery, evidence):
            journal.write(event)
        name()
        journal.write(Recovering(done=True))
    finally:
        journal.end(applied=False)
    return recovery


def _events(desk: Desk, state: State, recovery: Recovery, evidence: Evidence) -> Iterator[Event]:
    if not state.recovering:
        yield Recovering(done=False)
    stale = [op for op in state.ops.values() if op.carries and not op.recovered and op.evidence != STALE]
    if stale:
        yield Ended(tuple(Ending(op.id, Verdict.HELD, evidence=STALE) for op in stale))
    for (pool, product_id), sold in recovery.delivered.items():
        batch = Batch(f"seen-{new_id()}", f"{desk.settings.name}/{product_id}", "", pool, sold.count, Fate.SENT)
        yield Marked(pool, batch, sold.users, sold.contents, more=True)
    yield from _bound(desk, state, recovery.recognition, evidence)
    # After the bindings: what a listing holds that nobody knows of is measured without what is only perhaps there.
    if intents := tuple(_intent(desk, state, row, evidence) for row in recovery.pools if row.held.count):
        yield Recovered(intents)


def _bound(desk: Desk, state: State, recognition: Recognition, evidence: Evidence) -> Iterator[Event]:
    bindings = tuple(
        binding_as_shown(desk, state, desk.catalog.products[key], evidence.listings.by_id[product_id])
        for key, product_id in recognition.found.items()
    )
    # What a listing shows beyond what is known stays a matter for the pool alarm; only what lies there is in question.
    questioned = tuple(
        replace(binding, stocked=True)
        for binding in state.bindings.values()
        if binding.key in recognition.kept
        if is_stocked(state, desk.settings.name, evidence.listings.by_id[binding.product_id])
    )
    if bindings or questioned:
        yield Bound((*bindings, *questioned))
    for op in list(state.ops.values()):
        if op.call is Call.CREATE and op.key in recognition.found:
            yield Resolved(op.id, sent=True)


def _intent(desk: Desk, state: State, row: PoolRecovery, evidence: Evidence) -> Intent:
    """What is held of a pool; it joins what an earlier recovery held of it and nobody has decided yet."""
    before = next((op for op in state.ops.values() if op.recovered and op.pool == row.pool), None)
    shown = evidence.listings.by_id.get(row.product_id or "")
    op = Op(
        id=before.id if before else new_id(),
        call=Call.APPEND,
        key=row.key or "",
        marketplace=desk.settings.name,
        product_id=row.product_id,
        pool=row.pool,
        count=row.held.count,
        evidence=_known(row, shown.stock if shown else None, shown.sales if shown else None),
        recovered=True,
    )
    return Intent(op, row.held.users, row.held.contents)


def _known(row: PoolRecovery, stock: int | None, sales: int | None) -> str:
    seen = (
        f"orders hold {counted(row.seen, 'other account')} of this pool" if row.seen else "no order holds any of them"
    )
    if row.product_id is None:
        return f"{seen}; no listing of its product is known" if row.key else f"{seen}; no product sells this pool"
    numbers = [f"{number} {word}" for number, word in ((stock, "in stock"), (sales, "sold")) if number is not None]
    return f"{seen}; listing {row.product_id} shows {' and '.join(numbers) or 'no numbers'}"
