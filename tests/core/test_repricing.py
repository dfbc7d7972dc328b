"""Prices by rule: what each rule gives, what is refused, and what holds for every price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.repricing import parse_repricing, repriced

prices = st.decimals("0.01", 10**9, places=2)
rules = st.one_of(
    st.decimals("0.01", "99999.99", places=2).map(lambda number: f"{number:f}"),
    st.tuples(st.sampled_from("+-"), st.decimals(0, 500, places=2), st.sampled_from(["", "%"])).map(
        lambda parts: f"{parts[0]}{parts[1]:f}{parts[2]}"
    ),
)
endings = st.integers(0, 99).map(lambda cents: f".{cents:02}")


@pytest.mark.parametrize(
    ("price", "rule", "ending", "new"),
    [
        ("9.99", "12", None, "12.00"),
        ("9.99", "+5%", None, "10.49"),
        ("10.10", "+5%", None, "10.61"),
        ("0.10", "-5%", None, "0.10"),
        ("9.99", "-5%", None, "9.49"),
        ("9.99", "-0.50", None, "9.49"),
        ("9.99", "+1", None, "10.99"),
        ("9.99", "+5%", ".99", "9.99"),
        ("9.99", "+6%", ".99", "10.99"),
        ("9.48", "", ".99", "8.99"),
        ("9.49", "", ".99", "9.99"),
        ("9.50", "", ".00", "10.00"),
        ("9.49", "", ".00", "9.00"),
        ("9.49", "", ".5", "9.50"),
        ("0.50", "", ".99", "0.99"),
        ("3", "+33.3333%", ".95", "3.95"),
    ],
)
def test_what_becomes_of_a_price(price: str, rule: str, ending: str | None, new: str) -> None:
    assert f"{repriced(Decimal(price), parse_repricing(rule, ending))}" == new


@pytest.mark.parametrize(
    ("price", "rule", "ending"),
    [
        ("9.99", "-100%", None),
        ("9.99", "-10", None),
        ("0.01", "-50.1%", None),
        ("0.30", "", ".99"),
        ("0.40", "", ".00"),
        ("5", "-6", ".99"),
        ("900000000", "+50%", None),
        ("1", "0", None),
    ],
)
def test_no_price_becomes_nothing_or_too_much(price: str, rule: str, ending: str | None) -> None:
    with pytest.raises(ValueError, match=r"would become .*, and a price is"):
        repriced(Decimal(price), parse_repricing(rule, ending))


@pytest.mark.parametrize("rule", ["5%", "9,99", "9.999", "1.000", "1e3", "", "+", "+-5", "٣", "NaN", "+5 %", "1" * 11])
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(ValueError, match=r"is due|say whether|at most two"):
        parse_repricing(rule)


@pytest.mark.parametrize("ending", ["99", ".999", ".", "", ".x"])
def test_what_is_no_ending(ending: str) -> None:
    with pytest.raises(ValueError, match="is written as"):
        parse_repricing("9.99", ending)


@given(prices, rules, st.none() | endings)
def test_every_new_price_is_sound(price: Decimal, rule: str, ending: str | None) -> None:
    """Two places, in range, the wanted ending; without one within half a cent of what was meant."""
    rule_read = parse_repricing(rule, ending)
    try:
        new = repriced(price, rule_read)
    except ValueError:
        return
    assert 0 < new <= 10**9
    assert new.as_tuple().exponent == -2
    if ending is not None:
        assert new % 1 == Decimal(ending)
        assert repriced(new, parse_repricing("", ending)) == new
    elif rule_read.kind == "percent":
        assert abs(new - price * (1 + rule_read.amount / 100)) <= Decimal("0.005")


@given(prices, prices, rules, st.none() | endings)
def test_the_order_of_prices_stays(one: Decimal, other: Decimal, rule: str, ending: str | None) -> None:
    rule_read = parse_repricing(rule, ending)
    low, high = sorted([one, other])
    if rule_read.amount < -100:
        return
    try:
        assert repriced(low, rule_read) <= repriced(high, rule_read)
    except ValueError:
        return
