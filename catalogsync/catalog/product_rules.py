"""What must fit together within one product: lifecycle, delivery, further marketplaces."""

from collections.abc import Sequence

from catalogsync.catalog.defaults import Layered
from catalogsync.catalog.problems import Problems, shown, suggestion
from catalogsync.model.config import Config
from catalogsync.model.product import Lifecycle


def lifecycle(source: Layered, problems: Problems) -> Lifecycle:
    """What may happen to the listing over time."""
    entry = source.value["lifecycle"]
    if entry.get("prevent_delete") and entry.get("on_remove") == "delete":
        message = "`prevent_delete: true` and `on_remove: delete` contradict each other"
        problems.error(source.place(("lifecycle", "on_remove")), "lifecycle-contradiction", message, "keep one of them")
    ignored = entry.get("ignore_changes", ())
    return Lifecycle(
        ignore_changes=frozenset("category_id" if name == "category" else name for name in ignored),
        prevent_delete=entry.get("prevent_delete", False),
        on_remove=entry.get("on_remove", "auto"),
    )


def check_delivery(source: Layered, problems: Problems) -> None:
    """Pool, stock and delivery must go together."""
    value = source.value
    automatic = value.get("delivery", "auto") == "auto"
    if "stock" in value and "pool" in value and automatic:
        hint = "leave out `stock`, or say `delivery: manual`"
        problems.error(source.place(("stock",)), "stock-and-pool", "a pool counts its own stock", hint)
    if "pool_level" in value and not ("pool" in value and automatic):
        message = "`pool_level` is of use only with a `pool` and `delivery: auto`"
        problems.error(source.place(("pool_level",)), "pool-level-without-pool", message, "leave it out")


def marketplaces(source: Layered, config: Config | None, problems: Problems) -> dict[str, str]:
    """The product's ids at further marketplaces, by the marketplaces' names."""
    ids: dict[str, str] = {}
    for name, entry in source.value["marketplaces"].items():
        ids[name] = entry.get("product_id", "").strip()
        path = ("marketplaces", name)
        if not ids[name] and "product_id" in entry:
            problems.error(source.place((*path, "product_id")), "empty-text", "this text is blank")
        if config is None:
            continue
        served = [other for other, known in config.marketplaces.items() if known.type == "hstockplus"]
        if name not in config.marketplaces:
            message = f"there is no marketplace `{shown(name)}` in catalogsync.yaml"
            hint = suggestion(name, served) or _choice(served)
            problems.error(source.place(path), "unknown-marketplace", message, hint)
        elif name not in served:
            message = f"`{name}` is not of type hstockplus, and only those are named here"
            hint = suggestion(name, served) or f"leave it out: `delivery: manual` is for the orders at `{name}`"
            problems.error(source.place(path), "unknown-marketplace", message, hint)
    return ids


def check_ways_out(source: Layered, problems: Problems) -> None:
    """Where a product is sold at further marketplaces, something must be left for the orders there."""
    value = source.value
    names = ", ".join(f"`{shown(name)}`" for name in sorted(value["marketplaces"]))
    if not names:
        return
    if "pool" not in value:
        message = f"the product has no pool that orders at {names} could be filled from"
        hint = "name one: `pool:`; else you deliver these orders by hand"
        problems.warning(source.place(("marketplaces",)), "mapping-without-pool", message, hint)
    elif value.get("delivery", "auto") == "auto" and "pool_level" not in value:
        message = f"the listing takes all accounts of the pool, and none is left for orders at {names}"
        hint = "say with `pool_level` how many it may have at most, or `delivery: manual`"
        problems.warning(source.place(("marketplaces",)), "nothing-left-for-orders", message, hint)


def _choice(served: Sequence[str]) -> str:
    """Which marketplaces can be named."""
    if not served:
        return "it has none of type hstockplus; name it there first"
    return f"name {' or '.join(f'`{shown(name)}`' for name in served[:3])}"
