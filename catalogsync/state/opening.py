"""From the config's words to a journal: finds a catalog's state, or makes it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.model.finding import Fitness, KeyPlace
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.secret import Secret
from catalogsync.model.state import State
from catalogsync.ports.clock import Clock
from catalogsync.ports.store import RecordStore
from catalogsync.state.codec import check_key
from catalogsync.state.journal import RecordJournal
from catalogsync.state.keyless import KeylessState
from catalogsync.state.keys import (
    KEY_FILE,
    OTHERS,
    VARIABLE,
    KeyedFingerprints,
    StateKey,
    make_key_file,
    parse_key,
    read_key_file,
)
from catalogsync.state.lease import moved_away
from catalogsync.state.sites import Site, site_of
from catalogsync.state.witness import Witness, no_witness

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
"""The environment that a state in a folder needs."""
_MAKE_A_KEY: Final = (
    f"`openssl rand -base64 32` makes a key. Set {VARIABLE} to it, here and wherever this state is used (in CI, as a "
    "secret), and keep it in your password store: without it the state is worth nothing"
)


def open_journal(
    config: StateConfig,
    root: Path,
    key: Secret | None,
    clock: Clock,
    witness: Witness = no_witness,
    environ: Mapping[str, str] = _NOTHING,
    *,
    moved: bool = False,
) -> RecordJournal | None:
    """The journal of a catalog's state, folded. Reading it needs no lease.

    Args:
        config: where the state is, and which it must be.
        root: the catalog's folder.
        key: the state key, if the user gave one; else the one beside the records counts.
        clock: time.
        witness: knows how far this state had come before.
        environ: the environment, for backends that run other programs or go over the network.
        moved: whether a state will do that was closed to live on elsewhere; it can be read, and copied once more.

    Returns:
        The journal, or None where there is no state and the catalog does not name one.

    Raises:
        StateError: the state is missing, damaged, another one, an old copy, or moved away, its key is missing or
            wrong, or it lies where other catalogs can have theirs, and this one does not name it.
    """
    given = parse_key(key) if key is not None else None
    site = site_of(config, root, clock, environ)
    store = site.store()
    if not store.hint():
        _require_none_named(config, site)
        return None
    known = known_key(site, given, store)
    journal = RecordJournal.open(store, known, clock, place=site.place, expect_lineage=config.lineage, witness=witness)
    if journal is not None:
        _require_named(config, site, journal.state)
        _require_whole(journal.state, moved=moved)
    return journal


def has_key(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> bool:
    """Whether there is a key at hand, given or beside the records. Arguments as above.

    Raises:
        StateError: the one beside the records is no good.
    """
    folder = site_of(config, root, clock, environ).key_folder
    return key is not None or (folder is not None and read_key_file(folder) is not None)


def fingerprints_at_hand(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> KeyedFingerprints | None:
    """Fingerprints with the key at hand, given or beside the records, or None; the state itself is not looked at.

    Arguments as above; a key that is given as an empty text is none, for here nothing depends on it.

    Raises:
        StateError: a key is no good, or there are two that differ.
    """
    given = parse_key(key) if key is not None and key.reveal().strip() else None
    known = _one_key(site_of(config, root, clock, environ).key_folder, given)
    return KeyedFingerprints(known) if known is not None else None


def read_without_key(
    config: StateConfig, root: Path, clock: Clock, witness: Witness = no_witness, environ: Mapping[str, str] = _NOTHING
) -> KeylessState | None:
    """A catalog's state for whoever has no key. Arguments, result and errors as of `open_journal`."""
    site = site_of(config, root, clock, environ)
    store = site.store()
    if not store.hint():
        _require_none_named(config, site)
        return None
    found = KeylessState.read(store, site.place, config.lineage, witness)
    if found is not None:
        _require_named(config, site, found.state)
        _require_whole(found.state)
    return found


