"""All three sides are read beside one another; of what is wrong that is told first which a person can mend first."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.canary import leaks, password, username
from tests.harness.shop import Shop


@pytest.fixture
def silent() -> Iterator[str]:
    """A marketplace that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def at(shop: Shop, base_url: str) -> None:
    entry = {"type": "accplanet", "base_url": base_url, "api_key_env": "ACCPLANET_API_KEY", "call_timeout": "300s"}
    shop.configure(marketplaces={"accplanet": entry})


@pytest.mark.parametrize("command", ["plan", "status"])
def test_what_is_wrong_with_the_catalog_does_not_wait_for_the_marketplace(
    shop: Shop, silent: str, command: str
) -> None:
    at(shop, silent)
    shop.product("seat", price="0.00")
    done = shop.run(command)
    assert done.code == 1
    assert "products/seat.yaml:" in done.err
    assert "accplanet" not in done.err.splitlines()[-1]


@pytest.mark.parametrize("broken", ["state", "key"])
def test_what_is_wrong_with_the_catalog_is_told_before_all_else(shop: Shop, broken: str) -> None:
    shop.product("seat", price="0.00")
    if broken == "state":
        shop.configure(state={"lineage": "00000000-0000-4000-8000-000000000000"})
    else:
        shop.env["ACCPLANET_API_KEY"] = ""
    assert "products/seat.yaml:" in shop.run("plan").err
    shop.product("seat")
    done = shop.run("plan")
    assert done.code == 1
    assert ("is missing" if broken == "state" else "ACCPLANET_API_KEY is not set") in done.err


def test_a_large_pool_that_is_as_it_was_gives_the_same_plan(shop: Shop, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shop.env["XDG_CACHE_HOME"] = str(cache)
    shop.product("seat")
    shop.apply()
    shop.product("seat", pool="seat")
    lines = [f"{username(number)}:{password(number)}" for number in range(10_000)]
    shop.write("pools/seat.txt", "\n".join(lines) + "\n")
    shop.write("pools/seat.yaml", "accounts_file: seat.txt\n")
    assert shop.run("pools", "mark", "seat", "--sent").code == 0
    stocks = cache / "catalogsync" / "stocks.json"
    first = shop.plan()
    kept = stocks.read_bytes()
    assert leaks(kept.decode()) is None
    assert stocks.stat().st_mode & 0o777 == 0o600
    assert shop.plan() | {"created_at": ""} == first | {"created_at": ""}
    stocks.write_bytes(kept[: len(kept) // 2])
    assert shop.plan() | {"created_at": ""} == first | {"created_at": ""}
    assert stocks.read_bytes() == kept
    shop.write("pools/seat.txt", "\n".join([*lines, f"{username(10_000)}:{password(10_000)}"]) + "\n")
    assert shop.plan()["summary"]["accounts"] == 1
