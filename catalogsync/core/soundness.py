"""Whether the set-up is sound: facts about it to findings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from catalogsync.core.secrecy import PLAINTEXT
from catalogsync.model.balance import Balance
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.fields import FIELDS
from catalogsync.model.finding import Finding, Fitness, Grade, KeyPlace
from catalogsync.model.listing import Listings
from catalogsync.model.problem import Problem
from catalogsync.model.state import Run, State

_SKEW: Final = 60.0
"""Seconds by which two clocks may differ before it is worth a word."""
_ROOM: Final = 100 * 1024 * 1024
"""Bytes below which a disk is nearly full."""
_COUNTS: Final = ("stock", "sales_count")
APPRISE: Final = "`pip install 'catalogsync[notify]'` installs it"

_VALIDATE: Final = "`catalogsync validate` shows each with file, line and column"


def judge_catalog(catalog: Catalog | None, problems: Sequence[Problem], config_file: str) -> Finding:
    """The catalog as it was read. Its config and accounts in clear text are other checks' affairs."""
    errors = [problem for problem in problems if problem.severity == "error" and problem.place.file != config_file]
    if errors:
        first = f"{errors[0].place}: {errors[0].message}"
        return Finding("catalog", Grade.FAILED, f"{counted(len(errors), 'error')}; the first: {first}", _VALIDATE)
    if catalog is None:
        return Finding("catalog", Grade.NOT_CHECKED, f"{config_file} cannot be read")
    accounts = sum(len(pool) for pool in catalog.pools.values())
    has = (
        f"{counted(len(catalog.products), 'product')}, {counted(len(catalog.pools), 'pool')} with "
        f"{counted(accounts, 'account')}"
    )
    warned = sum(1 for problem in catalog.warnings if problem.code != PLAINTEXT)
    if warned:
        return Finding("catalog", Grade.WARNING, f"{has}; {counted(warned, 'warning')}", _VALIDATE)
    return Finding("catalog", Grade.OK, has)


def judge_balance(name: str, balance: Balance, seconds: float) -> Finding:
    """A marketplace that answered: the key is good."""
    amounts = (("supplier balance", balance.supplier), ("balance", balance.total), ("user balance", balance.user))
    shown = next(f"{word} {amount}" for word, amount in amounts if amount is not None)
    return Finding("marketplace", Grade.OK, f"{name} answered in {_seconds(seconds)} and accepts the key; {shown}")


def judge_clock(ahead: float | None) -> Finding:
    """The marketplace's clock against ours."""
    if ahead is None:
        return Finding("clock", Grade.NOT_CHECKED, "the marketplace does not say what time it is")
    if abs(ahead) <= _SKEW:
        return Finding("clock", Grade.OK, "the clocks of this machine and of the marketplace agree")
    ours = "behind" if ahead > 0 else "ahead of"
    return Finding(
        "clock",
        Grade.WARNING,
        f"the clock of this machine is {_span(abs(ahead))} {ours} the marketplace's",
        "set this machine's clock (most systems do by themselves: look for `NTP` or “set time automatically”); "
        "sales near a lost answer are told apart by time",
    )


def judge_listings(listings: Listings, seconds: float) -> Finding:
    """The List, which was proven complete."""
    found = (
        f"{counted(len(listings.by_id), 'listing')}, proven complete by {counted(listings.pages, 'page')} in "
        f"{counted(listings.scans, 'scan')}, {_seconds(seconds)}"
    )
    if 0 < listings.largest_page < min(listings.page_size, len(listings.by_id)):
        cap = f"the marketplace gives at most {listings.largest_page:,} a page ({listings.page_size:,} were asked for)"
        found = f"{found}; {cap}"
    return Finding("listings", Grade.OK, found)


def judge_fields(listings: Listings) -> Finding:
    """What a List does not show can be neither compared nor watched."""
    shown = {name for listing in listings.by_id.values() for name in listing.fields}
    if not listings.by_id:
        return Finding("fields", Grade.NOT_CHECKED, "there is no listing to look at")
    if any(listing.sales is not None for listing in listings.by_id.values()):
        shown.add("sales_count")
    hidden = [f"`{name}`" for name in FIELDS if name not in shown and name not in _COUNTS]
    uncounted = [f"`{name}`" for name in _COUNTS if name not in shown]
    if uncounted:
        return Finding(
            "fields",
            Grade.WARNING,
            f"the list of listings does not show {' and '.join(uncounted)}: what became of accounts whose answer was "
            "lost can be told from orders alone",
            "nothing can be done about it here; expect a question after a lost answer (`catalogsync state doubts`)",
        )
    if hidden:
        return Finding(
            "fields",
            Grade.OK,
            f"the list of listings does not show {', '.join(hidden)}: there your own edits are noticed, a stranger's "
            "are not",
        )
    return Finding("fields", Grade.OK, "the list of listings shows every field")


