"""How the store gets in: with a token, with what others left in git's settings, and never by asking."""

import base64
import os
from pathlib import Path

import pytest

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.state.git.command import Answer, Git
from catalogsync.state.git.refusals import Refusal, refusal
from catalogsync.state.git.remote import Remote
from catalogsync.state.sites.branch import BranchSite
from tests.harness.fake_clock import FakeClock
from tests.harness.repositories import ENVIRON, bare, git, served
from tests.state.ground import said

TOKEN = "s3cr3t-token-4711"
BASIC = f"Authorization: Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    git(tmp_path, "init", "--quiet", folder)
    return folder


def site(root: Path, remote: str = "origin", **environ: str) -> BranchSite:
    return BranchSite(StateConfig(backend="git", remote=remote), root, FakeClock(), {**ENVIRON, **environ})


def secrets_in(text: str) -> list[str]:
    return [secret for secret in (TOKEN, BASIC.split()[-1], "hunter2") if secret in text]


class TestOverHttp:
    def test_a_token_opens_the_door_and_is_seen_nowhere(self, root: Path, tmp_path: Path) -> None:
        with served(bare(tmp_path / "r.git"), "x-access-token", TOKEN) as door:
            git(root, "remote", "add", "origin", door.address)
            for name in ("http.extraHeader", f"http.{door.address}.extraHeader"):
                git(root, "config", name, "Authorization: Basic b2xk")
            store = site(root, CATALOGSYNC_GIT_TOKEN=TOKEN).store()
            assert store.create(1, b"one")
            assert store.get(1) == b"one"
            assert door.seen
            assert all(said == [BASIC.removeprefix("Authorization: ")] for said in door.seen)
            assert not any(
                secrets_in(path.read_bytes().decode("latin-1")) for path in root.rglob("*") if path.is_file()
            )

    @pytest.mark.parametrize("how", ["header", "password", "helper", "insteadOf"])
    def test_what_others_left_in_gits_settings_counts(self, root: Path, tmp_path: Path, how: str) -> None:
        with served(bare(tmp_path / "r.git"), "x-access-token", TOKEN) as door:
            host = door.address.removesuffix("/r.git")
            within = door.address.replace("//", f"//x-access-token:{TOKEN}@")
            git(root, "remote", "add", "origin", within if how == "password" else door.address)
            if how == "header":
                git(root, "config", f"http.{host}/.extraheader", BASIC)
            if how == "helper":
                say = f"!f() {{ echo username=x-access-token; echo password={TOKEN}; }}; f"
                git(root, "config", "credential.helper", say)
            if how == "insteadOf":
                git(root, "config", f"url.{within}.insteadOf", door.address)
            place = site(root)
            assert place.store().create(1, b"one")
            assert not secrets_in(place.place)

    def test_without_credentials_nobody_is_asked(self, root: Path, tmp_path: Path) -> None:
        asked = tmp_path / "asked"
        ask = tmp_path / "ask"
        ask.write_text(f"#!/bin/sh\ntouch {asked}\n")
        ask.chmod(0o755)
        git(root, "config", "core.askPass", str(ask))
        with served(bare(tmp_path / "r.git"), "x-access-token", TOKEN) as door:
            for environ in ({}, {"CATALOGSYNC_GIT_TOKEN": "wrong"}):
                store = site(root, door.address, GIT_ASKPASS=str(ask), SSH_ASKPASS=str(ask), **environ).store()
                with pytest.raises(StateError, match="nobody is let in") as caught:
                    store.hint()
                assert "CATALOGSYNC_GIT_TOKEN" in said(caught.value)
        assert not asked.exists()

    def test_a_token_is_sent_to_no_other_host(self, root: Path, tmp_path: Path) -> None:
        repository = bare(tmp_path / "r.git")
        with served(repository, "a", "b") as door, served(repository, "a", "b") as other:
            door.elsewhere = other.address.removesuffix("/r.git")
            with pytest.raises(StateError, match="has moved to another address") as caught:
                site(root, door.address, CATALOGSYNC_GIT_TOKEN=TOKEN).store().hint()
            assert other.seen == []
            assert not secrets_in(said(caught.value))

    def test_a_server_that_is_not_there_is_told(self, root: Path) -> None:
        with pytest.raises(StateError, match="cannot be reached"):
            site(root, "http://127.0.0.1:1/r.git").store().hint()


def found(root: Path, remote: str, **environ: str) -> Remote:
    return Remote.find(remote, root, {**ENVIRON, **environ}, "the test")


