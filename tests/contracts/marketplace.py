"""What every Marketplace must do. A test class of a marketplace inherits this suite and says how one is reached."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.ports import Marketplace
from tests.harness.canary import password, username


class Customers(Protocol):
    """Who buys at the marketplace."""

    def sell(self, product_id: str, quantity: int = 1, /) -> None:
        """A customer buys."""
        ...


class World(Customers, Protocol):
    """What a test does and sees behind the marketplace's back."""

    def arrivals(self) -> list[int]:
        """How often each account arrived that ever did."""
        ...


def accounts(count: int, first: int = 0) -> list[Account]:
    """Accounts that are all different."""
    return [Account(Secret(username(n)), Secret(password(n))) for n in range(first, first + count)]


def fields(**more: Value) -> dict[str, Value]:
    """The fields of a listing."""
    needed: dict[str, Value] = {
        "category_id": "seats",
        "title": "Spreadsheet course, one seat",
        "description": "<p>One seat.</p>",
        "price": "9.90",
    }
    return needed | more


def facts(order: Order) -> tuple[int | None, ...]:
    """What an order counts: units that were bought, that were delivered, that are still to come."""
    return order.quantity, order.delivered, order.remaining


class OrdersContract:
    """What orders tell. Inherit, and give a fixture `marketplace` with no listings and a fixture `world`."""

    @pytest.fixture
    def world(self) -> Customers:
        raise NotImplementedError

    @pytest.fixture
    def marketplace(self, world: Customers) -> Iterator[Marketplace]:
        raise NotImplementedError

    def create(self, marketplace: Marketplace, **more: Value) -> str:
        answer = marketplace.create(fields(**more))
        assert answer.kind is AnswerClass.CONFIRMED, answer
        assert answer.product_id
        return answer.product_id

    def test_at_first_nothing_is_ordered(self, marketplace: Marketplace) -> None:
        assert marketplace.orders() == ()
        marketplace.append(self.create(marketplace), accounts(2))
        assert marketplace.orders() == ()

    def test_an_order_shows_the_accounts_that_it_delivered(self, marketplace: Marketplace, world: Customers) -> None:
        product_id = self.create(marketplace, source_product_id="seat-1")
        marketplace.append(product_id, accounts(3))
        world.sell(product_id, 2)
        (order,) = marketplace.orders()
        assert (order.product_id, order.source_product_id, facts(order)) == (product_id, "seat-1", (2, 2, 0))
        assert order.accounts == tuple(accounts(2)), "the oldest go first"
        assert order.created_at is not None
        assert datetime.fromisoformat(order.created_at).utcoffset() == timedelta(0)

    def test_what_is_short_waits_for_the_next_append(self, marketplace: Marketplace, world: Customers) -> None:
        product_id = self.create(marketplace)
        marketplace.append(product_id, accounts(1))
        world.sell(product_id, 3)
        world.sell(product_id, 1)
        first, second = sorted(marketplace.orders(), key=facts, reverse=True)
        assert (facts(first), facts(second)) == ((3, 1, 2), (1, 0, 1))
        assert (first.accounts, second.accounts) == (tuple(accounts(1)), ())
        answer = marketplace.append(product_id, accounts(4, 1))
        assert (answer.imported, answer.queued) == (4, 2)
        by_id = {order.order_id: order for order in marketplace.orders()}
        assert facts(by_id[first.order_id]) == (3, 3, 0)
        assert by_id[first.order_id].accounts == tuple(accounts(3))
        assert by_id[second.order_id].accounts == tuple(accounts(1, 3))
        assert marketplace.listings().by_id[product_id].stock == 1
        assert marketplace.append(product_id, accounts(1, 5)).queued == 0

    def test_orders_are_for_the_listings_that_were_bought(self, marketplace: Marketplace, world: Customers) -> None:
        made = [self.create(marketplace, title=f"Seat {n}") for n in range(3)]
        for number, product_id in enumerate(made):
            marketplace.append(product_id, accounts(2, number * 2))
            world.sell(product_id)
        orders = marketplace.orders()
        assert len({order.order_id for order in orders}) == 3
        assert {order.product_id: order.accounts for order in orders} == {
            product_id: tuple(accounts(1, number * 2)) for number, product_id in enumerate(made)
        }

    def test_the_balance_is_what_delivered_sales_brought_in(self, marketplace: Marketplace, world: Customers) -> None:
        assert marketplace.balance().supplier == "0.00"
        product_id = self.create(marketplace, price="9.90")
        marketplace.append(product_id, accounts(2))
        world.sell(product_id, 2)
        assert marketplace.balance().supplier == "19.80"

    def test_a_sale_from_a_stock_without_accounts_is_delivered_by_hand(
        self, marketplace: Marketplace, world: Customers
    ) -> None:
        world.sell(self.create(marketplace, stock=5), 2)
        (order,) = marketplace.orders()
        assert (facts(order), order.accounts) == ((2, 0, 2), ())


