"""Accounts to listings: which accounts of a pool were never sent, and how many of them a listing gets now."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from catalogsync.core.compare import STOCK
from catalogsync.model.ledger import FINGERPRINT, Fate, Ledger
from catalogsync.model.plan import Allotment
from catalogsync.model.pool import AnyPool, SealedPool
from catalogsync.model.problem import Place
from catalogsync.model.state import Binding

Fingerprints = Callable[[Sequence[bytes]], list[bytes]]
"""Makes one of each text."""
_NEW: Final = -1
"""In the place of a batch's number, for an account that is in none."""
_FEW: Final = 10_000
"""Of so few accounts in the ledger, a set tells at once that a pool has none of them."""
_Piece = tuple[list[bytes], Callable[[Sequence[int]], list[bytes]]]
"""Usernames' fingerprints of some accounts, and what gives the contents' of some of these by their positions."""


@dataclass(frozen=True, slots=True)
class Stocktake:
    """A pool against the ledger.

    Attributes:
        pool: the pool's name.
        new: positions of the accounts that the ledger does not know, in file order.
        sent: how many of the catalog's accounts went out already.
        held: how many of them nobody can tell about.
        changed: how many of them have another password than when they went out.
        gone: how many accounts of this pool went out and stand in the catalog no more.
        elsewhere: positions of accounts that went out from another pool, with the destination.
        places: where these stand in the catalog; nowhere that could be told, if the pool is encrypted.
    """

    pool: str
    new: "array[int]" = field(default_factory=lambda: array("Q"))
    sent: int = 0
    held: int = 0
    changed: int = 0
    gone: int = 0
    elsewhere: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[int, Place] = field(default_factory=dict)


def take_stock(pool: AnyPool, ledger: Ledger, users: Fingerprints, contents: Fingerprints) -> Stocktake:
    """Compare a pool with the ledger, at the cost of a look-up and one or two hashes an account.

    Args:
        pool: the pool; of a sealed one the fingerprints count that its manifest has.
        ledger: what went out.
        users: makes the fingerprints that decide whether two accounts are the same.
        contents: makes those that tell that a password changed.
    """
    if isinstance(pool, SealedPool):
        return take_sealed_stock(pool, ledger)

    def pieces() -> Iterator[_Piece]:
        for stretch in pool.stretches():
            reveal = stretch.reveal_contents
            yield users(stretch.reveal_identities()), lambda positions: contents(reveal(positions))  # noqa: B023

    return _compared(pool, pieces(), ledger)


def take_sealed_stock(pool: SealedPool, ledger: Ledger) -> Stocktake:
    """Compare a sealed pool with a ledger of the same key; whoever does so needs no key."""
    return _compared(pool, pool.pieces(), ledger)


def _compared(pool: AnyPool, pieces: Iterable[_Piece], ledger: Ledger) -> Stocktake:
    new = array("Q")
    sent = held = changed = own = first = 0
    elsewhere: dict[int, str] = {}
    # Never more of them than the pool holds: there may be as many pools as there are batches.
    few = ledger.few_users(min(_FEW, len(pool)))
    for marks, contents in pieces:
        counts: Counter[int] = Counter()
        if few is None or not few.isdisjoint(marks):
            known = ledger.look_up(b"".join(marks))
            counts.update(known.batches)
        fresh = counts.pop(_NEW, 0)
        if not counts:
            new.extend(range(first, first + len(marks)))
            first += len(marks)
            continue
        there: Sequence[int] = range(len(marks))
        if fresh:
            new.extend(first + at for at, number in enumerate(known.batches) if number == _NEW)
            there = [at for at, number in enumerate(known.batches) if number != _NEW]
        foreign: dict[int, str] = {}
        for number, count in counts.items():
            batch = ledger.numbered(number)
            if batch.fate is Fate.SENT:
                sent += count
            else:
                held += count
            if batch.pool == pool.name:
                own += count
            else:
                foreign[number] = batch.destination
        if foreign:
            elsewhere.update((first + at, foreign[by]) for at in there if (by := known.batches[at]) in foreign)
        made = contents(there)
        if fresh or b"".join(made) != known.contents:
            # A manifest has no more than the beginning of a content's fingerprint.
            same = map(known.contents.startswith, made, (at * FINGERPRINT for at in there))
            changed += len(there) - sum(same)
        first += len(marks)
    gone = max(0, ledger.count_from(pool.name) - own)
    # Who cannot open an encrypted pool does not know the lines in it, and is to see the same plan as who can.
    places = {position: pool.place_of(position) for position in elsewhere} if pool.plain else {}
    return Stocktake(pool.name, new, sent, held, changed, gone, elsewhere, places)


def users_of(pool: AnyPool, users: Fingerprints) -> Iterator[bytes]:
    """The usernames' fingerprints of a pool, in file order: its manifest's where it is sealed, else made here."""
    if isinstance(pool, SealedPool):
        return pool.users()
    return chain.from_iterable(users(stretch.reveal_identities()) for stretch in pool.stretches())


def count_alone(pool: str, size: int, ledger: Ledger) -> Stocktake:
    """A pool against the ledger for whoever cannot make fingerprints: by numbers alone.

    Where the pool holds more accounts than ever went out from it, some of them are new. Where it holds fewer, nobody
    can tell, and none counts as new.

    Args:
        pool: the pool's name.
        size: how many accounts it holds.
        ledger: what went out.
    """
    sent = ledger.count_from(pool)
    return Stocktake(pool, array("Q", range(max(0, size - sent))), sent=sent)


def lying(binding: Binding | None, stock: int | None, ledger: Ledger) -> int | None:
    """How many units lie at the marketplace unsold; None: unknown.

    Args:
        binding: the managed listing; None where there is none yet.
        stock: the units that it shows.
        ledger: what went out.
    """
    if binding and STOCK in binding.applied and not ledger.count_at(f"{binding.marketplace}/{binding.product_id}"):
        return 0  # a number that the catalog gave, whose place the accounts take
    return stock


def set_aside(stocktake: Stocktake, wanted: int) -> int:
    """How many of a pool's new accounts are kept from its listing, since orders of other marketplaces wait for them."""
    return min(wanted, len(stocktake.new))


def allot(stocktake: Stocktake, level: int | None, unsold: int, wanted: int = 0) -> Allotment | None:
    """What a listing gets now, or None if that is nothing. Orders that are paid come before it.

    Args:
        stocktake: the pool against the ledger.
        level: how many unsold accounts may lie at the marketplace; None: all.
        unsold: how many lie there now.
        wanted: for how many accounts paid orders of other marketplaces wait.
    """
    free = len(stocktake.new) - set_aside(stocktake, wanted)
    count = free if level is None else min(free, max(0, level - unsold))
    if not count:
        return None
    return Allotment(stocktake.pool, count, stocktake.sent, stocktake.new[:count])
