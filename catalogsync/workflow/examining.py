"""Looking at a marketplace as the doctor does: with questions only, and a finding for each."""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from catalogsync.core.soundness import judge_balance, judge_clock, judge_fields, judge_listings
from catalogsync.model.errors import MarketplaceError, Unreachable
from catalogsync.model.finding import Finding, Grade
from catalogsync.ports import Clock, Marketplace, Observer

T = TypeVar("T")

CHECKS: Final = ("marketplace", "clock", "listings", "fields")
"""What is looked at here."""


def examine(marketplace: Marketplace, clock: Clock, observer: Observer) -> Iterator[Finding]:
    """Ask for the balance and for all listings, and judge what comes.

    Args:
        marketplace: the door to it.
        clock: measures how long it takes.
        observer: whoever watches.
    """
    observer.stage("Asking for the balance")
    balance, seconds = _asked(marketplace.balance, clock)
    if isinstance(balance, Unreachable):
        yield failed("marketplace", balance)
        yield from not_checked(CHECKS[1:], "the marketplace cannot be reached")
        return
    clock_finding = judge_clock(marketplace.clock_ahead())
    observer.stage("Reading the listings")
    listings, taken = _asked(marketplace.listings, clock)
    if not isinstance(balance, MarketplaceError):
        yield judge_balance(marketplace.name, balance, seconds)
    elif isinstance(listings, MarketplaceError):
        yield failed("marketplace", balance)
    else:
        works = "; the key works all the same, since the listings can be read"
        yield Finding("marketplace", Grade.WARNING, f"{balance.message}{works}", balance.hint)
    yield clock_finding
    if isinstance(listings, MarketplaceError):
        yield failed("listings", listings)
        yield from not_checked(["fields"], "the listings cannot be read")
    else:
        yield judge_listings(listings, taken)
        yield judge_fields(listings)


def failed(check: str, error: Exception) -> Finding:
    """The finding that an error of ours is."""
    return Finding(check, Grade.FAILED, getattr(error, "message", ""), getattr(error, "hint", None))


def not_checked(checks: "tuple[str, ...] | list[str]", why: str) -> Iterator[Finding]:
    """What nobody could look at."""
    return (Finding(check, Grade.NOT_CHECKED, why) for check in checks)


def _asked(question: Callable[[], T], clock: Clock) -> tuple[T | MarketplaceError, float]:
    """An answer, or why there is none, and how many seconds it took."""
    before = clock.monotonic()
    try:
        answer: T | MarketplaceError = question()
    except MarketplaceError as error:
        answer = error
    return answer, clock.monotonic() - before
