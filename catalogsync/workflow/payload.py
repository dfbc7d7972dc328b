"""From a planned change to what is sent and recorded."""

import secrets

from catalogsync.core.alarm import baseline
from catalogsync.core.compare import IMAGES, STOCK, desired_values
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Change
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call, Keepsake, Op, State
from catalogsync.workflow.work import Work

CALLS = {
    Action.CREATE: Call.CREATE,
    Action.UPDATE: Call.UPDATE,
    Action.RETIRE: Call.RETIRE,
    Action.DELETE: Call.DELETE,
    Action.APPEND: Call.APPEND,
}


def payload(work: Work, change: Change) -> dict[str, Value]:
    """What is sent for a change: exactly the fields that the plan shows, as absolute values.

    Images are the paths that the marketplace gave them; they have been uploaded by now.
    """
    values = {field.field: field.after for field in change.fields if field.after is not None}
    product = work.desk.catalog.products.get(change.key)
    if IMAGES in values and product is not None:
        values[IMAGES] = desired_values(product, uploaded(work))[IMAGES]
    return values


def uploaded(work: Work) -> dict[str, str]:
    """The images that this marketplace has: sha256 to path."""
    return work.journal.state.images.get(work.desk.settings.name, {})


def operation(work: Work, change: Change, call: Call, fields: dict[str, Value]) -> Op:
    """The operation that a change begins with, ready to be recorded."""
    product = work.desk.catalog.products.get(change.key)
    binding = work.journal.state.bindings.get(change.key)
    product_id = None if call is Call.CREATE else (binding.product_id if binding else change.product_id)
    shown = work.listings.by_id.get(product_id or "")
    return Op(
        id=new_id(),
        call=call,
        key=change.key,
        marketplace=work.desk.settings.name,
        product_id=product_id,
        fields=fields,
        before={name: shown.fields[name] for name in fields if name in shown.fields} if shown else {},
        sales=shown.sales if shown and call is Call.DELETE else None,
        keepsake=keepsake_of(product) if product else (binding.keepsake if binding else Keepsake()),
        since=work.desk.timestamp(),
        run=work.journal.state.run.id if work.journal.state.run else "",
    )


def new_id() -> str:
    """An id for an operation, short enough to be typed."""
    return secrets.token_hex(5)


def keepsake_of(product: Product) -> Keepsake:
    """What the state remembers of a product."""
    return Keepsake(
        prevent_delete=product.lifecycle.prevent_delete,
        on_remove=product.lifecycle.on_remove,
        pool=product.pool,
        file=product.place.file,
    )


def binding_of(work: Work, product: Product, shown: Listing) -> Binding:
    """The binding of a product to a listing that was there before. What the listing shows counts as applied."""
    values = desired_values(product, uploaded(work))
    return Binding(
        key=product.key,
        marketplace=work.desk.settings.name,
        product_id=shown.product_id,
        applied={name: value for name, value in values.items() if name in shown.fields},
        observed={name: shown.fields[name] for name in values if name in shown.fields},
        applied_at=work.desk.timestamp(),
        run=work.journal.state.run.id if work.journal.state.run else "",
        listed=True,
        stocked=is_stocked(work.journal.state, work.desk.settings.name, shown),
        offset=offset_of(work.journal.state, work.desk.settings.name, product, shown),
        keepsake=keepsake_of(product),
    )


def is_stocked(state: State, marketplace: str, shown: Listing) -> bool:
    """Whether accounts may lie at a listing that is bound as it is: it shows some, or some were sent there before.

    How many of those it took was forgotten with its binding.
    """
    return not shown.untouched or state.ledger.count_at(f"{marketplace}/{shown.product_id}") > 0


def offset_of(state: State, marketplace: str, product: Product, shown: Listing) -> int | None:
    """What the ledger does not know of at a listing that is bound as it is; unknown where its stock is but a number."""
    known = state.ledger.count_for(marketplace, shown.product_id)
    return None if STOCK in product.fields else baseline(shown.stock, shown.sales, known)
