"""What needs no call: renames, adoptions, letting go, and what only the state remembers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalogsync.core.compare import STOCK, agreed, desired_values
from catalogsync.core.decide import renames
from catalogsync.core.select import selected
from catalogsync.model.events import Bound, Forgotten, Remembered, Renamed
from catalogsync.model.plan import Action, Change
from catalogsync.model.product import Product
from catalogsync.model.state import Binding
from catalogsync.workflow.payload import binding_of, keepsake_of, uploaded
from catalogsync.workflow.work import Work


def bind(work: Work, changes: Sequence[Change]) -> None:
    """Record what the plan does without a call, and what has come about by itself.

    Args:
        work: the apply.
        changes: those that forget, adopt or update.
    """
    products = work.desk.catalog.products
    _rename(work)
    forgotten = tuple(change.key for change in changes if change.action is Action.FORGET)
    if forgotten:
        work.journal.write(Forgotten(forgotten))
    adopted = tuple(
        binding_of(work, products[change.key], work.listings.by_id[change.product_id])
        for change in changes
        if change.product_id and change.key in products and change.key not in work.journal.state.bindings
    )
    if bindings := (*adopted, *_agreed(work)):
        work.journal.write(Bound(bindings))
    for change in changes:
        if change.action in {Action.FORGET, Action.ADOPT}:
            work.finish(change.key, "applied")
    remembered = {
        binding.key: keepsake_of(product)
        for product, binding in _managed(work)
        if binding.keepsake != keepsake_of(product)
    }
    if remembered:
        work.journal.write(Remembered(remembered))


def _rename(work: Work) -> None:
    """New names for listings, and for creations in doubt, so that a doubt goes with its product."""
    name, selection = work.desk.settings.name, work.desk.selection
    new_names = renames(work.desk.catalog.products, work.journal.state, name)
    renamed = {old: new for new, old in new_names.items() if selected(new, selection)}
    if renamed:
        work.journal.write(Renamed(renamed))


def _managed(work: Work) -> Iterator[tuple[Product, Binding]]:
    """The products that were asked about and have a listing."""
    for key, binding in work.journal.state.bindings.items():
        product = work.desk.catalog.products.get(key)
        if product is not None and selected(key, work.desk.selection):
            yield product, binding


def _agreed(work: Work) -> Iterator[Binding]:
    """Bindings of listings that came to show what the catalog says without our doing: that counts as applied.

    Else a later change would be measured against what was applied long ago. And a product that came back is on sale
    again, whoever saw to that.
    """
    on_their_way = {(change.key, field.field) for change in work.plan.changes for field in change.fields}
    for product, binding in _managed(work):
        shown = work.listings.by_id.get(binding.product_id)
        if shown is None:
            continue
        values = desired_values(product, uploaded(work))
        found = agreed(
            {name: values[name] for name in values.keys() - product.lifecycle.ignore_changes}, binding, shown
        )
        back = binding.retired is not None and (product.key, "status") not in on_their_way
        if found or back:
            seen = {name: value for name, value in found.items() if name != STOCK}
            yield replace(
                binding,
                applied={**binding.applied, **found},
                observed={**binding.observed, **seen},
                before={name: value for name, value in binding.before.items() if name not in found},
                retired=None if back else binding.retired,
            )
