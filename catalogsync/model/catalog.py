"""The catalog: everything that was desired at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogsync.model.config import Config
from catalogsync.model.pool import AnyPool, Pool, opened
from catalogsync.model.problem import Problem
from catalogsync.model.product import Product


@dataclass(frozen=True, slots=True)
class Catalog:
    """A catalog that was read without an error.

    Attributes:
        root: its folder.
        config: `catalogsync.yaml`.
        products: by key.
        pools: by name.
        warnings: what is worth telling, but stops nothing.
    """

    root: Path
    config: Config
    products: Mapping[str, Product]
    pools: Mapping[str, AnyPool]
    warnings: tuple[Problem, ...] = ()

    def open_pools(self, names: Iterable[str] | None = None) -> Mapping[str, Pool]:
        """The pools whose accounts are needed: those of these names, or all.

        Raises:
            PoolSealed: one of them could not be opened here.
        """
        return {name: opened(self.pools[name]) for name in (self.pools if names is None else names)}
