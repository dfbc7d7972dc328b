"""AccPlanet: the supplier API's endpoints 1 to 6, which are about listings, 7, which lists orders, and the balance."""

import mimetypes
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import quote

import httpx
import orjson

from catalogsync.marketplaces import balances
from catalogsync.marketplaces.answers import Body, Expected
from catalogsync.marketplaces.envelope import Envelope, Item, Page
from catalogsync.marketplaces.exchange import Exchange, NoReply, Reply
from catalogsync.marketplaces.items import ListingReader
from catalogsync.marketplaces.masking import Mask
from catalogsync.marketplaces.orders import FIELD_NAMES, OrderReader
from catalogsync.marketplaces.paging import Whole, read_whole
from catalogsync.marketplaces.transport import GONE, Transport
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

T = TypeVar("T")

_LISTINGS: Final = "/products/api/supplier/products/"
_ORDERS: Final = "/orders/api/supplier/orders/"
_BALANCE: Final = "/users/api/balance/"
_CHANGING: Final = {
    "upload": "/products/api/supplier/upload-image/",
    "create": "/products/api/supplier/create/",
    "update": "/products/api/supplier/products/{}/update/",
    "append": "/products/api/supplier/products/{}/accounts/",
    "delete": "/products/api/supplier/products/{}/delete/",
}
_UPLOADS: Final = 3
_LONGEST_ID: Final = 200
_MEDIA = re.compile(r"/media/[A-Za-z0-9._~%/-]{1,500}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


class AccPlanet:
    """The marketplace AccPlanet, as one supplier sees it. May be used from several threads.

    Args:
        config: where it is, and how long a call may take.
        key: the supplier's API key.
        clock: time.
        seed: makes the jitter of retries repeatable.
        page_size: how many listings or orders to ask for at a time; the marketplace may give fewer.

    Raises:
        MarketplaceError: the address or the key cannot be used.
    """

    def __init__(
        self, config: MarketplaceConfig, key: Secret, clock: Clock, *, seed: int | None = None, page_size: int = 100
    ) -> None:
        self._name = config.name
        self._transport = Transport(config, key, clock, seed)
        self._page_size = page_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        return self._name

    @property
    def calls(self) -> int:
        """How many changing requests were sent, those with a lost answer included."""
        return self._transport.sent

    def address(self, call: str, product_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: `upload`, `create`, `update`, `append` or `delete`."""
        return f"POST {_path(call, product_id)}"

    def listings(self) -> Listings:
        """All listings, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of listings", self._transport.mask
        reader = ListingReader(f"{self._name}: {what}", mask)
        whole = self._whole(_LISTINGS, what, "product_id", mask, reader.read)
        return Listings(whole.by_id, whole.pages, whole.scans, self._page_size, whole.largest_page)

    def orders(self) -> tuple[Order, ...]:
        """All orders for the supplier's listings, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of orders", self._transport.mask.quoting_only(FIELD_NAMES)
        reader = OrderReader(f"{self._name}: {what}")
        return tuple(self._whole(_ORDERS, what, "order_id", mask, reader.read).by_id.values())

    def balance(self) -> Balance:
        """What the supplier's account holds.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        what, mask = "the balance", self._transport.mask.quoting_only(balances.FIELD_NAMES)
        document = self._transport.read(_BALANCE, {}, what, mask)
        return balances.read_balance(document, f"{self._name}: {what}", mask)

    def clock_ahead(self) -> float | None:
        """By how many seconds its clock is ahead of ours at least, by its latest answer to a reading call."""
        return self._transport.ahead

    def picture(self, path: str) -> bytes:
        """A picture that a listing shows, `/media/…` at the marketplace itself. No key is sent for it.

        Raises:
            MarketplaceError: it could not be read, is larger than 10 MiB, or no path that can be asked for.
        """
        if not _MEDIA.fullmatch(path) or ".." in path.split("/"):
            raise MarketplaceError(f"{self._name}: {self._transport.mask.quote(path, 80)} is no path of a picture")
        return self._transport.picture(path, f"the picture {path}")

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Have a changing call that waited, or is to be tried again, ask first whether it may still be sent."""
        self._transport.may_go_on = may_go_on

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        """Store an image. In doubt it is sent again: the worst that comes of it is an image that nobody uses."""
        name = PurePosixPath(file_name).name or "image"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form = httpx.Request("POST", "http://form", files={"image": (name, content, media_type)})
        body, form_type = form.read(), form.headers["Content-Type"]
        expected = Expected(_uploaded, evidence="image_path")
        for attempt in range(1, _UPLOADS + 1):
            answer = self._transport.change(lambda exchange: exchange.post(_path("upload"), body, form_type), expected)
            if answer.kind is not AnswerClass.UNKNOWN or answer.stop or attempt == _UPLOADS:
                break
            if not self._transport.may_repeat(attempt):
                break
        return answer

    def create(self, fields: Mapping[str, Value]) -> Answer:
        """Create a listing, without accounts."""
        return self._post(_path("create"), fields, Expected(_created, evidence="product_id"))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        """Set fields of a listing to absolute values."""

        def updated(body: Body) -> Answer | str:
            if not _same_listing(body, product_id):
                return "it names another listing"
            if "success" not in body and "product_id" not in body:
                return "nothing in it says that it was done"
            return Answer(AnswerClass.CONFIRMED)

        return self._post_to(product_id, "update", fields, Expected(updated))

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        """Add accounts to a listing's pool, in this order."""

        def appended(body: Body) -> Answer | str:
            if not _same_listing(body, product_id):
                return "it names another listing"
            imported = _whole_number(body.get("accounts_imported"))
            if imported is None or imported > len(accounts):
                return f"without a number from 0 to {len(accounts)} in `accounts_imported`"
            return Answer(
                AnswerClass.CONFIRMED,
                imported=imported,
                queued=_whole_number(body.get("delivery_tasks_queued")),
            )

        # objects only: in lines of text a password that holds a separator would be cut
        payload = {"accounts": [{"username": a.username.reveal(), "password": a.password.reveal()} for a in accounts]}
        secrets = [secret for account in accounts for secret in (account.username, account.password)]
        expected = Expected(appended, evidence="accounts_imported")
        return self._post_to(product_id, "append", payload, expected, secrets)

    def delete(self, product_id: str) -> Answer:
        """Delete a listing that was never sold."""

        def deleted(body: Body) -> Answer | str:
            if "success" not in body:
                return "nothing in it says that it was done"
            return Answer(AnswerClass.CONFIRMED)

        return self._post_to(product_id, "delete", None, Expected(deleted))

    def _whole(
        self, path: str, what: str, id_name: str, mask: Mask, read_item: Callable[[Item], tuple[str, T]]
    ) -> Whole[T]:
        envelope = Envelope(id_name, f"{self._name}: {what}", mask)

        def fetch(number: int) -> Page | None:
            query = {"page": number, "page_size": self._page_size}
            document = self._transport.read(path, query, what, mask, may_be_gone=number > 1)
            return None if document is GONE else envelope.open(document)

        return read_whole(fetch, read_item, f"{self._name}: {what}")

    def _post_to(
        self,
        product_id: str,
        call: str,
        payload: Mapping[str, object] | None,
        expected: Expected,
        secrets: Sequence[Secret] = (),
    ) -> Answer:
        if not _is_id(product_id):
            return Answer(AnswerClass.NEVER, "the product_id cannot be part of an address; nothing was sent")
        return self._post(_path(call, product_id), payload, expected, secrets)

    def _post(
        self,
        path: str,
        payload: Mapping[str, object] | None,
        expected: Expected,
        secrets: Sequence[Secret] = (),
    ) -> Answer:
        try:
            body = b"" if payload is None else orjson.dumps(dict(payload))
        except orjson.JSONEncodeError:
            return Answer(AnswerClass.NEVER, "a text cannot be written as UTF-8; nothing was sent")
        media_type = "application/json" if payload is not None else None

        def send(exchange: Exchange) -> Reply | NoReply:
            return exchange.post(path, body, media_type)

        return self._transport.change(send, expected, secrets)


def _path(call: str, product_id: str | None = None) -> str:
    return _CHANGING[call].format("<product_id>" if product_id is None else quote(product_id, safe=""))


def _created(body: Body) -> Answer | str:
    raw = body.get("product_id")
    product_id = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(product_id, str) or not _is_id(product_id.strip()):
        return "without a `product_id` that can be used"
    return Answer(AnswerClass.CONFIRMED, product_id=product_id.strip())


def _uploaded(body: Body) -> Answer | str:
    path = body.get("image_path")
    if not isinstance(path, str) or not path.strip() or not path.isprintable():
        return "without an `image_path` that can be used"
    return Answer(AnswerClass.CONFIRMED, image_path=path.strip())


def _same_listing(body: Body, product_id: str) -> bool:
    """Whether an answer is about a listing, as far as it says which one it is about."""
    return body.get("product_id") is None or str(body["product_id"]) == product_id


def _is_id(text: str) -> bool:
    """Whether a text can be an id: no more than so long, no dots that mean a folder, no blank or unseen sign."""
    return (
        0 < len(text) <= _LONGEST_ID
        and text not in (".", "..")
        and not any(unicodedata.category(sign)[0] in "CZ" for sign in text)
    )


def _whole_number(raw: object) -> int | None:
    """A number from 0, also as digits in a text or as 2.0; None if it is anything else."""
    if isinstance(raw, str) and _DIGITS.fullmatch(raw):
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    return int(raw) if isinstance(raw, float) and raw >= 0 and raw.is_integer() else None
