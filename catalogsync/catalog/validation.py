"""Checking documents against the published schemas.

jsonschema-rs decides, at a few microseconds a document. jsonschema is asked only about what was rejected, since it
tells where and which rule; its own messages repeat values and are never used.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from catalogsync.catalog.documents import Document
from catalogsync.catalog.problems import Problems, Refused, shown, suggestion
from catalogsync.catalog.published import schema_text
from catalogsync.catalog.rejections import Path, Rejection, in_words, rejections, within


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
        value = document.value
        if self._fits(value):
            return value
        before = problems.errors
        wrong: list[Path] = []
        for rejection in rejections(self._schema, document.value):
            path = rejection.path
            if rejection.rule == "additionalProperties":
                wrong += self._unknown(rejection, document, problems)
            elif rejection.rule == "required":
                _missing(rejection, document, problems)
            elif rejection.of_name:
                path = (*path, rejection.value)
                message = rejection.schema.get("patternErrorMessage", "this name does not fit")
                problems.error(document.key_place(path), "bad-name", message)
            else:
                problems.refuse(document.place(path), self._refused(rejection))
                wrong.append(path)
        if problems.errors == before and not document.damaged:
            problems.error(document.place(), "bad-value", f"this does not fit the schema `{self._name}`")
        return _without(value, wrong)

    def _unknown(self, rejection: Rejection, document: Document, problems: Problems) -> Iterator[Path]:
        known = rejection.schema.get("properties", {})
        for name in rejection.value:
            if name in known:
                continue
            code = self._codes.get(name, "unknown-field")
            message, hint = _STRANGERS.get(code, ("", ""))
            if not message:
                message = f"there is no field `{shown(name)}`{within(rejection.path)}"
                hint = suggestion(name, known) or f"there are {', '.join(known)}"
            path = (*rejection.path, name)
            problems.error(document.key_place(path), code, message, hint)
            yield path

    def _refused(self, rejection: Rejection) -> Refused:
        if len(rejection.path) == 1 and rejection.rule != "type":
            try:
                self._readers.get(str(rejection.path[0]), id)(rejection.value)
            except Refused as refused:
                return refused
        return in_words(
            rejection, self._codes.get(str(rejection.path[-1]), "bad-value") if rejection.path else "bad-value"
        )


_STRANGERS = {
    "not-in-defaults": ("this field belongs to one product and cannot be a default", "move it into the product's file"),
    "api-key-in-file": ("an API key does not belong in this file", "name the variable that holds it: `api_key_env`"),
}
"""What is said of fields that stand where they must not, by their codes."""


def _without(value: dict[str, Any], wrong: list[Path]) -> dict[str, Any]:
    """A map without the values at these paths; a list with something wrong in it goes as a whole."""
    if not wrong:
        return value
    sound = _copied(value)
    for path in wrong:
        branch: Any = sound
        *above, last = path
        for step in above:
            if not isinstance(branch.get(step), dict):
                last = step
                break
            branch = branch[step]
        branch.pop(last, None)
    return sound


def _copied(value: dict[str, Any]) -> dict[str, Any]:
    return {name: _copied(item) if isinstance(item, dict) else item for name, item in value.items()}


def _missing(rejection: Rejection, document: Document, problems: Problems) -> None:
    for name in rejection.due:
        if name not in rejection.value and not document.damaged:
            message = f"`{name}` is missing{within(rejection.path)}"
            problems.error(document.place(rejection.path), "missing-field", message)
