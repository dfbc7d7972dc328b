"""A list that lies: between two requests, and in any of its pages, it does what a marketplace's list does at its worst.

Listings come, go and change places, pages overlap, repeat, are empty or gone, and the total is anybody's guess.
"""

import random
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Literal

from catalogsync.marketplaces.envelope import Page
from catalogsync.marketplaces.paging import read_whole
from catalogsync.model.errors import MarketplaceError

Kind = Literal["come", "go", "move", "shuffle"]
Total = Literal["true", "stale", "none", "low", "high", "of the page", "first page only", "of a whim"]
After = Literal["empty", "repeat", "404", "first"]
Flaw = Literal["empty", "repeat", "404", "short", "twins", "overlap"]

PAGES: Final = 12
"""Moments in one reading of the list: the pages after that many come in the same moment."""


@dataclass(frozen=True)
class Event:
    """What happens to the list at a moment."""

    moment: int
    kind: Kind
    where: int
    to: int


@dataclass(frozen=True)
class Habits:
    """How a list is, and what becomes of it."""

    size: int
    cap: int
    total: Total = "true"
    after: After = "empty"
    events: tuple[Event, ...] = ()
    flaws: tuple[tuple[int, Flaw], ...] = ()
    """The moment of a page, and what is wrong with it."""
    side_by_side: int = 1
    """How many pages that are asked for together may come in any order."""
    seed: int = 0


@dataclass
class Scan:
    """What one reading was shown."""

    first: int
    last: int = 0
    pages: dict[int, Page | None] = field(default_factory=dict)

    @property
    def filled(self) -> list[Page]:
        return [page for page in self.pages.values() if page is not None and page.items]

    @property
    def ids(self) -> list[str]:
        return [str(item["product_id"]) for page in self.filled for item in page.items]

    def forget_what_came_ahead(self, found: set[str]) -> None:
        """Drop pages that were fetched side by side with the one that ended the scan, and so were never read."""
        kept: dict[int, Page | None] = {}
        for number in sorted(self.pages):
            page = self.pages[number]
            if page is not None and not {str(item["product_id"]) for item in page.items} <= found:
                break
            kept[number] = page
        self.pages = kept


class LyingList:
    """A list that does all this. Which moment a page shows follows from its number: threads make no difference."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.scans: list[Scan] = []
        self._lock = threading.Lock()
        self._new = count(habits.size)
        self._states = [tuple(f"p{number}" for number in range(habits.size))]

    def fetch(self, number: int) -> Page | None:
        with self._lock:
            if number == 1:
                self.scans.append(Scan(first=(len(self.scans)) * PAGES))
            scan = self.scans[-1]
            moment = scan.first + min(self._arrival(number), PAGES - 1)
            scan.last = max(scan.last, moment)
            scan.pages[number] = self._page(number, moment)
            return scan.pages[number]

    def at(self, moment: int) -> tuple[str, ...]:
        """The listings that there are at a moment."""
        while len(self._states) <= moment:
            self._states.append(self._next(len(self._states)))
        return self._states[moment]

    @property
    def steady(self) -> set[str]:
        """The listings that were there all the time, from the first request to the last."""
        moments = range(max(scan.last for scan in self.scans) + 1)
        return set.intersection(*(set(self.at(moment)) for moment in moments))

    def _arrival(self, number: int) -> int:
        if number == 1 or self.habits.side_by_side == 1:
            return number - 1
        start = (number - 2) // self.habits.side_by_side * self.habits.side_by_side + 1
        order = list(range(start, start + self.habits.side_by_side))
        random.Random(f"{self.habits.seed} {start}").shuffle(order)
        return order[number - 1 - start]

    def _next(self, moment: int) -> tuple[str, ...]:
        ids = list(self._states[-1])
        for event in (event for event in self.habits.events if event.moment == moment):
            if event.kind == "come":
                ids.insert(event.where % (len(ids) + 1), f"p{next(self._new)}")
            elif ids and event.kind == "go":
                ids.pop(event.where % len(ids))
            elif ids and event.kind == "move":
                ids.insert(event.to % len(ids), ids.pop(event.where % len(ids)))
            elif event.kind == "shuffle":
                random.Random(event.to).shuffle(ids)
        return tuple(ids)

    def _page(self, number: int, moment: int) -> Page | None:
        ids, cap = self.at(moment), self.habits.cap
        last = max(1, -(-len(ids) // cap))
        if number > last:
            if self.habits.after == "404":
                return None
            number = {"empty": number, "repeat": last, "first": 1}[self.habits.after]
        shown = list(ids[(number - 1) * cap : number * cap])
        for flaw in (flaw for due, flaw in self.habits.flaws if due == moment):
            if flaw == "404" and number > 1:
                return None
            shown = self._flawed(flaw, shown, ids, number)
        return Page([{"product_id": id_} for id_ in shown], self._totals(number, moment, len(shown)))

    def _flawed(self, flaw: Flaw, shown: list[str], ids: tuple[str, ...], number: int) -> list[str]:
        cap = self.habits.cap
        if flaw == "empty":
            return []
        if flaw == "repeat":
            return list(ids[max(0, number - 2) * cap : max(1, number - 1) * cap])
        if flaw == "short":
            return shown[:-1]
        if flaw == "twins":
            return shown + shown[:1]
        return list(ids[max(0, (number - 1) * cap - 1) : number * cap]) if flaw == "overlap" else shown

    def _totals(self, number: int, moment: int, here: int) -> frozenset[int]:
        true = len(self.at(moment))
        whim = random.Random(f"{self.habits.seed} {moment}").randint(0, 2 * self.habits.size)
        given: dict[Total, tuple[int, ...]] = {
            "true": (true,),
            "stale": (len(self.at(0)),),
            "none": (),
            "low": (max(0, true - 1),),
            "high": (true + 1,),
            "of the page": (here,),
            "first page only": (true,) if number == 1 else (),
            "of a whim": (true, whim) if whim % 2 else (whim,),
        }
        return frozenset(given[self.habits.total])


def read(lying: LyingList) -> set[str] | None:
    """What is read of a list; None where it is refused."""
    try:
        whole = read_whole(lying.fetch, lambda item: (str(item["product_id"]), None), "the list")
    except MarketplaceError:
        return None
    assert whole.scans == len(lying.scans)
    return set(whole.by_id)
