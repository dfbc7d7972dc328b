"""From pull request to shop: the workflows that `init` writes are played, against a sandbox and a state in a branch."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyrage.x25519 import Identity

from catalogsync import __version__
from tests.harness.command import Outcome, catalogsync
from tests.harness.market import Market
from tests.harness.repositories import bare, clone, git
from tests.story.github import GitHub, Job

KEY = b64encode(bytes(range(32))).decode()
AGE_KEY = str(Identity.generate())
SECRETS = {"ACCPLANET_API_KEY": "sandbox", "CATALOGSYNC_STATE_KEY": KEY, "SOPS_AGE_KEY": AGE_KEY}
PULL = {"pull_request": {"number": 7, "head": {"sha": "abcdef0123456789", "repo": {"full_name": "fern/shop"}}}}
PRODUCT = 'title: {title}\ncategory_id: c-1\ndescription: <p>One pot.</p>\nprice: "{price}"\n'


class Team:
    """A supplier with a repository at GitHub, and a shop at a sandbox."""

    def __init__(self, folder: Path, market: Market) -> None:
        self.market = market
        self.remote = folder / "remote.git"
        self.root = folder / "fern"
        self.hub = GitHub(folder / "hub", self.remote, SECRETS)

    @classmethod
    def founded(cls, folder: Path, market: Market) -> "Team":
        """A team that has just begun: the shop as it is, in files, and a state in a branch."""
        team = cls(folder, market)
        clone(bare(team.remote), team.root)
        begun = team.catalogsync("init", "--ci", "github", "--url", market.base, "--manage", "all")
        assert begun.code == 0, begun.err
        config = team.root / "catalogsync.yaml"
        config.write_text(config.read_text() + "recovery: {settle: 0s}\n")
        team.push("The shop as it is")
        return team

    def catalogsync(self, *words: str) -> Outcome:
        """A command on the supplier's own machine."""
        return catalogsync(*words, root=self.root, env={"CATALOGSYNC_STATE_KEY": KEY, "SOPS_AGE_KEY": AGE_KEY})

    def write(self, name: str, title: str, price: str, more: str = "") -> None:
        """A product."""
        path = self.root / f"products/{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PRODUCT.format(title=title, price=price) + more)

    def push(self, message: str, branch: str = "main") -> str:
        """Commit everything, and push it to a branch; gives the commit."""
        git(self.root, "checkout", "--quiet", "-B", branch)
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", message)
        git(self.root, "push", "--quiet", "origin", branch)
        return git(self.root, "rev-parse", "HEAD")

    def propose(self, message: str, **pull: Any) -> dict[str, Job]:
        """Push to a branch of a pull request, and run what that runs."""
        commit = self.push(message, "tea")
        git(self.remote, "update-ref", "refs/pull/7/merge", commit)
        event = {"pull_request": {**PULL["pull_request"], **pull}}
        return self.hub.run("catalogsync-plan.yml", event, ref="refs/pull/7/merge")

    def merge(self, message: str) -> Job:
        """Merge what there is, and run what that runs."""
        self.push(message)
        return self.hub.run("catalogsync-apply.yml", {})["apply"]

    def by_hand(self, *, dry: bool = False, allow: str = "") -> Job:
        """Run the apply by hand."""
        return self.hub.run("catalogsync-apply.yml", {"inputs": {"dry-run": dry, "allow": allow}})["apply"]


def until(condition: Callable[[], bool], thread: threading.Thread) -> None:
    """Wait for something that a thread brings about."""
    while not condition():
        assert thread.is_alive()
        time.sleep(0.02)


def open_shop(market: Market) -> None:
    """A shop that is the same each time."""
    market.reset()
    market.configure(ids="sequential")
    market.post("/seed", {"products": [{"title": "Tea for two", "category_id": "c-1", "price": "9.50"}]})


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, running_sandbox: Market) -> Path:
    """The folder of a team that has just begun: a state in a branch is tried thoroughly, which takes its time."""
    open_shop(running_sandbox)
    folder = tmp_path_factory.mktemp("story")
    Team.founded(folder, running_sandbox)
    return folder


@pytest.fixture
def team(founded: Path, tmp_path: Path, running_sandbox: Market) -> Team:
    open_shop(running_sandbox)
    for name in ("remote.git", "fern"):
        shutil.copytree(founded / name, tmp_path / name, symlinks=True)
    git(tmp_path / "fern", "remote", "set-url", "origin", tmp_path / "remote.git")
    return Team(tmp_path, running_sandbox)


