"""Laws about lists that lie: no listing is missed unless no client could know, and every reading ends."""

import random
import threading
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces.envelope import Page
from catalogsync.marketplaces.paging import read_whole
from catalogsync.model.errors import MarketplaceError
from tests.marketplaces.lying_list import PAGES, After, Event, Flaw, Habits, Kind, LyingList, Scan, Total, read
from tests.marketplaces.stub import Doing, Request, Stub, answer, shop

LAW = settings(max_examples=400)


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
