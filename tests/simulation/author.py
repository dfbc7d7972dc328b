"""The catalog, and somebody who edits it between two runs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random

from catalogsync.model.fields import Value, normalize
from catalogsync.model.pool import Account, Pool
from catalogsync.model.problem import Place
from catalogsync.model.product import Image, Lifecycle, Product
from tests.harness.canary import password, username
from tests.simulation.trade import HSTOCK, Trade

PRICES = ("1.00", "9.99", "10.00")
TEXTS = ("plain", "<b>bold</b>", "<p>one</p>")


@dataclass(frozen=True, slots=True)
class Revision:
    """A catalog as it stood at one moment."""

    products: Mapping[str, Product]
    pools: Mapping[str, Pool]


class Author:
    """Writes a catalog, and edits it.

    Attributes:
        revisions: all that there were, oldest first.
    """

    def __init__(self, random: Random, most_accounts: int, trade: Trade | None = None) -> None:
        self._random = random
        self._most = most_accounts if trade is None else most_accounts + 6
        self._trade = trade
        self._names = 0
        self._sizes: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._gone: dict[str, Product] = {}
        products: dict[str, Product] = {}
        for _ in range(random.choice([1, 1, 2, 2, 3, 4])):
            product = self._product()
            products[product.key] = product
        self.revisions = [Revision(products, self._pools(products))]

    @property
    def newest(self) -> Revision:
        """The catalog as it stands."""
        return self.revisions[-1]

    @property
    def known(self) -> Collection[Product]:
        """The products as they stand."""
        return self.newest.products.values()

    def edit(self) -> str:
        """Change something. Gives back what."""
        products = dict(self.newest.products)
        key = self._random.choice(sorted(products))
        what = self._random.choice(["price", "description", "accounts", "accounts", "accounts", "remove", "return"])
        what = self._random.choice([what, what, what, "rename", "level", "new", "stock", "images"])
        if self._trade is not None and self._trade.flips and self._random.random() < 0.2:
            what = "delivery"
        product = products[key]
        if what in {"price", "description"}:
            value = self._random.choice(PRICES if what == "price" else TEXTS)
            products[key] = replace(product, fields={**product.fields, what: value})
        elif what == "accounts" and product.pool:
            self._sizes[product.pool] = min(self._most + 6, self._sizes[product.pool] + self._random.randint(1, 3))
        elif what == "remove" and len(products) > 1:
            self._gone[key] = products.pop(key)
        elif what == "return" and self._gone:
            key, back = self._gone.popitem()
            products[key] = back
        elif what == "rename":
            self._names += 1
            products[f"k{self._names}"] = replace(products.pop(key), key=f"k{self._names}", previous_key=key)
        elif what == "level" and product.pool:
            products[key] = replace(product, pool_level=self._random.choice([None, 1, 3]))
        elif what == "new" and len(products) < 4:
            product = self._product()
            products[product.key] = product
        elif what == "stock" and not product.pool:
            products[key] = replace(product, fields={**product.fields, "stock": self._random.randint(0, 9)})
        elif what == "delivery" and product.pool:
            products[key] = replace(product, delivery="auto" if product.delivery == "manual" else "manual")
        elif what == "images":
            products[key] = _with_image(product, self._random.choice(["a", "b"]))
        else:
            return "nothing"
        self.revisions.append(Revision(products, self._pools(products)))
        return f"{what} of {key}"

    def everything(self) -> Iterator[Account]:
        """Every account that was ever in the catalog."""
        return (account for name in self._sizes for account in self._pool(name))

    def _product(self) -> Product:
        self._names += 1
        key = f"k{self._names}"
        pool = None
        fields: dict[str, Value] = {
            "title": f"Course seat {self._random.choice(['A', key])}",
            "category_id": "c-1",
            "description": self._random.choice(TEXTS),
            "price": self._random.choice(PRICES),
        }
        if self._random.random() < 0.75:
            pool = f"pool-{key}"
            self._first[pool] = 100 * self._names
            self._sizes[pool] = self._random.randint(0, self._most)
        elif self._random.random() < 0.5:
            fields["stock"] = self._random.randint(0, 9)
        if self._random.random() < 0.2:
            fields["warranty_period_days"] = 30
        product = Product(
            key,
            {name: normalize(name, value) for name, value in fields.items()},
            Place(f"products/{key}.yaml", 1, 1),
            pool=pool,
            pool_level=self._random.choice([None, None, None, 2]) if pool else None,
            lifecycle=Lifecycle(on_remove=self._random.choice(["auto", "auto", "retire", "delete"])),
        )
        if self._trade is not None:
            product = self._ordered(product)
        return _with_image(product, "a") if self._random.random() < 0.1 else product

    def _ordered(self, product: Product) -> Product:
        """A product with ways out besides the pool that delivers by itself."""
        if not product.pool:
            return product
        marketplaces = {HSTOCK: f"h-{product.key}"} if self._random.random() < 0.7 else {}
        by_hand = self._random.random() < 0.5
        return replace(product, marketplaces=marketplaces, delivery="manual" if by_hand else "auto")

    def _pools(self, products: Mapping[str, Product]) -> dict[str, Pool]:
        return {product.pool: self._pool(product.pool) for product in products.values() if product.pool}

    def _pool(self, name: str) -> Pool:
        where = Place(f"pools/{name}.yaml", 1, 1)
        first = self._first[name]
        rows = ((username(number), password(number), where) for number in range(first, first + self._sizes[name]))
        return Pool(name, where, rows)


def _with_image(product: Product, name: str) -> Product:
    ref = f"images/{name}.png"
    image = Image(ref, sha256(ref.encode()).hexdigest())
    return replace(product, fields={**product.fields, "images": (ref,)}, images=(image,))