def test_a_pull_request_shows_the_plan_and_a_merge_does_it(team: Team) -> None:
    team.write("scones", "Scones", "4.00", "pool: scones\n")
    (team.root / "pools").mkdir()
    (team.root / "pools/scones.yaml").write_text("accounts: [SCONE-1:-, SCONE-2:-]\n")
    assert team.catalogsync("pools", "encrypt").code == 0
    assert {path.name for path in (team.root / "pools").iterdir()} == {"scones.yaml.age", "scones.manifest.json"}
    # Accounts are counted without the age key, which no job has that plans: by the manifest, whoever asks.
    jobs = team.propose("Scones")
    assert "2 accounts" in jobs["plan"].summary
    assert {name: job.result for name, job in jobs.items()} == {"plan": "success", "comment": "success"}, jobs
    assert jobs["plan"].outputs["report"] == {"changes": "true", "blocked": "false"}
    assert f"catalogsync=={__version__}" in team.hub.installed[0]
    [comment] = team.hub.talk["comments"]
    assert jobs["plan"].summary.strip() in comment["body"]
    assert "scones" in comment["body"]
    assert "commit abcdef0123," in comment["body"]
    kept = {path.name for path in team.hub.artifacts["catalogsync-plan"].iterdir()}
    assert kept == {"plan.md", "plan.html", "plan.json", "log.txt", "exitcode"}
    assert team.market.changing_calls() == []

    # A fork gets no key, and no comment: its plan is made of the state alone, and stands on the page of the run.
    team.hub.secrets = {}
    forked = team.propose("The same", head={"sha": "0" * 40, "repo": {"full_name": "stranger/shop"}})
    assert (forked["plan"].result, forked["comment"].result) == ("success", "skipped"), forked["plan"].log
    assert "scones" in forked["plan"].summary
    assert "2 accounts" in forked["plan"].summary
    team.hub.secrets = SECRETS

    # What a safety rule blocks fails the check, and what cannot be read does; each time the one comment says so.
    [tea] = (team.root / "products").rglob("tea-for-two.yaml")
    before = tea.read_text()
    tea.write_text(before.replace("9.50", "0.95"))
    blocked = team.propose("A slip")
    assert [job.result for job in blocked.values()] == ["failure", "success"]
    assert blocked["plan"].outputs["run"] == {"exitcode": "4"}
    assert blocked["plan"].outputs["report"] == {"changes": "true", "blocked": "true"}
    [comment] = team.hub.talk["comments"]
    assert "max_price_change" in comment["body"]
    tea.write_text(before.replace('"9.50"', "9,50"))
    assert team.propose("Another slip")["plan"].outputs["run"] == {"exitcode": "1"}
    assert "/actions/runs/4" in team.hub.talk["comments"][0]["body"]
    assert "tea-for-two.yaml:6:8: bad-price" in team.hub.talk["comments"][0]["body"]

    tea.write_text(before)
    merged = team.merge("Scones")
    assert merged.result == "success", merged.log
    assert merged.outputs["run"] == {"exitcode": "0"}
    assert merged.outputs["report"]["changes"] == "true"
    assert "scones" in merged.summary
    assert team.market.product("Scones")["price"] == "4.00"
    assert team.market.arrivals() == [1, 1]


def test_an_apply_that_failed_is_run_again_and_an_old_one_is_not(team: Team) -> None:
    old = git(team.remote, "rev-parse", "main")
    for number in range(2):
        team.write(f"cake-{number}", f"Cake {number}", "4.00")
    team.market.fault(call="create", nth=2, kind="status", status=500, when="before")
    failed = team.merge("Cakes")
    assert failed.result == "failure"
    assert failed.outputs["run"] == {"exitcode": "3"}, failed.log
    assert "cake-" in failed.summary
    calls = len(team.market.changing_calls())

    dry = team.by_hand(dry=True)
    assert (dry.result, len(team.market.changing_calls())) == ("success", calls), dry.log
    resumed = team.by_hand()
    assert resumed.result == "success", resumed.log
    assert [product["title"] for product in team.market.products()] == ["Cake 0", "Cake 1", "Tea for two"]

    rerun = team.hub.run("catalogsync-apply.yml", {}, commit=old)["apply"]
    assert (rerun.result, rerun.outputs["run"]) == ("failure", {"exitcode": "1"})
    assert "superseded" in rerun.log
    team.write("cake-0", "Cake 0", "1.00")
    team.push("Much cheaper")
    assert team.by_hand(allow="max_price_change=75%").result == "success"
    assert team.market.product("Cake 0")["price"] == "1.00"


def test_drift_is_one_issue_until_it_is_settled(team: Team) -> None:
    def look() -> list[tuple[str, str]]:
        jobs = team.hub.run("catalogsync-drift.yml", {})
        assert [job.result for job in jobs.values()] == ["success", "success"], jobs
        return [(issue["title"], issue["state"]) for issue in team.hub.talk["issues"]]

    title = "Drift: somebody changed listings at the marketplace"
    assert look() == []
    tea = team.market.product("Tea for two")["product_id"]
    team.market.edit(tea, price="0.95")
    assert look() == [(title, "open")]
    team.market.edit(tea, price="0.85")
    assert look() == [(title, "open")]
    assert "0.85" in team.hub.talk["issues"][0]["body"]
    restored = team.by_hand()
    assert restored.result == "success", restored.log
    assert team.market.product("Tea for two")["price"] == "9.50"
    assert look() == [(title, "closed")]


def test_of_two_applies_one_waits_and_one_that_is_cancelled_ends_well(team: Team) -> None:
    """The first job is cancelled while its call is at the marketplace; the second one waits for the lease."""
    for number in range(3):
        team.write(f"cake-{number}", f"Cake {number}", "4.00")
    team.push("Cakes")
    team.market.fault(call="create", nth=1, kind="hang", when="after")
    runs: list[tuple[subprocess.Popen[bytes], Path]] = []
    jobs: dict[str, Job] = {}

    def play(name: str) -> threading.Thread:
        def started(process: "subprocess.Popen[bytes]", log: Path) -> None:
            if "--report" in (log.parent / "step.sh").read_text():
                runs.append((process, log))

        def run() -> None:
            jobs[name] = team.hub.run("catalogsync-apply.yml", {}, started=started)["apply"]

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    first = play("first")
    until(lambda: bool(team.market.get("/held")["held"]), first)
    cancelled, log = runs[0]
    second = play("second")
    until(lambda: len(runs) > 1 and "waiting" in runs[1][1].read_text(), second)
    os.kill(cancelled.pid, signal.SIGINT)
    until(lambda: "once more stops at once" in log.read_text(), first)
    team.market.post("/release")
    first.join()
    second.join()
    assert jobs["first"].outputs["run"] == {"exitcode": "130"}, jobs["first"].log
    assert jobs["second"].result == "success", jobs["second"].log
    assert len(team.market.products()) == 4
    assert json.loads(team.catalogsync("state", "doubts", "--format", "json").out) == []
