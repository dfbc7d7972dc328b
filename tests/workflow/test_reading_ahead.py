"""A list that is read ahead: once meanwhile, then anew."""

from threading import Event

import pytest

from catalogsync.model.errors import MarketplaceError
from catalogsync.model.listing import Listing, Listings
from catalogsync.workflow.reading_ahead import ReadAhead


def test_it_is_read_meanwhile_and_each_further_time_anew() -> None:
    asked, may_answer = [Event(), Event()], Event()

    def read() -> Listings:
        number = sum(event.is_set() for event in asked)
        asked[number].set()
        may_answer.wait(10)
        return Listings({str(number): Listing(str(number), {})})

    ahead = ReadAhead(read)
    assert asked[0].wait(10)
    may_answer.set()
    assert ahead.listings().by_id.keys() == {"0"}
    assert not asked[1].is_set()
    assert ahead.listings().by_id.keys() == {"1"}


def test_what_goes_wrong_is_told_to_whoever_waits_for_it() -> None:
    def read() -> Listings:
        raise MarketplaceError("the list does not end")

    ahead = ReadAhead(read)
    for _ in range(2):
        with pytest.raises(MarketplaceError, match="does not end"):
            ahead.listings()
