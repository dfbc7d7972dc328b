"""A list is whole or refused: every envelope over a real socket, and every lie about pages that a server can tell."""

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces.envelope import Item, Page
from catalogsync.marketplaces.paging import Whole, read_whole
from catalogsync.model.errors import MarketplaceError
from tests.marketplaces.stub import Doing, Request, answer, in_turn, shop

Wrap = Callable[[Sequence[object], int, int], object]

WITH_TOTAL: dict[str, Wrap] = {
    "results, count, next": lambda items, page, total: {
        "count": total,
        "next": f"https://elsewhere.example/?page={page + 1}",
        "previous": None,
        "results": items,
    },
    "products, total": lambda items, page, total: {"products": items, "total": total, "page": page, "page_size": 7},
    "data, items, pagination": lambda items, page, total: {
        "success": True,
        "data": {"items": items, "pagination": {"page": page, "total": total, "total_pages": 3}},
    },
    "data, meta": lambda items, page, total: {
        "data": {"rows": items, "facets": [{"c": 1}] if items else []},
        "meta": {"total_count": str(total), "last_page": "4"},
    },
    "orders, count, total": lambda items, page, total: {"list": items, "count": len(items), "total": total},
}
WITHOUT_TOTAL: dict[str, Wrap] = {
    "array": lambda items, page, total: items,
    "items, has_more": lambda items, page, total: {"items": items, "has_more": True},
    "items, count of the page": lambda items, page, total: {"items": items, "count": len(items)},
    "items, next loops": lambda items, page, total: {"items": items, "next": "?page=1"},
}
LAST: dict[str, Doing] = {
    "empty": b"",
    "repeat": b"",
    "404 as JSON": answer({"detail": "Invalid page."}, 404),
    "404 without content": answer(b"", 404),
}


def listing(number: int) -> dict[str, object]:
    return {"product_id": f"p{number}", "title": f"Seat {number}", "price": "9.99"}


def server(wrap: Wrap, size: int, cap: int, last: str) -> Callable[[Request], Doing]:
    def script(request: Request) -> Doing:
        page, wanted = int(request.query["page"]), int(request.query["page_size"])
        step = min(cap, wanted)
        pages = max(1, -(-size // step))
        if page > pages and LAST[last]:
            return LAST[last]
        if page > pages and last == "repeat":
            page = pages
        items = [listing(n) for n in range((page - 1) * step, min(page * step, size))]
        return answer(wrap(items, page, size))

    return script


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("cap", [7, 100])
@pytest.mark.parametrize("envelope", [*WITH_TOTAL, *WITHOUT_TOTAL])
def test_every_envelope(envelope: str, cap: int, last: str) -> None:
    wrap = (WITH_TOTAL | WITHOUT_TOTAL)[envelope]
    for size in (0, 1, 6, 7, 8, 14, 61, 100, 101):
        with shop(server(wrap, size, cap, last)) as (client, stub):
            listings = client.listings()
            assert set(listings.by_id) == {f"p{n}" for n in range(size)}
            assert all(key == found.product_id for key, found in listings.by_id.items())
            assert listings.scans <= (1 if envelope in WITH_TOTAL else 2)
            assert listings.pages == len(stub.requests)
            assert {request.query["page_size"] for request in stub.requests} == {"100"}


def test_a_number_that_counts_one_page_is_no_total() -> None:
    wrap = WITHOUT_TOTAL["items, count of the page"]
    with shop(server(wrap, 21, 7, "empty")) as (client, _):
        listings = client.listings()
    assert (len(listings.by_id), listings.scans) == (21, 2)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer(b"<!doctype html><form>Log in", 200, "text/html"), "looks like a login page"),
        (answer(b"<html>not found", 404, "text/html"), "looks like a login page"),
        (answer(b"", 302, Location="/login"), "redirects elsewhere"),
        (answer({"success": False, "error": "Maintenance"}), "Maintenance"),
        (answer({"success": "no", "results": []}), "success"),
        (answer({"error": "quota"}), "quota"),
        (answer({"detail": "bad page"}, 400), "bad page"),
        (answer({"detail": "no"}, 409), "HTTP 409"),
        (answer({"results": [{"id": 3}]}), "no product_id"),
        (answer([{"product_id": "p9", "price": "free"}]), "not where it was|shows a price"),
        (answer(b'{"results": [{"product_id": "p9"'), "4 times in a row"),
        (answer(b"", 204), "no content, 4 times|no content: "),
        (answer(b"", 500), "4 times in a row"),
        (answer(b"\xef\xbb\xbf[]"), "byte order mark"),
        (answer(b"[" * 100_000), "4 times"),
        (answer("[]".encode("utf-16")), "4 times"),
    ],
)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_cannot_be_read_is_never_the_end(page: int, reply: bytes, why: str) -> None:
    good = server(WITH_TOTAL["results, count, next"], 21, 7, "empty")

    def script(request: Request) -> Doing:
        return reply if request.query["page"] == str(page) else good(request)

    with shop(script) as (client, _), pytest.raises(MarketplaceError, match=why):
        client.listings()


