"""The same account twice where a pool is sealed: told by fingerprints, without holding a million of them."""

from collections.abc import Callable, Iterator, Sequence

from catalogsync.catalog.identities import Marks
from catalogsync.catalog.problems import Problems
from catalogsync.core.allocate import users_of
from catalogsync.model.pool import AnyPool, Pool, SealedPool
from catalogsync.ports import Fingerprints

_HINT = "an account is sold once; upper and lower case count as the same"


def report_doubles(pools: Sequence[AnyPool], ask: Callable[[], Fingerprints | None], problems: Problems) -> None:
    """Report every account of a sealed pool that stands there twice, or in another pool too.

    Args:
        pools: all pools.
        ask: gives fingerprints with the state's key; without it sealed pools alone are compared.
        problems: where the problems go.
    """
    if not any(isinstance(pool, SealedPool) for pool in pools):
        return
    prints, marks = ask(), Marks()
    for pool in pools:
        marks.add(map(hash, _users(pool, prints)))
    suspects = marks.repeated()
    seen: dict[bytes, tuple[AnyPool, int]] = {}
    for pool in pools if suspects else ():
        for index, mark in enumerate(_users(pool, prints)):
            if hash(mark) in suspects:
                first, position = seen.setdefault(mark, (pool, index))
                if (first, position) != (pool, index):
                    _report(first, position, pool, index, problems)


def _users(pool: AnyPool, prints: Fingerprints | None) -> Iterator[bytes]:
    if prints is not None:
        return users_of(pool, prints.users)
    return pool.users() if isinstance(pool, SealedPool) else iter(())


def _report(first: AnyPool, position: int, second: AnyPool, index: int, problems: Problems) -> None:
    """Tell of two accounts, at the one whose line is known."""
    if isinstance(second, SealedPool):
        first, position, second, index = second, index, first, position
    if isinstance(first, Pool):
        return  # both pools are open, and were compared by their usernames
    where = f"number {position + 1:,} in {first.place.file}"
    if isinstance(second, Pool):
        message = f"the same username is {where}"
    else:
        message = f"number {index + 1:,} in this file has the same username as {where}"
    problems.error(second.place_of(index), "duplicate-account", message, _HINT)
