"""The shape of a plan's document (published in schemas/plan.schema.json), and where a document does not have it."""

from collections.abc import Mapping
from dataclasses import fields
from types import NoneType
from typing import Final

from catalogsync.model.plan import Action, Summary
from catalogsync.render.escape import inline

Shape = type | frozenset[str] | tuple["Shape", ...] | list["Shape"] | dict[str, "Shape"]
"""A type; one of some texts; one of several shapes; a list of a shape; or an object of named shapes.

In an object a name with `?` may be missing, and the name `*` stands for any name.
"""

_VALUE: Final[Shape] = (NoneType, str, int, [str])
_TEXT: Final[Shape] = (NoneType, str)

_COUNT: Final[Shape] = (NoneType, int)

_NAMES: Final = {NoneType: "null", str: "a text", int: "a whole number", float: "a number", bool: "true or false"}

PLAN: Final[Shape] = {
    "format": str,
    "tool_version": str,
    "created_at": str,
    "marketplace": str,
    "state": (NoneType, {"lineage": str, "serial": int}),
    "digest": str,
    "selection": {"only": [str], "exclude": [str], "allow": {"*": str}},
    "summary": {field.name: int for field in fields(Summary)},
    "changes": [
        {
            "key": str,
            "action": frozenset(Action),
            "product_id": _TEXT,
            "file": _TEXT,
            "line": (NoneType, int),
            "renamed_from?": str,
            "fields": [
                {"field": str, "before": _VALUE, "after": _VALUE, "cause": frozenset({"catalog", "drift", "both"})}
            ],
            "accounts?": {"pool": str, "new": (NoneType, int), "sent": int},
        }
    ],
    "blocked": [{"rule": str, "key": _TEXT, "message": str, "file": _TEXT, "line": (NoneType, int)}],
    "warnings": [{"code": str, "key": _TEXT, "message": str, "file": _TEXT, "line": (NoneType, int)}],
    "allocation?": [
        {
            "pool": str,
            "key": str,
            "catalog": int,
            "new": _COUNT,
            "now": _COUNT,
            "orders": _COUNT,
            "left": _COUNT,
            "unsold": _COUNT,
            "per_day": (NoneType, int, float),
            "days_left": _COUNT,
        }
    ],
    "money?": {"before": str, "after": str, "uncounted": int, "under_min_price": [str]},
    "offline?": bool,
}


def misfit(value: object, shape: Shape, path: str = "") -> str | None:
    """What is wrong with a value, and where, in words that do not repeat it; None where it fits."""
    if isinstance(shape, dict) and isinstance(value, dict):
        return _part_misfit(value, shape, path)
    if isinstance(shape, list) and isinstance(value, list):
        found = (misfit(part, shape[0], f"{path}[{number}]") for number, part in enumerate(value))
        return next(filter(None, found), None)
    if isinstance(shape, tuple):
        misfits = [misfit(value, one, path) for one in shape]
        inside = next((wrong for wrong in misfits if wrong and not wrong.startswith(f"{path} ")), None)
        return None if None in misfits else inside or f"{path} should be {_due(shape)}"
    fits = type(value) is shape if isinstance(shape, type) else isinstance(value, str) and value in shape
    return None if fits else f"{path or 'the whole'} should be {_due(shape)}"


def _part_misfit(value: Mapping[str, object], shape: dict[str, Shape], path: str) -> str | None:
    due = {name.removesuffix("?"): part for name, part in shape.items()}
    rest = due.get("*")
    missing = [name for name in shape if name not in value and name != "*" and not name.endswith("?")]
    if missing:
        return f"{_joined(path, missing[0])} is missing"
    for name, part in value.items():
        here = _joined(path, inline(name[:40]))
        expected = due.get(name, rest)
        if wrong := f"{here} is not known" if expected is None else misfit(part, expected, here):
            return wrong
    return None


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _due(shape: Shape) -> str:
    match shape:
        case tuple():
            return " or ".join(_due(one) for one in shape)
        case frozenset():
            return f"one of {', '.join(sorted(shape))}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return _NAMES[shape]
