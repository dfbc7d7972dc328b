"""Signals at a run whose call is at the marketplace: once to finish it, twice to stop at once; and deaf listeners."""

import json
import signal
import subprocess
import time

import pytest

from tests.harness.canary import leaks
from tests.harness.command import Started, command, environment
from tests.harness.shop import Shop

POLITE = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.product("keys", pool="keys")
    shop.product("plain")
    shop.pool("keys", 1, 5)
    shop.configure(recovery={"settle": "200ms"})
    return shop


def held(shop: Shop, call: str, nth: int, when: str) -> Started:
    """An apply whose call is at the marketplace, and whose answer waits."""
    shop.market.fault(call=call, nth=nth, when=when, kind="hang")
    run = shop.start("apply", "--auto-approve", "--parallel", "1")
    shop.market.wait_until_held(run)
    return run


def end(run: Started) -> tuple[str, str]:
    out, err = run.communicate(timeout=60)
    for text in (out, err):
        assert leaks(text) is None
        assert "Traceback" not in text
        assert "should not happen" not in text
    return out, err


def doubts(shop: Shop) -> list[str]:
    return [doubt["call"] for doubt in json.loads(shop.run("state", "doubts", "--format", "json").out)]


@pytest.mark.parametrize("number", POLITE)
def test_once_finishes_the_call_and_records_it(stocked: Shop, number: signal.Signals) -> None:
    run = held(stocked, "append", 2, "after")
    run.send_signal(number)
    assert run.stderr is not None
    while "once more stops at once" not in run.stderr.readline():
        assert run.poll() is None
    stocked.market.post("/release")
    end(run)
    assert run.returncode == 130
    assert stocked.market.arrivals() == [1] * 3, "nothing new was begun"
    assert doubts(stocked) == []
    stocked.apply()
    assert stocked.market.arrivals() == [1] * 5
    stocked.assert_in_step()


@pytest.mark.parametrize("number", POLITE)
@pytest.mark.parametrize(("call", "when"), [("append", "after"), ("append", "before"), ("create", "after")])
def test_twice_stops_at_once_and_the_next_run_heals(
    stocked: Shop, number: signal.Signals, call: str, when: str
) -> None:
    run = held(stocked, call, 2, when)
    run.send_signal(number)
    assert run.stderr is not None
    while "once more stops at once" not in run.stderr.readline():
        assert run.poll() is None
    run.send_signal(number)
    end(run)
    assert run.returncode == 130
    assert doubts(stocked).count(call) >= 1
    stocked.market.delete("/faults")
    again = stocked.run("apply", "--auto-approve")
    assert set(stocked.market.arrivals()) == {1}
    assert len(stocked.market.products()) == 2
    if when == "before":
        assert (again.code, doubts(stocked)) == (3, ["append"]), again.out + again.err
        return
    assert again.code == 0, again.out + again.err
    assert stocked.market.arrivals() == [1] * 5
    stocked.assert_in_step()


@pytest.mark.parametrize("streams", [("stdout",), ("stdout", "stderr")])
def test_a_reader_that_leaves_stops_nothing_that_was_begun(stocked: Shop, streams: tuple[str, ...]) -> None:
    run = held(stocked, "append", 2, "after")
    for name in streams:
        getattr(run, name).close()
    stocked.market.post("/release")
    assert run.stderr is not None
    if not run.stderr.closed:
        told = run.stderr.read()
        assert "Traceback" not in told
        assert leaks(told) is None
        run.stderr.close()
    assert run.wait(60) == 3, "something was sent, and what became of it could not be told"
    assert stocked.market.arrivals() == [1] * 5
    stocked.assert_in_step()


def test_a_signal_that_nobody_hears_of_still_stops_the_run_in_order(stocked: Shop) -> None:
    run = held(stocked, "append", 2, "after")
    for stream in (run.stdout, run.stderr):
        assert stream is not None
        stream.close()
    run.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    stocked.market.post("/release")
    assert run.wait(60) in {3, 130}
    assert stocked.market.arrivals() == [1] * 3, "nothing new was begun"
    assert doubts(stocked) == []
    stocked.apply()
    stocked.assert_in_step()


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=lambda words: words[0])
def test_help_that_cannot_be_written_says_so(words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(command(*words), env=environment(), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the output cannot be written: No space left on device\n  hint: run the")


def test_without_a_word_the_help_is_shown() -> None:
    done = subprocess.run(command("state"), env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Usage: catalogsync state [OPTIONS] COMMAND [ARGS]...\n\n")


def test_output_that_cannot_be_written_stops_a_run_before_its_first_call(stocked: Shop) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("apply", "--auto-approve", root=stocked.root),
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert "error: the output cannot be written: No space left on device" in done.stderr
    assert stocked.market.changing_calls() == []
    stocked.apply()


def test_a_plan_that_is_interrupted_says_only_that(stocked: Shop) -> None:
    """Nothing was asked, and nothing is half done."""
    stocked.market.fault(call="list", nth=1, when="before", kind="hang")
    run = subprocess.Popen(
        command("plan", root=stocked.root),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stocked.market.wait_until_held(run)
    run.send_signal(signal.SIGINT)
    out, err = end(run)
    assert (run.returncode, out) == (130, "")
    assert err.endswith("\nInterrupted.\n")
    assert "question" not in err
    stocked.market.post("/release")
