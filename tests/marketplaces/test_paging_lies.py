"""Laws about lists that lie: no listing is missed unless no client could know, and every reading ends.

The list below may do between two requests, and in any of its pages, what a marketplace's list does at its worst:
listings come, go and change places, pages overlap, repeat, are empty or gone, and the total is anybody's guess.
"""

import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces.envelope import Page
from catalogsync.marketplaces.paging import read_whole
from catalogsync.model.errors import MarketplaceError
from tests.marketplaces.stub import Doing, Request, Stub, answer, shop

Kind = Literal["come", "go", "move", "shuffle"]
Total = Literal["true", "stale", "none", "low", "high", "of the page", "first page only", "of a whim"]
After = Literal["empty", "repeat", "404", "first"]
Flaw = Literal["empty", "repeat", "404", "short", "twins", "overlap"]

PAGES: Final = 12
"""Moments in one reading of the list: the pages after that many come in the same moment."""
LAW = settings(max_examples=400)


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


def events(*kinds: Kind) -> st.SearchStrategy[tuple[Event, ...]]:
    moments = st.integers(1, 4 * PAGES) | st.integers(1, 5)
    event = st.builds(Event, moments, st.sampled_from(kinds), st.integers(0, 40), st.integers(0, 40))
    return st.lists(event, max_size=8).map(tuple)


def habits(*kinds: Kind, totals: tuple[Total, ...], flawed: bool = True) -> st.SearchStrategy[Habits]:
    flaw: st.SearchStrategy[Flaw] = st.sampled_from(["empty", "repeat", "404", "short", "twins", "overlap"])
    ends: tuple[After, ...] = ("empty", "repeat", "404", "first")
    return st.builds(
        Habits,
        size=st.integers(0, 24),
        cap=st.integers(1, 7),
        total=st.sampled_from(totals),
        after=st.sampled_from(ends),
        events=events(*kinds) if kinds else st.just(()),
        flaws=st.lists(st.tuples(st.integers(0, 4 * PAGES), flaw), max_size=6 if flawed else 0).map(tuple),
        side_by_side=st.sampled_from([1, 1, 8]),
        seed=st.integers(0, 999),
    )


ANY_TOTAL: Final[tuple[Total, ...]] = (
    *("true", "stale", "none", "low", "high", "of the page", "first page only", "of a whim"),
)
ANYTHING: Final = habits("come", "go", "move", "shuffle", totals=ANY_TOTAL)


@LAW
@given(habits("move", "shuffle", totals=("true", "stale")))
def test_under_a_true_total_no_listing_is_missed_whatever_the_pages_do(lying: Habits) -> None:
    """The listings stay the same; their order, the pages and the end are as bad as can be."""
    server = LyingList(lying)
    found = read(server)
    assert found is None or found == set(server.at(0))


@LAW
@given(
    habits("come", totals=("true", "none", "first page only"), flawed=False)
    | habits("go", totals=("true", "stale", "none", "first page only"), flawed=False)
)
@example(Habits(9, 3, "none", events=(Event(1, "go", 0, 0), Event(13, "go", 0, 0))))
def test_where_listings_only_come_or_only_go_none_is_missed(lying: Habits) -> None:
    """With a total or without: what comes pushes others into sight again, and what goes differs in the next scan.

    A number that is no true total could say too early that all have been seen, such as one that counts a page.
    """
    server = LyingList(lying)
    found = read(server)
    assert found is None or found >= server.steady


@LAW
@given(ANYTHING)
@example(Habits(9, 3, "true", events=(Event(1, "go", 0, 0), Event(1, "come", 8, 0))))
@example(Habits(6, 3, "first page only", flaws=((1, "short"), (13, "short"))))
@example(Habits(11, 5, "of a whim", flaws=((16, "empty"),), side_by_side=8, seed=72))
def test_a_listing_is_missed_only_where_no_client_could_know(lying: Habits) -> None:
    """Whatever happens, what is read is exactly what one scan showed, and no client could tell that scan from a whole.

    So a listing that was there all the time is missed in two cases only:

    - one scan showed each of its listings once, and exactly as many as each page with items said that there are. If
      that number was true each time, a listing went that had been shown, and another came (see paging.py);
    - two scans in a row showed exactly the same, and no page of the last one spoke of more listings than that.
    """
    server = LyingList(lying)
    found = read(server)
    if found is None:
        return
    for scan in server.scans[-2:]:
        scan.forget_what_came_ahead(found)
    last = server.scans[-1]
    assert found == set(last.ids)
    missed = server.steady - found
    if not missed:
        return
    if vouched_for(last) and (len(server.scans) == 1 or set(server.scans[-2].ids) != found):
        if lying.total == "true":
            assert found - set(server.at(last.last)), "each total was true, and nothing that was shown had gone"
        return
    assert set(server.scans[-2].ids) == found
    assert vouched_for(last, once=False) or all(max(page.totals, default=0) <= len(found) for page in last.filled)


