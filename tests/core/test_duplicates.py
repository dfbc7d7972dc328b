"""Second copies of managed listings are told of, and real twins are left in peace."""

from dataclasses import replace

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Selection
from catalogsync.model.state import Binding, Call
from tests.core.facts import FIELDS, binding, decided, listing, op, product

OURS, LATER, EARLIER = "2026-11-21T12:00:00Z", "2026-11-21T12:03:00Z", "2026-11-21T11:57:00Z"


def made(product_id: str, at: str | None, *, sales: int | None = 0, stock: int | None = 0, **fields: Value) -> Listing:
    """A listing that was made at some time."""
    return replace(listing(product_id, sales=sales, stock=stock, **fields), created_at=at)


def told(other: Listing, ours: Listing | None = None, bound: Binding | None = None) -> list[str]:
    """The codes of the warnings about a managed listing and another one."""
    shown = [ours or made("p1", OURS), other]
    return [notice.code for notice in decided([product()], [bound or binding()], shown).warnings]


def test_a_younger_empty_copy_is_told_of_with_both_ids_and_what_to_do() -> None:
    (notice,) = decided([product()], [binding()], [made("p1", OURS), made("p2", LATER)]).warnings
    assert (notice.code, notice.key) == ("duplicate-listing", "k")
    for words in ("unmanaged listing p2 looks like p1", "delete it there by hand", "`catalogsync state bind k p2`"):
        assert words in notice.message


@pytest.mark.parametrize(
    "other",
    [
        made("p2", EARLIER),
        made("p2", OURS),
        made("p2", None),
        made("p2", "some day"),
        made("p2", LATER, sales=1),
        made("p2", LATER, stock=4),
        made("p2", LATER, price="8.99"),
        made("p2", LATER, title="Another course"),
        made("p2", LATER, category_id="c-2"),
        made("p2", LATER, source_product_id="another"),
    ],
)
def test_what_may_be_a_real_twin_is_left_in_peace(other: Listing) -> None:
    assert told(other) == []


def test_a_listing_whose_age_is_not_known_has_no_copies() -> None:
    assert told(made("p2", LATER), made("p1", None)) == []


@pytest.mark.parametrize(("sales", "stock"), [(None, None), (0, None), (None, 0)])
def test_what_is_not_shown_does_not_tell_it_from_a_copy(sales: int | None, stock: int | None) -> None:
    assert told(made("p2", LATER, sales=sales, stock=stock)) == ["duplicate-listing"]


def test_a_copy_has_the_number_that_it_was_created_with() -> None:
    bound = binding(applied={**FIELDS, "stock": 7})
    ours = made("p1", OURS, stock=7)
    assert told(made("p2", LATER, stock=7), ours, bound) == ["duplicate-listing"]
    assert told(made("p2", LATER, stock=6), ours, bound) == []


def test_the_source_tells_it_whatever_else_changed_since() -> None:
    bound = binding(applied={**FIELDS, "source_product_id": "k"})
    other = made("p2", LATER, title="Older title", price="1.00", stock=3, sales=2, source_product_id="k")
    assert told(other, bound=bound) == ["duplicate-listing"]
    assert told(other, made("p1", OURS, source_product_id="k")) == ["duplicate-listing"]
    assert told(replace(other, created_at=EARLIER), bound=bound) == []
    assert told(made("p2", EARLIER, source_product_id="k"), bound=bound) == ["duplicate-listing"]
    assert told(other) == []


def test_what_is_managed_or_a_new_products_is_no_copy() -> None:
    shown = [made("p1", OURS), made("p2", LATER)]
    both = decided([product(), product("b")], [binding(), binding("b", "p2")], shown)
    assert (both.changes, both.warnings) == ([], [])
    new = decided([product(), product("b")], [binding()], shown)
    assert ([change.action for change in new.changes], new.warnings) == ([Action.ADOPT], [])
    unsure = decided([product(), product("b")], [binding()], [*shown, made("p3", LATER)])
    assert ([blocked.rule for blocked in unsure.blocked], unsure.warnings) == (["look-alike"], [])


def test_what_may_be_a_creation_in_doubt_is_no_copy() -> None:
    doubt = replace(op(Call.CREATE, "b", None, held=True), fields=FIELDS)
    verdicts = decided([product()], [binding()], [made("p1", OURS), made("p2", LATER)], ops=[doubt])
    assert verdicts.warnings == []


def test_only_what_was_asked_about_is_told() -> None:
    shown = [made("p1", OURS), made("p2", LATER)]
    none = decided([product()], [binding()], shown, selection=Selection(exclude=("k",)))
    assert isinstance(none, Verdicts)
    assert none.warnings == []
    assert decided([product()], [binding()], shown[1:], selection=Selection(exclude=("k",))).warnings == []
