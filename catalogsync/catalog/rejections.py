"""Why a value does not fit a schema, in words for the user and without the value."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from catalogsync.catalog.problems import Refused, shown, suggestion

Path = tuple[str | int, ...]

_TYPES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rule of a schema that a value breaks.

    Attributes:
        rule: the schema's word for the rule, such as `minimum`.
        path: where the value is.
        value: the value.
        due: what the rule asks for.
        schema: the part of the schema with the rule.
        of_name: it is the name of an entry that breaks the rule.
    """

    rule: str
    path: Path
    value: Any
    due: Any
    schema: Mapping[str, Any]
    of_name: bool


def rejections(schema: Mapping[str, Any], value: object) -> Iterator[Rejection]:
    """All rules of a schema that a value breaks."""
    for error in _explainer()(schema).iter_errors(value):
        path = tuple(error.absolute_path)
        of_name = "propertyNames" in error.absolute_schema_path
        yield Rejection(error.validator, path, error.instance, error.validator_value, error.schema, of_name)


@cache
def _explainer() -> Any:
    """The class of validators that tell where and which rule; imported only for what does not fit."""
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, rule: str, value: object, __: Any) -> Iterator[Any]:
        # To Python `$` also fits before a line end; in JSON Schema's regular expressions it does not.
        if isinstance(value, str) and not re.search(rule.replace("$", r"\Z"), value):
            yield ValidationError("pattern")

    untyped: Any = extend
    return untyped(Draft202012Validator, {"pattern": pattern})


def in_words(rejection: Rejection, code: str) -> Refused:
    """What is wrong with a value.

    Args:
        rejection: the rule that it breaks.
        code: the problem's code where the value has the right type and the wrong form.
    """
    name, value, due = name_of(rejection.path), rejection.value, rejection.due
    if rejection.rule == "type" or (rejection.rule in {"enum", "const"} and value is None):
        return _wrong_type(name, rejection)
    if rejection.rule == "enum":
        hint = suggestion(value, [str(choice) for choice in due]) if isinstance(value, str) else None
        choices = ", ".join(json.dumps(choice).strip('"') for choice in due)
        return Refused("bad-value", f"{name} is none of: {choices}", hint)
    if rejection.rule == "pattern":
        return Refused(code, f"{name} does not fit", rejection.schema.get("patternErrorMessage"))
    known = {
        "const": Refused("bad-value", f"{name} must be {due}"),
        "minLength": Refused("empty-text", f"{name} is empty"),
        "maxLength": Refused("too-long", f"{name} is longer than {due} characters"),
        "minProperties": Refused("missing-field", f"{name} is empty: at least {due} is due"),
        "minimum": Refused("out-of-range", f"{name} must be at least {due}"),
        "exclusiveMinimum": Refused("out-of-range", f"{name} must be more than {due}"),
        "maximum": Refused("out-of-range", f"{name} must be at most {due}"),
    }
    return known.get(rejection.rule) or Refused("bad-value", f"{name} does not fit")


def _wrong_type(name: str, rejection: Rejection) -> Refused:
    value, rule = rejection.value, rejection.schema.get("type", [])
    expected = [rule] if isinstance(rule, str) else list(rule)
    due = " or ".join(_TYPES[kind] for kind in expected if kind in _TYPES) or "one"
    if value is None:
        hint = 'leave the line out, or write "" for an empty text' if due == "a text" else "leave the line out"
        return Refused("null", f"{name} has no value; {due} is due", hint)
    return Refused("wrong-type", f"{name} must be {due}, not {_kind(value)}", _type_hint(rejection, expected))


def _type_hint(rejection: Rejection, expected: list[str]) -> str | None:
    value, schema = rejection.value, rejection.schema
    if "string" in expected and isinstance(value, (int, Decimal)) and re.search(schema.get("pattern", ""), str(value)):
        return "put quotes around it"
    if "integer" in expected and isinstance(value, str) and value.isdecimal():
        return "write it without quotes"
    if "array" in expected and isinstance(value, str):
        return "write a list: put [ ] around it"
    if "object" in expected and (fields := schema.get("required")):
        return f"write {{{', '.join(f'{name}: …' for name in fields)}}}"
    return schema.get("patternErrorMessage")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a whole number", Decimal: "a number", list: "a list", dict: "a map"}
    return kinds.get(type(value), "this")


def name_of(path: Path) -> str:
    """What a value is called in a message."""
    if not path:
        return "the document"
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return f"`{text.removeprefix('.')}`"


def within(path: Path) -> str:
    """Where something is, as the end of a sentence; nothing for the document itself."""
    return f" in {name_of(path)}" if path else ""
