"""New products and listings that nobody manages: which are adopted, and which a person must look at."""

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Selection
from catalogsync.model.product import Image, Lifecycle, Product
from catalogsync.model.state import Call
from tests.core.facts import FIELDS, decided, listing, op, product, stocktake


def outcome(verdicts: Verdicts) -> list[tuple[str, str | None]]:
    """What is done, and to which listing, or which rule blocks."""
    return [(change.action, change.product_id) for change in verdicts.changes] + [
        (blocked.rule, None) for blocked in verdicts.blocked
    ]


ADOPTED = [(Action.ADOPT, "p1")]
BLOCKED = [("look-alike", None)]
CREATED = [(Action.CREATE, None)]


@pytest.mark.parametrize(
    ("what", "shown", "expected"),
    [
        ("an equal one", [listing()], ADOPTED),
        ("an equal one, found by the key", [listing(source_product_id="k")], ADOPTED),
        ("one of another title, found by the key", [listing(source_product_id="k", title="Old")], BLOCKED),
        ("one of another price", [listing(price="1.00")], BLOCKED),
        ("two equal ones", [listing(), listing("p2")], BLOCKED),
        ("an equal one that another catalog made", [listing(source_product_id="theirs")], BLOCKED),
        ("an equal one that bears no source", [listing(source_product_id="")], ADOPTED),
        ("another title", [listing(title="Other")], CREATED),
        ("another category", [listing(category_id="c-2")], CREATED),
        ("the source counts more than the face", [listing("p1", source_product_id="k"), listing("p2")], ADOPTED),
        ("an equal one with other stock", [listing(stock=7)], ADOPTED),
    ],
)
def test_one_new_product(what: str, shown: list[Listing], expected: list[tuple[str, str | None]]) -> None:
    assert outcome(decided([product()], shown=shown)) == expected, what


def test_two_products_cannot_both_have_a_listing() -> None:
    verdicts = decided([product("a"), product("b")], shown=[listing()])
    assert outcome(verdicts) == [("look-alike", None)] * 2


def test_a_listing_that_a_creation_in_doubt_may_have_made_is_not_adopted_by_another_product() -> None:
    verdicts = decided([product("a"), product("b")], shown=[listing()], ops=[op(Call.CREATE, "a", None, held=True)])
    assert outcome(verdicts) == BLOCKED
    assert verdicts.blocked[0].key == "b"


def test_an_id_in_a_command_to_type_is_one_word() -> None:
    verdicts = decided([product()], shown=[listing("p 1;ls", price="1.00")])
    assert "`catalogsync state bind k 'p 1;ls'`" in verdicts.blocked[0].message


def test_a_bound_listing_is_nobody_elses_look_alike() -> None:
    first = decided([product("a")], shown=[listing()])
    assert outcome(first) == ADOPTED
    assert first.unmanaged == 0


def test_the_rule_names_both_ways_on_with_the_exact_number() -> None:
    products = [product("a", title="A", price="1.00"), product("b", title="B", price="1.00"), product("c", title="C")]
    shown = [listing("pa", title="A"), listing("pb", title="B"), listing("pc", title="C")]
    verdicts = decided(products, shown=shown)
    assert outcome(verdicts) == [(Action.ADOPT, "pc"), *[("look-alike", None)] * 2]
    assert "state bind a pa" in verdicts.blocked[0].message
    assert "--allow look-alike=2" in verdicts.blocked[0].message
    passed = decided(products, shown=shown, selection=Selection(allow={"look-alike": "2"}))
    assert outcome(passed) == [(Action.CREATE, None), (Action.CREATE, None), (Action.ADOPT, "pc")]
    short = decided(products, shown=shown, selection=Selection(allow={"look-alike": "1"}))
    assert [blocked.key for blocked in short.blocked] == ["a", "b"]


