"""A dry run shows the calls of an apply, in its order, and sends and writes nothing."""

from catalogsync.workflow.planning import make_plan
from catalogsync.workflow.rehearsing import rehearse
from tests.harness.canary import leaks
from tests.harness.fake_shop import FakeShop
from tests.workflow.busy import ALLOW, busy_shop


def sketch(shop: FakeShop) -> tuple[str, ...]:
    desk = shop.desk(shop.journal())
    report = rehearse(desk, make_plan(desk))
    assert (report.dry_run, report.calls, report.results) == (True, 0, {})
    return report.sketch


def test_the_calls_are_those_of_the_apply() -> None:
    shop = busy_shop()
    shown = [line.split()[1].removeprefix("/").split("/") for line in sketch(shop)]
    assert (shop.market.attempts, shop.store.writes) == (0, 0)
    shop.apply(allow=ALLOW)
    sent = [(name, product_id or "") for name, product_id in shop.market.calls]
    assert [name for name, _ in shown] == sorted(
        (name for name, _ in sent), key=["upload", "create", "update", "append", "delete"].index
    ) or sorted(name for name, _ in shown) == sorted(name for name, _ in sent)


def test_batches_are_shown_with_their_sizes_and_no_account() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 9)
    shop.product("k", pool="pool", title="T" * 100, description="one\ntwo")
    lines = sketch(shop)
    assert [line for line in lines if "append" in line] == [
        f"POST /append/ accounts=[{size} of pool pool, masked]" for size in (1, 2, 4, 2)
    ]
    assert leaks("\n".join(lines)) is None
    assert all("\n" not in line for line in lines)
    assert f"title={'T' * 57}..." in lines[0]


def test_nothing_to_do_shows_nothing() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.apply()
    assert sketch(shop) == ()
