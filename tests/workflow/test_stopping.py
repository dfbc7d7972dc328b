"""When nothing new is started any more: failures alike, a refused key, a person's word, a lost lease."""

import pytest

from catalogsync.model.errors import Interrupted, MarketplaceError, StateFenced, StateLocked
from catalogsync.model.events import Remembered
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.applying import apply
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import KEY, FakeShop


def many(number: int, parallel: int = 1) -> FakeShop:
    shop = FakeShop(parallel=parallel)
    for index in range(number):
        shop.product(f"k{index:02d}")
    return shop


def outcomes(shop: FakeShop) -> list[str]:
    report = shop.apply()
    assert report.results.keys() == {change.key for change in report.plan.changes}
    return [report.results[key].outcome for key in sorted(report.results)]


@pytest.mark.parametrize(("fault", "outcome", "sent"), [(Fault.NEVER, "skipped", 0), (Fault.LOST_BEFORE, "failed", 5)])
def test_five_failures_alike_stop_the_run(fault: Fault, outcome: str, sent: int) -> None:
    shop = many(40)
    shop.market.fail(fault, on="create", times=99)
    assert outcomes(shop) == [outcome] * 5 + ["skipped"] * 35
    assert (shop.market.attempts, len(shop.market.calls)) == (5, sent)
    assert shop.state.ops == {}
    shop.market.fail(fault, on="nothing")
    heal(shop)


def test_failures_that_are_not_alike_or_not_in_a_row_do_not() -> None:
    shop = many(12)
    faults = [Fault.NEVER, Fault.NEVER, Fault.LOST_BEFORE, Fault.NEVER, Fault.NEVER, Fault.NEVER, Fault.NEVER]
    shop.market.faults = {index: fault for index, fault in enumerate([*faults, None, *faults]) if fault}
    assert outcomes(shop).count("skipped") == 0
    heal(shop)


def test_a_refusal_is_the_products_own_affair() -> None:
    shop = many(12)
    shop.market.fail(Fault.REFUSED, on="create", times=9)
    assert outcomes(shop) == ["failed"] * 9 + ["applied"] * 3


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_refused_key_stops_the_run(parallel: int) -> None:
    shop = many(30, parallel)
    shop.market.fail(Fault.KEY_REFUSED, on="create", after=3, times=99)
    found = outcomes(shop)
    assert found.count("applied") == 3
    assert 1 <= found.count("failed") <= parallel
    assert {op.refused for op in shop.state.ops.values()} == {"HTTP 401: key"}
    shop.market.fail(Fault.NEVER, on="nothing")
    heal(shop)


def test_an_image_that_cannot_be_stored_stops_only_its_products() -> None:
    shop = FakeShop()
    shop.product("a", images=("images/1.png",))
    shop.product("b", images=("images/2.png", "images/1.png"))
    shop.product("c", images=("images/3.png",))
    shop.market.fail(Fault.REFUSED, on="upload")
    report = shop.apply()
    assert {key: result.outcome for key, result in report.results.items()} == {
        "a": "failed",
        "b": "failed",
        "c": "applied",
    }
    assert "images/1.png" in (report.results["a"].error or "")
    heal(shop)


class TestInterrupted:
    @pytest.mark.parametrize("parallel", [1, 4])
    @pytest.mark.parametrize("call", ["upload", "create", "update", "append", "delete"])
    def test_what_is_under_way_is_finished_and_nothing_new_begun(self, call: str, parallel: int) -> None:
        shop = FakeShop(parallel=parallel)
        for index in range(10):
            shop.pool(f"p{index}", 100 * index, 3)
            shop.product(f"k{index}", pool=f"p{index}")
            shop.product(f"gone{index}")
        shop.apply()
        for index in range(10):
            del shop.products[f"gone{index}"]
            shop.edit(f"k{index}", price="8.99")
            shop.pool(f"p{index}", 100 * index, 9)
            shop.product(f"new{index}", images=(f"images/{index}.png",))
        shop.market.calls.clear()
        shop.market.before[call] = shop.clock.interrupted.set
        report = shop.apply(allow={"max_deletes": "10"})
        assert report.interrupted
        assert sum(name == call for name, _ in shop.market.calls) <= parallel
        assert {result.outcome for result in report.results.values()} <= {"applied", "skipped"}
        assert shop.state.ops == {}
        assert shop.state.run is None
        shop.clock.interrupted.clear()
        for _ in range(3):
            shop.apply(allow={"max_deletes": "10"})
        assert_in_step(shop)
        audit(shop)

    def test_while_waiting_for_a_batch_to_show(self) -> None:
        """The change is not applied while accounts of it are left, and the canary is not said to have died."""
        shop = FakeShop(lag=20.0)
        shop.pool("k", 0, 9)
        shop.product("k", pool="k")
        shop.market.before["append"] = shop.clock.interrupted.set
        report = shop.apply()
        result = report.results["k"]
        assert (result.outcome, report.notices) == ("skipped", ())
        assert "8 accounts not sent: interrupted" in (result.error or "")
        shop.clock.interrupted.clear()
        shop.clock.pass_time(20)
        heal(shop)

    def test_while_a_lost_answer_is_looked_after(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 9)
        shop.product("k", pool="k")
        shop.market.fail(Fault.LOST_AFTER, on="append", after=1)

        def interrupt_when_lost() -> None:
            shop.market.before["append"] = shop.clock.interrupted.set

        shop.market.before["append"] = interrupt_when_lost
        result = shop.apply().results["k"]
        assert result.outcome == "in-doubt"
        shop.clock.interrupted.clear()
        heal(shop)

    def test_while_an_earlier_runs_calls_are_looked_after(self) -> None:
        shop = many(3)
        shop.market.fail(Fault.LOST_BEFORE, on="create", times=3)
        shop.market.before["create"] = shop.clock.interrupted.set
        shop.apply()
        with pytest.raises(Interrupted):
            shop.apply()
        assert shop.state.run is None
        shop.clock.interrupted.clear()
        heal(shop)


