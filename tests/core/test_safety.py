"""What a plan must never do unless a person said the exact number."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from catalogsync.core.limits import parse_allowances
from catalogsync.core.safety import check
from catalogsync.model.config import Limit, Safety
from catalogsync.model.plan import Action, Blocked, Change, FieldChange, Selection
from catalogsync.model.product import Product
from catalogsync.model.state import Binding
from tests.core.facts import binding, product

OFF = Safety(max_deletes=None, max_updates=None, max_price_change=None, min_price=None)


def percent(amount: int) -> Limit:
    return Limit(Decimal(amount), percent=True)


def count(amount: int) -> Limit:
    return Limit(Decimal(amount))


def changes(action: Action, number: int) -> list[Change]:
    return [Change(f"k{index}", action, f"p{index}", None, None) for index in range(number)]


def price(before: str | None, after: str, action: Action = Action.UPDATE) -> Change:
    return Change("k0", action, "p0", None, None, (FieldChange("price", before, after, "catalog"),))


def bindings(number: int, retired: int = 0) -> dict[str, Binding]:
    """So many on sale, and so many retired."""
    on_sale = {f"k{index}": binding(f"k{index}", f"p{index}") for index in range(number)}
    return on_sale | {f"r{index}": binding(f"r{index}", f"q{index}", retired="active") for index in range(retired)}


def blocked(
    wanted: Sequence[Change],
    managed: Mapping[str, Binding],
    safety: Safety = OFF,
    *,
    allow: tuple[str, ...] = (),
    products: Mapping[str, Product] | None = None,
) -> list[Blocked]:
    known = {"k": product()} if products is None else products
    return check(wanted, known, managed, safety, Selection(allow=parse_allowances(allow)))


@pytest.mark.parametrize(
    ("what", "deletes", "retires", "managed", "limit", "allow", "passes"),
    [
        ("a percentage rounds down", 3, 0, 10, percent(30), (), True),
        ("a percentage rounds down: 30% of 13 is 3", 4, 0, 13, percent(30), (), False),
        ("retirements count too", 2, 2, 13, percent(30), (), False),
        ("of fewer than ten a percentage does not count", 9, 0, 9, percent(30), (), True),
        ("of ten it counts", 4, 0, 10, percent(30), (), False),
        ("a number counts always", 2, 0, 3, count(1), (), False),
        ("a number that is not passed", 1, 0, 3, count(1), (), True),
        ("none is a number", 1, 0, 3, count(0), (), False),
        ("switched off", 100, 0, 100, None, (), True),
        ("let pass up to a number", 4, 0, 10, percent(30), ("max_deletes=4",), True),
        ("let pass up to a number, and one more", 5, 0, 10, percent(30), ("max_deletes=4",), False),
        ("an allowance never makes it stricter", 3, 0, 10, percent(30), ("max_deletes=1",), True),
        ("an allowance never switches it on", 3, 0, 5, percent(30), ("max_deletes=1",), True),
        ("another rule's allowance", 4, 0, 10, percent(30), ("max_updates=9",), False),
    ],
)
def test_max_deletes(
    what: str, deletes: int, retires: int, managed: int, limit: Limit | None, allow: tuple[str, ...], passes: bool
) -> None:
    wanted = [*changes(Action.DELETE, deletes), *changes(Action.RETIRE, retires)]
    found = blocked(wanted, bindings(managed), Safety(max_deletes=limit), allow=allow)
    assert [(entry.rule, entry.key) for entry in found] == ([] if passes else [("max_deletes", None)]), what


def test_retired_listings_are_no_longer_counted_as_managed() -> None:
    safety = Safety(max_deletes=percent(30))
    assert blocked(changes(Action.DELETE, 4), bindings(10, retired=10), safety) != []


@pytest.mark.parametrize(
    ("number", "limit", "allow", "passes"),
    [
        (50, None, (), True),
        (5, count(5), (), True),
        (6, count(5), (), False),
        (6, count(5), ("max_updates=6",), True),
        (3, percent(20), (), False),
        (2, percent(20), (), True),
    ],
)
def test_max_updates(number: int, limit: Limit | None, allow: tuple[str, ...], passes: bool) -> None:
    wanted = [*changes(Action.UPDATE, number), *changes(Action.CREATE, 30), *changes(Action.APPEND, 30)]
    found = blocked(wanted, bindings(10), Safety(max_updates=limit), allow=allow)
    assert [entry.rule for entry in found] == ([] if passes else ["max_updates"])


@pytest.mark.parametrize(
    ("what", "applied", "shown", "after", "limit", "allow", "passes"),
    [
        ("half, up", "10.00", "10.00", "15.00", percent(50), (), True),
        ("more than half, up", "10.00", "10.00", "15.01", percent(50), (), False),
        ("half, down", "10.00", "10.00", "5.00", percent(50), (), True),
        ("more than half, down", "10.00", "10.00", "4.99", percent(50), (), False),
        ("restored after drift", "10.00", "0.01", "10.00", percent(50), (), True),
        ("measured against what was applied, not what shows", "10.00", "14.00", "16.00", percent(50), (), False),
        ("never applied: measured against what shows", None, "10.00", "15.01", percent(50), (), False),
        ("neither applied nor shown", None, None, "99.00", percent(50), (), True),
        ("an amount", "10.00", "10.00", "12.01", count(2), (), False),
        ("an amount that is not passed", "10.00", "10.00", "12.00", count(2), (), True),
        ("switched off", "10.00", "10.00", "999.00", None, (), True),
        ("let pass", "10.00", "10.00", "18.00", percent(50), ("max_price_change=80%",), True),
        ("let pass, but not so far", "10.00", "10.00", "18.01", percent(50), ("max_price_change=80%",), False),
        ("let pass as an amount", "10.00", "10.00", "18.00", percent(50), ("max_price_change=8",), True),
        (
            "an allowance never makes it stricter",
            "10.00",
            "10.00",
            "14.00",
            percent(50),
            ("max_price_change=1%",),
            True,
        ),
        ("an allowance never switches it on", "10.00", "10.00", "99.00", None, ("max_price_change=1%",), True),
        ("from nothing", "0.00", "0.00", "1.00", percent(50), (), False),
    ],
)
def test_max_price_change(
    what: str,
    applied: str | None,
    shown: str | None,
    after: str,
    limit: Limit | None,
    allow: tuple[str, ...],
    passes: bool,
) -> None:
    known = {"k0": binding("k0", "p0", applied={} if applied is None else {"price": applied})}
    found = blocked([price(shown, after)], known, Safety(max_price_change=limit), allow=allow)
    assert [(entry.rule, entry.key) for entry in found] == ([] if passes else [("max_price_change", "k0")]), what


@pytest.mark.parametrize(
    ("applied", "after", "flag"),
    [
        ("10.00", "20.01", "max_price_change=100.1%"),
        ("3.00", "4.99", "max_price_change=66.34%"),
        ("9.00", "99.00", "max_price_change=1000%"),
        ("0.01", "100.01", "max_price_change=1000000%"),
        ("500.00", "4.00", "max_price_change=99.2%"),
        ("0.03", "0.05", "max_price_change=66.67%"),
        ("0.01", f"{'9' * 12}.00", "max_price_change=9999999999989900%"),
    ],
)
def test_the_flag_that_is_named_lets_it_pass(applied: str, after: str, flag: str) -> None:
    known = {"k0": binding("k0", "p0", applied={"price": applied})}
    (entry,) = blocked([price(applied, after)], known, Safety(max_price_change=percent(50)))
    assert f"--allow {flag}`" in entry.message
    assert blocked([price(applied, after)], known, Safety(max_price_change=percent(50)), allow=(flag,)) == []


def test_a_renamed_product_is_measured_against_the_price_of_its_old_name() -> None:
    known = {"old": binding("old", "p0", applied={"price": "10.00"})}
    change = Change("new", Action.UPDATE, "p0", None, None, price("10.00", "99.00").fields, None, "old")
    assert len(blocked([change], known, Safety())) == 1


@pytest.mark.parametrize(
    ("after", "least", "allow", "passes"),
    [
        ("0.99", None, (), True),
        ("0.99", Decimal("0.99"), (), True),
        ("0.98", Decimal("0.99"), (), False),
        ("0.98", Decimal("0.99"), ("min_price=0.98",), True),
        ("0.97", Decimal("0.99"), ("min_price=0.98",), False),
        ("0.99", Decimal("0.99"), ("min_price=5",), True),
        ("0.98", None, ("min_price=5",), True),
    ],
)
@pytest.mark.parametrize("before", [None, "1.00"])
def test_min_price(before: str | None, after: str, least: Decimal | None, allow: tuple[str, ...], passes: bool) -> None:
    wanted = [price(before, after, Action.CREATE if before is None else Action.UPDATE)]
    found = blocked(wanted, {}, Safety(min_price=least), allow=allow)
    assert [entry.rule for entry in found] == ([] if passes else ["min_price"])


@pytest.mark.parametrize(
    ("products", "on_sale", "retired", "allow", "passes"),
    [
        (0, 3, 0, (), False),
        (0, 3, 0, ("empty-catalog=3",), True),
        (0, 3, 0, ("empty-catalog=2",), False),
        (0, 3, 0, ("empty-catalog=4",), False),
        (0, 3, 2, ("empty-catalog=3",), True),
        (0, 0, 2, (), True),
        (0, 0, 0, (), True),
        (1, 3, 0, (), True),
    ],
)
def test_an_empty_catalog(products: int, on_sale: int, retired: int, allow: tuple[str, ...], passes: bool) -> None:
    known = {f"k{index}": product(f"k{index}") for index in range(products)}
    found = blocked([], bindings(on_sale, retired), allow=allow, products=known)
    assert [entry.rule for entry in found] == ([] if passes else ["empty-catalog"])


def test_the_messages_name_the_exact_flag() -> None:
    found = blocked(changes(Action.DELETE, 5), bindings(12), Safety(max_deletes=percent(30)), products={})
    assert [entry.message[entry.message.index("--allow") :] for entry in found] == [
        "--allow empty-catalog=12`",
        "--allow max_deletes=5`",
    ]
    assert "more than 3 (30% of 12 managed)" in found[1].message
