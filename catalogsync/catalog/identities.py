"""Finding usernames that stand twice in a catalog, without holding a million of them."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice, pairwise
from operator import lt
from typing import Final

from catalogsync.catalog.problems import Problems
from catalogsync.model.pool import Pool, identity_of
from catalogsync.model.problem import Place

_BUCKETS: Final = 256
_MOST_SPANS: Final = 1000


class Marks:
    """Hashes, eight bytes each."""

    def __init__(self) -> None:
        self._buckets = [array("q") for _ in range(_BUCKETS)]

    def add(self, marks: Iterable[int]) -> None:
        """Some more."""
        buckets = self._buckets
        for mark in marks:
            buckets[mark % _BUCKETS].append(mark)

    def repeated(self) -> set[int]:
        """Those that were added more than once."""
        return {mark for bucket in self._buckets if len(set(bucket)) < len(bucket) for mark in _repeated(bucket)}


class Identities:
    """The identities of all accounts: hashes of them, or no more than spans where they stand in order.

    Accounts with serial numbers often do, and in a span that rises none stands twice.
    """

    def __init__(self) -> None:
        self._marks = Marks()
        self._spans: list[tuple[bytes, bytes]] = []
        self._in_order = True

    def add(self, username: str) -> None:
        """One more account."""
        self.extend((identity_of(username).encode(),))

    def extend(self, identities: Sequence[bytes]) -> None:
        """More accounts, each by what it is known by, in UTF-8."""
        if self._in_order and self._rises(identities):
            return
        self._in_order = False
        self._marks.add(map(hash, identities))

    def report(self, pools: Sequence[Pool], problems: Problems) -> None:
        """Report every account whose username stood before, in these pools' order."""
        suspects = self._suspects(pools)
        if not suspects:
            return
        # Equal hashes need not be equal usernames: those few are compared themselves.
        seen: dict[bytes, Place] = {}
        for pool in pools:
            identities = chain.from_iterable(stretch.reveal_identities() for stretch in pool.stretches())
            for index, identity in enumerate(identities):
                if hash(identity) not in suspects:
                    continue
                place = pool.place_of(index)
                first = seen.setdefault(identity, place)
                if first is not place:
                    message = f"the same username stands in {first.file}:{first.line}"
                    hint = "an account is sold once; upper and lower case count as the same"
                    problems.error(place, "duplicate-account", message, hint)

    def _rises(self, identities: Sequence[bytes]) -> bool:
        """Whether these could be taken as a span, or as more of the last one."""
        if not all(map(lt, identities, islice(identities, 1, None))):
            return False
        if self._spans and self._spans[-1][1] < identities[0]:
            self._spans[-1] = (self._spans[-1][0], identities[-1])
        elif len(self._spans) < _MOST_SPANS:
            self._spans.append((identities[0], identities[-1]))
        else:
            return False
        return True

    def _suspects(self, pools: Sequence[Pool]) -> set[int]:
        """Hashes that stand there more than once."""
        if self._in_order and all(before[1] < after[0] for before, after in pairwise(sorted(self._spans))):
            return set()
        marks = self._marks
        if self._spans:
            marks = Marks()
            for pool in pools:
                for stretch in pool.stretches():
                    marks.add(map(hash, stretch.reveal_identities()))
        return marks.repeated()


def _repeated(bucket: "array[int]") -> list[int]:
    return [mark for mark, count in Counter(bucket).items() if count > 1]