def judge_state(state: State | None, backend: str, place: str) -> Finding:
    """A state that could be read, or none yet."""
    if state is None:
        return Finding(
            "state",
            Grade.OK,
            "there is none yet; the first `catalogsync apply` makes it, and so does `catalogsync state init`",
        )
    managed = counted(len(state.bindings), "managed listing")
    return Finding(
        "state",
        Grade.OK,
        f"backend {backend}, {place}: lineage {state.lineage} fits, record {state.serial:,} is the newest; {managed}",
    )


def judge_key(place: KeyPlace) -> Finding:
    """The key of the state, which is no other's."""
    if place.file is None and not place.variable:
        return Finding("state-key", Grade.OK, "there is none yet; it is made with the state")
    if place.open_folder and place.file:
        return Finding(
            "state-key",
            Grade.WARNING,
            f"{place.file} is yours alone, but others of this machine can look into its folder",
            f"`chmod 700 {place.open_folder}`",
        )
    where = " and ".join(
        [*(["CATALOGSYNC_STATE_KEY"] if place.variable else []), *([place.file] if place.file else [])]
    )
    alone = "; nobody else on this machine can read the file" if place.file else ""
    return Finding("state-key", Grade.OK, f"it is in {where}{alone}")


def judge_doubts(state: State, *, at_work: bool) -> Finding:
    """Calls of which nobody knows whether they arrived. While a run is at work, it may have some under way."""
    held = [op for op in state.ops.values() if op.held]
    unsettled = len(state.ops) - len(held)
    unasked = {"orders fulfill" if op.order is not None else "apply" for op in state.ops.values() if op not in held}
    if held:
        return Finding(
            "doubts",
            Grade.WARNING,
            f"{counted(len(held), 'doubt')} that only a person can decide",
            "`catalogsync state doubts` tells what is known, and asks",
        )
    if unsettled and at_work:
        return Finding("doubts", Grade.OK, f"{counted(unsettled, 'call')} under way at present")
    if unsettled:
        return Finding(
            "doubts",
            Grade.WARNING,
            f"{counted(unsettled, 'call')} with an open end",
            f"the next {' and '.join(f'`catalogsync {name}`' for name in sorted(unasked))} looks what became of it",
        )
    return Finding("doubts", Grade.OK, "nothing is in doubt")


def judge_lease(holder: Run | None, now: datetime, *, gone: bool) -> Finding:
    """Who works on the state at present."""
    if holder is None:
        return Finding("lease", Grade.OK, "nobody is at work on the state")
    who = f"`{holder.command}`{f' of {holder.who}' if holder.who else ''} on {holder.host}, process {holder.pid}"
    since = f"since {holder.at} ({_span((now - datetime.fromisoformat(holder.at)).total_seconds())} ago)"
    if gone:
        return Finding(
            "lease",
            Grade.OK,
            f"{who} held the state {since}, but its process is gone: the next run here goes on by itself",
        )
    return Finding(
        "lease",
        Grade.WARNING,
        f"{who} holds the state {since}",
        "wait until it has ended; if it is dead, `catalogsync state unlock` takes the state from it",
    )


def judge_store(fitness: Fitness) -> Finding:
    """A place that has passed its trial."""
    where = fitness.place if fitness.made else f"{fitness.place}, where the state will be made,"
    if fitness.free is not None and fitness.free < _ROOM:
        return Finding(
            "store",
            Grade.WARNING,
            f"{where} has {_size(fitness.free)} left",
            "make room: a run that cannot write its records stops",
        )
    left = "" if fitness.free is None else f"; {_size(fitness.free)} left"
    return Finding(
        "store",
        Grade.OK,
        f"{where} can be written to, and a record cannot be overwritten there ({fitness.how}){left}",
        fitness.remark,
    )


def judge_addresses(
    names: Sequence[str], given: Collection[str], known: Mapping[str, bool] | None, *, installed: bool
) -> Iterator[Finding]:
    """Each address of `notify:`, by the name of its variable.

    Args:
        names: the variables that are named.
        given: those of them that are set.
        known: whether Apprise understands what is in them; what could not be looked at is missing.
        installed: whether Apprise is there.
    """
    for name in names:
        if name not in given:
            yield Finding("notify", Grade.WARNING, f"{name} is not set: nobody is told there", f"export {name}=…")
        elif not installed:
            yield Finding("notify", Grade.WARNING, f"{name} is set, but what sends messages is not installed", APPRISE)
        elif known is None or name not in known:
            yield Finding("notify", Grade.NOT_CHECKED, f"Apprise could not look at {name} in time")
        elif known[name]:
            yield Finding("notify", Grade.OK, f"{name} holds an address that Apprise understands; nothing was sent")
        else:
            hint = "the address names a service and all that it asks for, such as `mailtos://…`; docs/notify.md"
            yield Finding("notify", Grade.FAILED, f"Apprise does not understand the address in {name}", hint)


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _size(size: int) -> str:
    mebibytes = size >> 20
    return f"{mebibytes:,} MiB" if mebibytes < 10_240 else f"{mebibytes >> 10:,} GiB"


def _span(seconds: float) -> str:
    """A time as people say it."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return counted(int(seconds // size), unit)
    return counted(max(int(seconds), 0), "second")
