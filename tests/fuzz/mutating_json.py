"""JSON made wrong while it stays JSON: other types, odd numbers, other depths, parts of other documents."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any, Final

ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 2, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**400, 0.5, 2.0, 1e308, -0.0, 1e-320),
    *(
        "",
        " ",
        "0",
        "2",
        "2.0",
        "-1",
        "1e3",
        "1e999",
        "9" * 400,
        "9" * 5000,
        "NaN",
        "Infinity",
        "\uff11",
        "\u0661",
        "1,5",
    ),
    *(
        "null",
        "true",
        "\0",
        "\x1b[31m",
        "\u202e",
        "\u2028",
        "\ud800",
        "\U0001f600",
        "..",
        "a/b",
        "a b",
        "<b>",
        "::error::",
    ),
    *(
        [],
        [[]],
        [None],
        {},
        {"": {}},
        {"error": "no"},
        [{}],
        [{"product_id": None}],
        ["a:b"],
        {"username": [], "password": {}},
    ),
)


_LONGEST: Final = 64 * 1024
_DEEP: Final = "a deep value stands here"
_DEPTHS: Final = (100, 254, 300, 990, 1023, 1100, 50_000)


def mutated_json(value: Any, donors: Sequence[Any], dice: Random) -> Any:
    """A JSON value made of another; the other is left alone.

    Args:
        value: what it begins as.
        donors: what parts may come from.
        dice: decides.
    """
    value = _copy(value)
    while True:
        value = _changed(value, donors, dice)
        if dice.random() < 0.5:
            return value


def dumped(value: Any, dice: Random) -> bytes:
    """A JSON value as bytes, also in forms that only some readers take."""
    form = dice.randrange(12)
    text = json.dumps(value, ensure_ascii=form != 1, indent=2 if form == 2 else None)
    if _DEEP in text:
        text = text.replace(f'"{_DEEP}"', nested(dice), 1).replace(f'"{_DEEP}"', "[[]]")
    if form == 3:  # a name twice
        text = text.replace("{", '{"success": true, "success": true, ', 1).replace(", }", "}")
    return text.encode("utf-8", "surrogatepass")


def nested(dice: Random) -> str:
    """JSON that is deep, as text: deeper than what can be made by going down into it."""
    depth = dice.choice(_DEPTHS)
    begin, end = dice.choice((("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")))
    return begin * depth + "1" + end * depth


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _holders(value: Any) -> list[Any]:
    """Every filled map and list in a value."""
    found, open_ = [], [value]
    while open_:
        holder = open_.pop()
        if isinstance(holder, (dict, list)) and holder:
            found.append(holder)
            open_ += holder.values() if isinstance(holder, dict) else holder
    return found


def _changed(value: Any, donors: Sequence[Any], dice: Random) -> Any:
    holders = _holders(value)
    if not holders or dice.random() < 0.03:
        return _other(value, donors, dice)
    holder = dice.choice(holders)
    place = dice.choice(list(holder)) if isinstance(holder, dict) else dice.randrange(len(holder))
    match dice.randrange(6):
        case 0:
            del holder[place]
        case 1 if isinstance(holder, list):
            holder += [_copy(holder[place]) for _ in range(dice.choice((1, 3, 200)))]
        case 1 if isinstance(holder, dict):
            holder[dice.choice(("", "x", "data", "results", "error", "success", "id", "total"))] = holder[place]
        case 2 if isinstance(place, str):
            holder[place.swapcase() + dice.choice(("", "_", " ", "\u200b"))] = holder.pop(place)
        case _:
            holder[place] = _other(holder[place], donors, dice)
    return value


def _other(value: Any, donors: Sequence[Any], dice: Random) -> Any:
    match dice.randrange(9):
        case 0:
            return [value]
        case 1:
            return {dice.choice(("data", "items", "x")): value}
        case 2:
            return json.dumps(value)
        case 3:
            return _DEEP
        case 4:
            return nested(dice)
        case 5:
            return _copy(dice.choice(_holders(dice.choice(donors)) or [None]))
        case 6 if isinstance(value, str):
            return (value * dice.choice((2, 50, 5000)))[:_LONGEST]
        case _:
            return _copy(dice.choice(ODD))
