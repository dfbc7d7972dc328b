"""Where in the catalog stands what a safety rule or a warning is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from catalogsync.model.catalog import Catalog
from catalogsync.model.plan import Blocked, Notice
from catalogsync.model.problem import Place
from catalogsync.model.state import Binding

Told = TypeVar("Told", Blocked, Notice)

_FIELDS: Final = {"max_price_change": "price", "min_price": "price"}
"""Rules that are about one field: its line is what caused them, also where it stands in a `_defaults.yaml`."""


def located(told: Told, word: str, catalog: Catalog, bindings: Mapping[str, Binding]) -> Told:
    """The same rule or warning, with the file and the line that caused it; one that has a file keeps it.

    Args:
        told: a rule that blocks, or a warning.
        word: its rule or code.
        catalog: what is desired.
        bindings: the managed listings by key; they remember the file of a product that is gone.
    """
    if told.file is not None:
        return told
    place = _place(told.key, word, catalog, bindings)
    return told if place is None else replace(told, file=place.file, line=max(place.line, 1))


def _place(key: str | None, word: str, catalog: Catalog, bindings: Mapping[str, Binding]) -> Place | None:
    if key is None:
        return catalog.config.limit_places.get(word, catalog.config.place)
    product = catalog.products.get(key)
    if product is not None:
        return product.field_places.get(_FIELDS.get(word, ""), product.place)
    binding = bindings.get(key)
    return Place(binding.keepsake.file) if binding is not None and binding.keepsake.file else None
