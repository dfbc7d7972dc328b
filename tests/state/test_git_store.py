"""The store on a branch: against the contract, among rivals, and in what may happen to a branch and a push."""

import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.ports import RecordStore
from catalogsync.state.sites.branch import BranchSite
from catalogsync.state.stores.durable import LARGEST
from catalogsync.state.stores.git import GitStore
from tests.contracts.record_store import RecordStoreContract
from tests.harness.fake_clock import FakeClock
from tests.harness.repositories import BRANCH, ENVIRON, bare, clone, git, hook
from tests.state.ground import said


@dataclass
class Ground:
    """A remote, and a clone of it with a catalog."""

    remote: Path
    root: Path

    def site(self, remote: str = "origin", root: Path | None = None, **environ: str) -> BranchSite:
        config = StateConfig(backend="git", remote=remote)
        return BranchSite(config, root or self.root, FakeClock(), {**ENVIRON, **environ})

    def store(self, root: Path | None = None) -> GitStore:
        return self.site(root=root).store()

    def tip(self) -> str:
        return git(self.remote, "rev-parse", BRANCH)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    remote = bare(tmp_path / "remote.git")
    return Ground(remote, clone(remote, tmp_path / "shop"))


class TestGitStore(RecordStoreContract):
    @pytest.fixture
    def store(self, ground: Ground) -> RecordStore:
        return ground.store()


def test_a_record_is_a_file_and_a_commit_that_says_what_it_is(ground: Ground) -> None:
    store = ground.store()
    assert store.create(1, b'{"type":"init"}')
    assert store.create(2, b'{"type":"\\u001b]; rm"}')
    assert store.create(1000, b"no json")
    assert git(ground.remote, "ls-tree", "-r", "--name-only", BRANCH).splitlines() == [
        "README.md",
        "records/000000/000000001.json",
        "records/000000/000000002.json",
        "records/000001/000001000.json",
    ]
    assert git(ground.remote, "log", "--reverse", "--format=%s|%cn|%ce|%an|%ct", BRANCH).splitlines() == [
        f"Record {what} [skip ci]|catalogsync|catalogsync@catalogsync.invalid|catalogsync|"
        f"{FakeClock().now().timestamp():.0f}"
        for what in ("1: init", "2", "1000")
    ]


def test_what_is_no_record_by_its_size_is_not_taken_into_memory(ground: Ground) -> None:
    ground.store().create_all({1: b"one", 2: bytes(LARGEST + 1)})
    with pytest.raises(StateError):
        ground.store().get(1)


def test_many_records_are_one_commit(ground: Ground) -> None:
    store = ground.store()
    assert store.create(2, b"two")
    assert store.create_all({3: b"three", 2: b"two", 1: b"one"})
    assert not ground.store().create_all({4: b"four", 3: b"other"})
    assert ground.store().create_all({3: b"three", 1: b"one"})
    assert [ground.store().get(number) for number in range(1, 5)] == [b"one", b"two", b"three", None]
    subjects = git(ground.remote, "log", "--reverse", "--format=%s", BRANCH).splitlines()
    assert subjects == ["Record 2 [skip ci]", "Records 1 to 3 [skip ci]"]


RACER = """
    import sys
    from pathlib import Path
    from tests.state.test_git_store import Ground
    store = Ground(Path(), Path(sys.argv[1])).store()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(1, 9):
        print(number if store.create(number, b"racer " + sys.argv[2].encode()) else "", flush=True)
"""


