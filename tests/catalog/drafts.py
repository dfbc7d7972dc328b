"""Drafts of products, and a catalog that they are added to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from catalogsync.catalog.edition import Edition
from catalogsync.model.catalog import Catalog
from catalogsync.model.fields import Value
from catalogsync.model.writing import Draft

CONFIG = (
    'version: 1\nmarketplaces:\n  mine: {type: accplanet, base_url: "https://market.example", api_key_env: MINE_KEY}\n'
)
FIELDS: dict[str, Value] = {
    "title": "Tea",
    "category_id": "65f0b2",
    "description": "Good for one year.",
    "price": "9.50",
    "min_quantity": 1,
    "status": "active",
}


def shop(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A catalog that has these files."""
    for name, text in {"catalogsync.yaml": CONFIG, **(files or {})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def draft(key: str, path: str = "Vouchers", without: Sequence[str] = (), **fields: Value) -> Draft:
    """A draft with some fields; the usual ones where none are given."""
    every = {**FIELDS, **fields}
    return Draft(key, {name: value for name, value in every.items() if name not in without}, path)


def add(root: Path, *drafts: Draft) -> tuple[dict[str, str], dict[tuple[str, str | None], str], Catalog]:
    """What is written for drafts, what is remarked, and the catalog that it comes to."""
    edition = Edition(root)
    remarks = {(remark.key, remark.field): remark.message for remark in edition.add(drafts)}
    catalog = edition.outcome()
    edition.save()
    return {change.name: change.after for change in edition.changes()}, remarks, catalog
