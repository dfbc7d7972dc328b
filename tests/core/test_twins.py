"""A product waits while nobody knows whether a listing alike was created: the two could not be told apart."""

from dataclasses import replace

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.plan import Action, Selection
from catalogsync.model.state import Call, Op
from tests.core.facts import FIELDS, binding, decided, listing, op, product


def creating(key: str = "other", *, held: bool = False, **fields: str) -> Op:
    """A creation of which nobody knows yet."""
    return replace(op(Call.CREATE, key, None, held=held), fields={**FIELDS, **fields})


def told(verdicts: Verdicts) -> tuple[list[Action], list[str], list[str]]:
    """The actions, the rules that block, and the warnings."""
    return (
        [change.action for change in verdicts.changes],
        [entry.rule for entry in verdicts.blocked],
        [notice.code for notice in verdicts.warnings],
    )


@pytest.mark.parametrize("held", [False, True])
def test_a_twin_of_a_creation_in_doubt_waits(held: bool) -> None:
    verdicts = decided([product()], ops=[creating(held=held)])
    assert told(verdicts) == ([], [], ["twin-waits"])
    (notice,) = verdicts.warnings
    assert notice.key == "k"
    assert "price of other" in notice.message
    assert "op-create-other" in notice.message


@pytest.mark.parametrize("field", ["title", "category_id", "price"])
def test_one_that_differs_in_what_tells_listings_apart_does_not(field: str) -> None:
    assert told(decided([product()], ops=[replace(creating(), fields={**FIELDS, field: "8.88"})])) == (
        [Action.CREATE],
        [],
        [],
    )


def test_a_description_tells_nothing_apart() -> None:
    assert told(decided([product()], ops=[creating(description="Another.")])) == ([], [], ["twin-waits"])


def test_doubts_of_other_calls_and_other_marketplaces_are_no_reason() -> None:
    update = replace(op(Call.UPDATE, "other", "p9"), fields=FIELDS)
    elsewhere = replace(creating(), marketplace="elsewhere")
    assert told(decided([product()], ops=[update, elsewhere])) == ([Action.CREATE], [], [])


def test_a_listing_that_may_be_its_twins_is_not_adopted() -> None:
    assert told(decided([product()], shown=[listing()], ops=[creating()])) == ([], [], ["twin-waits"])


def test_one_that_waits_is_not_counted_among_the_look_alikes() -> None:
    products = [product(), product("b", title="Another course")]
    shown = [listing(price="1.00"), listing("p2", title="Another course", price="1.00")]
    verdicts = decided(products, shown=shown, ops=[creating()])
    assert told(verdicts) == ([], ["look-alike"], ["twin-waits"])
    assert "--allow look-alike=1" in verdicts.blocked[0].message


def test_one_that_is_to_be_created_anew_waits_too() -> None:
    anew = Selection(allow={"missing-listing": "1"})
    assert told(decided([product()], [binding()], ops=[creating()], selection=anew)) == ([], [], ["twin-waits"])


def test_a_product_that_has_its_listing_waits_for_nothing() -> None:
    assert told(decided([product(price="8.99")], [binding()], [listing()], ops=[creating(price="8.99")])) == (
        [Action.UPDATE],
        [],
        [],
    )


def test_one_that_was_not_asked_about_does_not_warn() -> None:
    assert told(decided([product()], ops=[creating()], selection=Selection(exclude=("k",)))) == ([], [], [])