def child(script: str, *words: str | Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_of_some_processes_exactly_one_wins_each_record(ground: Ground, tmp_path: Path) -> None:
    roots = [ground.root, ground.root, clone(ground.remote, tmp_path / "second")]
    racers = [child(RACER, root, str(who)) for who, root in enumerate(roots)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    won: dict[int, str] = {}
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    for who, racer in enumerate(racers):
        out, _ = racer.communicate(timeout=60)
        for number in filter(None, out.split("\n")):
            assert won.setdefault(int(number), str(who)) == str(who)
    store = ground.store()
    assert sorted(won) == list(range(1, 9))
    assert all(store.get(number) == f"racer {who}".encode() for number, who in won.items())
    assert len(git(ground.remote, "log", "--format=%h", BRANCH).splitlines()) == 8


class TestPushes:
    def test_a_lost_answer_is_found_out(self, ground: Ground) -> None:
        # All of git is killed, once the record is there.
        hook(ground.remote, "post-receive", "kill -9 0")
        store = ground.store()
        assert store.create(1, b"ours")
        assert store.create(2, b"ours too")
        assert not store.create(2, b"other")

    def test_a_push_that_is_killed_before_it_arrived_is_an_error(self, ground: Ground) -> None:
        store = ground.store()
        store.create(1, b"one")
        hook(ground.remote, "pre-receive", "kill -9 0")
        with pytest.raises(StateError, match=r"cannot be written: git failed"):
            store.create(2, b"two")
        (ground.remote / "hooks" / "pre-receive").unlink()
        assert store.get(2) is None
        assert store.create(2, b"other")

    def test_a_push_that_outlives_its_run_is_no_others(self, ground: Ground, tmp_path: Path) -> None:
        store = ground.store()
        store.create(1, b"one")
        gate = tmp_path / "gate"
        hook(ground.remote, "pre-receive", f"touch {gate}; while [ -e {gate} ]; do sleep 0.01; done")
        writer = child(WRITER, ground.root)
        while not gate.exists():
            time.sleep(0.01)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        (ground.remote / "hooks" / "pre-receive").unlink()
        assert store.get(2) is None
        assert store.create(2, b"quicker")
        gate.unlink()
        time.sleep(0.3)
        assert ground.store().get(2) == b"quicker"

    def test_a_commit_by_hand_is_built_upon(self, ground: Ground, tmp_path: Path) -> None:
        store = ground.store()
        store.create(1, b"one")
        other = clone(ground.remote, tmp_path / "other", "--branch", BRANCH)
        (other / "README.md").write_text("Hands off.")
        git(other, "commit", "--quiet", "--all", "--message", "By hand")
        git(other, "push", "--quiet")
        assert store.create(2, b"two")
        assert git(ground.remote, "show", f"{BRANCH}:README.md") == "Hands off."
        assert git(ground.remote, "log", "--format=%s", BRANCH).splitlines()[1] == "By hand"

    def test_a_branch_with_a_catalog_takes_no_state(self, ground: Ground, tmp_path: Path) -> None:
        own = clone(ground.remote, tmp_path / "own")
        (own / "tea").mkdir()
        (own / "tea" / "catalogsync.yaml").write_text("version: 1\n")
        git(own, "add", "--all")
        git(own, "commit", "--quiet", "--message", "catalog")
        git(own, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
        before = ground.tip()
        with pytest.raises(StateError, match="a catalog is there"):
            ground.store().hint()
        with pytest.raises(StateError, match="a catalog is there"):
            ground.store().create(1, b"1")
        assert ground.tip() == before

    def test_a_branch_that_is_rewritten_is_not_written_on(self, ground: Ground) -> None:
        store = ground.store()
        store.create(1, b"one")
        first = ground.tip()
        store.create(2, b"two")
        git(ground.remote, "update-ref", f"refs/heads/{BRANCH}", first)
        ground.store().create(2, b"another")
        tip = ground.tip()
        for attempt in (lambda: store.create(3, b"three"), lambda: store.get(3), store.hint):
            with pytest.raises(StateError, match="was rewritten or removed while it was in use"):
                attempt()
        assert ground.tip() == tip

    def test_a_branch_that_is_removed_is_not_begun_anew(self, ground: Ground) -> None:
        ground.store().create(1, b"one")
        shutil.rmtree(ground.root / ".git" / "catalogsync")
        store = ground.store()
        assert store.hint() == 1
        git(ground.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
        for attempt in (lambda: store.get(2), store.hint, lambda: store.create(2, b"two")):
            with pytest.raises(StateError, match="was rewritten or removed while it was in use"):
                attempt()
        assert ground.store().hint() == 0

    def test_a_protected_branch_is_no_hindrance(self, ground: Ground) -> None:
        for name in ("receive.denyNonFastForwards", "receive.denyDeletes"):
            git(ground.remote, "config", name, "true")
        store = ground.store()
        assert store.create(1, b"one")
        assert store.create(2, b"two")
        fitness = ground.site().trial()
        assert "remove the branch catalogsync-state-trial-" in (fitness.remark or "")

    @pytest.mark.parametrize(
        ("script", "says"),
        [
            ("echo 'GH006: Protected branch update failed' >&2; exit 1", "the branch is protected"),
            ("exit 1", "the branch is protected"),
        ],
    )
    def test_a_branch_that_lets_nobody_push_is_told(self, ground: Ground, script: str, says: str) -> None:
        hook(ground.remote, "pre-receive", script)
        with pytest.raises(StateError, match=says) as caught:
            ground.store().create(1, b"one")
        assert "force pushes" in said(caught.value)
        with pytest.raises(StateError, match=says):
            ground.site().trial()

    def test_a_remote_that_is_gone_is_told(self, ground: Ground) -> None:
        store = ground.store()
        store.create(1, b"one")
        ground.remote.rename(ground.remote.with_name("away.git"))
        assert store.get(1) == b"one"
        for attempt in (lambda: store.create(2, b"two"), lambda: store.get(2), store.hint):
            with pytest.raises(StateError, match="there is no such repository"):
                attempt()


WRITER = """
    import sys
    from pathlib import Path
    from tests.state.test_git_store import Ground
    Ground(Path(), Path(sys.argv[1])).store().create(2, b"slow")
"""


def listing(folder: Path) -> Mapping[str, bytes]:
    """All files of a repository, without what is the tool's own."""
    files = (path for path in folder.rglob("*") if path.is_file() and "catalogsync" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


class TestSurroundings:
    """Nothing of the user's repository is touched, and nothing in it is in the way."""

    @pytest.mark.parametrize("kind", ["full", "shallow", "detached", "worktree"])
    def test_the_users_repository_is_left_as_it_is(self, ground: Ground, tmp_path: Path, kind: str) -> None:
        ground.store().create(1, b"one")
        root = ground.root
        if kind == "shallow":
            root = clone(ground.remote.as_uri(), tmp_path / "shallow", "--depth=1")
        if kind == "detached":
            git(root, "checkout", "--quiet", "--detach")
        if kind == "worktree":
            git(root, "worktree", "add", "--quiet", tmp_path / "worktree")
            root = tmp_path / "worktree"
        (root / "half.txt").write_text("not committed")
        before = listing(tmp_path / "shop"), listing(root)
        store = ground.store(root)
        assert store.get(1) == b"one"
        assert store.create(2, b"two")
        assert (listing(tmp_path / "shop"), listing(root)) == before
        assert git(root, "status", "--porcelain") == "?? half.txt"
        assert git(root, "rev-parse", "--is-shallow-repository") == ("true" if kind == "shallow" else "false")

    def test_settings_of_the_user_are_in_nobodys_way(self, ground: Ground, tmp_path: Path) -> None:
        hooks = tmp_path / "hooks"
        hook(tmp_path, "pre-push", "exit 1")
        hook(tmp_path, "reference-transaction", "exit 1")
        settings = tmp_path / "settings"
        template = tmp_path / "template"
        hook(template, "reference-transaction", "exit 1")
        for name, value in {
            "core.hooksPath": str(hooks),
            "init.templateDir": str(template),
            "push.gpgSign": "true",
            "push.pushOption": "x",
            "push.followTags": "true",
            "commit.gpgSign": "true",
            "gpg.program": "/bin/false",
            "core.autocrlf": "true",
            "core.fsmonitor": "/bin/false",
            "fetch.prune": "true",
            "safe.bareRepository": "explicit",
            "transfer.hideRefs": "refs/",
        }.items():
            git(tmp_path, "config", "--file", settings, name, value)
        store = ground.site(GIT_CONFIG_GLOBAL=str(settings), GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere").store()
        assert store.create(1, b"one\n")
        assert store.get(1) == b"one\n"
        assert ground.store().get(1) == b"one\n"

    def test_a_copy_that_vanishes_or_is_damaged_is_made_anew(self, ground: Ground) -> None:
        store = ground.store()
        for number in range(1, 5):
            store.create(number, b"%d" % number)
        ours = ground.root / ".git" / "catalogsync"
        shutil.rmtree(ours)
        assert store.create(5, b"5")
        for path in ours.rglob("objects/??/*"):
            path.unlink()
        assert store.create(6, b"6")
        del store
        for path in ours.rglob("objects/??/*"):
            path.chmod(0o600)
            path.write_bytes(b"")
        again = ground.store()
        assert [again.get(number) for number in range(1, 8)] == [b"%d" % number for number in range(1, 7)] + [None]

    @pytest.mark.parametrize("form", ["sha256", "sha1"])
    def test_repositories_that_count_otherwise(self, tmp_path: Path, ground: Ground, form: str) -> None:
        remote = bare(tmp_path / "other.git", f"--object-format={form}")
        for _ in range(2):
            store = ground.site(str(remote)).store()
            number = store.hint() + 1
            assert store.create(number, b"one")
            assert ground.site("../other.git").store().get(number) == b"one"

    def test_an_empty_repository_is_not_begun_with_a_state(self, tmp_path: Path, ground: Ground) -> None:
        git(tmp_path, "init", "--quiet", "--bare", "empty.git")
        with pytest.raises(StateError) as refused:
            ground.site(str(tmp_path / "empty.git")).prepare()
        assert "is empty" in refused.value.message
        assert "git push -u origin HEAD" in said(refused.value)
        assert git(tmp_path / "empty.git", "for-each-ref") == ""

    def test_without_a_repository_an_address_will_do(self, tmp_path: Path, ground: Ground) -> None:
        folder = tmp_path / "plain"
        folder.mkdir()
        site = ground.site(str(ground.remote), folder, GIT_CEILING_DIRECTORIES=str(tmp_path))
        assert site.store().create(1, b"one")
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("remote", ["upstream", "-x", "--upload-pack=touch x"])
    def test_a_remote_that_nobody_knows_is_told(self, ground: Ground, remote: str) -> None:
        with pytest.raises(StateError, match=f"knows no remote of the name {remote}"):
            ground.site(remote).store()

    def test_a_remote_with_several_addresses_is_no_one_place(self, ground: Ground) -> None:
        git(ground.root, "remote", "set-url", "--push", "--add", "origin", "a.git")
        git(ground.root, "remote", "set-url", "--push", "--add", "origin", "b.git")
        with pytest.raises(StateError, match="has 2 addresses to push to"):
            ground.store()

    def test_a_git_that_is_missing_or_old_is_told(self, ground: Ground, tmp_path: Path) -> None:
        with pytest.raises(StateError, match="there is no git here"):
            ground.site(PATH=str(tmp_path)).store()
        old = tmp_path / "git"
        old.write_text("#!/bin/sh\necho git version 2.30.9\n")
        old.chmod(0o755)
        with pytest.raises(StateError, match=r"too old for it: 2\.30\.9"):
            ground.site(PATH=str(tmp_path)).store()
