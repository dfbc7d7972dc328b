"""What was imported is imported again, or takes over what was changed at the marketplace; and pictures."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import UsageError
from catalogsync.model.importing import Asked
from tests.harness.audit import assert_in_step
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_writer import FakeWriter
from tests.workflow.imports import ALL, imported, proposed, stock_up


class TestReimport:
    def shop(self) -> FakeShop:
        shop = FakeShop()
        stock_up(shop)
        imported(shop, ALL)
        return shop

    def test_what_was_changed_there_goes_into_the_catalog(self) -> None:
        shop = self.shop()
        shop.market.edit("p1", price="8.00", description="new")
        done = imported(shop, Asked(("p1",)))
        assert {(one.change.field, one.change.before, one.change.after) for one in done.taken} == {
            ("price", "9.99", "8.00"),
            ("description", "d", "new"),
        }
        assert shop.products["seat"].fields["price"] == "8.00"
        assert_in_step(shop)
        assert imported(shop, Asked(("p1",))).unchanged == ("seat",)
        shop.market.edit("p1", price="7.00")
        assert [one.cause for change in shop.plan().changes for one in change.fields] == ["drift"]

    def test_all_leaves_managed_ones_alone(self) -> None:
        shop = self.shop()
        shop.market.edit("p1", price="8.00")
        done = imported(shop, ALL)
        assert not done.did_something
        assert shop.products["seat"].fields["price"] == "9.99"

    def test_accept_takes_drift_of_that_field_and_no_unapplied_edit(self) -> None:
        shop = self.shop()
        stock_up(shop, "Pot")
        stock_up(shop, "Cup")
        imported(shop, ALL)
        for product_id in ("p1", "p2", "p3"):
            shop.market.edit(product_id, price="8.00", title=f"New {product_id}")
        shop.edit("pot", price="7.00")
        accept = Asked(accept=frozenset({"price"}))
        limited = proposed(shop, replace(accept, only=("c*",)))
        assert [one.key for one in limited.taken] == ["cup"]
        done = imported(shop, accept)
        assert {(one.key, one.change.field) for one in done.taken} == {("seat", "price"), ("cup", "price")}
        (refused,) = done.left_out
        assert refused.what == "pot: price"
        assert "import --accept price p2" in refused.why
        done = imported(shop, replace(accept, product_ids=("p2",)))
        assert [(one.change.before, one.change.after) for one in done.taken] == [("7.00", "8.00")]
        fields = {one.field for change in shop.plan().changes for one in change.fields}
        assert fields == {"title"}

    @pytest.mark.parametrize(
        "asked",
        [Asked(("p1",)), Asked(accept=frozenset({"price"})), Asked(only=("new",), accept=frozenset({"price"}))],
    )
    def test_a_name_that_is_about_to_change_is_told(self, asked: Asked) -> None:
        shop = self.shop()
        del shop.products["seat"]
        shop.product("new", title="Seat", description="d", previous_key="seat")
        shop.market.edit("p1", price="8.00")
        done = imported(shop, asked)
        (left,) = done.left_out
        assert (left.what, "state mv seat new" in left.why, done.did_something) == ("p1", True, False)
        shop.apply()

    def test_what_only_changed_here_is_no_drift(self) -> None:
        shop = self.shop()
        shop.edit("seat", price="7.00")
        accept = Asked(accept=frozenset({"price"}))
        assert imported(shop, accept).unchanged == ("seat",)
        assert imported(shop, replace(accept, product_ids=("p1",))).unchanged == ("seat",)
        done = imported(shop, Asked(("p1",)))
        assert [one.change.after for one in done.taken] == ["9.99"]
        assert_in_step(shop)

    def test_what_cannot_be_taken_over_is_told(self) -> None:
        shop = self.shop()
        stranger = stock_up(shop, "Pot")
        with pytest.raises(UsageError, match=f"{stranger} is not managed"):
            proposed(shop, Asked((stranger,), accept=frozenset({"price"})))
        shop.market.edit("p1", price="8.00")
        writer = FakeWriter(shop)
        writer.unfit = {"price": "it stands in _defaults.yaml, which others share"}
        done = imported(shop, Asked(("p1",)), writer=writer)
        assert ([one.key for one in done.remarks], done.taken) == (["seat"], ())
        seat = shop.products.pop("seat")
        (left,) = imported(shop, Asked(("p1",))).left_out
        assert "state rm seat" in left.why
        shop.products["seat"] = seat
        shop.market.remove("p1")
        (left,) = imported(shop, Asked(("p1",))).left_out
        assert "does not list it" in left.why

    def test_no_two_products_get_one_source(self) -> None:
        shop = FakeShop(rich=True)
        for number in range(3):
            stock_up(shop, f"T{number}", source_product_id=f"s-{number}")
        imported(shop, ALL)
        shop.market.edit("p1", source_product_id="s-2")
        shop.market.edit("p2", source_product_id="new")
        shop.market.edit("p3", source_product_id="new")
        done = imported(shop, Asked(("p1", "p2", "p3")))
        assert [(one.key, one.change.after) for one in done.taken] == [("t1", "new")]
        assert [one.what for one in done.left_out] == ["t0: source_product_id", "t2: source_product_id"]

    def test_what_the_marketplace_keeps_in_a_form_of_its_own_stays_as_it_was_written(self) -> None:
        shop = FakeShop()
        shop.product("k", description="<b>bold</b>")
        shop.apply()
        assert imported(shop, Asked((shop.shelf("k"),))).unchanged == ("k",)


class TestPictures:
    def test_they_become_files_and_nothing_is_uploaded_again(self) -> None:
        shop = FakeShop()
        shop.market.pictures |= {"/media/a.webp": b"a", "/media/b.webp": b"b"}
        stock_up(shop, "Tea", images=("/media/a.webp", "https://cdn.example.com/c.png"))
        stock_up(shop, "Pot", images=("/media/b.webp", "/media/a.webp"))
        done = imported(shop, Asked(everything=True, images=True))
        assert done.complete
        local, address = shop.products["tea"].images
        assert (local.sha256 is not None, address.ref) == (True, "https://cdn.example.com/c.png")
        assert shop.products["pot"].images[1] == local
        assert_in_step(shop)
        assert not shop.market.uploads

    def test_drift_back_to_a_picture_of_ours_names_its_file(self) -> None:
        shop = FakeShop()
        shop.market.pictures |= {"/media/a.webp": b"a"}
        stock_up(shop, images=("/media/a.webp",))
        imported(shop, Asked(everything=True, images=True))
        file = shop.products["seat"].images[0].ref
        shop.market.edit("p1", images=("/media/x.webp", "/media/a.webp"))
        imported(shop, Asked(accept=frozenset({"images"})))
        assert shop.products["seat"].fields["images"] == ("/media/x.webp", file)
        assert_in_step(shop)

    def test_what_cannot_be_had_stays_where_it_is(self) -> None:
        shop = FakeShop()
        shop.market.pictures |= {"/media/a.webp": b"a", "/media/same.webp": b"a"}
        stock_up(shop, "Tea", images=("/media/a.webp",))
        stock_up(shop, "Pot", images=("/media/same.webp",))
        stock_up(shop, "Cup", images=("/media/none.webp",))
        done = imported(shop, Asked(everything=True, images=True))
        told = {one.key: one.message for one in done.remarks}
        assert sorted(told) == ["cup", "pot"]
        assert "404" in told["cup"]
        assert "/media/a.webp too" in told["pot"]
        assert_in_step(shop)

    def test_after_many_failures_no_more_are_tried(self) -> None:
        shop = FakeShop()
        for number in range(9):
            stock_up(shop, f"T{number}", images=(f"/media/{number}.webp",))
        done = imported(shop, Asked(everything=True, images=True))
        assert ["not tried" in one.message for one in done.remarks] == [False] * 5 + [True] * 4
        assert_in_step(shop)
