"""What managed listings show otherwise than the catalog says, to be taken over into the catalog."""

from collections.abc import Mapping

from catalogsync.core.compare import STOCK, desired_values, differences, without_ignored
from catalogsync.core.decide import renames
from catalogsync.core.match import SOURCE, source_of
from catalogsync.core.pasting import pasted
from catalogsync.core.select import fits
from catalogsync.model.errors import UsageError
from catalogsync.model.importing import Asked, LeftOut, Proposal, Taken
from catalogsync.model.listing import Listing
from catalogsync.model.plan import FieldChange
from catalogsync.model.product import Product
from catalogsync.model.state import Binding
from catalogsync.workflow.desk import Desk


class Takeover:
    """Managed listings whose values are to go into the catalog."""

    def __init__(
        self, desk: Desk, listings: Mapping[str, Listing], managed: Mapping[str, Binding], asked: Asked
    ) -> None:
        self._desk = desk
        self._listings = listings
        self._managed = managed
        self._asked = asked
        self._owners = {str(source_of(product)): key for key, product in desk.catalog.products.items()}
        self._uploaded = desk.state.images.get(desk.settings.name, {})
        former = renames(desk.catalog.products, desk.state, desk.settings.name)
        self._renamed = {old: new for new, old in former.items()}

    def proposal(self) -> Proposal:
        """Those that were named; with `accept` all of them, or those whose keys match."""
        asked = self._asked
        strangers = [one for one in asked.product_ids if one not in self._managed]
        if asked.accept and strangers:
            raise UsageError(
                f"{', '.join(strangers)} is not managed, so it has no drift to accept",
                f"`catalogsync import {pasted(strangers[0])}` takes it over as it is",
            )
        chosen = [self._managed[one] for one in asked.product_ids if one in self._managed]
        if asked.accept and not asked.product_ids:
            chosen = sorted(self._managed.values(), key=lambda binding: binding.key)
        if asked.only:
            chosen = [one for one in chosen if self._meant(one.key)]
        taken: list[Taken] = []
        unchanged: list[str] = []
        left_out: list[LeftOut] = []
        for binding in chosen:
            now = self._renamed.get(binding.key, binding.key)
            named = binding.product_id in asked.product_ids or not {binding.key, now}.isdisjoint(asked.only)
            product, shown = self._desk.catalog.products.get(now), self._listings.get(binding.product_id)
            if product is None or shown is None:
                if named:
                    left_out.append(_not_both_there(binding, product))
                continue
            changes, refused = self._changes(product, binding, shown, named=named)
            if now != binding.key:
                left_out += [_renamed(binding, product)] if named or changes or refused else []
                continue
            taken += (Taken(binding.key, binding.product_id, change) for change in changes)
            left_out += refused
            if not changes and not refused:
                unchanged.append(binding.key)
        return Proposal(asked, self._listings, taken=tuple(taken), unchanged=tuple(unchanged), left_out=tuple(left_out))

    def _meant(self, key: str) -> bool:
        """Whether a managed listing is among those that `only` asks for, by its key or the one that it gets now."""
        names = {key, self._renamed.get(key, key)}
        return any(fits(name, self._asked.only) for name in names)

    def _changes(
        self, product: Product, binding: Binding, shown: Listing, *, named: bool
    ) -> tuple[list[FieldChange], list[LeftOut]]:
        values = without_ignored(desired_values(product, self._uploaded), product)
        changes: list[FieldChange] = []
        refused: list[LeftOut] = []
        accept = self._asked.accept
        for one in differences(product, values, binding, shown):
            drifted = one.cause != "catalog"
            if (
                one.field == STOCK
                or one.field not in shown.fields
                or (accept and not (one.field in accept and drifted))
            ):
                continue
            if one.cause != "drift" and not named:
                why = (
                    "it was changed here too, and not applied yet. To give up your edit, name the listing: "
                    f"`catalogsync import --accept {one.field} {pasted(binding.product_id)}`"
                )
                refused.append(LeftOut(f"{product.key}: {one.field}", why))
                continue
            owner = (
                self._owners.setdefault(str(shown.fields[SOURCE]), product.key) if one.field == SOURCE else product.key
            )
            if owner != product.key:
                refused.append(LeftOut(f"{product.key}: {SOURCE}", f"the product {owner} has the same, and no two can"))
                continue
            changes.append(FieldChange(one.field, product.fields[one.field], shown.fields[one.field], one.cause))
        return changes, refused


def _not_both_there(binding: Binding, product: Product | None) -> LeftOut:
    if product is None:
        why = (
            f"it is managed as {binding.key}, whose file is gone; bring that back, or `catalogsync state rm "
            f"{binding.key}` and import again"
        )
        return LeftOut(binding.product_id, why)
    return LeftOut(binding.product_id, f"it is managed as {binding.key}, and the marketplace does not list it now")


def _renamed(binding: Binding, product: Product) -> LeftOut:
    why = (
        f"it is managed as {binding.key}, which {product.key} is called from the next apply on: "
        f"`catalogsync state mv {binding.key} {product.key}` does that now; then import it again"
    )
    return LeftOut(binding.product_id, why)
