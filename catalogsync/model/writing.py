"""What is to be written into the catalog's files: edits of products, and drafts of new ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalogsync.model.fields import Value


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of a product that is to have another value.

    Attributes:
        key: the product.
        field: a name in `model.fields.FIELDS`.
        value: normalized; None takes the field out, so that it is no longer managed.
    """

    key: str
    field: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A product that is to be written for a listing.

    Attributes:
        key: its stable name, free in the catalog.
        fields: everything that is to be managed, normalized. `images` holds refs as a catalog writes them.
        category_path: the marketplace's words for the category, such as `Software > Keys`; empty if unknown.
    """

    key: str
    fields: Mapping[str, Value]
    category_path: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What could not be written as the marketplace shows it.

    Attributes:
        key: the product.
        field: the field that was left out; None if the whole product was.
        message: why, and what to do.
    """

    key: str
    field: str | None
    message: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the catalog, `name` being relative to it with `/`; `before` is None where it is new."""

    name: str
    before: str | None
    after: str
