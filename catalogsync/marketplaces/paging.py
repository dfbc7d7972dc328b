"""Reads a whole list page by page, and proves that it is whole.

A listing that is missed may be created a second time, so nothing that a server says about its pages is believed
alone. Pages are counted here; a `next` link is never followed. A page shorter than asked ends nothing.

A scan ends at a 404 after the first page, at two pages in a row that bring nothing new, or at one such page if as
many items were found as the list says that it has. The page after the last is thus always looked at: a number that
counts one page, or lags behind, is found out there. One scan is enough if, besides, no item came twice. Otherwise
the list is read again, until two scans in a row show the same ids. If the list then still says that it has more than
it shows, it is refused.

What this proves: if each page with items gives the true total, and no other number passes for one, no incomplete list
is ever accepted, whatever the pages do; but for one case: while they are read, a listing that was shown is deleted,
another one comes, and the two moves hide a third between two pages. By the total that looks like a whole list.
Where listings only come, or only go, none is missed even without a total, if no other number passes for one. Else,
without a true total, a list that holds still is accepted only if it is whole, or if it shows some items on no page at
all, or only behind a 404 or two pages in a row without news (or one such page, with a total that is wrong by exactly
the items behind it); and a list that does not hold still, only if it shows the same items in two scans in a row, or
just as many as a wrong total. No client can tell such a list from a whole one.
"""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from catalogsync.marketplaces.envelope import Item, Page
from catalogsync.marketplaces.exchange import IN_FLIGHT
from catalogsync.model.errors import MarketplaceError

T = TypeVar("T")
Fetch = Callable[[int], Page | None]
"""Gives a page by its number, from 1; None: there is no such page, by a 404. Called from several threads."""

_SCANS: Final = 4
_AHEAD: Final = 2 * IN_FLIGHT
"""Pages that are asked for and not taken in yet: enough that no connection rests while pages that came are taken in."""
_MOST_PAGES: Final = 5_000
_MOST_PAGES_WITH_TOTAL: Final = 50_000
_MOST_ITEMS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Whole(Generic[T]):
    """A whole list.

    Attributes:
        by_id: its items.
        pages: how many pages were read.
        scans: how many scans it took.
        largest_page: how many items the fullest page had.
    """

    by_id: dict[str, T]
    pages: int
    scans: int
    largest_page: int


def read_whole(fetch: Fetch, read_item: Callable[[Item], tuple[str, T]], what: str) -> Whole[T]:
    """Read a list until it is proven whole.

    Args:
        fetch: gives a page.
        read_item: the id of an item, and the item in the form that is kept.
        what: what the list is, for errors.

    Raises:
        MarketplaceError: the list does not hold still, does not end, or contradicts itself.
    """
    pages = 0
    before: _Scan[T] | None = None
    for scans in range(1, _SCANS + 1):
        scan = _Scan(read_item, what)
        with closing(_pages(fetch, scan.sure_pages)) as arriving:
            for page in arriving:
                scan.add(page)
                if scan.ended:
                    break
        pages += scan.pages
        same = before is not None and before.found.keys() == scan.found.keys()
        if same and scan.falls_short:
            raise MarketplaceError(
                f"{what} says that it has {scan.claimed} items but shows {len(scan.found)}, each time it is read",
                "what is not shown could be made or sent a second time; ask the marketplace, or try again later",
            )
        if scan.proven or same:
            return Whole(scan.found, pages, scans, scan.largest_page)
        before = scan
    raise MarketplaceError(
        f"{what} does not hold still: {_SCANS} scans in a row showed different items",
        "try again later, when less is changing there",
    )


class _Scan(Generic[T]):
    """One reading of the list, page by page.

    Attributes:
        found: the items so far; of an item that comes twice, the later one.
        totals: numbers that every page with items gave as a total.
        claimed: the largest number that any of them gave.
        pages: how many pages were read.
        largest_page: how many items the fullest page had.
        ended: whether the end was seen.
    """

    def __init__(self, read_item: Callable[[Item], tuple[str, T]], what: str) -> None:
        self.found: dict[str, T] = {}
        self.totals: frozenset[int] = frozenset()
        self.claimed = 0
        self.pages = 0
        self.largest_page = 0
        self.ended = False
        self._read_item = read_item
        self._what = what
        self._came_twice = False
        self._without_news = 0
        self._old_items_only = False

    @property
    def proven(self) -> bool:
        """Whether as many items were found as the list has by its own account, each of them once."""
        return len(self.found) in self.totals and not self._came_twice

    @property
    def falls_short(self) -> bool:
        """Whether the list has more items than it shows, by its own account."""
        return len(self.found) not in self.totals and self.claimed > len(self.found)

    def sure_pages(self) -> int:
        """How many pages will be needed in any case: those that the total promises, and the one after them."""
        promised = max(self.totals, default=0)
        return -(-promised // self.largest_page) + 1 if promised > len(self.found) and self.largest_page else 0

    def add(self, page: Page | None) -> None:
        """Take in the next page; None is a 404."""
        self.pages += 1
        if page is None:
            self.ended = True
            return
        known = len(self.found)
        found, read_item = self.found, self._read_item
        for item in page.items:
            key, value = read_item(item)
            found[key] = value
        news = len(found) - known
        self._note_totals(page, first=known == 0)
        self.largest_page = max(self.largest_page, len(page.items))
        if news:
            self._came_twice |= news < len(page.items) or self._old_items_only
            self._without_news, self._old_items_only = 0, False
            self._check_limits()
        else:
            self._without_news += 1
            self._old_items_only |= bool(page.items)
            self.ended = self.proven or self._without_news == 2

    def _note_totals(self, page: Page, *, first: bool) -> None:
        # A number that changes is no total, but one that was larger than what is shown still says that some is missing.
        if first or page.items:
            self.claimed = max(0 if first else self.claimed, max(page.totals, default=0))
        if first:
            self.totals = page.totals
        elif page.items:  # the page after the last one may well give none, or 0
            self.totals &= page.totals

    def _check_limits(self) -> None:
        promised = max(self.totals, default=0) >= len(self.found)
        if not promised and (self.pages >= _MOST_PAGES or len(self.found) >= _MOST_ITEMS):
            raise MarketplaceError(
                f"{self._what} does not end: {self.pages} pages with {len(self.found)} items, and no total",
                "check the base_url; a list of that size must say how many items it has",
            )
        if self.pages >= _MOST_PAGES_WITH_TOTAL:
            raise MarketplaceError(
                f"{self._what} does not end: {self.pages} pages with {len(self.found)} items",
                "check the base_url; if it is right, ask the marketplace why its pages are so small",
            )


def _pages(fetch: Fetch, sure_pages: Callable[[], int]) -> Generator[Page | None, None, None]:
    """Pages in order, without end. Those that will be needed in any case are fetched ahead, several at a time."""
    pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="page")
    ahead: deque[Future[Page | None]] = deque()
    number = 0
    try:
        while True:
            if ahead:
                yield ahead.popleft().result()
            else:
                number += 1
                yield fetch(number)
            while len(ahead) < _AHEAD and number < sure_pages():
                number += 1
                ahead.append(pool.submit(fetch, number))
    finally:
        pool.shutdown(cancel_futures=True)
