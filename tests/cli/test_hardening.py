"""Hostile surroundings: disks that are full, readers that leave, no umask, pipes to write to, ids that command."""

import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.harness.canary import leaks
from tests.harness.command import command, environment
from tests.harness.shop import Shop
from tests.marketplaces.stub import Request, Stub, answer


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A product that is sold by hand, and two orders for it."""
    shop.configure(recovery={"settle": "0s"})
    shop.product("seat", pool="seat", delivery="manual", stock=50)
    shop.pool("seat", 1, 8)
    shop.apply()
    for _ in range(2):
        shop.market.sell(shop.market.product("Title of seat")["product_id"], 1, age_s=3600)
    return shop


READING = (("orders", "list"), ("orders", "plan"), ("tickets", "list"), ("payments", "list"), ("balance",))


def test_a_full_disk_and_a_reader_that_leaves_are_said_and_nothing_is_lost(selling: Shop) -> None:
    for words in READING:
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                command(*words, root=selling.root),
                env=environment(),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1, (words, done.stderr)
        assert "the output cannot be written: No space left on device" in done.stderr
    shell = ["bash", "-c", '"$0" "$@" >&- 2>&- <&-', *command("orders", "fulfill", "--auto-approve", root=selling.root)]
    with open("/dev/full", "w") as full:
        begun = subprocess.run(
            shell[3:], env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert "Traceback" not in begun.stderr
    assert leaks(begun.stderr) is None
    subprocess.run(shell, env=environment(), check=False)
    assert sum(len(names) for names in selling.market.deliveries().values()) == 2


def test_what_is_written_is_for_its_owner_alone_whatever_the_umask(selling: Shop, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    cache = tmp_path / "cache"
    reports = [word for end in ("html", "md", "json") for word in ("--report", made / f"report.{end}")]
    selling.product("seat", pool="seat", delivery="manual", stock=40)
    for words in (
        ("plan", "--out", made / "plan", *reports),
        ("apply", made / "plan"),
        ("export", made / "sheet.csv"),
        ("state", "pull", made / "copy"),
    ):
        shell = ["bash", "-c", 'umask 000; exec "$0" "$@"', *command(*words, root=selling.root)]
        done = subprocess.run(
            shell, env=environment({"XDG_CACHE_HOME": str(cache)}), capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 2}, done.stderr
    found = [path for folder in (made, cache, selling.root / ".catalogsync") for path in folder.rglob("*")]
    assert {path.name for path in found} >= {"plan", "report.html", "sheet.csv", "copy", "heads", "key", "head"}
    for path in found:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_what_is_no_file_is_not_written_over(selling: Shop, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.html"
    os.mkfifo(pipe)
    for words in (("plan", "--out", pipe), ("plan", "--report", pipe)):
        outcome = selling.run(*words)
        assert (outcome.code, "cannot be written: it is no file" in outcome.err) == (1, True), outcome.err
    refused = selling.run("state", "pull", pipe)
    assert (refused.code, "is no copy of a state" in refused.err) == (1, True), refused.err
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sorted(path.name for path in tmp_path.glob(".*.tmp")) == []


IDS = ("--auto-approve", "$(touch${IFS}owned)", "a`id`;'b'")


@pytest.fixture
def odd(shop: Shop) -> Iterator[Shop]:
    """A shop at a marketplace whose orders and listings have ids that a shell, or a command, would obey."""

    def script(request: Request) -> bytes:
        path = request.target.partition("?")[0]
        orders = [{"order_id": one, "product_id": IDS[1], "quantity": 1, "status": "pending_order"} for one in IDS]
        paid = [{**order, "payment_status": "completed_payment"} for order in orders]
        if path.endswith("/supplier/orders/"):
            listed = paid if "pending_order" in request.target else []
            return answer({"orders": listed, "total": len(listed)})
        named = [order for order in paid if quote(str(order["order_id"]), safe="") in path]
        return answer({"order": named[0]} if named else {"results": [], "count": 0})

    stub = Stub(script)
    market = {"type": "accplanet", "base_url": stub.url, "api_key_env": "ACCPLANET_API_KEY"}
    shop.configure(marketplaces={"far": market})
    yield shop
    stub.stop()


def test_ids_in_commands_to_copy_command_nothing(odd: Shop) -> None:
    planned = odd.run("orders", "plan").out
    assert f"`catalogsync state bind KEY '{IDS[1]}'`" in planned
    for one, typed in zip(IDS, (f"-- {IDS[0]}", f"'{IDS[1]}'", shlex.quote(IDS[2])), strict=True):
        outcome = odd.run("orders", "show", "--", one)
        assert outcome.code == 0, outcome.err
        assert f"`catalogsync -m far orders fulfill {typed}` would not fill it" in outcome.out
