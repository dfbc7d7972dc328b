"""What the tool does so that a failure, a library or a program that it starts is given no secret."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from catalogsync.cli.main import cli
from catalogsync.cli.words import Word
from catalogsync.core.surroundings import FOR_GIT, FOR_SOPS, for_child
from tests.harness.canary import PLANTED, leaks
from tests.harness.command import command, environment
from tests.harness.planted import surroundings
from tests.harness.repositories import ENVIRON, bare, git
from tests.harness.shop import Shop
from tests.state.ground import KEY_TEXT

DEVELOPER = {"PYTHONDEVMODE": "1", "PYTHONFAULTHANDLER": "1"}
FAILING = """
import ctypes, gc, logging, os, resource, sys, threading, warnings
from catalogsync.cli.hardening import guard_memory, say_no_values
say_no_values()
guard_memory()
secret = sys.stdin.read()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
assert sys.platform != "linux" or ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, "it may not be dumped"
def fail():
    raise ValueError(secret)
class Leaky:
    def __del__(self):
        fail()
Leaky()
thread = threading.Thread(target=fail, name=secret)
thread.start()
thread.join()
warnings.warn(secret)
for name in ("httpx", "httpcore", "urllib3", "asyncio"):
    logging.getLogger(name).setLevel(1)
    logging.getLogger(name).critical("sent %s", secret)
open(os.devnull)
gc.collect()
"""
SHIM = """#!/bin/sh
{{ printf '%s\\n' "$@"; env; }} >> {seen}
exec {program} "$@"
"""


def test_failures_that_nobody_catches_tell_their_kind_and_place_alone(tmp_path: Path) -> None:
    for end, code in (("fail()", 1), ("os.abort()", -signal.SIGABRT)):
        run = subprocess.run(
            [sys.executable, "-W", "always", "-c", FAILING + end],
            cwd=tmp_path,
            env=environment({**DEVELOPER, "PYTHONTRACEMALLOC": "3", "PYTHONPATH": str(Path(__file__).parents[2])}),
            input=PLANTED["account-typed"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=_dumps_cores,
        )
        assert run.returncode == code, run.stderr
        assert leaks(run.stdout + run.stderr) is None
        told = run.stderr.splitlines()
        assert told.count("error: this should not happen: ValueError at an unknown place; please report it") == 2 + (
            code == 1
        )
        assert sum(line.startswith("warning: UserWarning at") for line in told) == 1
        assert sum(line.startswith("warning: ResourceWarning at") for line in told) == 1
        assert ("Fatal Python error: Aborted" in run.stderr) == (code != 1)
    assert list(tmp_path.iterdir()) == [], "no core is left"


def _dumps_cores() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def test_a_run_as_developers_look_at_it_shows_nothing(shop: Shop) -> None:
    shop.product("tea", pool="tea")
    shop.pool("tea", 0, 3)
    run = subprocess.run(
        command("-vv", "apply", "--auto-approve", root=shop.root),
        env=environment(DEVELOPER),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    shown = run.stdout + run.stderr
    assert leaks(shown) is None
    assert not [
        name for name in ("httpx", "httpcore", "HTTP Request", "Warning", "Traceback", "DEBUG") if name in shown
    ]


def test_git_gets_no_secret(shop: Shop, tmp_path: Path) -> None:
    """Neither among its words nor in its surroundings, whatever the catalog calls the variables."""
    seen, programs = tmp_path / "seen", tmp_path / "bin"
    program = shutil.which("git")
    remote = bare(tmp_path / "remote.git")
    git(shop.root, "init", "--quiet", "--initial-branch=main")
    git(shop.root, "remote", "add", "origin", remote)
    programs.mkdir()
    (programs / "git").write_text(SHIM.format(seen=seen, program=program))
    (programs / "git").chmod(0o700)
    ours = {
        "CATALOGSYNC_STATE_KEY": KEY_TEXT,
        "SOPS_AGE_KEY": PLANTED["age-key"],
        "HUB_DOOR": PLANTED["api-key-of-hstockplus"],
        "BELL": PLANTED["notify-address"].replace("hooks.example.test", "127.0.0.1:9"),
        "AZURE_STORAGE_ACCOUNT_KEY": PLANTED["azure-account-key"],
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": PLANTED["oidc-request-token"],
    }
    theirs = dict.fromkeys(surroundings().keys() - ours.keys(), "")  # what git may need to get to its remote
    shop.env = {**ENVIRON, **theirs, **ours, "PATH": f"{programs}:{os.environ['PATH']}"}
    shop.configure(
        state={"backend": "git"},
        notify=[{"env": "BELL"}],
        marketplaces={
            "accplanet": {"type": "accplanet", "base_url": shop.market.base, "api_key_env": "ACCPLANET_API_KEY"},
            "hub": {"type": "hstockplus", "base_url": shop.market.hstockplus, "api_key_env": "HUB_DOOR"},
        },
    )
    shop.product("tea", pool="tea")
    shop.pool("tea", 0, 3)
    for words in (["state", "init"], ["apply", "--auto-approve"], ["doctor"]):
        outcome = shop.run(*words)
        assert outcome.code == 0 or words == ["doctor"], outcome.err
    text = seen.read_text()
    assert "push" in text, "git was there"
    assert not [name for name in (*ours, "ACCPLANET_API_KEY") if f"{name}=" in text]
    assert leaks(text) is None


def test_what_programs_get() -> None:
    environ = {
        **dict.fromkeys(("PATH", "HOME", "HTTPS_PROXY", "GIT_SSH_COMMAND", "EDITOR", "SOPS_EDITOR"), "x"),
        **dict.fromkeys(("CATALOGSYNC_STATE_KEY", "ACCPLANET_API_KEY", "HUB_DOOR", "Azure_Client_Secret"), "secret"),
        **dict.fromkeys(("SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE"), "age"),
        **dict.fromkeys(("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "aws"),
    }
    free = {"PATH", "HOME", "HTTPS_PROXY", "GIT_SSH_COMMAND", "EDITOR", "SOPS_EDITOR"}
    assert for_child(environ, {"HUB_DOOR"}).keys() == free
    assert for_child(environ, {"HUB_DOOR"}, FOR_SOPS).keys() == free | {"SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE"}
    assert for_child(environ, {"HUB_DOOR"}, FOR_GIT).keys() == free | {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


def parameters(group: click.Command, path: str = "") -> Iterator[tuple[str, click.Parameter]]:
    """Whatever a command takes, over all commands."""
    yield from ((f"{path} {parameter.name}".strip(), parameter) for parameter in group.params)
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            found = group.get_command(click.Context(group), name)
            assert found is not None
            yield from parameters(found, f"{path} {name}".strip())


def test_no_word_of_a_command_is_a_secret() -> None:
    """Others on a machine see the words of a command; a text that may be one can be given on standard input instead."""
    suspicious = ("key", "secret", "token", "password", "passphrase", "account", "identity", "credential", "text")
    valued = {
        path: parameter
        for path, parameter in parameters(cli)
        if not (isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count))
        and any(word in " ".join((parameter.name or "", *parameter.opts)) for word in suspicious)
    }
    keys = {path for path in valued if path.split()[-1] in {"key", "keys"}}
    texts = {path for path, parameter in valued.items() if "`-`" in (getattr(parameter, "help", None) or "")}
    assert texts == {"orders deliver text"}
    numbers = {"orders deliver count"}
    names = {"init api_key_env"}
    assert valued.keys() == keys | texts | numbers | names
    assert all(isinstance(valued[path].type, Word) for path in keys), "as products are called, which is completed"
