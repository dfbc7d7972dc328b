"""Reading back: what was applied and does not show is said, and what shows is what drift is measured against."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from catalogsync.core.compare import STOCK, arrived
from catalogsync.model.events import Observed, Seen
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Notice
from catalogsync.model.state import Binding
from catalogsync.workflow.forecasting import note_sales
from catalogsync.workflow.planning import read_listings
from catalogsync.workflow.settling import look_again
from catalogsync.workflow.work import Work


def read_back(work: Work) -> None:
    """Look until everything that this run applied shows, or settle has passed; then record what is shown.

    Also records what earlier runs applied and could not see arrive, and how sales stand.
    """
    touched = {key for key, result in work.results.items() if result.outcome == "applied"}
    began = work.desk.clock.monotonic()
    if touched:
        work.desk.observer.stage("Reading back")
        work.listings = read_listings(work.desk)
        while awaited := dict(_awaited(work, touched)):
            left = work.desk.settle - (work.desk.clock.monotonic() - began)
            if left <= 0 or not work.goes_on():
                break
            work.journal.assure(work.desk.settings.call_timeout * 2)
            work.desk.clock.sleep(min(left, look_again(work.desk.settle)))
            work.listings = read_listings(work.desk)
        for key, fields in awaited.items():
            code, what = (
                "not-shown",
                f"applied, but the listing does not show it: {', '.join(fields)}; `catalogsync why {key}` tells more",
            )
            if not fields:
                code, what = (
                    "not-listed-yet",
                    "created, but the marketplace does not list it yet; the next `catalogsync plan` looks again",
                )
            work.notices.append(Notice(code, key, what))
    _record(work, waited=work.desk.clock.monotonic() - began >= work.desk.settle)
    note_sales(work.journal, work.desk.settings.name, work.listings, work.desk.clock)


def _awaited(work: Work, keys: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The fields that have not arrived yet, by key; none of a listing that is not listed at all."""
    for key in keys:
        binding = work.journal.state.bindings.get(key)
        if binding is None:
            continue
        shown = work.listings.by_id.get(binding.product_id)
        if shown is None:
            yield key, []
        elif late := sorted(_pending(binding, shown).keys() - arrived(binding.applied, binding.before, shown).keys()):
            yield key, late


def _pending(binding: Binding, shown: Listing) -> dict[str, Value]:
    """What the listing shows of the fields that were applied and not seen to arrive. Stock moves by itself."""
    return {
        field: shown.fields[field]
        for field in binding.applied
        if field not in binding.observed and field in shown.fields and field != STOCK
    }


def _record(work: Work, *, waited: bool) -> None:
    seen = [
        sight
        for binding in work.journal.state.bindings.values()
        if binding.marketplace == work.desk.settings.name
        and (sight := _sight(binding, work.listings, settled=_settled(work, binding, waited=waited)))
    ]
    if seen or work.exact:
        where = work.desk.settings.name if work.exact else ""
        work.journal.write(Observed(tuple(seen), where, work.exact))


def _settled(work: Work, binding: Binding, *, waited: bool) -> bool:
    """Whether what was applied had its time to show.

    What an earlier run applied is told by the wall clock, since the worst that comes of a wrong one is that something
    looks like drift, and is sent again.
    """
    run = work.journal.state.run
    if run is not None and binding.run == run.id:
        return waited
    age = work.desk.clock.now() - datetime.fromisoformat(binding.applied_at)
    return age >= timedelta(seconds=work.desk.settle)


def _sight(binding: Binding, listings: Listings, *, settled: bool) -> Seen | None:
    shown = listings.by_id.get(binding.product_id)
    if shown is None:
        return None
    observed = _pending(binding, shown) if settled else arrived(binding.applied, binding.before, shown)
    fresh = {field: value for field, value in observed.items() if field not in binding.observed and field != STOCK}
    return Seen(binding.key, fresh) if fresh or not binding.listed else None
