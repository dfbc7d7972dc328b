"""Pages are found by their shape, whatever they are wrapped in; what is no page is refused with what came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.marketplaces.envelope import Envelope
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.secret import Secret

A, B = {"product_id": "a", "tags": [], "images": ["x"]}, {"product_id": 2, "facets": [{"id": 1}]}


def envelope() -> Envelope:
    return Envelope("product_id", "shop: the list of listings", Mask([Secret("canary-secret")]))


@pytest.mark.parametrize(
    ("document", "totals"),
    [
        ([A, B], set()),
        ({"results": [A, B], "count": 2, "next": None, "previous": None}, {2}),
        ({"products": [A, B], "total": 12, "page": 1, "page_size": 2}, {12}),
        ({"success": True, "data": {"items": [A, B], "pagination": {"total": 7, "total_pages": 4}}}, {7}),
        ({"success": True, "data": [A, B], "page": "1", "total": "12"}, {12}),
        ({"data": {"rows": [A, B], "facets": [{"id": 1}]}, "meta": {"total_count": 3, "last_page": 2}}, {3}),
        ({"items": [A, B], "has_more": True, "errors": []}, set()),
        ({"totalCount": 5, "sales_count": 9, "page_count": 9, "total_pages": 9, "list": [A, B]}, {5}),
        ({"orders": [A, B], "count": 2, "total": 8}, {2, 8}),
        ({"list": [A, B], "total": -1, "count": True, "total_items": "many", "num_found": 10**12}, set()),
        ({"list": [A, B], "total": 2.5}, set()),
    ],
)
def test_envelopes(document: object, totals: set[int]) -> None:
    page = envelope().open(document)
    assert page.items == [A, B]
    assert page.totals == totals


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"results": [], "count": 0},
        {"results": []},
        {"data": {"products": [], "facets": []}, "meta": {}},
        {"success": True, "data": {"items": [], "pagination": {"total": "0"}}},
        {"products": None, "total": 0},
        {"results": [], "filters": [{"name": "x"}], "total": 0},
        {"results": [], "sorts": ["x"]},
        {"results": [], "asked": {"product_id": None}},
    ],
)
def test_empty_first_pages(document: object) -> None:
    assert envelope().open(document).items == []


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "no list in it; what came is an empty object"),
        ({"success": True}, "an object of success (boolean)"),
        ({"success": True, "errors": []}, "no list in it"),
        ({"message": "down for maintenance"}, "an object of message (text)"),
        (None, "null"),
        (7, "number"),
        ("canary", "text"),
        ([1, 2], "an array of 2: number"),
        ([[A]], "an array of 1: array"),
        ([{"id": 1}], "its items have no product_id; what came is an array of 1, such as an object of id (number)"),
        ({"products": [{"id": 1}], "total": 0}, "its items have no product_id"),
        ({"products": [{"id": 1}], "errors": []}, "its items have no product_id"),
        ([A, {"id": 1}], "some of its items have no product_id"),
        ([A, None], "some of its items have no product_id"),
        ({"new": [A], "old": [B]}, "more than one array may be the list"),
        ({"data": {"new": [A]}, "old": [B]}, "more than one array may be the list"),
        ({"a": {"b": {"c": [A]}}}, "a (an object of b (an object of c (an array of 1: object)))"),
        ({"product_id": "a", "title": "x"}, "what has `product_id` in it stands in no array"),
        ({"product_id": "a", "images": []}, "what has `product_id` in it stands in no array"),
        ({"success": True, "data": {"product_id": "a", "tags": []}}, "stands in no array"),
        ({"products": {"a": {"product_id": "a"}}, "errors": [], "deleted": []}, "stands in no array"),
        ({"canary-secret": 1, "\x1b[31mkey": 2, "x" * 99: 3}, "*** (number), key (number), xxx"),
    ],
)
def test_what_is_no_page(document: object, why: str) -> None:
    with pytest.raises(MarketplaceError) as caught:
        envelope().open(document)
    assert why in caught.value.message
    assert caught.value.message.startswith("shop: the list of listings cannot be understood: ")
    assert "canary" not in caught.value.message


@pytest.mark.parametrize(
    ("document", "items"),
    [
        ({"data": {"items": [], "facets": [{"id": 1}]}}, []),
        ({"data": {"items": None}}, []),
        ({"data": {"items": [B], "more": []}}, [B]),
    ],
)
def test_later_pages_are_read_where_the_first_one_was(document: object, items: list[object]) -> None:
    opened = envelope()
    opened.open({"data": {"items": [A]}})
    assert opened.open(document).items == items


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"items": [], "more": [A]}},
        {"data": {"items": [B]}, "more": [A]},
        {"data": {"items": None, "more": [A]}},
    ],
)
def test_a_list_that_goes_on_in_another_place_is_not_understood(document: object) -> None:
    opened = envelope()
    opened.open({"data": {"items": [A]}})
    with pytest.raises(MarketplaceError, match="more than one array may be the list"):
        opened.open(document)


@pytest.mark.parametrize(
    "document",
    [[], [A], {}, {"data": {}}, {"data": None}, {"data": {"items": {}}}, {"success": True, "message": "busy"}],
)
def test_a_later_page_of_another_shape_is_not_an_empty_one(document: object) -> None:
    opened = envelope()
    opened.open({"data": {"items": [A]}})
    with pytest.raises(MarketplaceError, match="not where it was"):
        opened.open(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["product_id", "data", "items", "total", "count", "x"]), inner, max_size=5)
    ),
    max_leaves=30,
)


@given(JSON, JSON)
def test_any_json_is_a_page_or_an_error_that_says_what_came(first: object, second: object) -> None:
    opened = envelope()
    for document in (first, second):
        try:
            page = opened.open(document)
        except MarketplaceError as error:
            assert error.message.isprintable()  # noqa: PT017  # either outcome is right
        else:
            assert all("product_id" in item for item in page.items)