def open_for_recovery(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> RecordJournal | None:
    """The journal that a recovery works on: an old copy, or what an interrupted recovery made. Arguments as above.

    Returns:
        The journal, or None where there are no records.

    Raises:
        StateError: what is there is damaged or another catalog's, or its key is missing or wrong.
    """
    given = parse_key(key) if key is not None else None
    site = site_of(config, root, clock, environ)
    store = site.store(heed_head=False)
    if not store.hint():
        return None
    journal = RecordJournal.open(store, known_key(site, given, store), clock, place=site.place)
    state = journal.state if journal else None
    if state and state.moved:
        raise StateError(*moved_away(state.moved))
    if state and not state.recovering and config.lineage is None:
        _require_named(config, site, state)
    if state and config.lineage not in {None, state.lineage} and not state.recovering and _says_something(state):
        raise StateError(
            f"the state in {site.place} is {state.lineage}, but the catalog belongs to {config.lineage}",
            "a recovery would work on another catalog's state; move it away, or correct `state:` in catalogsync.yaml",
        )
    return journal


def create_for_recovery(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> RecordJournal:
    """A new state in the place of one that is lost; the catalog may still name that. Arguments as above.

    A key that is still there is used on: accounts have the fingerprints that they had.

    Raises:
        StateError: there is a state, or it could not be made.
    """
    return _create(site_of(config, root, clock, environ), key, clock)


def create_state(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> RecordJournal:
    """Make a new state.

    Args:
        config: where it shall be; names no lineage yet.
        root: the catalog's folder.
        key: the state key, if the user gave one; else one is made beside the records, where it may lie there.
        clock: time.
        environ: the environment.

    Returns:
        Its journal; the catalog must name its lineage from now on.

    Raises:
        StateError: there is a state already, or one is missing, or it could not be made.
    """
    site = site_of(config, root, clock, environ)
    if config.lineage is not None or site.store().hint():
        found = open_journal(config, root, key, clock, environ=environ)
        lineage = found.state.lineage if found else config.lineage
        raise StateError(
            f"there is a state in {site.place} already, {lineage}",
            "nothing was changed; if catalogsync.yaml does not name it yet, add it there as `state.lineage`",
        )
    return _create(site, key, clock)


def find_key(
    config: StateConfig, root: Path, key: Secret | None, clock: Clock, environ: Mapping[str, str] = _NOTHING
) -> KeyPlace:
    """Where the key of a state is, which need not be there yet. Arguments as above.

    Raises:
        StateError: a key is malformed, open to other users, not this state's, there are two that differ, or there is
            none where none can be made.
    """
    given = parse_key(key) if key is not None else None
    site = site_of(config, root, clock, environ)
    folder = site.key_folder
    if folder is None and given is None:
        raise _no_key(site)
    first = site.store().get(1)
    known = _one_key(folder, given, first)
    if known is not None and first is not None:
        check_key(first, known, f"the state in {site.place}")
    if folder is None:
        return KeyPlace(variable=True, file=None)
    open_to_others = folder.is_dir() and folder.stat().st_mode & OTHERS
    beside = read_key_file(folder) is not None
    return KeyPlace(
        given is not None, str(folder / KEY_FILE) if beside else None, str(folder) if open_to_others else None
    )


def try_store(config: StateConfig, root: Path, clock: Clock, environ: Mapping[str, str] = _NOTHING) -> Fitness:
    """See by a trial whether the place of a state, which need not be there yet, is fit for one.

    Raises:
        StateError: it is not.
    """
    return site_of(config, root, clock, environ).trial()


def _require_none_named(config: StateConfig, site: Site) -> None:
    if config.lineage is not None:
        raise StateError(
            f"state {config.lineage} is missing: the catalog belongs to it, but there is none in {site.place}",
            f"{site.way_back}; a new one would take every account for "
            "one that was never sent. If it is lost for good, `catalogsync state recover` rebuilds it",
        )


def _require_named(config: StateConfig, site: Site, state: State) -> None:
    """Refuse a state that the catalog does not name, unless it lies beside it.

    On a branch or in a bucket another catalog may have put it, whose products this one has not, and would take away.
    """
    if config.lineage is None and site.key_folder is None:
        raise StateError(
            f"there is a state in {site.place} already, {state.lineage}, and catalogsync.yaml does not name it",
            f"nothing was changed; if it is this catalog's, add `lineage: {state.lineage}` there, under `state:`. If "
            "it is another catalog's, give this one a place of its own (`state.branch`, `state.url`)",
        )


def _require_whole(state: State, *, moved: bool = False) -> None:
    if state.recovering:
        raise StateError(*UNFINISHED)
    if state.moved is not None and not moved:
        raise StateError(*moved_away(state.moved))


def _create(site: Site, key: Secret | None, clock: Clock) -> RecordJournal:
    given = parse_key(key) if key is not None else None
    known = _one_key(site.key_folder, given)
    if known is not None:
        site.prepare()
    elif site.key_folder is not None:
        site.prepare()
        known = make_key_file(site.key_folder)
    else:
        raise _no_key(site)
    return RecordJournal.create(site.store(), known, clock, place=site.place)


def known_key(site: Site, given: StateKey | None, store: RecordStore) -> StateKey:
    """The key of a state whose records are in a store; that it is the right one is not looked at here.

    Args:
        site: where the state is, or is to be, and perhaps its key.
        given: the key that the user gave, if any.
        store: has the first record.

    Raises:
        StateError: there is no key, or there are two that differ.
    """
    known = _one_key(site.key_folder, given, store.get(1))
    if known is None:
        beside = ", or put the file `key` back beside the records" if site.key_folder else ""
        raise StateError(
            f"the key of the state in {site.place} is missing",
            f"set {VARIABLE}{beside}; no other key will do",
        )
    return known


def _no_key(site: Site) -> StateError:
    return StateError(
        f"a state in {site.place} needs its key in {VARIABLE}, for no key may lie beside the records there", _MAKE_A_KEY
    )


def _says_something(state: State) -> bool:
    return bool(state.bindings or state.ops or state.ledger.batches or state.images)


def _one_key(folder: Path | None, given: StateKey | None, first: bytes | None = None) -> StateKey | None:
    """The key that was given, or the one beside the records; None if there is neither.

    Args:
        folder: the one in which a key may lie, if any.
        given: the key that the user gave, if any.
        first: the bytes of the first record, if there is a state.

    Raises:
        StateError: they are two that differ, or the one beside the records is no good.
    """
    beside = read_key_file(folder) if folder is not None else None
    if folder is None or given is None or beside is None or given.check == beside.check:
        return given or beside
    path = folder / KEY_FILE
    hint = f"a state has one key: unset {VARIABLE}, or move {path} away"
    if first is not None and _fits(given, first):
        hint = f"{VARIABLE} has the right one: move {path} away"
    elif first is not None and _fits(beside, first):
        hint = f"the file has the right one: unset {VARIABLE}"
    raise StateError(f"there are two state keys that differ, in {VARIABLE} and in {path}", hint)


def _fits(key: StateKey, first: bytes) -> bool:
    try:
        check_key(first, key, "")
    except StateError:
        return False
    return True
