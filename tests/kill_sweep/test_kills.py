"""Real runs, killed at every call and at each kind of file operation, and struck by disks that fail; then repeated."""

import pytest

from tests.harness.market import Market
from tests.kill_sweep.cases import AtCall, Case, Outcome, at, carry_out, kills_at_calls
from tests.kill_sweep.doors import Strike, Use
from tests.kill_sweep.runs import KILLED
from tests.kill_sweep.scenes import Scene

CALLS = ["upload"] * 2 + ["create"] * 2 + ["update"] * 2 + ["append"] * 6 + ["update"] + ["delete"] * 2

CHANGES = (
    ("open", "record"),
    ("fsync", "record"),
    ("link", "record"),
    ("fsync", "folder"),
    ("unlink", "record"),
    ("rename", "head"),
)
FIRST_DAY = (
    ("mkdir", "folder"),
    ("link", "ignore"),
    ("fsync", "key"),
    ("link", "key"),
    ("rename", "config"),
    ("unlink", "config"),
)
FULL, BROKEN, READ_ONLY, FORBIDDEN = "ENOSPC", "EIO", "EROFS", "EACCES"
ERRORS = (
    # A disk stays full, read-only or forbidden; an error of the hardware may come once, also when the thing was done.
    ("open", "record", Strike(1, FULL, lasting=True)),
    ("write", "record", Strike(1, FULL, lasting=True)),
    ("write", "record", Strike(1, FULL, "half", lasting=True)),
    ("write", "record", Strike(1, "SHORT")),
    ("link", "record", Strike(1, FULL)),
    ("open", "record", Strike(1, READ_ONLY, lasting=True)),
    ("open", "record", Strike(1, FORBIDDEN, lasting=True)),
    ("fsync", "record", Strike(1, BROKEN)),
    ("fsync", "record", Strike(1, BROKEN, lasting=True)),
    ("link", "record", Strike(1, BROKEN, "before")),
    ("link", "record", Strike(1, BROKEN, "after")),
    ("fsync", "folder", Strike(1, BROKEN)),
    ("unlink", "record", Strike(1, BROKEN)),
)
HARMLESS = (
    ("open", "head", Strike(1, FULL)),
    ("write", "head", Strike(1, FULL, "half")),
    ("rename", "head", Strike(1, BROKEN)),
)
FIRST_ERRORS = (
    ("mkdir", "folder", Strike(1, FULL, lasting=True)),
    ("mkdir", "folder", Strike(1, READ_ONLY, lasting=True)),
    ("write", "key", Strike(1, FULL, "half", lasting=True)),
    ("link", "key", Strike(1, BROKEN, "after")),
    ("read", "key", Strike(1, FORBIDDEN)),
    ("open", "config", Strike(1, READ_ONLY, lasting=True)),
    ("write", "config", Strike(1, FULL, "half", lasting=True)),
    ("fsync", "config", Strike(1, BROKEN)),
    ("rename", "config", Strike(1, READ_ONLY, lasting=True)),
)


@pytest.fixture(scope="module")
def busy(running_sandbox: Market, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene("busy", tmp_path_factory.mktemp("busy"), running_sandbox)


@pytest.fixture(scope="module")
def first(running_sandbox: Market, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene("first", tmp_path_factory.mktemp("first"), running_sandbox)


def name(value: object) -> str | None:
    if isinstance(value, AtCall):
        return f"{value.call}{value.nth}-{value.when}"
    if isinstance(value, Strike):
        return f"{value.what}-{value.when}{'-lasting' * value.lasting}"
    return None


def killed(scene: Scene, case: Case) -> Outcome:
    outcome = carry_out(scene, case)
    assert outcome.code == KILLED
    return outcome


def test_the_calls_below_are_all_there_are(busy: Scene) -> None:
    assert busy.calls == CALLS


@pytest.mark.parametrize("case", kills_at_calls(CALLS), ids=name)
def test_killed_at_a_call(busy: Scene, case: AtCall) -> None:
    # Nobody but a person can tell that accounts never arrived; everything else is found out.
    unclear = case.call == "append" and case.when == "before"
    assert killed(busy, case).doubts == unclear


@pytest.mark.parametrize("share", [0.3, 0.8])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("door", "file"), CHANGES)
def test_killed_at_a_record(busy: Scene, door: str, file: str, when: str, share: float) -> None:
    assert killed(busy, at(busy.uses, Use(door, file), share, Strike(1, "KILL", when))).doubts <= 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_killed_in_the_midst_of_a_record(busy: Scene, share: float) -> None:
    assert killed(busy, at(busy.uses, Use("write", "record"), share, Strike(1, "KILL", "half"))).doubts <= 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("door", "file"), FIRST_DAY)
def test_killed_on_the_first_day(first: Scene, door: str, file: str, when: str) -> None:
    assert killed(first, at(first.uses, Use(door, file), 0, Strike(1, "KILL", when))).doubts == 0


@pytest.mark.parametrize("share", [0.0, 0.6])
@pytest.mark.parametrize(("door", "file", "strike"), ERRORS, ids=name)
def test_a_record_that_cannot_be_written(busy: Scene, door: str, file: str, strike: Strike, share: float) -> None:
    outcome = carry_out(busy, at(busy.uses, Use(door, file), share, strike))
    if strike.what == "SHORT" or door == "unlink":
        assert outcome.code == 0
        return
    assert outcome.code == (3 if share else 1)
    assert "the state cannot be written: " in outcome.error
    assert outcome.doubts <= 1


@pytest.mark.parametrize(("door", "file", "strike"), HARMLESS, ids=name)
def test_the_hint_is_a_hint(busy: Scene, door: str, file: str, strike: Strike) -> None:
    assert carry_out(busy, at(busy.uses, Use(door, file), 0.5, strike)).code == 0


@pytest.mark.parametrize("what", [BROKEN, FORBIDDEN])
@pytest.mark.parametrize("file", ["record", "key", "head"])
def test_a_state_that_cannot_be_read(busy: Scene, file: str, what: str) -> None:
    outcome = carry_out(busy, at(busy.uses, Use("read", file), 0, Strike(1, what)))
    assert (outcome.code, "the state cannot be read: " in outcome.error) == (1, True)


@pytest.mark.parametrize(("door", "file", "strike"), FIRST_ERRORS, ids=name)
def test_a_first_state_that_cannot_be_made(first: Scene, door: str, file: str, strike: Strike) -> None:
    outcome = carry_out(first, at(first.uses, Use(door, file), 0, strike))
    assert outcome.code == 1
