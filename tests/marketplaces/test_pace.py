"""How a marketplace that says "slower" is obeyed, and how long."""

from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces.pace import Pace
from catalogsync.marketplaces.transport import LAST_TRY
from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import Interrupted, MarketplaceError
from tests.marketplaces.stub import ACCOUNTS, QuickClock, answer, in_turn, shop

SLOWER = {"success": False, "error": "Too many requests"}
CREATED = answer({"success": True, "product_id": "p1"})
LISTED = answer({"results": [{"product_id": "p1"}], "count": 1})


def slower(retry_after: str | None = None, body: object = SLOWER, status: int = 429) -> bytes:
    return answer(body, status) if retry_after is None else answer(body, status, Retry_After=retry_after)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 6.9, 7),
        ("119", 118.9, 119),
        ("121", 119.9, 120),
        ("99999999999", 119.9, 120),
        (format_datetime(QuickClock().now().replace(minute=1), usegmt=True), 59.8, 60),
        ("Sat, 21 Nov 2026 12:01:00 -0000", 59.8, 60),
        ("Sat, 21 Nov 2099 12:01:00 GMT", 119.9, 120),
        (None, 0.04, 2),
        ("0", 0.04, 2),
        ("-5", 0.04, 2),
        ("soon", 0.04, 2),
        ("", 0.04, 2),
        ("1e3", 0.04, 2),
        ("٧", 0.04, 2),
        ("9" * 400, 0.04, 2),
        ("Sat, 21 Nov 1999 12:00:00 GMT", 0.04, 2),
        ("Sat, 99 Nov 2026 12:00:00 GMT", 0.04, 2),
    ],
)
def test_retry_after(header: str | None, least: float, most: float) -> None:
    header = header.encode().decode("latin-1") if header else header
    clock = QuickClock()
    with shop(in_turn(slower(header), CREATED), clock=clock) as (client, stub):
        assert client.create({}).kind is AnswerClass.CONFIRMED
        assert (len(stub.requests), client.calls) == (2, 2)
    assert least <= sum(clock.naps) <= most
    clock = QuickClock()
    with shop(in_turn(slower(header), LISTED), clock=clock) as (client, _):
        client.listings()
    assert least <= sum(clock.naps) <= most


@pytest.mark.parametrize("body", [b"<html>slow down</html>", b"", {}])
def test_an_unclear_refusal_is_a_doubt_for_a_changing_call_and_a_wait_for_a_reading_one(body: object) -> None:
    with shop(in_turn(slower("5", body))) as (client, stub):
        assert client.append("p1", ACCOUNTS).kind is AnswerClass.UNKNOWN
        assert len(stub.requests) == 1
        stub.script = in_turn(slower("5", body), LISTED)
        assert list(client.listings().by_id) == ["p1"]


def test_a_changing_call_gives_up_while_a_lease_still_holds() -> None:
    clock = QuickClock()
    with shop(in_turn(slower("50")), clock=clock) as (client, stub):
        result = client.create({})
        assert (result.kind, result.stop, result.status) == (AnswerClass.REFUSED, True, 429)
        assert len(stub.requests) == 5
    assert sum(clock.naps) <= LAST_TRY


def test_the_run_stops_when_it_has_waited_for_ten_minutes() -> None:
    clock = QuickClock()
    with shop(in_turn(slower("100")), clock=clock) as (client, _):
        with pytest.raises(MarketplaceError, match="keeps asking to go slower"):
            client.listings()
        assert 499 <= sum(clock.naps) <= 600
        result = client.create({})
        assert (result.kind, result.stop) == (AnswerClass.REFUSED, True)
        assert sum(clock.naps) <= 600


def test_a_busy_server_that_names_a_time_is_given_it() -> None:
    clock = QuickClock()
    with shop(in_turn(slower("33", b"busy", 503), LISTED), clock=clock) as (client, _):
        client.listings()
    assert 32.9 <= sum(clock.naps) <= 33


def test_all_threads_wait_and_the_wait_counts_once() -> None:
    clock = QuickClock()
    pace = Pace(clock, seed=1)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: pace.slow_down(1, "100"), range(8)))
    assert pace.wait()
    assert 99 < sum(clock.naps) <= 100.1
    assert all(pace.slow_down(1, "100") and pace.wait() for _ in range(4))
    assert not (pace.slow_down(1, "100") and pace.wait() and pace.slow_down(1, "100"))


def test_an_interrupted_wait_leaves_the_refusal() -> None:
    clock = QuickClock()
    clock.interrupt = Interrupted("stop")
    with shop(in_turn(slower("5")), clock=clock) as (client, stub):
        result = client.append("p1", ACCOUNTS)
        assert (result.kind, result.stop, len(stub.requests)) == (AnswerClass.REFUSED, True, 1)
        later = client.append("p1", ACCOUNTS)
        assert (later.kind, later.stop, len(stub.requests)) == (AnswerClass.NEVER, True, 1)
    with shop(in_turn("close"), clock=clock) as (client, stub):
        assert client.upload_image("a.png", b"x").kind is AnswerClass.UNKNOWN
        assert len(stub.requests) == 1


def test_nobody_sends_after_a_wait_who_may_not_go_on() -> None:
    clock = QuickClock()
    with shop(in_turn(slower("5")), clock=clock) as (client, stub):
        client.guard(lambda: False)
        result = client.append("p1", ACCOUNTS)
        assert (result.kind, result.stop, len(stub.requests)) == (AnswerClass.REFUSED, True, 1)
        clock.interrupt = Interrupted("stop")
        client.append("p1", ACCOUNTS)
        clock.interrupt = None
        later = client.append("p1", ACCOUNTS)  # has to wait before its first try: the pace is everybody's
        assert (later.kind, later.stop, len(stub.requests)) == (AnswerClass.NEVER, True, 2)
    with shop(in_turn("close")) as (client, stub):
        client.guard(lambda: False)
        assert client.upload_image("a.png", b"x").kind is AnswerClass.UNKNOWN
        assert len(stub.requests) == 1


def test_who_need_not_wait_is_not_asked_and_who_may_go_on_does() -> None:
    asked = []

    def may_go_on() -> bool:
        asked.append(True)
        return True

    with shop(in_turn(CREATED, slower("5"), slower("5"), CREATED)) as (client, _):
        client.guard(may_go_on)
        assert [client.create({}).kind for _ in range(2)] == [AnswerClass.CONFIRMED] * 2
    assert len(asked) == 2


def test_a_seed_makes_the_waits_repeatable() -> None:
    naps = []
    for _ in range(2):
        clock = QuickClock()
        with shop(in_turn("close"), clock=clock) as (client, _stub), pytest.raises(MarketplaceError):
            client.listings()
        naps.append(clock.naps)
    assert naps[0] == naps[1]


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.integers().map(str)), max_size=30), st.integers())
def test_whatever_a_server_asks_no_wait_is_longer_than_two_minutes_nor_the_whole_than_ten(
    headers: list[str | None], seed: int
) -> None:
    clock = QuickClock()
    pace = Pace(clock, seed)
    for count, header in enumerate(headers, 1):
        before = sum(clock.naps)
        if not pace.slow_down(count, header):
            break
        pace.wait()
        assert 0 <= sum(clock.naps) - before <= 120.1
    assert sum(clock.naps) <= 600.1