def test_only_those_that_a_person_is_asked_about_are_counted() -> None:
    products = [product("a", price="1.00"), product("b", title="B", price="1.00"), product("c", title="C")]
    shown = [listing("pa"), listing("pb", title="B")]
    both = decided(products, shown=shown)
    assert outcome(both) == [(Action.CREATE, None), *[("look-alike", None)] * 2]
    assert "--allow look-alike=2" in both.blocked[0].message
    doubtful = decided(products, shown=shown, ops=[op(Call.CREATE, "a", None, held=True)])
    chosen = decided(products, shown=shown, selection=Selection(exclude=("a",)))
    for verdicts in (doubtful, chosen):
        (blocked,) = verdicts.blocked
        assert "--allow look-alike=1" in blocked.message


def test_it_says_which_listings_look_like_it_and_why() -> None:
    several = decided([product("a"), product("b")], shown=[listing()]).blocked[0].message
    theirs = decided([product()], shown=[listing(source_product_id="theirs")]).blocked[0].message
    unequal = decided([product()], shown=[listing(price="1.00")]).blocked[0].message
    assert "p1 looks like several products" in several
    assert "p1 looks like this product but has another source_product_id" in theirs
    assert "p1 looks like this product but is not equal" in unequal
    assert "`catalogsync state bind a p1`" in several
    assert all("`catalogsync state bind k p1`" in message for message in (theirs, unequal))


def test_of_several_candidates_none_is_named_in_the_command() -> None:
    verdicts = decided([product()], shown=[listing("p1"), listing("p2")])
    assert "p1, p2" in verdicts.blocked[0].message
    assert "`catalogsync state bind k PRODUCT_ID`" in verdicts.blocked[0].message


def test_an_image_makes_equal_only_if_it_is_the_uploaded_one() -> None:
    wanted = product(images=(Image("images/a.png", "aa"),))
    shown = [listing(images=("/media/a.webp",))]
    assert outcome(decided([wanted], shown=shown, images={"aa": "/media/a.webp"})) == ADOPTED
    assert outcome(decided([wanted], shown=shown)) == BLOCKED


def hidden(wanted: Product) -> dict[str, Value | None]:
    (change,) = decided([wanted], shown=[listing()]).changes
    assert (change.action, change.product_id) == (Action.UPDATE, "p1")
    assert all(field.before is None and field.cause == "catalog" for field in change.fields)
    return {field.field: field.after for field in change.fields}


def test_what_an_equal_listing_does_not_show_is_set() -> None:
    assert hidden(product(warranty_period_days=3, supplier_name="S")) == {
        "warranty_period_days": 3,
        "supplier_name": "S",
    }


def test_what_it_does_not_show_and_is_ignored_is_not_set() -> None:
    leave = Lifecycle(ignore_changes=frozenset({"supplier_name"}))
    assert hidden(product(warranty_period_days=3, supplier_name="S", lifecycle=leave)) == {"warranty_period_days": 3}


def test_stock_of_an_equal_listing_is_not_set() -> None:
    shown = Listing("p1", FIELDS, sales=None)
    assert outcome(decided([product(stock=5)], shown=[shown])) == ADOPTED


@pytest.mark.parametrize(
    ("what", "stock", "sales", "known"),
    [
        ("it is empty and was never sold", 0, 0, True),
        ("it has units", 5, 0, False),
        ("it was sold out", 0, 5, False),
        ("its stock is not shown", None, 0, False),
        ("its sales are not shown", 0, None, False),
    ],
)
def test_an_adopted_listing_gets_accounts_only_if_it_shows_that_it_never_had_any(
    what: str, stock: int | None, sales: int | None, known: bool
) -> None:
    wanted, shown, pool = product(pool="pool"), listing(stock=stock, sales=sales), stocktake("pool", 5)
    verdicts = decided([wanted], shown=[shown], stocktakes=[pool])
    (change,) = verdicts.changes
    assert change.action is Action.ADOPT, what
    assert (change.accounts is not None) is known, what
    assert [blocked.rule for blocked in verdicts.blocked] == ([] if known else ["pool-unknown"]), what
    marked = decided([wanted], shown=[shown], stocktakes=[pool], marked=["pool"])
    assert (marked.changes[0].accounts is not None, marked.blocked) == (True, []), what
