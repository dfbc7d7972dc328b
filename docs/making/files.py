"""The pages about files and formats, made of their JSON Schemas."""

import json
from collections.abc import Iterator
from typing import Final

from catalogsync.catalog import schema_text
from docs.making.kinds import Schema, kind, meaning, named, plain_value, resolved
from docs.making.markdown import anchor, code, table

FILES: Final = {"config": "catalogsync.yaml", "product": "Product", "defaults": "Defaults", "pool": "Pool"}
"""The files of a catalog, by the names of their schemas: the heading of each."""
FORMATS: Final = {
    "plan": "Plan",
    "drift": "Drift",
    "orders": "Orders",
    "manifest": "Manifest",
    "state-record": "State record",
}
"""What the tool itself writes, likewise."""

FILES_HEAD: Final = """# Files

Every field of the files that you write, as `catalogsync schema NAME` has it. This page is made by `make docs`. How the
fields work together is told in [catalog.md](../catalog.md), with examples.

`NAME` in a field stands for a name of your own, `[]` for each entry of a list. A field without a default may be left
out, unless it is required.

"""
FORMATS_HEAD: Final = """# Formats

Every field of what the tool writes: the plan as JSON, the manifests of encrypted pools, and the records of the state.
It is for those who write scripts. This page is made by `make docs`; [plan.md](../plan.md#the-plan-as-json) explains
the plan, and [state.md](../state.md#what-is-in-it-and-where) what the state is.

`NAME` in a field stands for any name, `[]` for each entry of a list. A field without a default may be missing, unless
it is required.

"""


def schemas_page(head: str, formats: dict[str, str]) -> str:
    """A page: its head, an index, and a section for each of the formats."""
    index = "".join(f"- [{title}](#{anchor(title)})\n" for title in formats.values())
    return head + index + "".join(_section(name, title) for name, title in formats.items())


def _section(name: str, title: str) -> str:
    schema: Schema = json.loads(schema_text(name))
    text = f"\n## {title}\n\n{schema['description']}\n"
    if name == "defaults":
        return text + _as_in_products(schema)
    text += "\n" + _table(schema, schema, title)
    parts = ((part, found) for part, found in schema.get("$defs", {}).items() if "properties" in found)
    return text + "".join(_part(part, found, schema, title) for part, found in parts)


def _part(name: str, part: Schema, root: Schema, title: str) -> str:
    text = f"\n### {named(title, name)}\n\n{part['description']}\n"
    return text + ("\n" + _table(part, root, title) if part["properties"] else "")


def _table(schema: Schema, root: Schema, title: str) -> str:
    rows = (
        (code(path), kind(field, root, title), _default(field, required), meaning(resolved(field, root)))
        for path, field, required in _fields(schema)
    )
    return table(("field", "what it is", "default", "meaning"), rows)


def _fields(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema, bool]]:
    """Every field with its path, and whether it is required where it stands."""
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field, name in schema.get("required", ())
        yield from _fields(field, f"{path}{name}.")
        entry = field.get("items")
        if isinstance(entry, dict):
            for choice in (entry, *entry.get("anyOf", ())):
                yield from _fields(choice, f"{path}{name}[].")
        more = field.get("additionalProperties")
        if isinstance(more, dict):
            yield from _fields(more, f"{path}{name}.NAME.")


def _default(field: Schema, required: bool) -> str:
    if required:
        return "**required**"
    return code(plain_value(field["default"])) if "default" in field else ""


def _as_in_products(defaults: Schema) -> str:
    """What a `_defaults.yaml` has in common with a product, and what it lacks."""
    product: Schema = json.loads(schema_text("product"))
    shared = ", ".join(code(name) for name in defaults["properties"])
    lacking = ", ".join(code(name) for name in product["properties"] if name not in defaults["properties"])
    return (
        f"\nThe fields are those of [a product](#product), and mean the same: {shared}.\n"
        f"\nThese belong to one product, and cannot be defaults: {lacking}.\n"
    )
