"""The one form in which values are compared, whatever YAML or a marketplace's JSON wrote."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.fields import FIELDS, decimal_text, integer, normalize, text

MONEY = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("9.99", "9.99"),
        ("9.9", "9.90"),
        ("9.900", "9.90"),
        ("9", "9.00"),
        (" 9.90 ", "9.90"),
        ("+9.90", "9.90"),
        ("009.90", "9.90"),
        ("0.00", "0.00"),
        ("00.00", "0.00"),
        ("-0.00", "0.00"),
        ("-0.50", "-0.50"),
        ("0.125", "0.125"),
        (9, "9.00"),
        (9.9, "9.90"),
        (Decimal("9.90"), "9.90"),
    ],
)
def test_a_decimal_has_two_places_or_those_that_count(raw: object, expected: str) -> None:
    assert decimal_text(raw) == expected


@given(MONEY)
def test_a_decimal_keeps_its_value_and_its_form_is_final(amount: Decimal) -> None:
    written = decimal_text(amount)
    assert Decimal(written) == amount
    assert decimal_text(written) == written
    assert decimal_text(f"{amount:.6f}") == written


@pytest.mark.parametrize("raw", ["", "9,99", "1e3", "NaN", "9.", ".5", "٩.٩٩", "9.99\n9", True, None, [], 1e300])
def test_what_is_no_decimal_is_refused_without_being_shown(raw: object) -> None:
    with pytest.raises(ValueError, match="a decimal number"):
        decimal_text(raw)


@pytest.mark.parametrize(("raw", "expected"), [(5, 5), ("5", 5), (" -5 ", -5), (5.0, 5), ("5.00", 5), (-0.0, 0)])
def test_an_integer_may_come_as_a_text_or_with_empty_places(raw: object, expected: int) -> None:
    assert integer(raw) == expected


@pytest.mark.parametrize("raw", ["", "5.5", 5.5, True, None, "five", 10**18, 1e15, "9" * 19, "٥"])
def test_what_is_no_integer_is_refused_without_being_shown(raw: object) -> None:
    with pytest.raises(ValueError, match="a whole number is due"):
        integer(raw)


@pytest.mark.parametrize(("raw", "expected"), [(" a\r\nb\rc \n", "a\nb\nc"), (65, "65"), ("", "")])
def test_a_text_has_plain_line_ends_and_no_blanks_around(raw: object, expected: str) -> None:
    assert text(raw) == expected


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("raw", [None, True, {}, object()])
def test_no_field_takes_what_has_none_of_the_forms(field: str, raw: object) -> None:
    with pytest.raises(ValueError, match="is due"):
        normalize(field, raw)


def test_a_list_becomes_a_tuple_of_texts() -> None:
    assert normalize("images", [" /media/a.webp", 7]) == ("/media/a.webp", "7")
