"""YAML to products and pools and back: strict, with positions, every problem told."""

from catalogsync.catalog.accounts_file import read_accounts
from catalogsync.catalog.edition import Edition
from catalogsync.catalog.images import CatalogImages
from catalogsync.catalog.lineage import write_lineage
from catalogsync.catalog.new_catalog import new_files, new_marketplace, room_for, take_back, write_new
from catalogsync.catalog.published import SCHEMA_NAMES, example_catalog, schema_text
from catalogsync.catalog.reading import Reading, read_catalog, read_config

__all__ = [
    "SCHEMA_NAMES",
    "CatalogImages",
    "Edition",
    "Reading",
    "example_catalog",
    "new_files",
    "new_marketplace",
    "read_accounts",
    "read_catalog",
    "read_config",
    "room_for",
    "schema_text",
    "take_back",
    "write_lineage",
    "write_new",
]
