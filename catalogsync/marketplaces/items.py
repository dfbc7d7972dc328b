"""One item of List Products to a Listing."""

from collections.abc import Callable
from sys import intern
from typing import Final

from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import FIELDS, Kind, Value, decimal_text, integer, text
from catalogsync.model.listing import Listing
from catalogsync.model.row import Row
from catalogsync.model.secret import Secret

_PATH_NAMES: Final = ("path", "url", "image_path", "image")
_TOO_LARGE: Final = 10**18
"""From here on a whole number is looked at closely."""


def _text(raw: object) -> str:
    # Most texts come in the form in which they are compared; what does not is put into it.
    return intern(raw.strip() if type(raw) is str and "\r" not in raw else text(raw))


def _decimal(raw: object) -> str | None:
    return None if raw == "" else intern(decimal_text(raw))


def _integer(raw: object) -> int | None:
    if type(raw) is int and -_TOO_LARGE < raw < _TOO_LARGE:
        return raw
    return None if raw == "" else integer(raw)


def _images(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise ValueError("a list of images is due")
    return tuple([_text(image if type(image) is str else _path_of(image)) for image in raw])


def _path_of(image: object) -> object:
    if isinstance(image, dict):
        return next((image[name] for name in _PATH_NAMES if isinstance(image.get(name), str)), None)
    return image


_READERS: Final[dict[Kind, Callable[[object], Value | None]]] = {
    Kind.TEXT: _text,
    Kind.DECIMAL: _decimal,
    Kind.INTEGER: _integer,
    Kind.LIST: _images,
}
_FIELDS: Final = tuple((name, _READERS[kind]) for name, kind in FIELDS.items())


class ListingReader:
    """Makes Listings of items. Called once for each of many items, so it is kept lean.

    Equal texts of many listings become one object, so that they lie in memory once and compare at a glance.

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
        product_id = intern(product_id)
        names: list[str] = []
        values: list[Value] = []
        get = item.get
        name = ""
        try:
            for name, reader in _FIELDS:
                raw = get(name)
                if raw is None:
                    continue
                value = reader(raw)
                if value is not None:
                    names.append(name)
                    values.append(value)
            name = "sales_count"
            sales = get(name)
            sold = None if sales is None else _integer(sales)
        except ValueError as error:
            raise self._odd(product_id, name, str(error)) from None
        return product_id, Listing(
            product_id,
            Row(tuple(names), values),
            sold,
            _as_it_stands(get("approval_status")),
            _as_it_stands(get("created_at")),
            _as_it_stands(get("category_path")),
        )

    def _odd(self, product_id: str, field: str, due: str) -> MarketplaceError:
        return MarketplaceError(
            f"{self._what} shows a {field} for the listing {self._mask.quote(product_id, 60)} that has the wrong type:"
            f" {due}"
        )


def _as_it_stands(raw: object) -> str | None:
    return intern(raw) if type(raw) is str else None


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
