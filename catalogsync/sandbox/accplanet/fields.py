"""What AccPlanet demands of a product's fields in create and update, and what it makes of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import nh3
import orjson

from catalogsync.sandbox.settings import Settings

REQUIRED = ("category_id", "title", "description", "price")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,30})?")
_MOST = 2**53


class FieldErrors(Exception):
    """What is wrong, by field."""

    def __init__(self, by_field: Mapping[str, list[str]]) -> None:
        super().__init__(", ".join(by_field))
        self.by_field = by_field


@dataclass(frozen=True, slots=True)
class Rules:
    """What a check needs to know beside the value.

    Attributes:
        settings: those of the call.
        image_exists: whether a path is one that was uploaded.
    """

    settings: Settings
    image_exists: Callable[[str], bool]


def cents(text: str) -> int:
    """A price as a whole number of cents, rounded half up.

    Raises:
        ValueError: the text is no decimal that is zero or more.
    """
    if not _PRICE.fullmatch(text):
        raise ValueError("A valid number is required.")
    return int(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


def short_text(most: int | None = None) -> "Check":
    """A check for a text that is not blank, of so many characters at most."""

    def check(value: object, _rules: Rules) -> str:
        if not isinstance(value, str):
            raise ValueError("Not a valid string.")
        text = value.strip()
        if not text:
            raise ValueError("This field may not be blank.")
        if most is not None and len(text) > most:
            raise ValueError(f"Ensure this field has no more than {most} characters.")
        return text

    return check


def _optional_text(most: int) -> "Check":
    required = short_text(most)

    def check(value: object, rules: Rules) -> object:
        return None if value is None or value == "" else required(value, rules)

    return check


def _whole(least: int) -> "Check":
    def check(value: object, _rules: Rules) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("A valid integer is required.")
        if not least <= value <= _MOST:
            raise ValueError(f"Ensure this value is greater than or equal to {least}.")
        return value

    return check


def _category(value: object, rules: Rules) -> object:
    category = short_text(200)(value, rules)
    if rules.settings.unknown_category == "refuse" and category not in rules.settings.categories:
        raise ValueError("Category not found.")
    return category


def cleaned_html(value: object, rules: Rules) -> object:
    """HTML without what could do harm, unless the settings keep it as it was sent.

    Raises:
        ValueError: nothing is left of it.
    """
    text = short_text()(value, rules)
    if rules.settings.description_style == "as_sent":
        return value
    cleaned = nh3.clean(str(text))
    if not cleaned.strip():
        raise ValueError("This field may not be blank.")
    return cleaned


def _price(value: object, _rules: Rules) -> int:
    if not isinstance(value, str):
        raise ValueError("Send the price as a string.")
    return cents(value)


def _images(value: object, rules: Rules) -> str:
    if not isinstance(value, list) or not all(isinstance(path, str) for path in value):
        raise ValueError("Expected a list of strings.")
    for number, path in enumerate(value, 1):
        if not path.startswith(("http://", "https://")) and not rules.image_exists(path):
            raise ValueError(f"Image {number} was not uploaded.")
    return orjson.dumps(value).decode()


Check = Callable[[object, Rules], object]

_CHECKS: dict[str, tuple[str, Check]] = {
    "category_id": ("category_id", _category),
    "title": ("title", short_text()),
    "description": ("description", cleaned_html),
    "price": ("price_cents", _price),
    "supplier_name": ("supplier_name", _optional_text(200)),
    "stock": ("stock", _whole(0)),
    "min_quantity": ("min_quantity", _whole(1)),
    "images": ("images", _images),
    "source_product_id": ("source_product_id", _optional_text(200)),
    "source_product_url": ("source_product_url", _optional_text(2000)),
    "warranty_period_days": ("warranty_period_days", _whole(0)),
    "status": ("status", short_text(50)),
}
_NOT_COLUMNS = {"accounts", "accounts_text", "product_id", "key", "apikey"}


def check_fields(body: Mapping[str, object], rules: Rules, *, creating: bool) -> dict[str, object]:
    """The columns that a body of create or update sets.

    Raises:
        FieldErrors: at least one field is missing or wrong.
    """
    columns: dict[str, object] = {}
    errors: dict[str, list[str]] = {}
    if creating:
        errors = {name: ["This field is required."] for name in REQUIRED if name not in body}
    for name, value in body.items():
        if name in _CHECKS:
            column, check = _CHECKS[name]
            try:
                columns[column] = check(value, rules)
            except ValueError as error:
                errors[name] = [str(error)]
        elif name not in _NOT_COLUMNS and rules.settings.unknown_fields == "refuse":
            errors[name] = ["Unknown field."]
    if errors:
        raise FieldErrors(errors)
    return columns
