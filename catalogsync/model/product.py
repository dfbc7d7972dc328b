"""What the catalog wants: products and their images."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from catalogsync.model.fields import Value
from catalogsync.model.problem import Place

OnRemove = Literal["auto", "delete", "retire", "keep"]
Delivery = Literal["auto", "manual"]

KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
"""What a product may be called."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What may happen to a listing over time, as in Terraform."""

    ignore_changes: frozenset[str] = frozenset()
    prevent_delete: bool = False
    on_remove: OnRemove = "auto"


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a product.

    Attributes:
        ref: as the catalog writes it: a path in the catalog, `/media/…` or `https://…`.
        sha256: hex digest of the file's bytes; None where `ref` is an address and nothing is uploaded.
    """

    ref: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the catalog describes it, defaults merged and names resolved.

    Attributes:
        key: its stable name.
        fields: the managed fields, normalized (model.fields); `images` holds the refs. A field that is not
            there is not managed. `stock` is there only where the catalog may send it.
        images: one Image per entry of `fields["images"]`, in order.
        pool: the pool it sells, or None.
        delivery: `auto`: the pool is appended to the listing; `manual`: orders are filled from it.
        pool_level: with `auto`, how many unsold accounts may lie at the marketplace; None: all.
        marketplaces: ids of this product at further marketplaces, by the marketplace's name in the config.
        place: where the document stands.
        field_places: where each field of `fields` is written (in the product or in a `_defaults.yaml`).
    """

    key: str
    fields: Mapping[str, Value]
    place: Place
    images: tuple[Image, ...] = ()
    pool: str | None = None
    delivery: Delivery = "auto"
    pool_level: int | None = None
    marketplaces: Mapping[str, str] = field(default_factory=dict)
    lifecycle: Lifecycle = Lifecycle()
    previous_key: str | None = None
    field_places: Mapping[str, Place] = field(default_factory=dict)