def test_a_404_on_the_first_page_is_no_empty_list() -> None:
    gone = answer({"detail": "Not found."}, 404)
    with shop(in_turn(gone)) as (client, _), pytest.raises(MarketplaceError, match=r"HTTP 404: “Not found\.”"):
        client.listings()


# What follows needs no socket: read_whole with a function for a server.


def whole(fetch: Callable[[int], Page | None]) -> Whole[object]:
    def read_item(item: Item) -> tuple[str, object]:
        return str(item["product_id"]), item.get("content")

    return read_whole(fetch, read_item, "the list")


def page_of(ids: Iterable[object], *totals: int) -> Page:
    return Page([{"product_id": i} for i in ids], frozenset(totals))


def pages_of(pages: Sequence[Page], after: str = "empty") -> Callable[[int], Page | None]:
    def fetch(number: int) -> Page | None:
        if number <= len(pages):
            return pages[number - 1]
        if after == "404" and number > 1:
            return None
        return pages[-1] if after == "repeat" and pages else Page([], frozenset())

    return fetch


def test_pages_are_fetched_side_by_side_once_a_total_is_known() -> None:
    together = threading.Barrier(8, timeout=20)

    def fetch(number: int) -> Page:
        if 2 <= number <= 17:
            together.wait()  # breaks, and fails the test, unless eight are under way at a time
        return page_of(range(number * 10, number * 10 + 10) if number <= 20 else [], 200)

    result = whole(fetch)
    assert (len(result.by_id), result.pages, result.scans) == (200, 21, 1)


def test_pages_are_fetched_one_by_one_without_a_total() -> None:
    under_way = threading.Semaphore(1)

    def fetch(number: int) -> Page:
        assert under_way.acquire(blocking=False)
        under_way.release()
        return page_of(range(number * 10, number * 10 + 10) if number <= 20 else [])

    assert (len(whole(fetch).by_id), whole(fetch).scans) == (200, 2)


def test_a_failing_page_fails_the_list() -> None:
    def fetch(number: int) -> Page:
        if number == 5:
            raise MarketplaceError("page 5 is gone")
        return page_of([number], 100)

    with pytest.raises(MarketplaceError, match="page 5"):
        whole(fetch)


def test_the_later_of_two_items_with_one_id_is_kept() -> None:
    first, second = (
        Page([{"product_id": 1, "content": "old"}], frozenset()),
        Page([{"product_id": 2}, {"product_id": 1, "content": "new"}], frozenset()),
    )
    assert whole(pages_of([first, second])).by_id == {"1": "new", "2": None}


def test_an_item_that_comes_twice_needs_a_second_scan() -> None:
    pages = [page_of([1, 2], 3), page_of([2, 3], 3)]
    assert whole(pages_of(pages)).scans == 2
    assert whole(pages_of([page_of([1, 2], 3), page_of([1, 2], 3), page_of([3], 3)])).scans == 2


def test_a_list_that_does_not_end_is_refused() -> None:
    asked: list[int] = []

    def fetch(number: int) -> Page:
        asked.append(number)
        return page_of([number])

    with pytest.raises(MarketplaceError, match="does not end: 5000 pages"):
        whole(fetch)
    assert len(asked) == 5000


def test_a_list_of_a_million_items_without_a_total_is_refused() -> None:
    with pytest.raises(MarketplaceError, match="1000000 items, and no total"):
        whole(lambda number: page_of(range(number * 100_000, (number + 1) * 100_000)))


def test_a_list_may_be_long_if_it_says_how_long() -> None:
    result = whole(lambda number: page_of([number] if number <= 6000 else [], 6000))
    assert (len(result.by_id), result.scans) == (6000, 1)


def test_a_list_that_does_not_hold_still_is_refused() -> None:
    numbers = count()
    with pytest.raises(MarketplaceError, match="4 scans in a row showed different items"):
        whole(lambda number: page_of([next(numbers)] if number == 1 else []))


@pytest.mark.parametrize("hole", [1, 2, 3])
@pytest.mark.parametrize("totals", [(), (6,)])
def test_one_empty_page_hides_nothing(hole: int, totals: tuple[int, ...]) -> None:
    pages = [page_of([1, 2], *totals), page_of([3, 4], *totals), page_of([5, 6], *totals)]
    pages.insert(hole - 1, page_of([], *totals))
    assert len(whole(pages_of(pages)).by_id) == 6


