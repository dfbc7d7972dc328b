"""Words for listings: all, none, a category by any of its names, a pattern for titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.choosing import by_category, chosen, unmet
from catalogsync.model.listing import Listing


def listing(product_id: str, title: str, category_id: str, path: str | None = None) -> Listing:
    return Listing(product_id, {"title": title, "category_id": category_id}, category_path=path)


SHOP = {
    one.product_id: one
    for one in (
        listing("1", "Tea for two", "65f0", "Vouchers > Tea"),
        listing("2", "Straße [EU]", "65f0", "Vouchers > Tea"),
        listing("3", "Teapot, a course", "77aa", "Courses"),
        listing("4", "all", "88bb"),
    )
}


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["all"], "1234"),
        (["none"], ""),
        ([], ""),
        (["tea*"], "13"),
        (["Tea"], ""),
        (["STRASSE [eu]"], "2"),
        (["strasse*"], "2"),
        (["category:tea"], "12"),
        (["category: Vouchers > Tea"], "12"),
        (["category:65F0"], "12"),
        (["category:vouchers*"], "12"),
        (["category:88bb"], "4"),
        (["none", "category:courses", "*two"], "13"),
    ],
)
def test_which_listings_words_mean(words: list[str], meant: str) -> None:
    assert "".join(chosen(SHOP, words)) == meant


def test_words_that_mean_nothing_are_named() -> None:
    assert unmet(SHOP, ["none", "tea*", "coffee*", "category:teas", "all"]) == ("coffee*", "category:teas")
    assert unmet({}, ["all", "none"]) == ("all",)


def test_categories_are_counted_the_largest_first() -> None:
    assert by_category(SHOP.values()) == [("Vouchers > Tea", 2), ("88bb", 1), ("Courses", 1)]


@given(st.text(min_size=1))
def test_a_title_means_itself_whatever_stands_in_it(title: str) -> None:
    if title not in ("all", "none") and not title.startswith("category:"):
        assert chosen({"1": listing("1", title, "c")}, [title]) == ("1",)
