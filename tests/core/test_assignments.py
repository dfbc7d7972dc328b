"""What `set` is told: the words that it takes, and what it makes of products."""

from pathlib import Path

import pytest

from catalogsync.core.assignments import assign, parse_assignments
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config
from catalogsync.model.errors import UsageError
from catalogsync.model.fields import Value
from catalogsync.model.problem import Place
from catalogsync.model.product import Product
from catalogsync.model.writing import Edit


def product(key: str, **fields: Value) -> Product:
    needed: dict[str, Value] = {"title": "Tea", "category_id": "c-1", "description": "Tea.", "price": "9.50"}
    return Product(key, {**needed, **fields}, Place(f"products/{key}.yaml", 1, 1))


PRODUCTS = {"tea": product("tea", stock=5), "cake": product("cake", price="0.30", category_id="c-2")}
CATALOG = Catalog(Path(), Config({}, categories={"vouchers": "c-1", "courses": "c-2"}), PRODUCTS, {})


def edits(*words: str) -> list[Edit]:
    found, faults = assign(PRODUCTS.values(), parse_assignments(words, CATALOG))
    assert not faults
    return found


def test_values_are_set_where_they_are_not_so_already() -> None:
    assert edits("category=courses") == [Edit("tea", "category_id", "c-2")]
    assert edits("category=c-2") == [Edit("tea", "category_id", "c-2")]
    assert edits("stock=", "title=Tea") == [Edit("tea", "stock", None)]
    assert edits("supplier_name='", "min_quantity=2")[:2] == [
        Edit("tea", "supplier_name", ""),
        Edit("tea", "min_quantity", 2),
    ]
    assert edits("title=a=b")[0] == Edit("tea", "title", "a=b")
    assert edits("price=9.5") == [Edit("cake", "price", "9.50")]
    assert edits("price=+1", "round:.00") == [Edit("tea", "price", "11.00"), Edit("cake", "price", "1.00")]


def test_a_price_that_would_be_nothing_is_a_fault_and_the_others_are_not() -> None:
    found, faults = assign(PRODUCTS.values(), parse_assignments(["round:.99"], CATALOG))
    assert found == [Edit("tea", "price", "9.99")]
    assert [(fault.where, fault.message) for fault in faults] == [
        ("products/cake.yaml:1:1", "cake: 0.30 would become -0.01, and a price is more than 0")
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["price", "+5%"], "sets nothing"),
        (["=5"], "sets nothing"),
        (["prize=5"], "sets nothing"),
        (["pool=tea"], "sets nothing"),
        (["images=a.png"], "sets nothing"),
        (["price=1", "price=2"], "`price` is set twice"),
        (["stock=1", "stock=2"], "`stock` is set twice"),
        (["round:.99", "round:.50"], "round: is there twice"),
        (["round:"], "an ending is written as"),
        (["price=5%"], "say whether prices rise or fall"),
        (["price="], "cannot do without it"),
        (["price=", "round:.99"], "cannot do without it"),
        (["title="], "cannot do without it"),
        (["title='"], "cannot be empty"),
        (["stock=few"], "a number is due"),
        (["min_quantity=0"], "from 1 to"),
        (["category=vuochers"], "there is no category"),
    ],
)
def test_words_that_say_nothing_are_refused(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_assignments(words, CATALOG)
    assert message in told.value.message
