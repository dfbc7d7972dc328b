"""Imports that are killed between any two of their steps: the same import, run again, ends where it would have."""

import json
import shutil

import pytest

from tests.harness.market import Market
from tests.harness.shop import Shop
from tests.kill_sweep.doors import Strike, Use
from tests.kill_sweep.runs import KILLED, cache_of, run, uses_of

WORDS = ("import", "--all")
LISTINGS = [
    {"title": title, "category_id": category, "price": f"{price}.00"}
    for title, category, price in (
        ("10 lessons", "c-1", 1),
        ("Pottery", "c-1", 2),
        ("Pottery", "c-1", 2),
        ("Pottery", "c-1", 3),
        ("Tea", "c-2", 4),
    )
]
MOMENTS = [
    ("rename", "config", 1),
    ("rename", "product", 1),
    ("rename", "product", 4),
    ("link", "key", 1),
    ("link", "record", 2),
    ("link", "record", 3),
    ("link", "record", 4),
    ("rename", "config", 2),
]


@pytest.fixture(scope="module")
def shop(running_sandbox: Market, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    running_sandbox.reset()
    running_sandbox.configure(categories={"c-1": "Courses", "c-2": "Vouchers"})
    running_sandbox.post("/seed", {"products": LISTINGS})
    return Shop(tmp_path_factory.mktemp("imports") / "shop", running_sandbox)


@pytest.fixture(scope="module")
def uses(shop: Shop) -> list[Use]:
    empty(shop)
    return uses_of(shop.root, *WORDS)


def empty(shop: Shop) -> None:
    """The shop before its first import."""
    for folder in (shop.root, cache_of(shop.root)):
        shutil.rmtree(folder, ignore_errors=True)
    shop.root.mkdir()
    shop.configure(categories={})


@pytest.mark.parametrize(("door", "file", "nth"), MOMENTS, ids=[f"{door}-{file}-{nth}" for door, file, nth in MOMENTS])
def test_a_killed_import_goes_on(shop: Shop, uses: list[Use], door: str, file: str, nth: int) -> None:
    empty(shop)
    strike = Strike([number for number, use in enumerate(uses, 1) if use == Use(door, file)][nth - 1], "KILL", "after")
    assert run(shop.root, *WORDS, strike=strike).code == KILLED

    again = run(shop.root, *WORDS)

    assert again.code == 0, again.out + again.err
    plan = json.loads(run(shop.root, "plan", "--format", "json").out)
    assert (plan["changes"], plan["blocked"], plan["summary"]["unchanged"]) == ([], [], len(LISTINGS))
    products = [path for path in shop.root.glob("products/*/*.yaml") if path.name != "_defaults.yaml"]
    assert len(products) == len(LISTINGS), again.out
    assert not [*shop.root.glob("products/**/.*"), *shop.root.glob(".*.tmp")]
    assert shop.market.changing_calls() == []
