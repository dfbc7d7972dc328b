"""Short ways to say what is desired, recorded and listed."""

from array import array
from collections.abc import Iterable, Mapping

from catalogsync.core.allocate import Stocktake
from catalogsync.core.decide import Facts, decide
from catalogsync.core.verdicts import Verdicts
from catalogsync.model.config import DriftPolicy
from catalogsync.model.fields import Value
from catalogsync.model.ledger import Ledger
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Selection
from catalogsync.model.problem import Place
from catalogsync.model.product import Delivery, Image, Lifecycle, OnRemove, Product
from catalogsync.model.state import Binding, Call, Keepsake, Op, State

FIELDS: Mapping[str, Value] = {
    "title": "A course",
    "category_id": "c-1",
    "description": "All about it.",
    "price": "9.99",
}


def product(
    key: str = "k",
    *,
    pool: str | None = None,
    pool_level: int | None = None,
    delivery: Delivery = "auto",
    lifecycle: Lifecycle | None = None,
    previous_key: str | None = None,
    images: tuple[Image, ...] = (),
    **fields: Value,
) -> Product:
    """A product with sensible fields."""
    refs: Mapping[str, Value] = {"images": tuple(image.ref for image in images)} if images else {}
    return Product(
        key,
        {**FIELDS, **refs, **fields},
        Place(f"products/{key}.yaml", 3, 1),
        images=images,
        pool=pool,
        pool_level=pool_level,
        delivery=delivery,
        lifecycle=lifecycle or Lifecycle(),
        previous_key=previous_key,
    )


def binding(
    key: str = "k",
    product_id: str = "p1",
    *,
    applied: Mapping[str, Value] | None = None,
    observed: Mapping[str, Value] | None = None,
    listed: bool = True,
    retired: str | None = None,
    stocked: bool = False,
    prevent_delete: bool = False,
    on_remove: OnRemove = "auto",
    pool: str | None = None,
) -> Binding:
    """A managed listing; without more words it was applied and seen as FIELDS say."""
    return Binding(
        key,
        "accplanet",
        product_id,
        FIELDS if applied is None else applied,
        FIELDS if observed is None else observed,
        listed=listed,
        retired=retired,
        stocked=stocked,
        keepsake=Keepsake(prevent_delete, on_remove, pool, f"products/{key}.yaml"),
    )


def listing(product_id: str = "p1", *, sales: int | None = 0, stock: int | None = 0, **fields: Value) -> Listing:
    """A listing that shows FIELDS, its stock and sales, and what is given besides."""
    shown = {"stock": stock} if stock is not None else {}
    return Listing(product_id, {**FIELDS, **shown, **fields}, sales=sales)


def listings(*shown: Listing) -> Listings:
    """A complete List."""
    return Listings({one.product_id: one for one in shown}, pages=1, scans=1)


def op(call: Call, key: str = "k", product_id: str | None = "p1", *, held: bool = False) -> Op:
    """An operation in doubt."""
    return Op(f"op-{call}-{key}", call, key, "accplanet", product_id, held=held)


def stocktake(pool: str, new: int, *, sent: int = 0, elsewhere: Mapping[int, str] | None = None) -> Stocktake:
    """A pool with so many accounts that were never sent."""
    return Stocktake(pool, array("Q", range(new)), sent=sent, elsewhere=elsewhere or {})


def decided(
    products: Iterable[Product] = (),
    bindings: Iterable[Binding] = (),
    shown: Iterable[Listing] = (),
    *,
    stocktakes: Iterable[Stocktake] = (),
    ops: Iterable[Op] = (),
    images: Mapping[str, str] | None = None,
    marked: Iterable[str] = (),
    ledger: Ledger | None = None,
    drift: DriftPolicy = "restore",
    selection: Selection | None = None,
) -> Verdicts:
    """What is decided about these."""
    state = State("lineage", serial=1)
    state.bindings = {one.key: one for one in bindings}
    state.ops = {one.id: one for one in ops}
    state.images = {"accplanet": dict(images or {})}
    state.marked_pools = set(marked)
    state.ledger = ledger or Ledger()
    return decide(
        Facts(
            products={one.key: one for one in products},
            stocktakes={one.pool: one for one in stocktakes},
            state=state,
            listings=listings(*shown),
            marketplace="accplanet",
            drift=drift,
            selection=selection or Selection(),
        )
    )
