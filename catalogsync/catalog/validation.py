"""Checking documents against the published schemas, and saying in words what does not fit.

jsonschema-rs decides, at a few microseconds a document. jsonschema is asked only about what was rejected, since it
tells where and which rule; its own messages repeat values and are never used.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from catalogsync.catalog.documents import Document
from catalogsync.catalog.problems import Problems, Refused, shown, suggestion
from catalogsync.catalog.published import schema_text

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
}

Step = str | int


class Schema:
    """One published schema.

    Args:
        name: the schema's name.
        codes: codes for what is wrong with certain fields, by the field's name, instead of the usual ones.
        readers: for certain fields the function that reads it; if it refuses a value, it knows better why.
    """

    def __init__(
        self,
        name: str,
        codes: Mapping[str, str] | None = None,
        readers: Mapping[str, Callable[[Any], object]] | None = None,
    ) -> None:
        self._name = name
        self._codes = codes or {}
        self._readers = readers or {}
        self._schema: dict[str, Any] = json.loads(schema_text(name))
        self._fits = jsonschema_rs.Draft202012Validator(self._schema).is_valid

    def check(self, document: Document, problems: Problems) -> dict[str, Any]:
        """Report everything in a document that does not fit.

        Returns:
            The document's value; without what is wrong in it, if anything is.
        """
        if self._fits(document.value):
            return document.value
        before = len(problems)
        value = document.value
        for error in _explainer()(self._schema).iter_errors(document.value):
            path = tuple(error.absolute_path)
            if error.validator == "additionalProperties":
                value = self._unknown(error, path, document, value, problems)
            elif error.validator == "required":
                _missing(error, path, document, problems)
            elif "propertyNames" in error.absolute_schema_path:
                path = (*path, str(error.instance))
                message = error.schema.get("patternErrorMessage", "this name does not fit")
                problems.error(document.key_place(path), "bad-name", message)
                value = _without(value, path)
            else:
                problems.refuse(document.place(path), self._refused(error, path))
                value = _without(value, path)
        if len(problems) == before:
            problems.error(document.place(), "invalid", f"this does not fit the schema `{self._name}`")
        return value

    def _unknown(
        self, error: "ValidationError", path: tuple[Step, ...], document: Document, value: Any, problems: Problems
    ) -> Any:
        known = error.schema.get("properties", {})
        extras = [name for name in error.instance if name not in known]
        for name in extras:
            code = self._codes.get(name, "unknown-field")
            hint = suggestion(name, known) or f"there are {', '.join(known)}"
            message = f"there is no field `{shown(name)}` {_within(path)}".rstrip()
            if code == "not-in-defaults":
                message, hint = (
                    f"`{name}` belongs to one product and cannot be a default",
                    "move it into the product's file",
                )
            elif code == "api-key-in-file":
                message, hint = (
                    "an API key does not belong in this file",
                    "name the variable that holds it: api_key_env",
                )
            problems.error(document.key_place((*path, name)), code, message, hint)
            value = _without(value, (*path, name))
        return value

    def _refused(self, error: "ValidationError", path: tuple[Step, ...]) -> Refused:
        name, value, rule = _name(path), error.instance, error.validator_value
        if len(path) == 1 and path[0] in self._readers and error.validator != "type":
            try:
                self._readers[path[0]](value)
            except Refused as refused:
                return refused
        match error.validator:
            case "type":
                return _wrong_type(name, error)
            case "enum" | "const" if value is None:
                return _wrong_type(name, error)
            case "enum":
                hint = suggestion(value, [str(choice) for choice in rule]) if isinstance(value, str) else None
                choices = ", ".join(json.dumps(choice).strip('"') for choice in rule)
                return Refused("bad-value", f"{name} is none of: {choices}", hint)
            case "const":
                return Refused("bad-value", f"{name} must be {json.dumps(rule)}")
            case "pattern":
                code = self._codes.get(str(path[-1]), "bad-value")
                return Refused(code, f"{name} does not fit", error.schema.get("patternErrorMessage"))
            case "minLength":
                return Refused("empty-text", f"{name} is empty")
            case "maxLength":
                return Refused("too-long", f"{name} is longer than {rule} characters")
            case "minProperties":
                return Refused("missing-field", f"{name} is empty: at least {rule} is due")
            case "minimum":
                return Refused("out-of-range", f"{name} must be at least {rule}")
            case "exclusiveMinimum":
                return Refused("out-of-range", f"{name} must be more than {rule}")
            case "maximum":
                return Refused("out-of-range", f"{name} must be at most {rule}")
        return Refused("invalid", f"{name} does not fit the schema `{self._name}`")


@cache
def _explainer() -> Any:
    """The class of validators that tell where and which rule."""
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, rule: str, value: object, __: Any) -> "Iterator[ValidationError]":
        # To Python `$` also fits before a line end; in JSON Schema's regular expressions it does not.
        if isinstance(value, str) and not re.search(rule.replace("$", r"\Z"), value):
            yield ValidationError("pattern")

    return extend(Draft202012Validator, {"pattern": pattern})


def _without(value: Any, path: tuple[Step, ...]) -> Any:
    """A copy of a map without the value at a path; a list with something wrong in it goes as a whole."""
    step, *rest = path or ("",)
    if not isinstance(value, dict) or step not in value:
        return value
    if rest and isinstance(value[step], dict):
        return {**value, step: _without(value[step], tuple(rest))}
    return {name: item for name, item in value.items() if name != step}


def _missing(error: "ValidationError", path: tuple[Step, ...], document: Document, problems: Problems) -> None:
    for name in error.validator_value:
        if name not in error.instance and not document.damaged:
            problems.error(document.place(path), "missing-field", f"`{name}` is missing {_within(path)}".rstrip())


def _wrong_type(name: str, error: "ValidationError") -> Refused:
    value, rule = error.instance, error.schema.get("type", [])
    expected = [rule] if isinstance(rule, str) else list(rule)
    due = " or ".join(_TYPES[kind] for kind in expected if kind in _TYPES) or "one"
    if value is None:
        hint = 'leave the line out, or write "" for an empty text' if due == "a text" else "leave the line out"
        return Refused("null", f"{name} has no value; {due} is due", hint)
    hint = error.schema.get("patternErrorMessage")
    if "string" in expected and isinstance(value, (int, Decimal)):
        if re.search(error.schema.get("pattern", ""), str(value)):
            hint = "put quotes around it"
    elif "integer" in expected and isinstance(value, str) and value.isdecimal():
        hint = "write it without quotes"
    elif "array" in expected and isinstance(value, str):
        hint = "write a list: put [ ] around it"
    return Refused("wrong-type", f"{name} must be {due}, not {_kind(value)}", hint)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a whole number", Decimal: "a number", list: "a list", dict: "a map"}
    return kinds.get(type(value), "this")


def _name(path: tuple[Step, ...]) -> str:
    if not path:
        return "the document"
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return f"`{text.removeprefix('.')}`"


def _within(path: tuple[Step, ...]) -> str:
    return f"in {_name(path)}" if path else ""
