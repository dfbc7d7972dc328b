"""The text of a file that is written for products, as a careful person would have written it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogsync.catalog.category_names import names_of
from catalogsync.catalog.files import Folder
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.yaml_text import STEP, Style, entry_text, spell
from catalogsync.model.fields import FIELDS, Value

_SCHEMAS: Final = ".schemas"


@dataclass(frozen=True, slots=True)
class Composed:
    """A file's text.

    Attributes:
        text: all of it.
        lines: where each field's entry begins, from 1, in the order of the file.
    """

    text: str
    lines: dict[str, int]

    def field_at(self, line: int) -> str | None:
        """The field whose entry holds a line."""
        return next((field for field, start in reversed(self.lines.items()) if start <= line), None)


class Composer:
    """Composes files of one catalog.

    Args:
        folder: the catalog's folder: with schemas in it, files say which one they follow.
        categories: the catalog's names for category ids.
    """

    def __init__(self, folder: Folder, categories: Mapping[str, str]) -> None:
        self._folder = folder
        self._names = names_of(categories)
        self._schemas = {name: self._schema_there(name) for name in ("product", "defaults")}

    def product(self, file: str, fields: Mapping[str, Value], key: str | None = None) -> Composed:
        """The text of a product's file.

        Args:
            file: its name, which tells where the schemas are from there.
            fields: what is written, normalized.
            key: the product's key; None where the file's name is the key.
        """
        return self._composed("product", file, fields, key)

    def defaults(self, file: str, fields: Mapping[str, Value]) -> Composed:
        """The text of a `_defaults.yaml`."""
        return self._composed("defaults", file, fields, None)

    def _composed(self, schema: str, file: str, fields: Mapping[str, Value], key: str | None) -> Composed:
        parts: list[str] = []
        if self._schemas[schema]:
            above = "../" * file.count("/")
            parts.append(f"# yaml-language-server: $schema={above}{_SCHEMAS}/{schema}.schema.json\n")
        if key is not None:
            parts.append(entry_text("key", key))
        line = len(parts) + 1
        lines: dict[str, int] = {}
        for field in FIELDS:
            if field in fields:
                lines[field] = line
                parts.append(self._entry(field, fields[field]))
                line += parts[-1].count("\n")
        return Composed("".join(parts), lines)

    def _entry(self, field: str, value: Value) -> str:
        if field == "category_id" and value in self._names:
            return entry_text("category", self._names[str(value)])
        if field == "description" and "<" in str(value):
            # HTML grows by lines, so it begins as a block.
            spelling = spell(field, value, STEP, Style.LITERAL)
            return "".join(f"{line}\n" for line in (f"{field}: {spelling.head}", *spelling.below))
        return entry_text(field, value)

    def _schema_there(self, name: str) -> bool:
        try:
            self._folder.locate(f"{_SCHEMAS}/{name}.schema.json")
        except Refused:
            return False
        return True
