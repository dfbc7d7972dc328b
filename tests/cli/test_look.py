"""All three sides are read beside one another; of what is wrong that is told first which a person can mend first."""

import socket
from collections.abc import Iterator

import pytest

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
