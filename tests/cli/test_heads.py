"""The witness outside the state's folder, and what it makes of old copies, through the real command line."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from catalogsync.cli.heads import Heads
from catalogsync.state import Head
from tests.harness.shop import Shop

LINEAGE = "17efe684-256c-48f5-ba8c-376d3475b165"


def heads(folder: Path) -> Heads:
    return Heads({"XDG_CACHE_HOME": str(folder)})


def farthest(cache: Path) -> int:
    """How far the only state had come that was seen."""
    [number] = seen(cache).values()
    return number


def seen(cache: Path) -> dict[str, int]:
    """What was seen of each state."""
    return {path.name: json.loads(path.read_bytes())["number"] for path in (cache / "catalogsync/heads").iterdir()}


class TestHeads:
    def test_the_newest_is_kept(self, tmp_path: Path) -> None:
        store = heads(tmp_path)
        assert store.newest(LINEAGE) is None
        for number, newest in ((5, 5), (9, 9), (7, 9)):
            store.keep(LINEAGE, Head(number, f"sha256:{number}"))
            assert store.newest(LINEAGE) == Head(newest, f"sha256:{newest}")
        store.replace(LINEAGE, Head(2, "sha256:2"))
        assert store.newest(LINEAGE) == Head(2, "sha256:2")
        [path] = (tmp_path / "catalogsync" / "heads").iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    @pytest.mark.parametrize(
        "content", [b"", b"\0\0", b"[]", b'{"number": "5", "digest": "x"}', b'{"number": 5}', b"{"]
    )
    def test_what_cannot_be_read_was_not_seen(self, tmp_path: Path, content: bytes) -> None:
        store = heads(tmp_path)
        store.keep(LINEAGE, Head(5, "sha256:5"))
        (tmp_path / "catalogsync/heads" / LINEAGE).write_bytes(content)
        assert store.newest(LINEAGE) is None
        store.keep(LINEAGE, Head(3, "sha256:3"))
        assert store.newest(LINEAGE) == Head(3, "sha256:3")

    def test_what_cannot_be_written_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        for folder in (tmp_path / "file", tmp_path / "not" / "there", Path("/proc/nowhere")):
            heads(folder).keep(LINEAGE, Head(5, "sha256:5"))
            assert heads(folder).newest(LINEAGE) is None
        (tmp_path / "catalogsync" / "heads" / LINEAGE).mkdir(parents=True)
        heads(tmp_path).keep(LINEAGE, Head(5, "sha256:5"))
        assert heads(tmp_path).newest(LINEAGE) is None

    @pytest.mark.parametrize("lineage", ["", "..", "../../etc/passwd", "a" * 400])
    def test_a_lineage_that_is_none_leads_nowhere(self, tmp_path: Path, lineage: str) -> None:
        heads(tmp_path).keep(lineage, Head(5, "sha256:5"))
        assert list(tmp_path.iterdir()) == []

    def test_the_cache_folder_is_the_users(self, tmp_path: Path) -> None:
        for environ in ({"HOME": str(tmp_path)}, {"HOME": str(tmp_path), "XDG_CACHE_HOME": "relative"}):
            Heads(environ).replace(LINEAGE, Head(5, "sha256:5"))
            assert seen(tmp_path / ".cache") == {LINEAGE: 5}
            shutil.rmtree(tmp_path / ".cache")


@pytest.fixture
def applied(shop: Shop) -> Shop:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    return shop


def back_up(shop: Shop) -> Path:
    return Path(shutil.copytree(shop.root / ".catalogsync", shop.root.parent / "backup"))


def put_back(shop: Shop) -> Path:
    """Put the back-up in the place of the state; gives what was there."""
    newest = (shop.root / ".catalogsync").rename(shop.root.parent / "newest")
    shutil.copytree(shop.root.parent / "backup", shop.root / ".catalogsync")
    return newest


def test_each_run_leaves_word_of_how_far_the_state_had_come(applied: Shop, own_cache: Path) -> None:
    [(lineage, number)] = seen(own_cache).items()
    assert number == applied.plan()["state"]["serial"]
    assert lineage == applied.plan()["state"]["lineage"]
    shutil.rmtree(own_cache)
    applied.run("state", "list")
    assert seen(own_cache) == {lineage: number}
    applied.pool("keys", 1, 3)
    applied.apply()
    assert seen(own_cache)[lineage] == applied.plan()["state"]["serial"] > number


def test_an_old_copy_is_refused_by_every_command_before_any_call(applied: Shop) -> None:
    back_up(applied)
    applied.pool("keys", 1, 4)
    applied.apply()
    newest = put_back(applied)
    calls = len(applied.market.changing_calls())
    for words in (("plan",), ("apply", "--auto-approve"), ("state", "list"), ("pools", "mark", "keys", "--new")):
        outcome = applied.run(*words)
        assert outcome.code == 1
        assert "an old copy was put back" in outcome.err
        assert "catalogsync state recover" in outcome.err
    assert len(applied.market.changing_calls()) == calls
    shutil.rmtree(applied.root / ".catalogsync")
    newest.rename(applied.root / ".catalogsync")
    applied.assert_in_step()
    assert applied.market.arrivals() == [1] * 4


def test_two_copies_that_went_apart_are_refused(applied: Shop, own_cache: Path) -> None:
    back_up(applied)
    kept = Path(shutil.copytree(own_cache, own_cache.with_name(f"{own_cache.name}-kept")))
    applied.product("one")
    applied.apply()
    put_back(applied)
    # Another machine works with the copy, and for longer.
    applied.env = {"XDG_CACHE_HOME": str(kept)}
    applied.product("two")
    applied.run("apply", "--auto-approve")
    applied.product("three")
    applied.run("apply", "--auto-approve")
    applied.env = {}
    outcome = applied.run("plan")
    assert outcome.code == 1
    assert "two copies of this state" in outcome.err


def test_a_killed_run_does_not_spoil_the_word(applied: Shop, own_cache: Path) -> None:
    applied.pool("keys", 1, 4)
    applied.market.fault(call="append", nth=1, when="before", kind="hang")
    with applied.start("apply", "--auto-approve") as run:
        applied.market.wait_until_held(run)
        run.kill()
    applied.market.delete("/faults")
    applied.market.post("/release", {"proceed": False})
    before = farthest(own_cache)
    assert applied.run("plan").code == 0
    assert farthest(own_cache) > before


@pytest.mark.parametrize("env", [{"HOME": "", "XDG_CACHE_HOME": "/proc/none"}, {"XDG_CACHE_HOME": "/dev/null"}])
def test_a_cache_that_cannot_be_is_no_error(applied: Shop, env: dict[str, str]) -> None:
    applied.env = env
    applied.assert_in_step()
    assert applied.run("-q", "plan").err == ""
