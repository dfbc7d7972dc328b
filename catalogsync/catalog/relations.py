"""What must be so between products, and between products and pools."""

from collections import defaultdict
from collections.abc import Mapping, Set

from catalogsync.catalog.defaults import Layered
from catalogsync.catalog.documents import Path
from catalogsync.catalog.problems import Problems, shown, suggestion
from catalogsync.catalog.whereabouts import Whereabouts
from catalogsync.model.pool import AnyPool
from catalogsync.model.problem import Place
from catalogsync.model.product import Product


class Relations:
    """Takes products one by one and reports what clashes.

    Args:
        pools: the pools, by name.
        broken_pools: names of pools that could not be read; naming one of them is no further error.
        problems: where the problems go.
        whereabouts: of what was not just read.

    Attributes:
        incomplete: some products could not be read, so that nothing can be said of what is not there.
    """

    def __init__(
        self, pools: Mapping[str, AnyPool], broken_pools: Set[str], problems: Problems, whereabouts: Whereabouts
    ) -> None:
        self.incomplete = False
        self._pools = pools
        self._broken_pools = broken_pools
        self._problems = problems
        self._whereabouts = whereabouts
        self._taken: defaultdict[str, dict[str, Place]] = defaultdict(dict)
        self._mapped: dict[tuple[str, str], Product] = {}
        self._previous: list[tuple[str, str, Product]] = []

    def take(self, product: Product, source: Layered | None) -> None:
        """One more product; its fields may be incomplete where they were wrong.

        Args:
            product: the product.
            source: what it was made of; None: nobody has read its file in this run.
        """
        key = product.key
        if first := self._clash("key", key, product):
            self._tell(product, source, ("key",), "duplicate-product", f"there is a product `{key}` already", first)
        else:
            self._take_source_id(product, source)
        for name, product_id in product.marketplaces.items():
            path: Path = ("marketplaces", name, "product_id")
            before = self._mapped.setdefault((name, product_id), product)
            if before is not product:
                message = "another product has this id at that marketplace"
                first_mapped = self._whereabouts.place(before, path)
                self._tell(product, source, path, "duplicate-marketplace-id", message, first_mapped)
        if product.pool is not None:
            self._take_pool(product, product.pool, source)
        if product.previous_key is not None:
            path = ("previous_key",)
            if first := self._clash("previous key", product.previous_key, product):
                self._tell(product, source, path, "bad-previous-key", "another product was called that too", first)
            self._previous.append((key, product.previous_key, product))

    def finish(self) -> None:
        """Report what can be seen only when all products are there."""
        renamed = {key: previous for key, previous, _ in self._previous}
        for key, previous, product in self._previous:
            living = self._taken["key"].get(previous)
            if previous != key and renamed.get(previous) != key and living is None:
                continue
            place = self._whereabouts.place(product, ("previous_key",))
            if previous == key:
                hint = "leave it out"
                self._problems.error(place, "bad-previous-key", "this is the product's own key", hint)
            elif renamed.get(previous) == key:
                message = f"this and `{previous}` would swap their listings"
                self._problems.error(place, "bad-previous-key", message, "rename them one after the other")
            else:
                message = f"`{previous}` is the key of another product, in {living}"
                self._problems.error(place, "bad-previous-key", message, "a product that lives keeps its listing")
        for name, pool in self._pools.items():
            if name not in self._taken["pool"] and not self.incomplete:
                message = f"no product sells the pool `{name}`"
                self._problems.warning(pool.place, "pool-unused", message, "name it in a product: `pool:`")

    def _take_source_id(self, product: Product, source: Layered | None) -> None:
        # A product without a source_product_id sends its key as one.
        given = product.fields.get("source_product_id")
        if first := self._clash("source", str(given or product.key), product):
            message = "the same `source_product_id` is sent for another product"
            hint = None if given else "there it equals this product's key, which is sent where none is written"
            path: Path = ("source_product_id",) if given else ("key",)
            self._tell(product, source, path, "duplicate-source-id", message, first, hint)

    def _take_pool(self, product: Product, name: str, source: Layered | None) -> None:
        path = ("pool",)
        if first := self._clash("pool", name, product):
            hint = "an account is sold once: give each product a pool of its own"
            self._tell(product, source, path, "pool-shared", f"another product sells the pool `{name}`", first, hint)
        pool = self._pools.get(name)
        if pool is None:
            if name not in self._broken_pools:
                hint = suggestion(name, self._pools) or f"make it: pools/{name}.yaml"
                self._problems.error(
                    self._place(product, source, path), "unknown-pool", f"there is no pool `{shown(name)}`", hint
                )
            return
        least = product.fields.get("min_quantity")
        if product.delivery == "auto" and isinstance(least, int) and least > len(pool):
            message = f"buyers must take {least}, and the pool `{name}` holds {len(pool)}"
            place = self._place(product, source, ("min_quantity",))
            self._problems.warning(place, "min-quantity-above-pool", message)

    def _clash(self, kind: str, name: str, product: Product) -> Place | None:
        first = self._taken[kind].setdefault(name, product.place)
        return first if first is not product.place else None

    def _place(self, product: Product, source: Layered | None, path: Path) -> Place:
        return source.place(path) if source is not None else self._whereabouts.place(product, path)

    def _tell(
        self,
        product: Product,
        source: Layered | None,
        path: Path,
        code: str,
        message: str,
        first: Place,
        hint: str | None = None,
    ) -> None:
        self._problems.error(self._place(product, source, path), code, f"{message}, in {first}", hint)
