"""Whose listing is whose, by evidence: every row of what is and what is not enough."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from catalogsync.core.recognise import recognise
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.problem import Place
from catalogsync.model.product import Image, Product
from catalogsync.model.recovery import Evidence, Recognition

HERE = Place("products/p.yaml", 1, 1)


def product(key: str, title: str = "Title", *, image: str = "", previous_key: str | None = None) -> Product:
    images = (Image(image, None if image.startswith("/") else sha256(image.encode()).hexdigest()),) if image else ()
    fields: dict[str, Value] = {"title": title, "category_id": "c-1"}
    if images:
        fields["images"] = (image,)
    return Product(key, fields, HERE, images=images, previous_key=previous_key)


def listing(product_id: str, title: str = "Title", **fields: Value) -> Listing:
    return Listing(product_id, {"title": title, "category_id": "c-1", **fields})


def told(
    products: Iterable[Product],
    listings: Iterable[Listing],
    orders: Iterable[Order] = (),
    bound: dict[str, str] | None = None,
    uploaded: dict[str, str] | None = None,
) -> Recognition:
    evidence = Evidence(Listings({one.product_id: one for one in listings}), tuple(orders))
    return recognise({one.key: one for one in products}, bound or {}, evidence, uploaded or {})


def unclear(found: Recognition) -> dict[str, tuple[str, ...]]:
    return {one.key: one.product_ids for one in found.unclear}


def test_a_source_that_is_shown_decides_whatever_the_title() -> None:
    found = told([product("a"), product("b")], [listing("p1", "Another", source_product_id="a"), listing("p2")])
    assert (found.found, found.by) == ({"a": "p1"}, {"a": "source_product_id"})
    assert unclear(found) == {"b": ("p2",)}


def test_an_orders_snapshot_tells_the_source_as_well() -> None:
    orders = [Order("o1", "p2", source_product_id="a"), Order("o2", "p2", source_product_id="a"), Order("o3", "p1")]
    found = told([product("a"), product("b")], [listing("p1"), listing("p2")], orders)
    assert found.found == {"a": "p2"}
    assert unclear(found) == {"b": ("p1",)}


def test_snapshots_that_contradict_one_another_tell_nothing() -> None:
    orders = [Order("o1", "p1", source_product_id="a"), Order("o2", "p1", source_product_id="b")]
    found = told([product("a", "One"), product("b", "Two")], [listing("p1", "One")], orders)
    assert (found.found, found.by, found.missing) == ({"a": "p1"}, {"a": "title and category"}, ("b",))


def test_a_product_that_was_renamed_is_found_by_the_key_that_it_had() -> None:
    found = told([product("new", previous_key="old")], [listing("p1", "Other", source_product_id="old")])
    assert found.found == {"new": "p1"}


def test_but_not_if_it_has_a_source_of_its_own() -> None:
    wanted = product("new", previous_key="old")
    wanted = replace(wanted, fields={**wanted.fields, "source_product_id": "mine"})
    found = told([wanted], [listing("p1", "Other", source_product_id="old")])
    assert (found.found, found.missing) == ({}, ("new",))


def test_one_source_at_two_listings_or_of_two_products_is_unclear() -> None:
    found = told([product("a")], [listing("p1", source_product_id="a"), listing("p2", source_product_id="a")])
    assert unclear(found) == {"a": ("p1", "p2")}
    twins = [product("a"), product("b", previous_key="a")]
    found = told(twins, [listing("p1", source_product_id="a")])
    assert unclear(found) == {"a": ("p1",), "b": ("p1",)}


def test_a_title_counts_if_nothing_else_has_it() -> None:
    found = told([product("a"), product("b", "Another")], [listing("p1"), listing("p2", "Third")])
    assert (found.found, found.missing, found.unmanaged) == ({"a": "p1"}, ("b",), 1)


def test_a_title_in_another_category_tells_nothing() -> None:
    found = told([product("a")], [listing("p1", category_id="c-2")])
    assert (found.found, found.missing) == ({}, ("a",))


def test_what_is_unclear_is_neither_missing_nor_gone() -> None:
    for bound in ({}, {"a": "gone"}):
        found = told([product("a")], [listing("p1"), listing("p2")], bound=bound)
        assert (unclear(found), found.missing, found.gone) == ({"a": ("p1", "p2")}, (), ())


def test_a_title_that_two_have_is_unclear() -> None:
    assert unclear(told([product("a")], [listing("p1"), listing("p2")])) == {"a": ("p1", "p2")}
    assert unclear(told([product("a"), product("b")], [listing("p1")])) == {"a": ("p1",), "b": ("p1",)}


def test_a_title_that_a_known_listing_has_too_is_unclear() -> None:
    found = told([product("a"), product("b")], [listing("p1"), listing("p2")], bound={"a": "p1"})
    assert (set(found.kept), unclear(found)) == ({"a"}, {"b": ("p2",)})
    assert found.found == {}


def test_a_listing_of_another_catalog_is_not_taken() -> None:
    found = told([product("a")], [listing("p1", source_product_id="stranger")])
    assert (found.found, unclear(found)) == ({}, {"a": ("p1",)})


def test_images_tell_those_of_one_title_apart() -> None:
    sha = sha256(b"two.png").hexdigest()
    products = [product("a", image="/media/one.png"), product("b", image="two.png"), product("c", image="three.png")]
    listings = [
        listing("p1", images=("/media/one.png",)),
        listing("p2", images=("/media/2.png",)),
        listing("p3", images=("/media/3.png",)),
    ]
    found = told(products, listings, uploaded={sha: "/media/2.png"})
    assert found.found == {"a": "p1", "b": "p2"}
    assert set(found.by.values()) == {"title, category and images"}
    assert "c" in unclear(found)


def test_the_same_image_under_another_title_does_not_matter() -> None:
    products = [product("a", image="/media/one.png"), product("b"), product("c", "Other", image="/media/one.png")]
    found = told(products, [listing("p1", images=("/media/one.png",)), listing("p2")])
    assert found.found == {"a": "p1"}


def test_one_image_of_two_products_tells_nothing() -> None:
    products = [product("a", image="/media/one.png"), product("b", image="/media/one.png")]
    found = told(products, [listing("p1", images=("/media/one.png",)), listing("p2")])
    assert found.found == {}


def test_what_is_bound_and_listed_stays_and_what_is_gone_is_named_or_found_anew() -> None:
    products = [product("a", "One"), product("b", "Two"), product("c", "Three")]
    bound = {"a": "p1", "b": "gone", "c": "gone-too", "removed": "p9"}
    found = told(products, [listing("p1", "One"), listing("p2", "Two"), listing("p9", "Nine")], bound=bound)
    assert found.kept == {"a", "removed"}
    assert (found.found, found.gone, found.missing, found.unmanaged) == ({"b": "p2"}, ("c",), (), 0)


def test_twins_are_told_apart_by_all_else_that_is_shown() -> None:
    a, b = (
        replace(product(key), fields={**product(key).fields, "price": price}) for key, price in (("a", "1"), ("b", "2"))
    )
    shown = [listing("p1", price="2"), listing("p2", price="1")]
    assert told([a, b], shown).found == {"a": "p2", "b": "p1"}
    assert told([a, b], shown, bound={"a": "p2"}).found == {"b": "p1"}
    for known, listings in (
        ({"a": "p1"}, shown),  # what is known contradicts it
        ({}, [*shown, listing("p3", price="3")]),
        ({}, [*shown, listing("p3")]),
        ({}, [listing("p1", price="2"), listing("p2", price="9")]),
    ):
        assert told([a, b], listings, bound=known).found == {}, (known, listings)


def test_a_picture_of_which_nobody_knows_the_path_tells_no_twins_apart() -> None:
    a, b = (
        replace(product(key, image="logo.png"), fields={**product(key).fields, "price": price, "images": ("logo.png",)})
        for key, price in (("a", "1"), ("b", "2"))
    )
    shown = [listing("p1", price="2", images=("/media/1.png",)), listing("p2", price="1", images=("/media/2.png",))]
    assert told([a, b], shown).found == {"a": "p2", "b": "p1"}
