"""Looking for drift: every managed listing against what was last applied."""

from collections.abc import Iterator, Mapping

from catalogsync.core.compare import unseen
from catalogsync.core.decide import renames
from catalogsync.core.drift import drifted_fields, off_sale
from catalogsync.core.duplicates import duplicates
from catalogsync.core.select import selected
from catalogsync.core.sequence import creations
from catalogsync.model.drift import Drift, ListingDrift
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Ground, Notice
from catalogsync.model.state import Binding, Call
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.drawing_up import bindings_at, doubt_notice
from catalogsync.workflow.planning import read_listings, require_whole_state


def find_drift(desk: Desk) -> Drift:
    """Read the marketplace, and compare it with what was last applied.

    The catalog only says where products stand, how they are called by now, and which fields they leave to the
    marketplace. One without products will do.

    Raises:
        StateError: the state knows listings at a marketplace that the catalog does not name, or is half recovered.
        MarketplaceError: the listings could not be read, or were not proven complete.
    """
    require_whole_state(desk)
    listed = read_listings(desk).by_id
    desk.observer.stage("Comparing")
    called = {old: new for new, old in renames(desk.catalog.products, desk.state, desk.settings.name).items()}
    bindings = {called.get(binding.key, binding.key): binding for binding in bindings_at(desk)}
    asked = {key: binding for key, binding in sorted(bindings.items()) if selected(key, desk.selection)}
    deleting = {op.key for op in desk.state.ops.values() if op.call is Call.DELETE}
    found = [
        one
        for key, binding in asked.items()
        if binding.key not in deleting and (one := _drift(desk, key, binding, listed.get(binding.product_id)))
    ]
    bound = {binding.product_id for binding in bindings.values()}
    return Drift(
        tool_version=desk.version,
        created_at=desk.timestamp(),
        marketplace=desk.settings.name,
        ground=Ground(desk.state.lineage, desk.state.serial) if desk.journal else None,
        selection=desk.selection,
        policy=desk.catalog.config.drift,
        listings=tuple(found),
        in_step=len(asked) - len(found),
        unmanaged=len(listed.keys() - bound),
        warnings=(*desk.remarks, *_seen_besides(desk, asked, listed, bound)),
    )


def _drift(desk: Desk, key: str, binding: Binding, shown: Listing | None) -> ListingDrift | None:
    product = desk.catalog.products.get(key)
    file, line = (product.place.file, product.place.line) if product else (binding.keepsake.file, None)
    if shown is None:
        return ListingDrift(key, binding.product_id, "gone", file, line) if binding.listed else None
    fields = tuple(drifted_fields(binding, shown, _left_alone(desk, key, binding)))
    return ListingDrift(key, binding.product_id, "changed", file, line, fields) if fields else None


def _left_alone(desk: Desk, key: str, binding: Binding) -> set[str]:
    """Fields that are the marketplace's, or of which nobody knows yet what a call of ours did to them."""
    product = desk.catalog.products.get(key)
    ignored = set(product.lifecycle.ignore_changes) if product else set()
    for op in desk.state.ops.values():
        if op.key == binding.key and op.order is None:
            ignored |= op.fields.keys()
    return ignored


def _seen_besides(
    desk: Desk, asked: Mapping[str, Binding], listed: Mapping[str, Listing], bound: set[str]
) -> Iterator[Notice]:
    """What is no drift, and worth a look all the same."""
    for op in desk.state.ops.values():
        if op.marketplace == desk.settings.name:
            yield doubt_notice(op)
    for key, binding in asked.items():
        shown = listed.get(binding.product_id)
        if shown is None:
            if not binding.listed:
                yield Notice("not-listed-yet", key, f"listing {binding.product_id} was created but is not listed yet")
            continue
        left_alone = _left_alone(desk, key, binding)
        values = {name: value for name, value in binding.applied.items() if name not in left_alone}
        if late := unseen(values, binding, shown):
            yield Notice("not-shown", key, f"applied, but the listing does not show it: {', '.join(late)}")
        if off_sale(binding, shown, desk.settings.retired_status) and "status" not in left_alone:
            told = f"it shows status {desk.settings.retired_status}, of which your catalog never said anything"
            yield Notice("off-sale", key, f"{told}; `status: active` in its file puts it on sale")
    yield from duplicates(asked, listed, bound, creations(desk.state, desk.settings.name))
