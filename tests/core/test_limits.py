"""Reading `--allow RULE=N`."""

from decimal import Decimal

import pytest

from catalogsync.core.limits import allowed_count, allowed_limit, parse_allowances, parse_limit
from catalogsync.model.config import Limit
from catalogsync.model.errors import UsageError
from catalogsync.model.plan import Selection


@pytest.mark.parametrize(
    ("text", "amount", "is_percent"),
    [("30%", "30", True), ("4", "4", False), ("0.50", "0.50", False), (" 12.5% ", "12.5", True), ("0", "0", False)],
)
def test_a_limit(text: str, amount: str, is_percent: bool) -> None:
    assert parse_limit(text) == Limit(Decimal(amount), percent=is_percent)


@pytest.mark.parametrize("text", ["", "%", "-1", "1e3", "4 %", "٤", "1_0", "NaN", "0x1", "4.%", "1" * 49])
def test_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match="a number or a percentage is due"):
        parse_limit(text)


@pytest.mark.parametrize(
    ("limit", "text"), [(Limit(Decimal("3E+1"), percent=True), "30%"), (Limit(Decimal("0.50")), "0.5")]
)
def test_a_limit_is_written_plainly(limit: Limit, text: str) -> None:
    assert str(limit) == text


def test_allowances() -> None:
    words = ("max_deletes=4", "max_price_change=80%", "look-alike=1", "min_price=0.50", "max_deletes=5")
    assert parse_allowances(words) == {
        "max_deletes": "5",
        "max_price_change": "80%",
        "look-alike": "1",
        "min_price": "0.50",
    }


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("prevent_delete=1", "no such rule"),
        ("pool-unknown=1", "no such rule"),
        ("account-already-sent=1", "no such rule"),
        ("=4", "no such rule"),
        ("max_deletes", "a number is due"),
        ("max_deletes=", "a number is due"),
        ("max_deletes=all", "a number is due"),
        ("max_deletes=50%", "a whole number is due"),
        ("look-alike=1.5", "a whole number is due"),
        ("max_deletes=-1", "a number is due"),
        ("min_price=50%", "an amount is due"),
    ],
)
def test_no_allowance(word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        parse_allowances((word,))
    assert caught.value.hint


def test_what_is_allowed() -> None:
    chosen = Selection(allow={"max_deletes": "4", "max_price_change": "80%"})
    assert allowed_count(chosen, "max_deletes") == 4
    assert allowed_count(chosen, "look-alike") == 0
    assert allowed_limit(chosen, "max_price_change") == Limit(Decimal(80), percent=True)
    assert allowed_limit(chosen, "min_price") is None