class TestSettings:
    def test_a_token_goes_to_no_ssh_and_into_no_folder(self, root: Path, tmp_path: Path) -> None:
        for remote in ("git@git.example:shop.git", "ssh://git.example/shop.git", str(tmp_path)):
            remote_of = found(root, remote, CATALOGSYNC_GIT_TOKEN=TOKEN)
            assert not secrets_in(repr(remote_of.settings))

    def test_a_token_is_not_sent_in_clear_text(self, root: Path) -> None:
        with pytest.raises(StateError, match="in clear text") as caught:
            found(root, "http://git.example/shop.git", CATALOGSYNC_GIT_TOKEN=TOKEN)
        assert not secrets_in(said(caught.value))

    def test_a_token_that_is_cut_in_lines_is_none(self, root: Path) -> None:
        with pytest.raises(StateError, match="is no token") as caught:
            found(root, "https://git.example/shop.git", CATALOGSYNC_GIT_TOKEN=f"{TOKEN}\nhunter2")
        assert not secrets_in(said(caught.value))

    def test_ssh_asks_nobody_and_the_users_own_ssh_counts(self, root: Path) -> None:
        assert "BatchMode=yes" in dict(found(root, "git@git.example:shop.git").settings)["core.sshCommand"]
        git(root, "config", "core.sshCommand", "ssh -i deploy-key")
        settings = dict(found(root, "git@git.example:shop.git").settings)
        assert settings["core.sshcommand"] == "ssh -i deploy-key"
        assert "core.sshCommand" not in settings

    def test_of_the_users_settings_only_those_count_that_lead_there(self, root: Path) -> None:
        git(root, "remote", "add", "origin", "https://git.example/shop.git")
        for name in ("http.proxy", "remote.origin.proxy", "push.pushOption", "user.name"):
            git(root, "config", name, "value")
        names = [name for name, value in found(root, "origin").settings if value == "value"]
        assert sorted(names) == ["http.proxy", "remote.state.proxy"]


def test_git_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    fake = tmp_path / "git"
    fake.write_text("#!/bin/sh\nsleep 60 & echo $! > child; wait\n")
    fake.chmod(0o755)
    assert Git(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}"}).run("fetch", seconds=0.5) is None
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_no_secret_of_ours_reaches_git(tmp_path: Path) -> None:
    fake = tmp_path / "git"
    fake.write_text("#!/bin/sh\nenv\n")
    fake.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CATALOGSYNC_STATE_KEY": "hunter2", "GIT_TRACE": "1"}
    answer = Git(tmp_path, {**environ, "CATALOGSYNC_GIT_TOKEN": TOKEN}).run("version")
    assert answer
    assert not secrets_in(answer.out.decode())
    assert b"GIT_TRACE" not in answer.out


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("! x:y [rejected] (fetch first)", Refusal.RACE),
        ("! x:y [rejected] (non-fast-forward)", Refusal.RACE),
        ("! x:y [remote rejected] (cannot lock ref 'refs/heads/y': is at 1 but expected 2)", Refusal.RACE),
        ("remote: error: GH006: Protected branch update failed for refs/heads/y.", Refusal.PROTECTED),
        ("remote: error: GH013: Repository rule violations found for refs/heads/y.", Refusal.PROTECTED),
        ("remote: GitLab: You are not allowed to push code to protected branches on this project.", Refusal.PROTECTED),
        ("fatal: Authentication failed for 'https://ann:hunter2@git.example/'", Refusal.LOGIN),
        ("remote: Permission to a/b.git denied to ann.\nfatal: The requested URL returned error: 403", Refusal.LOGIN),
        ("git@git.example: Permission denied (publickey).\nfatal: Could not read from remote", Refusal.LOGIN),
        ("remote: HTTP Basic: Access denied", Refusal.LOGIN),
        ("ERROR: The key you are authenticating with has been marked as read only. deploy key", Refusal.LOGIN),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", Refusal.HOST_KEY),
        ("remote: Repository not found.", Refusal.NOT_FOUND),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", Refusal.NOT_FOUND),
        ("fatal: unable to access 'x': Could not resolve host: git.example", Refusal.NETWORK),
        ("ssh: connect to host git.example port 22: Connection timed out", Refusal.NETWORK),
        ("fatal: unable to access 'x': The requested URL returned error: 503", Refusal.NETWORK),
        ("error: file write error: No space left on device", Refusal.DISK),
        ("fatal: transport 'ext' not allowed", Refusal.TRANSPORT),
        ("something that nobody knows, with hunter2", Refusal.OTHER),
    ],
)
def test_what_git_says_is_told_in_words_of_our_own(said: str, why: Refusal) -> None:
    found = refusal(Answer(128, b"", said))
    assert found is why
    error = found.error("written", "branch b of origin")
    assert error.hint
    assert not secrets_in(error.message + error.hint)
