"""One item of a list to a Listing: types as marketplaces send them, and refusals that name listing and field."""

import pytest

from catalogsync.marketplaces.items import ListingReader
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.listing import Listing

READER = ListingReader("shop: the list of listings", Mask())


def read(**item: object) -> Listing:
    product_id, listing = READER.read({"product_id": "p1"} | item)
    assert listing.product_id == product_id
    return listing


def test_a_listing_as_the_documentation_shows_it() -> None:
    listing = read(
        category_id="c1",
        title=" A seat ",
        description="<p>One\r\nseat.</p>",
        price="99.9",
        stock=100,
        min_quantity="1",
        sales_count="50",
        rating="4.50",
        status="active",
        approval_status="approved",
        images=["/media/a.webp"],
        category_path="Parent > Sub",
        parent_category_id=None,
        tags=[],
        created_at="2024-03-01T12:00:00Z",
        updated_at="2024-03-01T12:00:00Z",
    )
    assert listing == Listing(
        "p1",
        {
            "category_id": "c1",
            "title": "A seat",
            "description": "<p>One\nseat.</p>",
            "price": "99.90",
            "stock": 100,
            "min_quantity": 1,
            "status": "active",
            "images": ("/media/a.webp",),
        },
        sales=50,
        approval="approved",
        created_at="2024-03-01T12:00:00Z",
        category_path="Parent > Sub",
    )


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("category_id", 65, "65"),
        ("price", 9.9, "9.90"),
        ("price", 9, "9.00"),
        ("price", "9.9000", "9.90"),
        ("stock", "7", 7),
        ("stock", 7.0, 7),
        ("stock", 0, 0),
        ("warranty_period_days", "2", 2),
        ("images", [], ()),
        ("images", [{"path": "/a"}, {"id": 1, "url": "/b"}, "/c"], ("/a", "/b", "/c")),
        ("title", "", ""),
        ("supplier_name", "Somebody", "Somebody"),
        ("source_product_id", 12, "12"),
        ("source_product_url", "https://example.com/1", "https://example.com/1"),
    ],
)
def test_fields(field: str, raw: object, value: object) -> None:
    assert read(**{field: raw}).fields == {field: value}


@pytest.mark.parametrize("field", ["title", "price", "stock", "images", "warranty_period_days", "source_product_id"])
def test_null_is_not_shown(field: str) -> None:
    assert read(**{field: None}).fields == {}


@pytest.mark.parametrize("field", ["price", "stock", "min_quantity", "warranty_period_days"])
def test_an_empty_text_is_no_number_and_not_shown(field: str) -> None:
    assert read(**{field: ""}).fields == {}


def test_what_is_not_shown() -> None:
    listing = read(sales_count=None, approval_status=None, created_at=None)
    assert (listing.fields, listing.sales, listing.approval, listing.created_at) == ({}, None, None, None)
    assert read(sales_count="").sales is None
    assert read(sales_count=0).sales == 0


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("price", "9,99"),
        ("price", "free"),
        ("price", True),
        ("price", {"amount": 9}),
        ("stock", "plenty"),
        ("stock", 1.5),
        ("stock", []),
        ("sales_count", "some"),
        ("sales_count", {}),
        ("title", ["A"]),
        ("status", True),
        ("images", "/a"),
        ("images", [None]),
        ("images", [{"id": 1}]),
    ],
)
def test_a_value_that_cannot_be_is_refused(field: str, raw: object) -> None:
    with pytest.raises(MarketplaceError) as caught:
        read(**{field: raw})
    assert f"shows a {field} for the listing p1" in caught.value.message


@pytest.mark.parametrize("raw", [None, "", "  ", True, 1.5, [], {}])
def test_an_id_that_is_none_is_refused(raw: object) -> None:
    with pytest.raises(MarketplaceError, match="product_id"):
        READER.read({"product_id": raw})


def test_a_number_may_be_an_id() -> None:
    assert READER.read({"product_id": 42})[0] == "42"
