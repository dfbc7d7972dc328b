"""The state on a branch, through the real command line: two clones, two applies at once, and what the doctor says."""

import shutil
from pathlib import Path

import pytest

from tests.harness.repositories import BRANCH, ENVIRON, bare, clone, git
from tests.harness.shop import Shop
from tests.state.ground import KEY_TEXT

ALLOWED = {0, 1, 3, 5}


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return bare(tmp_path / "remote.git")


@pytest.fixture
def published(shop: Shop, remote: Path) -> Shop:
    """A shop in a clone, whose state is on a branch."""
    git(shop.root, "init", "--quiet", "--initial-branch=main")
    git(shop.root, "remote", "add", "origin", remote)
    shop.env |= {**ENVIRON, "CATALOGSYNC_STATE_KEY": KEY_TEXT}
    shop.configure(state={"backend": "git"})
    for number, key in enumerate(("a", "b", "c")):
        shop.product(key, pool=key)
        shop.pool(key, 10 * number, 3)
    outcome = shop.run("state", "init")
    assert outcome.code == 0, outcome.err
    git(shop.root, "add", "--all")
    git(shop.root, "commit", "--quiet", "--message", "catalog")
    git(shop.root, "push", "--quiet", "--force", "origin", "main")
    return shop


def elsewhere(shop: Shop, remote: Path, folder: Path) -> Shop:
    """The same shop as another machine has it."""
    other = Shop(folder, shop.market)
    shutil.rmtree(folder)
    clone(remote.as_uri(), folder, "--depth=1", "--branch=main")
    other.env = shop.env
    return other


def test_of_two_applies_at_once_one_works(published: Shop, remote: Path, tmp_path: Path) -> None:
    other = elsewhere(published, remote, tmp_path / "other")
    runs = [shop.start("apply", "--auto-approve") for shop in (published, other)]
    codes = []
    for run in runs:
        run.communicate(timeout=100)
        codes.append(run.returncode)
    assert 0 in codes
    assert set(codes) <= ALLOWED
    published.assert_in_step()
    other.assert_in_step()
    assert git(remote, "log", "--format=%s", BRANCH).count(": intent") >= 2
    assert [listing["stock"] for listing in published.market.products()] == [3, 3, 3]
    assert set(published.market.arrivals()) == {1}


def test_another_catalog_of_the_repository_does_not_take_the_state_for_its_own(published: Shop, remote: Path) -> None:
    published.apply()
    before, calls = git(remote, "rev-parse", BRANCH), published.market.changing_calls()
    other = Shop(published.root / "other", published.market)
    other.env = published.env
    other.configure(state={"backend": "git"})
    other.product("z")
    for words in (("state", "init"), ("plan",), ("apply", "--auto-approve"), ("state", "recover", "--auto-approve")):
        outcome = other.run(*words)
        assert outcome.code == 1, outcome.out + outcome.err
        assert "there is a state in branch catalogsync-state of origin already" in outcome.err
        assert "and catalogsync.yaml does not name it" in outcome.err
    assert (git(remote, "rev-parse", BRANCH), published.market.changing_calls()) == (before, calls)
    assert "lineage" not in (other.root / "catalogsync.yaml").read_text()
    other.configure(state={"backend": "git", "branch": "other-state"})
    assert other.run("state", "init").code == 0


def test_doctor_tries_the_branch_and_leaves_nothing(published: Shop, remote: Path) -> None:
    before = git(remote, "for-each-ref")
    outcome = published.run("doctor")
    assert "branch catalogsync-state of origin can be written to" in " ".join(outcome.out.split())
    assert git(remote, "for-each-ref") == before
    del published.env["CATALOGSYNC_STATE_KEY"]
    told = " ".join(published.run("doctor").out.split())
    assert "`openssl rand -base64 32` makes a key" in told
    assert "the key of the state" in published.run("plan").err
