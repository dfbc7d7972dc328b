"""Odd surroundings: closed streams, other encodings, a pipe that ends early; and what a plan loads."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.canary import leaks
from tests.harness.command import command, environment
from tests.harness.modules import modules
from tests.harness.shop import Shop

CIPHERS = {"pyrage", "cryptography"}

NEEDLESS = {
    "httpx",
    "rich.console",
    "pygments",
    "jsonschema",
    "deepdiff",
    "jinja2",
    "starlette",
    "sqlite3",
    "openpyxl",
    "anyascii",
    "catalogsync.catalog.edition",
    *CIPHERS,
}
"""What serves a terminal, a browser, a spreadsheet, a mistake, whoever writes a catalog, or who has encrypted pools."""


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.product("keys", pool="keys", title="Clés → été 🗝")
    shop.pool("keys", 1, 2)
    return shop


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_stop_nothing(stocked: Shop, closed: str) -> None:
    words = command("apply", "--auto-approve", root=stocked.root)
    shell = ["bash", "-c", f'"$0" "$@" {closed}', *words]
    done = subprocess.run(shell, env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert stocked.market.arrivals() == [1, 1]


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"PYTHONOPTIMIZE": "2"},
        {"TZ": "Asia/Kathmandu"},
        {"HOME": "/nonexistent"},
        {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "20"},
    ],
    ids=str,
)
def test_odd_environments_change_nothing(stocked: Shop, env: dict[str, str]) -> None:
    stocked.env = env
    stocked.apply()
    assert stocked.plan()["changes"] == []
    stocked.env = {}
    stocked.assert_in_step()


def test_a_reader_that_leaves_early_is_no_error_of_ours(stocked: Shop) -> None:
    with subprocess.Popen(
        command("plan", root=stocked.root), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        told = run.stderr.read()
    assert "Traceback" not in told
    assert leaks(told) is None


def loaded_by(*words: str) -> set[str]:
    return modules("from catalogsync.cli.main import run; run(sys.argv[1:])", *words)


def test_a_plan_that_nobody_watches_loads_neither_screen_nor_server(stocked: Shop) -> None:
    loaded = loaded_by("-C", str(stocked.root), "plan")
    assert {"httpcore", "yaml"} <= loaded
    assert not loaded & NEEDLESS


def test_python_dash_m_and_the_script_are_one(stocked: Shop) -> None:
    script = str(Path(sys.executable).with_name("catalogsync"))
    for start in (command(), [script]):
        done = subprocess.run([*start, "--version"], env=environment(), capture_output=True, text=True, check=True)
        assert done.stdout == "catalogsync, version 0.1.0\n"
        words = [*start, "-C", str(stocked.root), "plan"]
        subprocess.run(words, env=environment(), capture_output=True, check=True)


def test_an_option_in_the_wrong_place_is_told_its_own() -> None:
    done = subprocess.run(command("plan", "-m", "x"), env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "`-m` comes before the command: `catalogsync -m NAME plan`" in done.stderr
