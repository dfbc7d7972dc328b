"""Finding usernames that stand twice in a catalog, without holding a million of them."""

from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Final

from catalogsync.catalog.problems import Problems
from catalogsync.model.pool import Pool, identity_of
from catalogsync.model.problem import Place

_BUCKETS: Final = 256


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
    """Hashes of the identities of all accounts."""

    def __init__(self) -> None:
        self._marks = Marks()

    def add(self, username: str) -> None:
        """One more account."""
        self.extend((identity_of(username).encode(),))

    def extend(self, identities: Iterable[bytes]) -> None:
        """More accounts, each by what it is known by, in UTF-8."""
        self._marks.add(map(hash, identities))

    def report(self, pools: Iterable[Pool], problems: Problems) -> None:
        """Report every account whose username stood before, in these pools' order."""
        suspects = self._marks.repeated()
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


def _repeated(bucket: "array[int]") -> list[int]:
    return [mark for mark, count in Counter(bucket).items() if count > 1]
