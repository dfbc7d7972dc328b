"""The script that a supplier would write in an hour: load the YAML, read page after page, compare with `==`.

It is the baseline of `plan`: requests, or httpx where that is not installed; one client, one page after the other. It
knows nothing of positions, of pools, of images, of what was applied before, or
of a list that changes while it is read; it believes `next`.
"""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

try:
    from requests import Session
except ImportError:
    from httpx import Client as Session  # type: ignore[assignment]  # used as the other one is

FIELDS = ("title", "category_id", "description", "price", "min_quantity", "status")


def load(root: Path) -> tuple[str, list[dict[str, Any]]]:
    """The marketplace's address, and every product under the defaults of its folders."""
    config = yaml.load((root / "catalogsync.yaml").read_bytes(), yaml.CSafeLoader)
    defaults = {
        path.parent: yaml.load(path.read_bytes(), yaml.CSafeLoader)
        for path in (root / "products").rglob("_defaults.yaml")
    }
    products = []
    for path in sorted((root / "products").rglob("*.yaml")):
        if path.name == "_defaults.yaml":
            continue
        product: dict[str, Any] = {}
        for folder in reversed(path.parents):
            product |= defaults.get(folder, {})
        product |= yaml.load(path.read_bytes(), yaml.CSafeLoader)
        product["category_id"] = config["categories"][product["category"]]
        products.append(product)
    return config["marketplaces"]["accplanet"]["base_url"], products


def listed(base_url: str) -> dict[str, dict[str, Any]]:
    """Every listing, by its title."""
    listings: dict[str, dict[str, Any]] = {}
    with Session() as client:
        client.headers["X-API-Key"] = os.environ["ACCPLANET_API_KEY"]
        page = 1
        while True:
            query = {"page": page, "page_size": 100}
            answer = client.get(f"{base_url}/products/api/supplier/products/", params=query, timeout=60)
            answer.raise_for_status()
            document = answer.json()
            listings |= {item["title"]: item for item in document["results"]}
            if not document["next"]:
                return listings
            page += 1


def plain(field: str, value: Any) -> Any:
    """A value as it can be compared."""
    if field == "price":
        return Decimal(str(value))
    return value.strip() if isinstance(value, str) else value


def main(root: Path) -> int:
    """Print what differs. Gives back the exit code."""
    base_url, products = load(root)
    listings = listed(base_url)
    differences = 0
    for product in products:
        listing = listings.get(product["title"], {})
        for field in FIELDS:
            if field in product and plain(field, product[field]) != plain(field, listing.get(field)):
                differences += 1
                print(f"{product['title']}: {field}")
    print(f"{differences} differences in {len(products)} products")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
