"""One item of List Products to a Listing."""

from collections.abc import Callable
from typing import Final

from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import FIELDS, Kind, Value, decimal_text, integer, text
from catalogsync.model.listing import Listing
from catalogsync.model.secret import Secret

_PATH_NAMES: Final = ("path", "url", "image_path", "image")


def _images(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise ValueError("a list of images is due")
    return tuple(text(_path_of(image)) for image in raw)


def _path_of(image: object) -> object:
    if isinstance(image, dict):
        return next((image[name] for name in _PATH_NAMES if isinstance(image.get(name), str)), None)
    return image


_READERS: Final[dict[Kind, Callable[[object], Value]]] = {
    Kind.TEXT: text,
    Kind.DECIMAL: decimal_text,
    Kind.INTEGER: integer,
    Kind.LIST: _images,
}
_FIELDS: Final = tuple((name, _READERS[kind], kind in (Kind.DECIMAL, Kind.INTEGER)) for name, kind in FIELDS.items())


class ListingReader:
    """Makes Listings of items. Called once for each of many items, so it is kept lean.

    Args:
        what: what the list is, for errors.
        mask: hides secrets in what is quoted.
    """

    def __init__(self, what: str, mask: Mask) -> None:
        self._what = what
        self._mask = mask

    def read(self, item: Item) -> tuple[str, Listing]:
        """The id of a listing, and the listing. A field that is null, or a number that is "", is not shown.

        Raises:
            MarketplaceError: it has no id, or a field has a value that cannot be of its type.
        """
        product_id = id_of(item["product_id"])
        if product_id is None:
            raise MarketplaceError(f"{self._what} has an item whose product_id is neither a text nor a number")
        fields: dict[str, Value] = {}
        get = item.get
        for name, reader, is_number in _FIELDS:
            raw = get(name)
            if raw is None or (is_number and raw == ""):
                continue
            try:
                fields[name] = reader(raw)
            except ValueError as error:
                raise self._odd(product_id, name, str(error)) from None
        sales = get("sales_count")
        approval, created_at, category = get("approval_status"), get("created_at"), get("category_path")
        try:
            sold = None if sales is None or sales == "" else integer(sales)
        except ValueError as error:
            raise self._odd(product_id, "sales_count", str(error)) from None
        return product_id, Listing(
            product_id,
            fields,
            sold,
            approval if isinstance(approval, str) else None,
            created_at if isinstance(created_at, str) else None,
            category if isinstance(category, str) else None,
        )

    def _odd(self, product_id: str, field: str, due: str) -> MarketplaceError:
        return MarketplaceError(
            f"{self._what} shows a {field} for the listing {self._mask.quote(product_id, 60)} that has the wrong type:"
            f" {due}"
        )


def id_of(raw: object) -> str | None:
    """An id as JSON may give it, a text or a number; None if it is neither."""
    if isinstance(raw, str):
        return raw.strip() or None
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else None


def word_of(raw: object) -> str | None:
    """A word as it stands; None if there is none."""
    return raw.strip() or None if isinstance(raw, str) else None


def secret_of(raw: object) -> Secret | None:
    """A text or a number that is somebody's own affair; None if it is neither, or nothing stands there."""
    found = id_of(raw)
    return None if found is None else Secret(found)


def count_of(raw: object) -> int | None:
    """A number from 0, also as a text or as 2.0; None if it is anything else."""
    try:
        number = integer(raw)
    except ValueError:
        return None
    return number if number >= 0 else None


def amount_of(raw: object) -> str | None:
    """A decimal in plain notation, also of a number; None if it is none."""
    try:
        return decimal_text(raw)
    except ValueError:
        return None
