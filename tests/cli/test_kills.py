"""SIGKILL at every changing call, before and after the marketplace did what was asked; then the run is repeated."""

import pytest

from tests.harness.shop import Shop

CALLS = (
    ("upload", 1),
    ("upload", 2),
    ("create", 1),
    ("create", 2),
    ("create", 3),
    ("update", 1),
    ("update", 2),
    *(("append", n) for n in range(1, 8)),
    ("delete", 1),
    ("delete", 2),
)


@pytest.fixture
def busy_shop(shop: Shop) -> Shop:
    """A shop whose next apply makes every kind of call, some of them several times."""
    for name in ("old-1", "old-2", "kept-1", "kept-2"):
        shop.product(name, pool=name if name.startswith("kept") else None)
    shop.pool("kept-1", 100, 2)
    shop.pool("kept-2", 200, 2)
    shop.apply()
    shop.remove("products/old-1.yaml")
    shop.remove("products/old-2.yaml")
    red, blue = shop.image("red.png", b"red"), shop.image("blue.png", b"blue")
    shop.product("kept-1", pool="kept-1", price="10.49", images=[red])
    shop.product("kept-2", pool="kept-2", price="10.99")
    shop.pool("kept-1", 100, 6)
    for name in ("new-1", "new-2", "new-3"):
        shop.product(name, images=[blue], pool=name if name != "new-3" else None)
    shop.pool("new-1", 300, 5)
    shop.pool("new-2", 400, 3)
    return shop


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("call", "nth"), CALLS)
def test_killed_and_run_again(busy_shop: Shop, call: str, nth: int, when: str) -> None:
    shop = busy_shop
    shop.market.fault(call=call, nth=nth, count=1, when=when, kind="hang")
    with shop.start("apply", "--auto-approve", "--parallel", "1") as run:
        shop.market.wait_until_held(run)
        run.kill()
    shop.market.delete("/faults")
    shop.market.post("/release", {"proceed": when == "after"})

    again = shop.run("apply", "--auto-approve")

    arrivals = shop.market.arrivals()
    assert set(arrivals) <= {1}, "an account arrived twice"
    titles = [product["title"] for product in shop.market.products()]
    assert len(titles) == len(set(titles)), "a listing was created twice"
    if call == "append" and when == "before":
        # Nobody but a person can tell that these never arrived: they are held, and the doubt is named.
        assert again.code == 3, again.out + again.err
        doubts = shop.run("state", "doubts", "--format", "json")
        assert '"call": "append"' in doubts.out
        return
    assert again.code == 0, again.out + again.err
    assert arrivals == [1] * (6 + 2 + 5 + 3)
    assert titles == [f"Title of {name}" for name in ("kept-1", "kept-2", "new-1", "new-2", "new-3")]
    shop.assert_in_step()
