"""YAML to products and pools and back: strict, with positions, every problem told.

What only those need who write a catalog, `edition` and `new_catalog`, is imported from there: a plan does without.
"""

from catalogsync.catalog.accounts_file import read_accounts
from catalogsync.catalog.images import CatalogImages
from catalogsync.catalog.lineage import write_lineage
from catalogsync.catalog.published import SCHEMA_NAMES, example_catalog, schema_text
from catalogsync.catalog.reading import CatalogReading, Reading, read_catalog, read_config

__all__ = [
    "SCHEMA_NAMES",
    "CatalogImages",
    "CatalogReading",
    "Reading",
    "example_catalog",
    "read_accounts",
    "read_catalog",
    "read_config",
    "schema_text",
    "write_lineage",
]