class MarketplaceContract(OrdersContract):
    """Inherit, and give a fixture `marketplace` with no listings and a fixture `world`."""

    def only(self, marketplace: Marketplace) -> Listing:
        (listing,) = marketplace.listings().by_id.values()
        return listing

    def test_at_first_there_is_nothing(self, marketplace: Marketplace) -> None:
        listings = marketplace.listings()
        assert listings.by_id == {}
        assert listings.pages >= 1
        assert listings.scans >= 1

    def test_a_created_listing_is_listed_as_it_was_sent(self, marketplace: Marketplace) -> None:
        product_id = self.create(marketplace, min_quantity=2)
        listing = self.only(marketplace)
        assert listing.product_id == product_id
        shown = {name: value for name, value in listing.fields.items() if name in fields()}
        assert shown == fields()
        assert listing.fields["min_quantity"] == 2
        assert listing.stock == 0
        assert listing.sales in (0, None)

    def test_two_equal_listings_are_two(self, marketplace: Marketplace) -> None:
        assert self.create(marketplace) != self.create(marketplace)
        assert len(marketplace.listings().by_id) == 2

    def test_an_update_changes_what_it_names_and_nothing_else(self, marketplace: Marketplace) -> None:
        product_id = self.create(marketplace)
        before = self.only(marketplace)
        for _ in range(2):  # absolute values: the second one changes nothing
            answer = marketplace.update(product_id, {"price": "8.50", "status": "inactive"})
            assert answer.kind is AnswerClass.CONFIRMED, answer
            after = self.only(marketplace)
            assert after.fields == {**before.fields, "price": "8.50", "status": "inactive"}

    def test_an_uploaded_image_can_be_shown(self, marketplace: Marketplace, image: bytes) -> None:
        answer = marketplace.upload_image("images/seat.png", image)
        assert answer.kind is AnswerClass.CONFIRMED, answer
        assert answer.image_path
        self.create(marketplace, images=(answer.image_path,))
        assert len(self.only(marketplace).fields["images"]) == 1  # type: ignore[arg-type]  # a tuple of texts
        assert marketplace.picture(answer.image_path) == image
        with pytest.raises(MarketplaceError, match="404"):
            marketplace.picture("/media/product_images/none.webp")

    def test_accounts_arrive_once_each(self, marketplace: Marketplace, world: World) -> None:
        product_id = self.create(marketplace)
        for first, count in ((0, 1), (1, 2), (3, 40)):
            answer = marketplace.append(product_id, accounts(count, first))
            assert answer.kind is AnswerClass.CONFIRMED, answer
            assert answer.imported == count
        assert world.arrivals() == [1] * 43
        assert self.only(marketplace).stock == 43

    def test_a_sale_shows(self, marketplace: Marketplace, world: World) -> None:
        product_id = self.create(marketplace)
        marketplace.append(product_id, accounts(3))
        world.sell(product_id)
        listing = self.only(marketplace)
        assert (listing.stock, listing.sales) == (2, 1)

    def test_a_listing_that_was_never_sold_can_be_deleted(self, marketplace: Marketplace) -> None:
        kept, gone = self.create(marketplace), self.create(marketplace)
        answer = marketplace.delete(gone)
        assert answer.kind is AnswerClass.CONFIRMED, answer
        assert list(marketplace.listings().by_id) == [kept]

    def test_one_that_was_sold_cannot(self, marketplace: Marketplace, world: World) -> None:
        product_id = self.create(marketplace)
        marketplace.append(product_id, accounts(1))
        world.sell(product_id)
        answer = marketplace.delete(product_id)
        assert (answer.kind, answer.stop) == (AnswerClass.REFUSED, False)
        assert answer.reason
        assert list(marketplace.listings().by_id) == [product_id]

    @pytest.mark.parametrize("missing", ["title", "price", "description", "category_id"])
    def test_a_listing_that_lacks_something_is_refused(self, marketplace: Marketplace, missing: str) -> None:
        answer = marketplace.create({name: value for name, value in fields().items() if name != missing})
        assert (answer.kind, answer.stop) == (AnswerClass.REFUSED, False)
        assert answer.reason
        assert marketplace.listings().by_id == {}

    def test_what_is_not_there_cannot_be_changed(self, marketplace: Marketplace, world: World) -> None:
        for answer in (
            marketplace.update("nowhere", fields()),
            marketplace.delete("nowhere"),
            marketplace.append("nowhere", accounts(1)),
        ):
            assert (answer.kind, answer.stop) == (AnswerClass.REFUSED, False)
        assert world.arrivals() == []

    @pytest.mark.parametrize("product_id", ["", ".", "..", "a b", "a\nb", "x" * 300])
    def test_an_id_that_cannot_be_one_is_not_sent(self, marketplace: Marketplace, product_id: str) -> None:
        for answer in (
            marketplace.update(product_id, fields()),
            marketplace.delete(product_id),
            marketplace.append(product_id, accounts(1)),
        ):
            assert answer.kind is AnswerClass.NEVER

    def test_a_long_list_is_listed_whole(self, marketplace: Marketplace) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda n: self.create(marketplace, title=f"Seat {n}"), range(107)))
        assert len(set(made)) == 107
        assert set(marketplace.listings().by_id) == set(made)

    def test_calls_from_several_threads_do_not_mix(self, marketplace: Marketplace, world: World) -> None:
        made = [self.create(marketplace, title=f"Seat {n}") for n in range(6)]

        def fill(job: tuple[int, str]) -> Sequence[object]:
            number, product_id = job
            price = marketplace.update(product_id, {"price": f"{number + 1}.00"})
            return price.kind, marketplace.append(product_id, accounts(5, number * 5)).imported

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(fill, enumerate(made))) == [(AnswerClass.CONFIRMED, 5)] * 6
        listings = marketplace.listings().by_id
        assert [listings[product_id].fields["price"] for product_id in made] == [f"{n + 1}.00" for n in range(6)]
        assert world.arrivals() == [1] * 30

    def test_an_address_shows_where_a_call_goes(self, marketplace: Marketplace) -> None:
        shown = [marketplace.address(call, "p1") for call in ("upload", "create", "update", "append", "delete")]
        assert len(set(shown)) == 5
        assert all(address.split(" ")[0] == "POST" and address.split(" ")[1].startswith("/") for address in shown)
        assert [("p1" in address) for address in shown] == [False, False, True, True, True]

    @pytest.fixture
    def image(self) -> bytes:
        """The smallest PNG there is."""
        return bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
            "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
        )
