"""A shop as it grew by hand: invented goods in several categories, with pictures, HTML, stock and sales."""

import random
from typing import Any, Final

import httpx

from catalogsync.catalog import example_catalog
from tests.harness.market import Market

CATEGORIES: Final = {
    "65f0b1": "Software > Licence keys",
    "65f0b2": "Software > Subscriptions",
    "65f0b3": "Vouchers > Tea and cake",
    "65f0b4": "Courses > Craft",
    "65f0b5": "Games > Keys",
    "65f0b6": "Storage",
}

_GOODS: Final = {
    "65f0b1": ("Marginalia", "Paperbird", "Inkwell Pro", "Fernwood Fonts", "Клякса", "Tabula"),
    "65f0b2": ("Streamwick", "Lumivale", "Tunefold", "Quillory", "ノートリーフ"),
    "65f0b3": ("Cloudberry Tea Room", "Harbour Café", "Teestube am Markt", "Bäckerei Morgenrot"),
    "65f0b4": ("Pottery for beginners", "Watercolour: landscapes", "Bookbinding", "Letterpress, a day"),
    "65f0b5": ("Moss & Lantern", "Tiny Railways 2", 'Deep "Blue" Garden', "Kite Season 🪁"),
    "65f0b6": ("Attic", "Pigeonhole"),
}
_SIZES: Final = {
    "65f0b1": ("1 year", "3 years", "for life", "5 devices", "team of 10"),
    "65f0b2": ("1 month", "3 months", "12 months", "family, 12 months"),
    "65f0b3": ("10", "25", "50", "100", "brunch for two"),
    "65f0b4": ("one seat", "two seats", "weekend", "gift certificate"),
    "65f0b5": ("key", "deluxe key", "soundtrack", "season pass"),
    "65f0b6": ("50 GB", "200 GB", "1 TB", "2 TB", "10 TB"),
}
_REGIONS: Final = ("", " (EU)", " (US)", " (Asia)")
_PROMISES: Final = (
    "You receive the code at once, by mail and on this page.",
    "Works in every country; no account is needed beforehand.",
    "Renews only if you say so.",
    "Need help? We answer within a day: 9:00 to 17:00.",
    "Not for resale & not refundable once redeemed.",
)


def fill(market: Market, count: int, seed: int = 1) -> None:
    """Make so many listings in a sandbox. A third have stock, some of these were sold; two fifths have a picture.

    Args:
        market: an empty sandbox.
        count: how many listings.
        seed: what prices, stock and the like are drawn from.
    """
    dice = random.Random(seed)
    market.configure(categories=CATEGORIES, envelope="results_count_next")
    pictures = _uploaded(market)
    market.post("/seed", {"products": [_listing(dice, number, pictures) for number in range(count)]})


def _listing(dice: random.Random, number: int, pictures: list[str]) -> dict[str, Any]:
    category = list(CATEGORIES)[number % len(CATEGORIES)]
    kind, names, sizes = number // len(CATEGORIES), _GOODS[category], _SIZES[category]
    region = _REGIONS[kind // len(names) // len(sizes) % len(_REGIONS)]
    title = f"{names[kind % len(names)]}, {sizes[kind // len(names) % len(sizes)]}{region}"
    points = dice.sample(_PROMISES, 3)
    listing: dict[str, Any] = {
        "title": title,
        "category_id": category,
        "description": f"<h3>{title.split(',')[0]}</h3>\n<p>{points[0]}</p>\n"
        f"<ul>\n<li>{points[1]}</li>\n<li>{points[2]}</li>\n</ul>",
        "price": f"{dice.randint(2, 120)}.{dice.choice(('00', '49', '90', '99'))}",
        "min_quantity": 1,
    }
    if number % 5 < 2:
        listing["images"] = dice.sample(pictures, dice.choice((1, 1, 2)))
    if number % 3 == 0:
        listing["accounts"] = dice.randint(3, 40)
        listing["sales_count"] = dice.choice((0, 0, dice.randint(1, 200)))
    return listing


def _uploaded(market: Market) -> list[str]:
    """Pictures at the marketplace, uploaded as a supplier's own script would."""
    with httpx.Client(base_url=market.base, headers={"X-API-Key": "sandbox"}, trust_env=False) as supplier:
        return [
            str(
                supplier.post(
                    "/products/api/supplier/upload-image/", files={"image": (path.name, path.read_bytes(), "image/png")}
                ).json()["image_path"]
            )
            for path in sorted((example_catalog() / "images").glob("*.png"))
        ]
