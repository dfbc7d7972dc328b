"""A state that another run holds: waiting for it, and unlocking it by hand."""

import json
import os
import pty
import pwd
import signal
import subprocess
import threading
from dataclasses import replace

import pytest

from catalogsync.cli.clock import SystemClock
from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateFenced
from catalogsync.model.events import Remembered
from catalogsync.model.state import Keepsake, Run
from catalogsync.state import RecordJournal, open_journal, this_process
from tests.harness.command import command, environment
from tests.harness.shop import Shop

HOST, PID, BORN = this_process()
HOLDER = Run("r-holder", "apply", "2026-11-21T20:12:00Z", HOST, PID, BORN, who="ann", ci_url="https://ci.test/7")


@pytest.fixture
def applied(shop: Shop) -> Shop:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    return shop


def journal_of(shop: Shop) -> RecordJournal:
    """The shop's state, as another run has it open."""
    journal = open_journal(StateConfig(), shop.root, None, SystemClock(threading.Event()))
    assert journal is not None
    return journal


def held(shop: Shop, holder: Run = HOLDER) -> RecordJournal:
    """The shop's state, with a run at work on it."""
    journal = journal_of(shop)
    journal.begin(holder)
    return journal


def why(shop: Shop) -> list[str]:
    """Why runs were taken over, oldest first."""
    records = [json.loads(path.read_bytes()) for path in sorted(shop.root.rglob("0*.json"))]
    return [record["body"]["why"] for record in records if record["type"] == "takeover"]


def test_a_state_that_is_not_locked_needs_no_unlocking(applied: Shop) -> None:
    outcome = applied.run("state", "unlock")
    assert (outcome.code, outcome.out) == (0, "The state is not locked.\n")
    assert why(applied) == []


def test_unlocking_says_who_holds_it_and_what_follows(applied: Shop) -> None:
    journal = held(applied)
    locked = applied.run("apply", "--auto-approve")
    assert locked.code == 5
    assert "catalogsync state unlock" in locked.err
    outcome = applied.run("state", "unlock", "--auto-approve")
    assert outcome.code == 0, outcome.err
    for part in ("apply, run r-holder", "ann", HOST, "2026-11-21 20:12", "https://ci.test/7", "just now", "a doubt"):
        assert part in " ".join(outcome.out.split())
    assert why(applied) == [f"unlocked by hand by {pwd.getpwuid(os.getuid()).pw_name}, with `state unlock`"]
    with pytest.raises(StateFenced, match="this run stops here"):
        journal.write(Remembered({"keys": Keepsake()}))
    applied.assert_in_step()


def test_without_a_terminal_nobody_is_asked_and_nothing_unlocked(applied: Shop) -> None:
    held(applied)
    outcome = applied.run("state", "unlock", stdin="y\n")
    assert outcome.code == 1
    assert "--auto-approve" in outcome.err
    assert applied.run("apply", "--auto-approve").code == 5


@pytest.mark.parametrize(("answer", "code", "locked"), [(b"y\n", 0, False), (b"n\n", 1, True), (b"\n", 1, True)])
def test_on_a_terminal_it_asks(applied: Shop, answer: bytes, code: int, locked: bool) -> None:
    held(applied)
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    done = subprocess.run(
        command("state", "unlock", root=applied.root),
        env=environment(applied.env),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=60,
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, done.stderr
    assert "Unlock the state?" in done.stderr
    assert (journal_of(applied).state.run is not None) == locked


def test_a_dead_run_needs_no_unlocking_and_that_is_said(applied: Shop) -> None:
    held(applied, replace(HOLDER, pid_started=f"{BORN}0"))
    outcome = applied.run("state", "unlock", "--auto-approve")
    assert outcome.code == 0
    assert "Its process is gone" in outcome.out


def test_who_waits_goes_on_when_the_other_run_ends(applied: Shop) -> None:
    journal = held(applied)
    waiting = applied.start("apply", "--auto-approve", "--lock-timeout", "1m")
    assert waiting.stderr is not None
    line = waiting.stderr.readline()
    assert "r-holder" in line
    assert "waiting up to 60 s" in line
    calls = len(applied.market.changing_calls())
    journal.end(applied=False)
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert len(applied.market.changing_calls()) == calls


@pytest.mark.parametrize(
    "words",
    [("apply", "--auto-approve"), ("pools", "mark", "keys", "--new"), ("state", "mv", "keys", "codes")],
    ids=lambda words: words[0],
)
def test_patience_ends_with_exit_code_5(applied: Shop, words: tuple[str, ...]) -> None:
    held(applied)
    outcome = applied.run(*words, "--lock-timeout", "500ms")
    assert outcome.code == 5
    assert "waiting" in outcome.err


def test_waiting_can_be_interrupted(applied: Shop) -> None:
    held(applied)
    with applied.start("apply", "--auto-approve", "--lock-timeout", "1h") as waiting:
        assert waiting.stderr is not None
        assert "waiting" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    state = journal_of(applied).state
    assert state.run is not None
    assert state.run.id == "r-holder"


@pytest.mark.parametrize("text", ["10", "-1s", "soon", ""])
def test_a_time_without_its_unit_is_refused(applied: Shop, text: str) -> None:
    outcome = applied.run("apply", "--auto-approve", "--lock-timeout", text)
    assert outcome.code == 1
    assert "30s, 10m or 1h" in outcome.err
