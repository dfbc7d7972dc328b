"""AccPlanet: the supplier API's endpoints 1 to 6, which are about listings, and 17, the balance."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from catalogsync.marketplaces import balances
from catalogsync.marketplaces.answers import Body, Expected, whole_number
from catalogsync.marketplaces.client import Client
from catalogsync.marketplaces.endpoint import Endpoint, is_id
from catalogsync.marketplaces.form import form_of
from catalogsync.marketplaces.items import ListingReader, id_of
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listings
from catalogsync.model.pool import Account

ENDPOINTS: Final = {
    "upload-image": Endpoint("POST", "/products/api/supplier/upload-image/"),
    "create-product": Endpoint("POST", "/products/api/supplier/create/"),
    "list-products": Endpoint("GET", "/products/api/supplier/products/"),
    "update-product": Endpoint("POST", "/products/api/supplier/products/<product_id>/update/"),
    "add-accounts": Endpoint("POST", "/products/api/supplier/products/<product_id>/accounts/"),
    "delete-product": Endpoint("POST", "/products/api/supplier/products/<product_id>/delete/"),
    "get-balance": Endpoint("GET", "/users/api/balance/"),
}
_CHANGING: Final = {
    "upload": ENDPOINTS["upload-image"],
    "create": ENDPOINTS["create-product"],
    "update": ENDPOINTS["update-product"],
    "append": ENDPOINTS["add-accounts"],
    "delete": ENDPOINTS["delete-product"],
}
_UPLOADS: Final = 3
_MEDIA = re.compile(r"/media/[A-Za-z0-9._~%/-]{1,500}", re.ASCII)


class ListingCalls(Client):
    """The calls that are about listings."""

    def address(self, call: str, product_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: `upload`, `create`, `update`, `append` or `delete`."""
        return _CHANGING[call].shown(product_id)

    def listings(self) -> Listings:
        """All listings, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of listings", self._transport.mask
        reader = ListingReader(f"{self._name}: {what}", mask)
        whole = self._whole(ENDPOINTS["list-products"], what, "product_id", mask, reader.read)
        return Listings(whole.by_id, whole.pages, whole.scans, self._page_size, whole.largest_page)

    def balance(self) -> Balance:
        """What the supplier's account holds.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        what, mask = "the balance", self._transport.mask.quoting_only(balances.FIELD_NAMES)
        document = self._transport.read(ENDPOINTS["get-balance"].path(), {}, what, mask)
        return balances.read_balance(document, f"{self._name}: {what}", mask)

    def picture(self, path: str) -> bytes:
        """A picture that a listing shows, `/media/…` at the marketplace itself. No key is sent for it.

        Raises:
            MarketplaceError: it could not be read, is larger than 10 MiB, or no path that can be asked for.
        """
        if not _MEDIA.fullmatch(path) or ".." in path.split("/"):
            raise MarketplaceError(f"{self._name}: {self._transport.mask.quote(path, 80)} is no path of a picture")
        return self._transport.picture(path, f"the picture {path}")

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        """Store an image. In doubt it is sent again: the worst that comes of it is an image that nobody uses."""
        import mimetypes  # takes long to load, and few calls need it

        name = PurePosixPath(file_name).name or "image"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form = form_of("image", name, content, media_type)
        path, expected = _CHANGING["upload"].path(), Expected(_uploaded, evidence="image_path")
        for attempt in range(1, _UPLOADS + 1):
            answer = self._transport.change(lambda exchange: exchange.post(path, form.body, form.media_type), expected)
            if answer.kind is not AnswerClass.UNKNOWN or answer.stop or attempt == _UPLOADS:
                break
            if not self._transport.may_repeat(attempt):
                break
        return answer

    def create(self, fields: Mapping[str, Value]) -> Answer:
        """Create a listing, without accounts."""
        return self._post(_CHANGING["create"], fields, Expected(_created, evidence="product_id"))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        """Set fields of a listing to absolute values."""

        def updated(body: Body) -> Answer | str:
            if not _same_listing(body, product_id):
                return "it names another listing"
            if "success" not in body and "product_id" not in body:
                return "nothing in it says that it was done"
            return Answer(AnswerClass.CONFIRMED)

        return self._post(_CHANGING["update"], fields, Expected(updated), about=product_id)

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        """Add accounts to a listing's pool, in this order."""

        def appended(body: Body) -> Answer | str:
            if not _same_listing(body, product_id):
                return "it names another listing"
            imported = whole_number(body.get("accounts_imported"))
            if imported is None or imported > len(accounts):
                return f"without a number from 0 to {len(accounts)} in `accounts_imported`"
            return Answer(
                AnswerClass.CONFIRMED,
                imported=imported,
                queued=whole_number(body.get("delivery_tasks_queued")),
            )

        # objects only: in lines of text a password that holds a separator would be cut
        payload = {"accounts": [{"username": a.username.reveal(), "password": a.password.reveal()} for a in accounts]}
        secrets = [secret for account in accounts for secret in (account.username, account.password)]
        expected = Expected(appended, evidence="accounts_imported")
        return self._post(_CHANGING["append"], payload, expected, secrets, about=product_id)

    def delete(self, product_id: str) -> Answer:
        """Delete a listing that was never sold."""

        def deleted(body: Body) -> Answer | str:
            if "success" not in body:
                return "nothing in it says that it was done"
            return Answer(AnswerClass.CONFIRMED)

        return self._post(_CHANGING["delete"], None, Expected(deleted), about=product_id)


def _created(body: Body) -> Answer | str:
    product_id = id_of(body.get("product_id"))
    if product_id is None or not is_id(product_id):
        return "without a `product_id` that can be used"
    return Answer(AnswerClass.CONFIRMED, product_id=product_id)


def _uploaded(body: Body) -> Answer | str:
    path = body.get("image_path")
    if not isinstance(path, str) or not path.strip() or not path.isprintable():
        return "without an `image_path` that can be used"
    return Answer(AnswerClass.CONFIRMED, image_path=path.strip())


def _same_listing(body: Body, product_id: str) -> bool:
    """Whether an answer is about a listing, as far as it says which one it is about."""
    return body.get("product_id") is None or str(body["product_id"]) == product_id
