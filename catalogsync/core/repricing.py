"""Prices by rule: an amount, a share more or less, the nearest price with a wanted ending. Decimals only."""

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final, Literal

_CENT: Final = Decimal("0.01")
_HALF: Final = Decimal("0.5")
_HIGHEST: Final = Decimal(1_000_000_000)
# Few enough digits for every product and quotient here to be exact.
_RULE: Final = re.compile(r"([+-]?)([0-9]{1,10}(?:\.[0-9]{1,4})?)(%?)", re.ASCII)
_ENDING: Final = re.compile(r"\.[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Repricing:
    """What becomes of a price.

    Attributes:
        amount: the price itself, what is added, or percent that are added.
        kind: which of these it is; `keep`: the price stays, but for its ending.
        ending: what the price ends with, from 0.00 to 0.99, or None.
    """

    amount: Decimal
    kind: Literal["price", "add", "percent", "keep"]
    ending: Decimal | None = None


def parse_repricing(rule: str, ending: str | None = None) -> Repricing:
    """Read `9.99`, `+5%`, `-0.50`, and an ending such as `.99`; an empty rule keeps the price.

    Raises:
        ValueError: they are none; the text says what is due.
    """
    last = None
    if ending is not None:
        if not _ENDING.fullmatch(ending):
            raise ValueError("an ending is written as in round:.99")
        last = Decimal(ending)
    if not rule and last is not None:
        return Repricing(Decimal(0), "keep", last)
    match = _RULE.fullmatch(rule)
    if match is None:
        raise ValueError("a price is due such as 9.99, or a change such as +5%, -5%, +1 or -0.50")
    sign, digits, percent = match.groups()
    amount = Decimal(digits)
    if percent and not sign:
        raise ValueError(f"say whether prices rise or fall: +{rule} or -{rule}")
    if not sign:
        # As written: 1.000 may be meant for a thousand.
        if len(digits.partition(".")[2]) > 2:
            raise ValueError("a price has at most two decimal places")
        return Repricing(amount, "price", last)
    return Repricing(-amount if sign == "-" else amount, "percent" if percent else "add", last)


def repriced(price: Decimal, repricing: Repricing) -> Decimal:
    """The new price, to the cent, halves rounded up; with an ending the nearest such price, of two the higher.

    Raises:
        ValueError: it would not be more than 0, or be too high; the text says which.
    """
    match repricing.kind:
        case "price":
            new = repricing.amount
        case "percent":
            new = price * (100 + repricing.amount) / 100
        case _:
            new = price + repricing.amount
    if repricing.ending is not None and new > 0:
        # Half a unit up and then down to a whole one is the nearest, and of two the higher.
        new = (new - repricing.ending + _HALF).to_integral_value(ROUND_FLOOR) + repricing.ending
    new = new.quantize(_CENT, ROUND_HALF_UP)
    if new <= 0:
        raise ValueError(f"{price:.2f} would become {new:.2f}, and a price is more than 0")
    if new > _HIGHEST:
        raise ValueError(f"{price:.2f} would become {new:.2f}, and a price is at most {_HIGHEST}")
    return new
