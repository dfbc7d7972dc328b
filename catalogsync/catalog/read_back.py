"""What the strict reader makes of product files that are about to be written."""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogsync.catalog.defaults import Defaults
from catalogsync.catalog.files import Folder
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.products import ProductReader
from catalogsync.catalog.relations import Relations
from catalogsync.catalog.whereabouts import Whereabouts
from catalogsync.model.config import Config
from catalogsync.model.problem import Problem
from catalogsync.model.product import Product

AT_ONCE: Final = 1000
"""How many files are read together: products need more memory than their texts."""


def read_back(
    folder: Folder, config: Config, defaults: Sequence[str], files: Sequence[str]
) -> tuple[dict[str, Product], dict[str, list[Problem]]]:
    """Read some product files as if there were no others.

    Args:
        folder: the catalog's folder as it will be.
        config: its configuration as it will be.
        defaults: the `_defaults.yaml` files that count.
        files: what is read.

    Returns:
        By file: the products without an error, and what is wrong with the others.
    """
    problems = Problems()
    layers = Defaults(folder, defaults, problems)
    relations = Relations({}, frozenset(), problems, Whereabouts(folder, layers))
    reader = ProductReader(folder, config, layers, relations, problems)
    products = {product.place.file: product for product in reader.read(files).values()}
    wrong: dict[str, list[Problem]] = {}
    for problem in problems.sorted():
        wrong.setdefault(problem.place.file, []).append(problem)
    return products, wrong


def differing(product: Product, fields: Mapping[str, object]) -> list[str]:
    """The fields in which a product that was read is not what was to be written."""
    names = {*product.fields, *fields}
    return sorted(name for name in names if product.fields.get(name) != fields.get(name))
