"""Listings that were there before the catalog become products, and a plan right after has nothing to do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.errors import PlanStale, StateError, UsageError
from catalogsync.model.events import Recovering
from catalogsync.model.fields import Value
from catalogsync.model.importing import Asked
from catalogsync.model.product import Product
from catalogsync.workflow import marking
from catalogsync.workflow.importing import propose
from catalogsync.workflow.taking_over import carry_out, prepare
from tests.harness.audit import assert_in_step
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_writer import FakeWriter
from tests.workflow.imports import ALL, bindings, imported, proposed, stock_up
from tests.workflow.test_laws import LAW


class TestNewcomers:
    def test_what_is_shown_is_managed_but_for_stock_and_what_is_empty(self) -> None:
        shop = FakeShop(rich=True)
        product_id = stock_up(shop, stock=3, images=("/media/a.webp",), supplier_name="", source_product_id="S-1")
        done = imported(shop, ALL)
        assert (done.new, done.complete) == ({"seat": product_id}, True)
        assert shop.products["seat"].fields == {
            "title": "Seat",
            "category_id": "c-1",
            "price": "9.99",
            "description": "d",
            "status": "active",
            "min_quantity": 1,
            "images": ("/media/a.webp",),
            "source_product_id": "S-1",
        }
        assert done.stocked == ("seat",)
        assert [file.name for file in done.files] == ["products/seat.yaml"]
        assert_in_step(shop)

    def test_a_choice(self) -> None:
        shop = FakeShop()
        ids = [stock_up(shop, title) for title in ("Green Tea", "Black tea", "Pottery")]
        for asked, expected in (
            (Asked((ids[2],)), ["pottery"]),
            (Asked(everything=True, only=("*TEA",)), ["black-tea", "green-tea"]),
            (Asked(only=("pot*",)), ["pottery"]),
            (Asked(only=(ids[0], "black-*")), ["black-tea", "green-tea"]),
            (Asked((ids[0], ids[2]), only=("*tea",)), ["green-tea"]),
            (Asked(only=("none",)), []),
        ):
            assert sorted(proposed(shop, asked).new) == expected, asked
        with pytest.raises(UsageError, match="p99"):
            proposed(shop, Asked((ids[0], "p99")))
        done = imported(shop, Asked((ids[0],)))
        assert (done.new, [*proposed(shop, ALL).new]) == ({"green-tea": ids[0]}, ["black-tea", "pottery"])

    def test_a_key_that_means_something_already_is_not_given_again(self) -> None:
        shop = FakeShop()
        stock_up(shop, "Seat")
        shop.product("other", previous_key="seat")
        assert [*proposed(shop, ALL).new] == ["seat-2"]

    def test_a_listing_that_cannot_be_a_product_is_left_out(self) -> None:
        shop = FakeShop()
        nameless, hidden = stock_up(shop, ""), shop.market.put(title="Bare", category_id="c-1")
        stock_up(shop, "Good")
        done = imported(shop, ALL)
        assert [*done.new] == ["good"]
        why = {one.what: one.why for one in done.left_out}
        assert "no title" in why[nameless]
        assert "description and price" in why[hidden]

    def test_what_no_file_can_say_is_told_and_the_rest_written(self) -> None:
        shop = FakeShop()
        stock_up(shop)
        writer = FakeWriter(shop)
        writer.unfit = {"status": "it holds a sign that no file can hold"}
        done = imported(shop, ALL, writer=writer)
        assert [(one.key, one.field) for one in done.remarks] == [("seat", "status")]
        assert_in_step(shop)
        product_id = stock_up(shop, "Other")
        writer = FakeWriter(shop)
        writer.unfit = {"product": "it is too large for a file"}
        done = imported(shop, ALL, writer=writer)
        assert (done.new, [one.what for one in done.left_out]) == ({}, [product_id])

    def test_what_reads_otherwise_than_it_was_written_is_found_out(self) -> None:
        class Careless(FakeWriter):
            def _with_images(self, product: Product) -> Product:
                return super()._with_images(replace(product, fields={**product.fields, "title": "Seats"}))

        shop = FakeShop()
        stock_up(shop)
        done = imported(shop, ALL, writer=Careless(shop))
        assert (done.odd, done.complete) == ({"seat": ("title",)}, False)

    def test_what_a_call_of_ours_may_still_have_made_is_not_touched(self) -> None:
        shop = FakeShop()
        before = stock_up(shop, "Title of k", description="other", price="9.99")
        shop.product("k")
        shop.market.fail(Fault.KILL_AFTER, on="create")
        with pytest.raises(Killed):
            shop.apply(allow={"look-alike": "1"})
        shop.revive()
        found = proposed(shop, ALL)
        assert ([*found.new.values()], found.equal, found.pairs) == ([before], {}, ())
        (left,) = found.left_out
        assert (left.what, "state bind k p2" in left.why) == ("p2", True)

    def test_what_is_being_deleted_is_not_touched(self) -> None:
        shop = FakeShop()
        shop.product("gone", pool="gone")
        shop.pool("gone", 0, 1)
        shop.product("stays")
        shop.apply()
        gone = shop.shelf("gone")
        del shop.products["gone"]
        shop.market.lag = 1000.0
        shop.apply(allow={"max_deletes": "9"})
        assert not bindings(shop).get("gone")
        (left,) = proposed(shop, ALL).left_out
        assert (left.what, "said that it deleted it" in left.why) == (gone, True)
        assert imported(shop, Asked((gone,))).new == {}

    def test_a_state_that_is_half_recovered_is_refused(self) -> None:
        shop = FakeShop()
        stock_up(shop)
        journal = shop.journal()
        marking.write(journal, shop.run(), lambda: [Recovering(done=False)])
        with pytest.raises(StateError, match="recovery"):
            proposed(shop, ALL)


class TestKills:
    """A run that dies anywhere is healed by the same import."""

    @pytest.mark.parametrize("twins", [False, True])
    @pytest.mark.parametrize("saved", [0, 1, 3])
    def test_between_the_files(self, saved: int, twins: bool) -> None:
        shop = FakeShop()
        ids = [stock_up(shop, "Seat", price="9.99" if twins else f"{number}.00") for number in range(3)]
        writer = FakeWriter(shop)
        writer.dies_after = saved
        with pytest.raises(Killed):
            imported(shop, ALL, writer=writer)
        assert len(shop.products) == saved
        shop.revive()
        done = imported(shop, ALL)
        assert (len(done.bound), len(done.new)) == (saved, 3 - saved)
        assert sorted(bindings(shop).values()) == sorted(ids)
        assert len(shop.products) == 3
        assert_in_step(shop)

    @pytest.mark.parametrize("after", [False, True])
    def test_at_any_record(self, after: bool) -> None:
        for number in range(6):
            shop = FakeShop()
            content = b"a picture"
            shop.market.pictures["/media/a.webp"] = content
            for title in ("Tea", "Pot"):
                stock_up(shop, title, images=("/media/a.webp",))
            shop.store.writes, shop.store.dies_at, shop.store.after = 0, number, after
            asked = Asked(everything=True, images=True)
            died = False
            try:
                imported(shop, asked)
            except Killed:
                died = True
            shop.revive()
            imported(shop, asked)
            assert sorted(bindings(shop)) == ["pot", "tea"]
            assert len(shop.products) == 2
            assert_in_step(shop)
            assert not shop.market.uploads
            if not died:
                assert number >= 3
                return

    def test_another_run_was_faster(self) -> None:
        shop = FakeShop()
        stock_up(shop)
        writer, journal = FakeWriter(shop), shop.journal()
        desk = shop.desk(journal)
        prepared = prepare(desk, writer, proposed(shop, ALL, writer), {})
        imported(shop, ALL)
        with pytest.raises(PlanStale, match="seat"):
            carry_out(desk, journal, writer, shop.run("import"), prepared)
        assert bindings(shop) == {"seat": "p1"}

    @pytest.mark.parametrize("known", [True, False])
    def test_another_run_may_have_made_it_meanwhile(self, *, known: bool) -> None:
        shop = FakeShop()
        writer, journal = FakeWriter(shop), shop.journal()
        shop.product("k", description="d")
        shop.market.fail(Fault.KILL_AFTER, on="create")
        with pytest.raises(Killed):
            shop.apply()
        shop.revive()
        product = shop.products["k"]
        if not known:
            del shop.products["k"]
        desk = shop.desk(journal)
        prepared = prepare(desk, writer, propose(desk, writer, ALL), {})
        assert prepared.bound if known else prepared.new
        with pytest.raises(PlanStale, match="at work on k "):
            carry_out(desk, journal, writer, shop.run("import"), prepared)
        shop.products["k"] = product
        shop.apply()
        assert bindings(shop) == {"k": "p1"}
        assert_in_step(shop)


class TestPairs:
    def test_an_equal_product_is_bound_and_one_that_differs_is_asked_about(self) -> None:
        shop = FakeShop()
        equal, alike = stock_up(shop, "Equal"), stock_up(shop, "Alike")
        shop.product("e", title="Equal", description="d")
        shop.product("a", title="Alike", description="other", warranty_period_days=3)
        found = proposed(shop, ALL)
        assert (found.new, found.equal) == ({}, {"e": equal})
        (pair,) = found.pairs
        (candidate,) = pair.candidates
        assert (pair.key, candidate.listing.product_id) == ("a", alike)
        assert {(one.field, one.before, one.after) for one in candidate.changes} == {
            ("description", "d", "other"),
            ("warranty_period_days", None, 3),
        }
        done = imported(shop, ALL)
        assert (bindings(shop), len(done.pairs), done.complete) == ({"e": equal}, 1, False)
        done = imported(shop, ALL, {"a": alike})
        assert (bindings(shop), done.pairs) == ({"e": equal, "a": alike}, ())
        (change,) = shop.plan().changes
        assert {one.field for one in change.fields} == {"description", "warranty_period_days"}

    def test_of_several_candidates_those_that_are_free_are_shown(self) -> None:
        shop = FakeShop()
        ids = [stock_up(shop, "Seat", price=price) for price in ("1.00", "2.00", "3.00")]
        shop.product("two", title="Seat", description="d", price="2.00")
        shop.product("four", title="Seat", description="d", price="4.00")
        found = proposed(shop, ALL)
        assert found.equal == {"two": ids[1]}
        (pair,) = found.pairs
        assert [one.listing.product_id for one in pair.candidates] == [ids[0], ids[2]]
        done = imported(shop, ALL, {"four": ids[2]})
        assert (done.new, bindings(shop)) == ({"seat": ids[0]}, {"two": ids[1], "four": ids[2], "seat": ids[0]})

    def test_only_what_was_asked_for_is_shown(self) -> None:
        shop = FakeShop()
        ids = [stock_up(shop, "Seat", price=price) for price in ("1.00", "2.00")]
        shop.product("one", title="Seat", description="d", price="1.00")
        shop.product("four", title="Seat", description="d", price="4.00")
        only = proposed(shop, Asked((ids[0],)))
        assert (only.equal, only.pairs, only.new) == ({"one": ids[0]}, (), {})

    def test_a_product_with_a_pool_is_not_given_any_of_several_equal_listings(self) -> None:
        shop = FakeShop()
        for _ in range(2):
            stock_up(shop)
        shop.pool("k", 0, 2)
        shop.product("k", title="Seat", description="d", pool="k")
        found = proposed(shop, ALL)
        assert (found.equal, len(found.pairs[0].candidates)) == ({}, 2)

    def test_a_listing_that_another_catalog_made_is_asked_about(self) -> None:
        shop = FakeShop(rich=True)
        stock_up(shop, source_product_id="theirs")
        shop.product("k", title="Seat", description="d")
        found = proposed(shop, ALL)
        assert (found.equal, [pair.key for pair in found.pairs]) == ({}, ["k"])

    def test_a_pool_that_waits_for_a_word_is_named(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 2)
        shop.product("k", title="Seat", description="d", pool="k")
        product_id = stock_up(shop, stock=2)
        done = imported(shop, ALL)
        assert [(one.key, one.pool, one.product_id) for one in done.unknown_pools] == [("k", "k", product_id)]
        assert [one.rule for one in shop.plan().blocked] == ["pool-unknown"]


offers = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Seat", "seat", "Tea: 10 #1", "עברית", "茶 🍵", "--- x", "a" * 90]),
            "category_id": st.sampled_from(["c-1", "c-2"]),
            "price": st.sampled_from(["1.00", "9.99"]),
            "description": st.sampled_from(["", "<b>x</b>", "a\nb"]),
        },
        optional={
            "images": st.sampled_from(
                [(), ("/media/a.webp",), ("/media/a.webp", "/media/b.webp"), ("/media/a2.webp",)]
            ),
            "stock": st.integers(0, 3),
            "source_product_id": st.sampled_from(["", "s-1"]),
            "warranty_period_days": st.integers(0, 2),
        },
    ),
    max_size=8,
)


@LAW
@given(st.booleans(), st.sampled_from([0.0, 20.0]), offers, st.booleans())
def test_a_plan_after_an_import_is_empty(rich: bool, lag: float, shown: list[dict[str, Value]], images: bool) -> None:
    shop = FakeShop(rich=rich, lag=lag)
    shop.market.pictures |= {"/media/a.webp": b"a", "/media/a2.webp": b"a", "/media/b.webp": b"b"}
    ids = {stock_up(shop, **fields) for fields in shown}  # type: ignore[arg-type]
    done = imported(shop, Asked(everything=True, images=images))
    assert (set(done.new.values()), done.complete) == (ids, True)
    assert_in_step(shop)
    again = imported(shop, Asked(everything=True, images=images))
    assert not again.did_something