def test_a_list_that_says_it_has_more_than_it_shows_is_refused() -> None:
    with pytest.raises(MarketplaceError, match="says that it has 7 items but shows 6, each time"):
        whole(pages_of([page_of(range(3), 7), page_of(range(3, 6), 7)]))


def test_a_total_that_is_too_low_costs_a_scan() -> None:
    result = whole(pages_of([page_of(range(3), 3), page_of(range(3, 6), 3), page_of(range(6, 7), 3)]))
    assert (len(result.by_id), result.scans) == (7, 2)


IDS = st.lists(st.integers(0, 12), max_size=5)
TOTALS = st.frozensets(st.integers(0, 14), max_size=2)
STATIC = st.lists(st.builds(lambda ids, totals: page_of(ids, *totals), IDS, TOTALS), max_size=7)


def hides_something(pages: Sequence[Page], after: str) -> bool:
    """Whether pages with news come after two in a row without, or after one and a total that fits by then."""
    seen: set[object] = set()
    without_news, fits = 0, False
    totals: frozenset[int] | None = None
    for page in pages:
        ids = {item["product_id"] for item in page.items}
        if ids - seen:
            if without_news >= 2 or (without_news and fits):
                return True
            without_news, fits = 0, False
        else:
            without_news += 1
        if totals is None or not seen:
            totals = page.totals
        elif page.items:
            totals &= page.totals
        seen |= ids
        if without_news:
            fits |= len(seen) in totals
    return False


@settings(max_examples=300)
@given(STATIC, st.sampled_from(["empty", "repeat", "404"]))
def test_a_static_list_is_whole_or_refused(pages: list[Page], after: str) -> None:
    shown = {str(item["product_id"]) for page in pages for item in page.items}
    try:
        result = whole(pages_of(pages, after))
    except MarketplaceError as error:
        assert "says that it has" in error.message  # noqa: PT017  # the only complaint about a list that holds still
        return
    assert set(result.by_id) <= shown
    assert set(result.by_id) == shown or hides_something(pages, after)


@settings(max_examples=200)
@given(
    size=st.integers(0, 40),
    cap=st.integers(1, 12),
    seed=st.integers(0, 2**32),
    chaos=st.sampled_from(["shuffled", "shifting", "holes", "twins", "short"]),
    more=st.frozensets(st.integers(0, 60), max_size=2),
)
def test_with_an_honest_total_an_incomplete_list_is_never_accepted(
    size: int, cap: int, seed: int, chaos: str, more: frozenset[int]
) -> None:
    """Whatever the pages do: as long as each page with items gives the true total, and other numbers as it likes."""
    lock = threading.Lock()
    times: dict[int, int] = {}

    def fetch(number: int) -> Page | None:
        with lock:
            times[number] = times.get(number, 0) + 1
            dice = random.Random(f"{seed} {number} {times[number]}")
        ids, start = list(range(size)), (number - 1) * cap
        if chaos == "shuffled":
            dice.shuffle(ids)
        elif chaos == "shifting":
            start = max(0, start + dice.randint(-cap, cap))
        chosen = ids[start : start + cap]
        if chaos == "holes" and dice.random() < 0.4:
            chosen = []
        elif chaos == "twins":
            chosen += dice.sample(ids, min(2, size))
        elif chaos == "short" and chosen:
            chosen.pop(dice.randrange(len(chosen)))
        if not chosen and dice.random() < 0.3 and number > 1:
            return None
        wrong = frozenset(number for number in more if dice.random() < 0.9)
        return page_of(chosen, size, *(wrong if chosen else ()))

    try:
        result = whole(fetch)
    except MarketplaceError:
        return
    assert set(result.by_id) == {str(n) for n in range(size)} or len(result.by_id) in more


@settings(max_examples=100)
@given(
    size=st.integers(0, 60),
    cap=st.integers(1, 20),
    after=st.sampled_from(["empty", "repeat", "404"]),
    total=st.sampled_from(["exact", "low", "absent", "of the page"]),
)
def test_a_list_that_holds_still_is_always_read(size: int, cap: int, after: str, total: str) -> None:
    claimed = {"exact": (size,), "low": (max(0, size - 1),), "absent": (), "of the page": ()}[total]
    pages = [range(start, min(start + cap, size)) for start in range(0, size, cap)] or [range(0)]
    made = [page_of(ids, *claimed, *((len(ids),) if total == "of the page" else ())) for ids in pages]
    result = whole(pages_of(made, after))
    assert set(result.by_id) == {str(n) for n in range(size)}
    assert result.scans == 1 if total == "exact" else result.scans <= 2