class TestUnreadable:
    def test_before_anything_was_sent(self) -> None:
        shop = many(3)
        shop.market.unreadable = {0}
        with pytest.raises(MarketplaceError):
            shop.apply()
        assert (shop.market.calls, shop.state.run) == ([], None)

    def test_at_any_look_the_report_tells_the_truth(self) -> None:
        for number in range(1, 9):
            shop = FakeShop()
            shop.pool("k", 0, 7)
            shop.product("k", pool="k")
            shop.product("other")
            shop.market.fail(Fault.LOST_AFTER, on="create")
            shop.market.unreadable = {number}
            report = shop.apply()
            for key, result in report.results.items():
                shelf = next((s for s in shop.market.shelves.values() if s.fields["title"] == f"Title of {key}"), None)
                whole = shelf is not None and (key != "k" or len(shelf.accounts) == 7)
                assert whole or result.outcome != "applied", f"look {number}: {key}"
            heal(shop)

    def test_what_could_not_be_read_back_is_told(self) -> None:
        shop = many(2)
        shop.market.unreadable = {1}
        report = shop.apply()
        assert {result.outcome for result in report.results.values()} == {"applied"}
        assert [notice.code for notice in report.notices] == ["not-read-back"]

    def test_a_confirmed_call_is_applied_although_its_neighbour_cannot_be_looked_after(self) -> None:
        shop = many(3)
        shop.market.fail(Fault.LOST_AFTER, on="create", after=1)
        shop.market.unreadable = set(range(1, 99))
        report = shop.apply()
        assert {key: result.outcome for key, result in report.results.items()} == {
            "k00": "applied",
            "k01": "in-doubt",
            "k02": "applied",
        }
        shop.market.unreadable.clear()
        heal(shop)


class TestLease:
    def takes_over(self, shop: FakeShop) -> None:
        """Another run takes this one for dead, and works; then so much time passes that the lease must be renewed."""
        other = shop.journal()
        other.begin(shop.run())
        other.write(Remembered({}))
        other.end(applied=False)
        shop.clock.pass_time(3600)

    @pytest.mark.parametrize("parallel", [1, 4])
    @pytest.mark.parametrize("call", ["upload", "create", "append"])
    def test_a_run_that_lost_it_sends_nothing_more(self, call: str, parallel: int) -> None:
        shop = FakeShop(parallel=parallel)
        for index in range(10):
            shop.pool(f"p{index}", 100 * index, 3)
            shop.product(f"k{index}", pool=f"p{index}", images=(f"images/{index}.png",))
        shop.market.before[call] = lambda: self.takes_over(shop)
        with pytest.raises(StateFenced):
            shop.apply()
        assert sum(name == call for name, _ in shop.market.calls) <= parallel
        assert shop.state.run is None
        for _ in range(2):
            shop.apply()
        audit(shop)

    def test_a_long_group_of_slow_calls_keeps_it(self) -> None:
        shop = many(25)
        slow = shop.market.create

        def create(fields: object) -> object:
            shop.clock.pass_time(59)
            return slow(fields)  # type: ignore[arg-type]

        shop.market.create = create  # type: ignore[method-assign, assignment]
        began = shop.clock.monotonic()
        locked = 0

        def try_to_begin() -> None:
            nonlocal locked
            other = RecordJournal.open(shop.store, KEY, shop.clock, place="memory", alive=lambda *_: True)
            assert other is not None
            with pytest.raises(StateLocked):
                other.begin(shop.run())
            locked += 1

        shop.market.before["create"] = try_to_begin
        assert set(outcomes(shop)) == {"applied"}
        assert shop.clock.monotonic() - began > 900
        assert locked == 1

    def test_two_runs_cannot_work_at_once(self) -> None:
        shop = many(2)
        journal = RecordJournal.open(shop.store, KEY, shop.clock, place="memory", alive=lambda *_: True)
        assert journal is not None
        journal.begin(shop.run())
        second = RecordJournal.open(shop.store, KEY, shop.clock, place="memory", alive=lambda *_: True)
        assert second is not None
        with pytest.raises(StateLocked):
            apply(shop.desk(second), shop.run(), show=lambda _: None)
        assert shop.market.calls == []
