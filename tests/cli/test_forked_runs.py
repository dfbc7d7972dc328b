"""The fork server of the tests: what it forks is told by nothing from what is started, and ends with whoever asked."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.command import command, environment
from tests.harness.forked import ROOT, ForkServer
from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal

ASKER = """
import os, sys
from tests.harness.forked import ForkServer
server = ForkServer(dict(os.environ))
print("asks", flush=True)
server.run(["-q", "sandbox", "--port", "0"], dict(os.environ), b"", 60)
"""

ERASED = "\x1b[2K"
"""What comes before each picture of what is under way; how many there are says how long it took."""


@pytest.fixture
def server() -> "ForkServer":
    return ForkServer(environment())


def test_forked_and_started_runs_are_alike(shop: Shop, server: ForkServer) -> None:
    shop.product("keys", title="Clés → été 🗝")
    shop.product("other")
    runs = [
        (["-C", str(shop.root), "plan"], b"", {}),
        (["-C", str(shop.root), "plan", "--format", "json", "--nonsense"], b"", {}),
        (["-C", str(shop.root), "apply"], b"yes\n", {}),
        (["-C", str(shop.root), "plan"], b"", {"ACCPLANET_API_KEY": ""}),
        (["-C", str(shop.root), "plan"], b"", {"COLUMNS": "40"}),
        (["state"], b"", {}),
        (["--help"], b"", {}),
    ]
    for words, stdin, extra in runs:
        env = environment(extra)
        assert server.serves(env, stdin)
        forked = server.run(words, env, stdin, 60)
        started = subprocess.run(command(*words), env=env, input=stdin, capture_output=True, timeout=60, check=False)
        assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)
    server.close()


def test_so_they_are_on_a_terminal(shop: Shop) -> None:
    shop.product("keys", title="Clés → été 🗝")
    shown, codes = [], []
    for env in ({}, {"TZ": "UTC"}):  # what is read while Python starts has it started
        with on_terminal("apply", root=shop.root, cwd=shop.root.parent, env=env) as terminal:
            terminal.expect("[y/N]")
            terminal.interrupt()
            codes.append(terminal.end())
            # Where the key is missed it is pressed again, and shows twice.
            shown.append("".join(text for _, text in terminal.moments).rpartition(ERASED)[2].replace("^C^C", "^C"))
            assert isinstance(terminal.run, subprocess.Popen) == bool(env)
    assert (shown[0], codes[0]) == (shown[1], codes[1])
    assert "\x1b[94m" in shown[0], "it has colours"


def test_what_is_read_while_python_starts_is_not_for_the_fork_server(server: ForkServer) -> None:
    for name in ("PYTHONOPTIMIZE", "LC_ALL", "TZ", "HOME"):
        assert not server.serves(environment({name: "x"}), b"")
    server.close()


def test_whoever_asked_takes_the_processes_along(server: ForkServer, tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        server.run(["-q", "sandbox", "--port", "0"], environment(), b"", 0.1)
    assert server.run(["--version"], environment(), b"", 60).returncode == 0
    server.close()
    words = [sys.executable, "-c", ASKER]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        assert asker.stdout.readline() == "asks\n"
        asker.kill()
        # Its stderr, which the server has as well, is closed once both are gone.
        asker.communicate(timeout=60)
