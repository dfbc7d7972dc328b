"""Finding a catalog's state, and making it: on real files, with real keys."""

import base64
import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.state import create_state, open_journal
from tests.harness.canary import password, username
from tests.state.ground import (
    KEY_TEXT,
    OTHER_KEY_TEXT,
    ManualClock,
    appends,
    check_schema,
    intended,
    listed,
    run,
    said,
)

CLOCK = ManualClock()
CONFIG = StateConfig()
THIRD_KEY_TEXT = base64.b64encode(bytes([7] * 32)).decode()


def named(lineage: str) -> StateConfig:
    return StateConfig(lineage=lineage)


def records(root: Path) -> list[Path]:
    return sorted((root / ".catalogsync" / "records").rglob("*.json"))


def test_no_state_and_none_named_is_no_journal(tmp_path: Path) -> None:
    assert open_journal(CONFIG, tmp_path, None, CLOCK) is None
    assert list(tmp_path.iterdir()) == []


def test_a_new_state_is_found_again(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    made.begin(run())
    made.write(Bound((listed("a"),)))
    made.write(intended(appends("a", "op", 1, 2)))
    made.end(applied=True)
    found = open_journal(named(made.state.lineage), tmp_path, None, CLOCK)
    assert found is not None
    assert found.state.lineage == made.state.lineage
    assert found.state.bindings == made.state.bindings
    assert found.state.last == run()
    assert found.state.serial == len(records(tmp_path)) == 5
    for path in records(tmp_path):
        check_schema(path.read_bytes())
    account = Account(Secret(username(1)), Secret(password(1)))
    assert found.fingerprints.user(account) == made.fingerprints.user(account)


def test_a_given_key_is_used_and_not_written_down(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, Secret(KEY_TEXT), CLOCK)
    assert sorted(path.name for path in (tmp_path / ".catalogsync").iterdir()) == [".gitignore", "head", "records"]
    assert open_journal(named(made.state.lineage), tmp_path, Secret(KEY_TEXT), CLOCK) is not None
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY_TEXT.encode() not in path.read_bytes()


def test_a_state_is_not_made_twice(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    for config in (CONFIG, named(made.state.lineage)):
        with pytest.raises(StateError, match=f"already, {made.state.lineage}"):
            create_state(config, tmp_path, None, CLOCK)
    assert len(records(tmp_path)) == 1


@pytest.mark.parametrize("key", [None, KEY_TEXT])
def test_a_state_that_is_named_but_missing_is_never_replaced(tmp_path: Path, key: str | None) -> None:
    secret = Secret(key) if key else None
    for act in (open_journal, create_state):
        with pytest.raises(StateError, match="state lost-one is missing") as caught:
            act(named("lost-one"), tmp_path, secret, CLOCK)
        assert "put it back" in said(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_key_alone_is_a_missing_state(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    shutil.rmtree(tmp_path / ".catalogsync" / "records")
    with pytest.raises(StateError, match=r"record 1 .* is missing"):
        open_journal(named(made.state.lineage), tmp_path, None, CLOCK)
    (tmp_path / ".catalogsync" / "head").unlink()
    with pytest.raises(StateError, match="is missing: the catalog belongs to it"):
        open_journal(named(made.state.lineage), tmp_path, None, CLOCK)


def test_a_state_of_another_catalog_is_refused(tmp_path: Path) -> None:
    create_state(CONFIG, tmp_path, None, CLOCK)
    with pytest.raises(StateError, match="but the catalog belongs to mine"):
        open_journal(named("mine"), tmp_path, None, CLOCK)


def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, Secret(KEY_TEXT), CLOCK)
    for config in (CONFIG, named(made.state.lineage), named("another")):
        with pytest.raises(StateError, match="the state key is not the one") as caught:
            open_journal(config, tmp_path, Secret(OTHER_KEY_TEXT), CLOCK)
        assert OTHER_KEY_TEXT not in said(caught.value)


def put_key(root: Path, text: str) -> None:
    """A key beside the records."""
    path = root / ".catalogsync" / "key"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)


@pytest.mark.parametrize(
    ("made_with", "given", "beside", "advice"),
    [
        (KEY_TEXT, KEY_TEXT, OTHER_KEY_TEXT, "CATALOGSYNC_STATE_KEY has the right one"),
        (KEY_TEXT, OTHER_KEY_TEXT, KEY_TEXT, "the file has the right one"),
        (KEY_TEXT, OTHER_KEY_TEXT, THIRD_KEY_TEXT, "a state has one key"),
    ],
)
def test_two_keys_that_differ_are_refused_whichever_fits(
    tmp_path: Path, made_with: str, given: str, beside: str, advice: str
) -> None:
    create_state(CONFIG, tmp_path, Secret(made_with), CLOCK)
    put_key(tmp_path, beside)
    with pytest.raises(StateError, match="two state keys that differ") as caught:
        open_journal(CONFIG, tmp_path, Secret(given), CLOCK)
    assert advice in said(caught.value)
    assert not any(text in said(caught.value) for text in (made_with, given, beside))


def test_a_key_that_is_both_given_and_beside_the_records_is_one(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, Secret(KEY_TEXT), CLOCK)
    put_key(tmp_path, KEY_TEXT)
    found = open_journal(CONFIG, tmp_path, Secret(KEY_TEXT), CLOCK)
    assert found is not None
    assert found.state.lineage == made.state.lineage


def test_no_state_is_made_where_two_keys_differ(tmp_path: Path) -> None:
    put_key(tmp_path, OTHER_KEY_TEXT)
    with pytest.raises(StateError, match="two state keys that differ"):
        create_state(CONFIG, tmp_path, Secret(KEY_TEXT), CLOCK)
    assert records(tmp_path) == []


def test_a_missing_key_is_never_made_anew(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    (tmp_path / ".catalogsync" / "key").unlink()
    with pytest.raises(StateError, match=r"the key of the state in .* is missing") as caught:
        open_journal(named(made.state.lineage), tmp_path, None, CLOCK)
    assert "CATALOGSYNC_STATE_KEY" in said(caught.value)
    with pytest.raises(StateError, match="is missing"):
        create_state(CONFIG, tmp_path, None, CLOCK)
    assert not (tmp_path / ".catalogsync" / "key").exists()


def test_a_bad_key_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="not base64"):
        create_state(CONFIG, tmp_path, Secret("canarykey"), CLOCK)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_the_configs(tmp_path: Path) -> None:
    create_state(StateConfig(path="deep/er"), tmp_path, None, CLOCK)
    assert (tmp_path / "deep" / "er" / "records").is_dir()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".catalogsync").write_text("a file")
    for act in (open_journal, create_state):
        with pytest.raises(StateError, match="the state cannot be"):
            act(CONFIG, tmp_path, None, CLOCK)


def test_damage_on_the_disk_is_named_by_its_record(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    made.begin(run())
    made.write(Bound((listed("a"),)))
    path = records(tmp_path)[1]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(StateError, match=r"record 2 of the state in .*\.catalogsync is damaged"):
        open_journal(named(made.state.lineage), tmp_path, None, CLOCK)


KILLED = """
    import json, os, sys
    from pathlib import Path
    from catalogsync.model.config import StateConfig
    from catalogsync.model.events import Bound, Ended, Ending, Intended, Intent, Verdict
    from catalogsync.model.state import Call, Op, Run
    from catalogsync.state import create_state, open_journal, this_process
    from tests.state.ground import ManualClock
    root = Path(sys.argv[1])
    journal = open_journal(StateConfig(), root, None, ManualClock()) or create_state(
        StateConfig(), root, None, ManualClock()
    )
    host, pid, started = this_process()
    journal.begin(Run(f"run-{pid}", "apply", "now", host, pid, started))
    for op in list(journal.state.ops.values()):
        journal.write(Ended((Ending(op.id, Verdict.ABORTED),)))
    number = len(journal.state.bindings)
    while True:
        number += 1
        op = Op(f"{pid}-{number}", Call.CREATE, f"key-{number}", "shop")
        journal.write(Intended((Intent(op),)))
        journal.write(Ended((Ending(op.id, Verdict.COMMITTED, f"p-{number}"),)))
        print(number, flush=True)
"""


def test_runs_that_are_killed_are_followed_by_runs_that_go_on(tmp_path: Path) -> None:
    told = 0
    for turn in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        for _ in range(10 + turn):
            line = child.stdout.readline()
            assert line, child.stderr and child.stderr.read()
            assert int(line) == told + 1
            told = int(line)
        child.kill()
        rest, _ = child.communicate()
        told += rest.count("\n")
        state = open_journal(CONFIG, tmp_path, None, CLOCK)
        assert state is not None
        # One more may be committed than was told, since the kill may come in between.
        told = len(state.state.bindings)
        assert list(state.state.bindings) == [f"key-{number}" for number in range(1, told + 1)]
    kinds = [json.loads(path.read_bytes())["type"] for path in records(tmp_path)]
    assert kinds.count("begin") == 1
    assert kinds.count("takeover") == 5
