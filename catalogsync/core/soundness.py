"""Whether the set-up is sound: facts about it to findings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from catalogsync.model.balance import Balance
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.fields import FIELDS
from catalogsync.model.finding import Exposure, Finding, Fitness, Grade, KeyPlace
from catalogsync.model.listing import Listings
from catalogsync.model.problem import Problem
from catalogsync.model.state import Run, State

_SKEW: Final = 60.0
"""Seconds by which two clocks may differ before it is worth a word."""
_ROOM: Final = 100 * 1024 * 1024
"""Bytes below which a disk is nearly full."""
_COUNTS: Final = ("stock", "sales_count")
_FEW: Final = 5
PLAINTEXT: Final = "pool-plaintext"
"""What the catalog's reader calls accounts in clear text."""
APPRISE: Final = "`pip install 'catalogsync[notify]'` installs it"

_NO_GIT: Final = "this is no git repository, or git is not here"
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


def judge_state_in_git(exposure: Exposure | None, *, made: bool) -> Finding:
    """The state is not for git: a checked-out copy is an old one, and its key must stay secret."""
    if exposure is None:
        return Finding("state-in-git", Grade.NOT_CHECKED, _NO_GIT)
    folder = exposure.state_folder
    if exposure.state_committed:
        files = counted(len(exposure.state_committed), "file")
        key = ", its key among them" if any(name.endswith("/key") for name in exposure.state_committed) else ""
        return Finding(
            "state-in-git",
            Grade.FAILED,
            f"the state is in git: {files} of {folder}{key}; a copy that is checked out is an old state",
            f"`git rm -r --cached {folder}` takes it out, here and in the next commit; add {folder}/ to .gitignore",
        )
    if made and exposure.state_ignored is False:
        return Finding("state-in-git", Grade.WARNING, f"git does not ignore {folder}", f"add {folder}/ to .gitignore")
    return Finding("state-in-git", Grade.OK, f"nothing of {folder} is in git")


def judge_keys_in_git(exposure: Exposure | None) -> Finding:
    """Files whose names say that they may hold a key."""
    if exposure is None:
        return Finding("keys-in-git", Grade.NOT_CHECKED, _NO_GIT)
    if exposure.keys_committed:
        more = f" and {len(exposure.keys_committed) - _FEW:,} more" if len(exposure.keys_committed) > _FEW else ""
        return Finding(
            "keys-in-git",
            Grade.WARNING,
            f"files that may hold a key are in git: {', '.join(exposure.keys_committed[:_FEW])}{more}",
            "if one does: take it out, add it to .gitignore, and ask the marketplace for a new key",
        )
    return Finding("keys-in-git", Grade.OK, "no file in git is named like one that holds a key")


def judge_secrecy(
    catalog: Catalog | None, problems: Sequence[Problem], exposure: Exposure | None, *, public: bool
) -> Finding:
    """Accounts in clear text, and who may read them. `public`: a CI says that the repository is."""
    refused = sum(1 for problem in problems if problem.code == PLAINTEXT and problem.severity == "error")
    if refused:
        why = "CI says that the repository is public" if public else "`safety.allow_plaintext_pools` refuses that"
        return Finding(
            "accounts",
            Grade.FAILED,
            f"{counted(refused, 'pool')} in clear text, and {why}",
            "`catalogsync pools encrypt` encrypts them; those that were public must be taken for stolen",
        )
    if catalog is None:
        return Finding("accounts", Grade.NOT_CHECKED, "the catalog cannot be read")
    plain = [pool for pool in catalog.pools.values() if pool.plain and len(pool)]
    if not plain:
        return Finding("accounts", Grade.OK, "no account stands in clear text")
    what = f"{counted(sum(map(len, plain)), 'account')} of {counted(len(plain), 'pool')} in clear text"
    remotes = exposure.remotes if exposure else ()
    if not remotes and not public:
        where = "the repository has no remote" if exposure else "this is no git repository"
        return Finding("accounts", Grade.OK, f"{what}; {where}")
    places = ", ".join(f"{remote.name} ({remote.address})" for remote in remotes[:_FEW])
    if public:
        message = f"{what}, and CI says that the repository is public"
        return Finding("accounts", Grade.WARNING, message, "take the accounts out of it, and take them for stolen")
    message = f"{what}; the repository has {counted(len(remotes), 'remote')}: {places}"
    if catalog.config.safety.allow_plaintext_pools is True:
        return Finding("accounts", Grade.OK, f"{message}; `safety.allow_plaintext_pools` says that this is meant")
    return Finding(
        "accounts",
        Grade.WARNING,
        message,
        "`catalogsync pools encrypt` encrypts them; or check that it is private, and who may read it: then "
        "`safety.allow_plaintext_pools: true` says that you have",
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
