"""A trial of an object store: whether objects there behave as a state needs them to."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from catalogsync.model.errors import StateError
from catalogsync.ports.clock import Clock
from catalogsync.state.stores.buckets import Bucket
from catalogsync.state.stores.object import ObjectStore

_RIVALS: Final = 8
_READS: Final = range(3, 23)
_RACE: Final = 23
_ANEW: Final = 2


def try_bucket(bucket: Bucket, clock: Clock) -> bool:
    """Write, race for, read back and remove a few small objects; nothing of them stays.

    Args:
        bucket: where a state is, or shall be. The trial has a folder of its own in it.
        clock: time.

    Returns:
        Whether these credentials may remove what they wrote. A state never needs to, and a bucket may forbid it; then
        the trial's objects stay.

    Raises:
        StateError: the store cannot be used, or does not keep what a state stands on.
    """
    place = bucket.place
    store = ObjectStore(replace(bucket, prefix=f"{bucket.prefix}trial-{secrets.token_hex(8)}/"), clock)
    with _tidied(store):
        if store.get(1) is not None:
            raise _unfit(place, "it shows what was never written")
        if not store.create(1, b"first") or store.get(1) != b"first":
            raise _unfit(place, "it loses what it was given")
        if store.create(1, b"second") or store.get(1) != b"first":
            raise _unfit(place, "it lets an object be overwritten that was to be created only if absent")
        for number in _READS:
            # Asked for before, because a cache may remember that it was not there.
            if store.get(number) is not None or not store.create(number, b"%d" % number):
                raise _unfit(place, "it shows what was never written")
            if store.get(number) != b"%d" % number:
                raise _unfit(place, "it does not show at once what was written")
        if store.get(1) != b"first" or any(store.get(number) != b"%d" % number for number in _READS):
            raise _unfit(place, "it loses what it was given")
        with ThreadPoolExecutor(_RIVALS) as rivals:
            won = list(rivals.map(lambda rival: store.create(_RACE, b"%d" % rival), range(_RIVALS)))
        if won.count(True) != 1 or store.get(_RACE) != b"%d" % won.index(True):
            raise _unfit(place, "of several who create one object at once, not exactly one wins")
        return _can_write_anew(store, place)


def _can_write_anew(store: ObjectStore, place: str) -> bool:
    store.create(_ANEW, b"gone")
    if not store.remove(_ANEW):
        return False
    if store.get(_ANEW) is not None or not store.create(_ANEW, b"anew") or store.get(_ANEW) != b"anew":
        raise _unfit(place, "what was removed there does not go, or cannot be written anew")
    return True


@contextmanager
def _tidied(store: ObjectStore) -> Iterator[None]:
    try:
        yield
    finally:
        with ThreadPoolExecutor(_RIVALS) as sweepers:
            list(sweepers.map(store.remove, range(1, _RACE + 1)))


def _unfit(place: str, how: str) -> StateError:
    return StateError(
        f"the store in {place} is not fit for a state: {how}",
        "put the state into another kind of store; nothing was sent",
    )