def vouched_for(scan: Scan, *, once: bool = True) -> bool:
    """Whether a scan showed as many listings as each of its pages said that there are, each once but at the end."""
    shown = set(scan.ids)
    if not shown:
        return any(page is not None and 0 in page.totals for page in scan.pages.values())
    if not all(len(shown) in page.totals for page in scan.filled):
        return False
    ids = scan.ids
    while once and len(set(ids)) < len(ids) and ids[-1] in ids[:-1]:
        ids.pop()  # what lies beyond the end may be the last page again
    return not once or len(set(ids)) == len(ids)


@LAW
@given(habits(totals=ANY_TOTAL, flawed=False))
def test_a_list_that_holds_still_and_claims_no_more_than_it_shows_is_read(lying: Habits) -> None:
    """Caution costs scans, never the reading."""
    server = LyingList(lying)
    found = read(server)
    if found is None:
        assert lying.total in {"high", "of a whim"}
    else:
        assert found == set(server.at(0))
        assert len(server.scans) <= 2


@pytest.mark.parametrize(
    ("total", "news"),
    [(total, news) for total in (None, 20, 4_000) for news in (0.0, 0.5, 0.95, 1.0)]
    + [(9_999_999, 0.95), (9_999_999, 1.0)],
)
def test_every_reading_ends(total: int | None, news: float) -> None:
    """Whatever is answered, for ever: pages with news or without, empty ones, gone ones, totals of any size."""
    asked = count(1)
    fresh = count()
    lock = threading.Lock()
    dice = random.Random(7)

    def fetch(number: int) -> Page | None:
        with lock:
            next(asked)
            if dice.random() < news:
                ids = [next(fresh) for _ in range(dice.randint(1, 3))]
            elif number > 1 and dice.random() < 0.2:
                return None
            else:
                ids = [0] * dice.randint(0, 2)
        return Page([{"product_id": id_} for id_ in ids], frozenset() if total is None else frozenset({total}))

    with suppress(MarketplaceError):
        read_whole(fetch, lambda item: (str(item["product_id"]), None), "the list")
    most = 50_000 if total is not None and total > 5_000 else 5_000
    assert next(asked) <= 4 * (most + 2 + 8)


@settings(max_examples=25)
@given(ANYTHING, st.sampled_from(["array", "results, next", "data, meta", "elsewhere"]))
def test_over_the_wire_it_is_the_same(lying: Habits, envelope: str) -> None:
    """In each envelope the same is read, or refused; a `next` that leads to another host leads nowhere."""
    if envelope == "array":
        lying = replace(lying, total="none")
    direct = read(LyingList(lying))
    server = LyingList(lying)
    other = Stub(lambda request: answer([]))

    def script(request: Request) -> Doing:
        number = int(request.query["page"])
        page = server.fetch(number)
        if page is None:
            return answer({"detail": "Invalid page."}, 404)
        items = [dict(item, title="Course seat", price="9.99", images=[]) for item in page.items]
        numbers = dict(zip(("total", "count"), sorted(page.totals), strict=False))
        documents: dict[str, object] = {
            "array": items,
            "results, next": {"results": items, "next": "?page=1", **numbers},
            "data, meta": {"success": True, "data": {"rows": items}, "meta": {"page": number, **numbers}},
            "elsewhere": {"list": items, "next": f"{other.url}/?page={number + 1}", "has_more": True, **numbers},
        }
        return answer(documents[envelope])

    try:
        with shop(script) as (client, _):
            found: set[str] | None = None
            with suppress(MarketplaceError):
                found = set(client.listings().by_id)
            assert found == direct
        assert other.accepted == 0
    finally:
        other.stop()
