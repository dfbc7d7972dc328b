"""Old commits are not applied: real repositories, clones and remotes, and the real command line on them."""

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from catalogsync.cli.clock import SystemClock
from catalogsync.cli.commits import Commits
from catalogsync.cli.repository import Repository
from catalogsync.model.config import StateConfig
from catalogsync.model.errors import Superseded
from catalogsync.model.state import Run, State
from catalogsync.state import open_journal, this_process
from tests.harness.command import Outcome, environment
from tests.harness.repositories import served
from tests.harness.shop import Shop

CI = {"CI": "true", "GITHUB_REF": "refs/heads/main"}


def git(folder: Path, *words: str) -> str:
    name = ("-c", "user.name=ann", "-c", "user.email=ann@example.test", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", "-C", str(folder), *name, *words], capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str = "more") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, *options: str) -> list[str]:
    """A repository of three commits on `main`; their ids."""
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", "main", *options)
    return [commit(folder, f"commit {number}") for number in range(3)]


def applied(commit: str | None) -> State:
    """A state whose last apply was of a commit."""
    return State("lineage", last=Run("r", "apply", "2026-11-21T12:00:00Z", "box", 1, who="ann", commit=commit))


def objections(folder: Path, state: State, env: dict[str, str] | None = None) -> list[str]:
    return [notice.message for notice in Commits(folder, environment(env)).notices(state)]


def refused(folder: Path, state: State, env: dict[str, str] | None = None) -> bool:
    try:
        Commits(folder, environment(env)).notices(state, refuse=True)
    except Superseded:
        return True
    return False


@pytest.mark.parametrize("form", ["sha1", "sha256"])
@pytest.mark.parametrize("inside", [".", "shops/one"])
def test_a_commit_may_follow_on_the_applied_one_but_not_precede_it(tmp_path: Path, form: str, inside: str) -> None:
    first, second, third = repository(tmp_path, f"--object-format={form}")
    folder = tmp_path / inside
    folder.mkdir(parents=True, exist_ok=True)
    git(tmp_path, "checkout", "-q", "--detach", second)
    assert objections(folder, applied(first)) == []
    assert objections(folder, applied(second)) == []
    [text] = objections(folder, applied(third))
    assert text.startswith(f"superseded: {second[:10]}, which is checked out, does not contain {third[:10]}")
    assert "2026-11-21T12:00:00Z by ann" in text
    assert "--allow-older" in text
    assert refused(folder, applied(third))


def test_a_commit_that_is_not_there_was_not_contained(tmp_path: Path) -> None:
    repository(tmp_path)
    assert refused(tmp_path, applied("f" * 40))


def test_an_apply_that_was_killed_counts_too(tmp_path: Path) -> None:
    first, _, third = repository(tmp_path)
    state = applied(first)
    state.run = Run("k", "apply", "2026-11-21T13:00:00Z", "box", 2, commit=third)
    git(tmp_path, "checkout", "-q", first)
    assert refused(tmp_path, state)
    state.run = Run("k", "state rm", "2026-11-21T13:00:00Z", "box", 2, commit=third)
    assert not refused(tmp_path, state)


def test_nothing_is_required_without_a_record_a_repository_or_git(tmp_path: Path) -> None:
    [first, *_] = repository(tmp_path / "here")
    git(tmp_path / "here", "checkout", "-q", first)
    nowhere = applied("f" * 40)
    assert objections(tmp_path / "here", State("lineage"), CI) == []
    assert objections(tmp_path / "here", applied(None), CI) == []
    assert objections(tmp_path, nowhere, CI) == []
    assert objections(tmp_path / "here", nowhere, {"PATH": "/nonexistent", **CI}) == []
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    assert objections(tmp_path / "empty", nowhere) == []


class TestShallow:
    def clone(self, tmp_path: Path, depth: int = 1) -> tuple[Path, list[str]]:
        commits = repository(tmp_path / "origin")
        git(tmp_path, "clone", "-q", "--depth", str(depth), (tmp_path / "origin").as_uri(), "clone")
        return tmp_path / "clone", commits

    def test_what_was_cut_off_cannot_be_told_and_is_refused(self, tmp_path: Path) -> None:
        clone, [first, *_] = self.clone(tmp_path)
        [text] = objections(clone, applied(first))
        assert "nobody can tell" in text
        assert "git fetch --unshallow" in text
        assert refused(clone, applied(first))
        git(clone, "fetch", "-q", "--unshallow")
        assert objections(clone, applied(first)) == []

    def test_what_is_there_is_enough(self, tmp_path: Path) -> None:
        clone, [first, second, third] = self.clone(tmp_path, 2)
        assert objections(clone, applied(third)) == []
        assert objections(clone, applied(second)) == []
        assert refused(clone, applied(first))

    def test_what_is_known_to_be_older_is_superseded(self, tmp_path: Path) -> None:
        clone, [_, second, third] = self.clone(tmp_path, 2)
        git(clone, "checkout", "-q", second)
        [text] = objections(clone, applied(third))
        assert text.startswith("superseded")


class TestTip:
    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        repository(tmp_path / "origin")
        git(tmp_path / "origin", "checkout", "-q", "--detach")
        git(tmp_path, "clone", "-q", "-b", "main", (tmp_path / "origin").as_uri(), "clone")
        return tmp_path / "clone"

    def head(self, clone: Path) -> State:
        return applied(git(clone, "rev-parse", "HEAD"))

    def push(self, clone: Path) -> str:
        """Somebody else pushes a commit to `main`."""
        origin = clone.parent / "origin"
        git(origin, "checkout", "-q", "main")
        newer = commit(origin, "newer")
        git(origin, "checkout", "-q", "--detach")
        return newer

    @pytest.mark.parametrize("env", [CI, {"CI": "true", "CI_COMMIT_BRANCH": "main"}], ids=["ref", "branch"])
    def test_in_ci_the_newest_commit_of_the_branch_is_due(self, clone: Path, env: dict[str, str]) -> None:
        assert objections(clone, self.head(clone), env) == []
        newer = self.push(clone)
        [text] = objections(clone, self.head(clone), env)
        assert text.startswith("superseded")
        assert f"main is at {newer[:10]} by now" in text
        assert refused(clone, self.head(clone), env)

    @pytest.mark.parametrize(
        "env",
        [{}, {"CI": "true"}, {"CI": "true", "GITHUB_REF": "refs/pull/7/merge"}, {"GITHUB_REF": "refs/heads/main"}],
    )
    def test_elsewhere_the_remote_is_not_asked(self, clone: Path, env: dict[str, str]) -> None:
        self.push(clone)
        assert objections(clone, self.head(clone), env) == []

    def test_a_branch_that_is_gone_is_superseded(self, clone: Path) -> None:
        env = {"CI": "true", "GITHUB_REF": "refs/heads/feature"}
        git(clone.parent / "origin", "branch", "other/refs/heads/feature", "main")
        [text] = objections(clone, self.head(clone), env)
        assert "feature is no longer at the remote" in text
        assert refused(clone, self.head(clone), env)

    def test_a_commit_on_top_of_the_tip_is_newer(self, clone: Path) -> None:
        commit(clone)
        assert objections(clone, self.head(clone), CI) == []

    def test_a_remote_that_cannot_be_asked_is_said_and_stops_nothing(self, clone: Path) -> None:
        git(clone, "remote", "set-url", "origin", "https://ann:pass-of-ann@127.0.0.1:9/shop.git")
        [text] = objections(clone, self.head(clone), CI)
        assert "could not be asked" in text
        assert "pass-of-ann" not in text
        assert not refused(clone, self.head(clone), CI)

    def test_a_remote_that_never_answers_is_left_alone_with_all_that_was_started(self, clone: Path) -> None:
        marker = clone / "asked"
        git(clone, "config", "protocol.ext.allow", "always")
        (clone / "remote.sh").write_text(f"echo $$ >{marker}\nexec sleep 1000\n")
        git(clone, "remote", "set-url", "origin", f"ext::sh {clone}/remote.sh")
        assert Repository(clone, environment(), remote=1.0).tip("refs/heads/main") is None
        process = Path(f"/proc/{marker.read_text().strip()}")
        while process.exists() and "Z" not in (process / "stat").read_text().rpartition(")")[2]:
            time.sleep(0.01)


@pytest.fixture
def tracked(shop: Shop) -> Shop:
    """A shop in a repository, with one commit that was applied, and a newer one that was too."""
    shop.product("keys", price="9.99")
    shop.write(".gitignore", ".catalogsync/\n")
    repository(shop.root)
    shop.apply()
    commit(shop.root)
    shop.product("keys", price="10.49")
    commit(shop.root)
    shop.apply()
    return shop


def refused_by(outcome: Outcome) -> bool:
    return outcome.code == 1 and "error: superseded" in outcome.err and "--allow-older" in outcome.err


def test_a_job_of_an_old_commit_that_is_run_again_changes_nothing(tracked: Shop) -> None:
    tracked.run("plan", "--out", tracked.root / "new.plan")
    git(tracked.root, "checkout", "-q", "HEAD~1")
    calls = len(tracked.market.changing_calls())
    plan = tracked.plan()
    [warning] = [entry for entry in plan["warnings"] if entry["code"] == "older-commit"]
    assert "superseded" in warning["message"]
    assert [change["action"] for change in plan["changes"]] == ["update"]
    assert tracked.run("plan", "--out", tracked.root / "old.plan").code == 0
    for words in (("--auto-approve",), ("--dry-run",), ("old.plan",)):
        outcome = tracked.run("apply", *[tracked.root / word if ".plan" in word else word for word in words])
        assert refused_by(outcome), outcome.err
    assert len(tracked.market.changing_calls()) == calls
    outcome = tracked.run("apply", "--allow-older", tracked.root / "old.plan")
    assert outcome.code == 0, outcome.err
    assert [product["price"] for product in tracked.market.products()] == ["9.99"]
    git(tracked.root, "checkout", "-q", "main")
    tracked.apply()
    assert [product["price"] for product in tracked.market.products()] == ["10.49"]
    assert tracked.plan()["warnings"] == []


def test_a_remote_is_asked_with_the_token_that_the_state_has(tracked: Shop, tmp_path: Path) -> None:
    """A checkout in CI leaves no credentials behind; the workflows give the job's token."""
    git(tmp_path, "clone", "-q", "--bare", str(tracked.root), "served.git")
    with served(tmp_path / "served.git", "x-access-token", "tip-token-4711") as door:
        git(tracked.root, "remote", "add", "origin", door.address)
        tracked.env = CI
        [warning] = tracked.plan()["warnings"]
        assert "could not be asked" in warning["message"]
        tracked.env = {**CI, "CATALOGSYNC_GIT_TOKEN": "tip-token-4711"}
        assert tracked.plan()["warnings"] == []


def test_a_plan_with_the_warning_and_one_without_say_the_same(tracked: Shop) -> None:
    path = tracked.root / "saved.plan"
    git(tracked.root, "checkout", "-q", "HEAD~1")
    tracked.run("plan", "--out", path)
    git(tracked.root, "checkout", "-q", "--orphan", "aside")
    commit(tracked.root)
    assert "older-commit" in path.read_text()
    os.rename(tracked.root / ".git", tracked.root.parent / "git")
    assert tracked.run("apply", path).code == 0


def test_whoever_applied_a_newer_commit_while_we_waited_wins(shop: Shop) -> None:
    """The look before the lease says nothing; the look after it does."""
    shop.product("keys")
    shop.write(".gitignore", ".catalogsync/\n")
    shop.apply()
    first, _, newest = repository(shop.root)
    git(shop.root, "checkout", "-q", first)
    journal = open_journal(StateConfig(), shop.root, None, SystemClock(threading.Event()))
    assert journal is not None
    host, pid, born = this_process()
    journal.begin(Run("other", "state bind", "2026-11-21T13:00:00Z", host, pid, born, commit=newest))
    calls = len(shop.market.changing_calls())
    with shop.start("apply", "--auto-approve", "--lock-timeout", "1m") as waiting:
        assert waiting.stderr is not None
        assert "waiting" in waiting.stderr.readline()
        journal.end(applied=True)
        _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 1
    assert "error: superseded" in said
    assert len(shop.market.changing_calls()) == calls
