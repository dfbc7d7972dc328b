"""The whole engine over the real client and a real socket, and what each call of it came to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from catalogsync.cli.apply import exit_code
from catalogsync.marketplaces import AccPlanet
from catalogsync.model.answer import Answer
from catalogsync.model.balance import Balance
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listings
from catalogsync.model.plan import Selection
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.render.escape import guard, inline
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.report_text import render_report_text
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.applying import apply
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import Planned
from tests.faults.network import Network
from tests.harness.canary import API_KEY
from tests.harness.fake_shop import SETTINGS, FakeShop, SilentObserver

T = TypeVar("T")

CALLS: Final = ("upload", "create", "update", "retire", "append", "delete", "list", "orders")
"""The calls that something happens to: the columns of the matrix."""
READING: Final = ("list", "orders")
SENT_AS: Final = MappingProxyType({"retire": "update"})
"""What a call is at the marketplace, where that has another name."""

_ALLOWED: Final = Selection(allow={"max_deletes": "9"})


def a_shop(call: str, many: int = 1) -> FakeShop:
    """A shop whose next apply makes one call (or many of the same), beside listings that nobody touches."""
    shop = FakeShop()
    for number in range(5):
        shop.market.put(title=f"Stranger {number}", category_id="c-2", price="1.00", description="x", stock=1)
    shop.product("kept")
    keys = [f"k{number}" for number in range(many)]
    for index, key in enumerate(keys):
        if call in ("append", "orders"):
            shop.pool(key, 100 * index, 2)
        if call not in ("upload", "create"):
            shop.product(key, pool=key if key in shop.pools else None)
    shop.apply()
    for index, key in enumerate(keys):
        _DUE[call](shop, key, index)
    return shop


def _sold_all_over(shop: FakeShop, key: str, index: int) -> None:
    for product_id in [*shop.market.shelves]:
        if index == 0:
            shop.market.sell(product_id)
    shop.clock.pass_time(3600)
    shop.pool(key, 100 * index, 5)


def _removed(shop: FakeShop, key: str, _index: int) -> None:
    del shop.products[key]


def _sold_and_removed(shop: FakeShop, key: str, index: int) -> None:
    shop.market.sell(shop.shelf(key))
    _removed(shop, key, index)


_DUE: Final[Mapping[str, Callable[[FakeShop, str, int], object]]] = {
    "upload": lambda shop, key, index: shop.product(key, images=(f"images/{index}.png",)),
    "create": lambda shop, key, _index: shop.product(key),
    "update": lambda shop, key, _index: shop.edit(key, price="8.99"),
    "retire": _sold_and_removed,
    "append": lambda shop, key, index: shop.pool(key, 100 * index, 5),
    "delete": _removed,
    "list": lambda shop, key, _index: shop.edit(key, price="8.99"),
    "orders": _sold_all_over,
}
"""What makes a call due, by the call."""


@dataclass(slots=True)
class Noted:
    """What calls came to.

    Attributes:
        answers: the answers to the call that something happens to.
        reading: of the first reading call that something happens to: `ok`, `again` or `refused`.
    """

    answers: list[Answer] = field(default_factory=list)
    reading: str | None = None


class Door:
    """The real client. While the call is made that something happens to, the way to the marketplace leads astray."""

    def __init__(self, shop: FakeShop, client: AccPlanet, network: Network, call: str) -> None:
        self._shop = shop
        self._client = client
        self._network = network
        self._call = call
        self.noted = Noted()

    @property
    def name(self) -> str:
        return self._client.name

    def address(self, call: str, product_id: str | None = None) -> str:
        return self._client.address(call, product_id)

    def listings(self) -> Listings:
        return self._read("list", self._client.listings)

    def orders(self) -> Any:
        return self._read("orders", self._client.orders)

    def balance(self) -> Balance:
        return self._client.balance()

    def clock_ahead(self) -> float | None:
        return self._client.clock_ahead()

    def picture(self, path: str) -> bytes:
        return self._client.picture(path)

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        self._client.guard(may_go_on)

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        return self._change("upload", lambda: self._client.upload_image(file_name, content))

    def create(self, fields: Mapping[str, Value]) -> Answer:
        return self._change("create", lambda: self._client.create(fields))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        return self._change("update", lambda: self._client.update(product_id, fields))

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        return self._change("append", lambda: self._client.append(product_id, accounts))

    def delete(self, product_id: str) -> Answer:
        return self._change("delete", lambda: self._client.delete(product_id))

    def _change(self, call: str, make: Callable[[], Answer]) -> Answer:
        if call != SENT_AS.get(self._call, self._call):
            return make()
        answer = self._astray(make)
        self.noted.answers.append(answer)
        return answer

    def _read(self, call: str, make: Callable[[], T]) -> T:
        if call != self._call:
            return make()
        waits = len(self._shop.clock.waits)
        came = "refused"
        try:
            found = self._astray(make)
            came = "ok"
        finally:
            waited = len(self._shop.clock.waits) > waits
            self.noted.reading = self.noted.reading or ("again" if waited else came)
        return found

    def _astray(self, make: Callable[[], T]) -> T:
        self._network.astray = True
        try:
            return make()
        finally:
            self._network.astray = False


class _Listener(SilentObserver):
    """Whoever watches reads what is said on the way."""

    def __init__(self, wired: "Wired") -> None:
        self._wired = wired

    def say(self, text: str) -> None:
        self._wired.told += guard(text) + "\n"


class Wired:
    """A shop at a marketplace on a socket.

    Attributes:
        noted: what calls of the kind that something happens to came to.
        told: everything that the user was shown.
    """

    def __init__(self, shop: FakeShop, network: Network, call: str) -> None:
        self.shop = shop
        self._call = call
        settings = replace(SETTINGS, base_url=network.url, connect_timeout=network.connect_timeout)
        self._client = AccPlanet(settings, Secret(API_KEY), shop.clock, seed=1)
        self._settings = settings
        self._door = Door(shop, self._client, network, call)
        self.noted = self._door.noted
        self.told = ""

    def close(self) -> None:
        self._client.close()

    def run(self) -> int:
        """What `catalogsync apply` does. Gives back its exit code."""
        try:
            return self._apply()
        except MarketplaceError as error:
            self.told += guard(f"error: {inline(error.message)}\n  hint: {inline(error.hint or '')}\n")
            return 3 if error.exit_code == 1 and self._client.calls else error.exit_code

    def _apply(self) -> int:
        def show(planned: Planned) -> None:
            self.told += render_plan_text(planned.plan, verbose=1, width=1000)

        report = apply(self._desk(self.shop.journal()), self.shop.run(), show=show)
        self.told += render_report_text(report, width=1000)
        return exit_code(report)

    def _desk(self, journal: RecordJournal) -> Desk:
        desk = self.shop.desk(journal, _ALLOWED)
        return replace(desk, settings=self._settings, marketplace=self._door, observer=_Listener(self))
