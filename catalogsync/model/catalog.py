"""The catalog: everything that was desired at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogsync.model.config import Config
from catalogsync.model.pool import Pool
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
    pools: Mapping[str, Pool]
    warnings: tuple[Problem, ...] = ()
