"""What a field may be, and what it means, in words instead of JSON Schema."""

import json
from typing import Any, Final

from docs.making.markdown import anchor, code

Schema = dict[str, Any]

WORDS: Final = {"boolean": "`true` or `false`", "null": "`null`", "array": "list", "object": "map"}
"""The types that need no more words."""


def named(title: str, part: str) -> str:
    """The heading of a part of a format."""
    return f"{title}: {part}"


def resolved(schema: Schema, root: Schema) -> Schema:
    """A schema, or the part of the format that it refers to."""
    found: Schema = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def kind(schema: Schema, root: Schema, title: str) -> str:
    """What a value may be: its type, its limits, its pattern.

    Args:
        schema: of the value.
        root: the whole format, with its parts.
        title: the format's heading, for links to its parts.
    """
    if "$ref" in schema and "properties" in resolved(schema, root):
        part = schema["$ref"].rpartition("/")[2]
        return f"[{part}](#{anchor(named(title, part))})"
    schema = resolved(schema, root)
    if "const" in schema:
        return code(plain_value(schema["const"]))
    if "enum" in schema:
        return _or([code(plain_value(value)) for value in schema["enum"]])
    if "anyOf" in schema:
        return _or([kind(choice, root, title) for choice in schema["anyOf"]])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return _or([_typed(name, schema, root, title) for name in types])


def meaning(schema: Schema) -> str:
    """What a field means, what its pattern means, and examples of it."""
    said = [schema.get("description", "")]
    if "patternErrorMessage" in schema:
        rule = schema["patternErrorMessage"]
        said.append(f"{rule[0].upper()}{rule[1:]}.")
    if "examples" in schema:
        shown = " or ".join(code(plain_value(example)) for example in schema["examples"])
        said.append(f"Example: {shown}.")
    return " ".join(text for text in said if text)


def plain_value(value: object) -> str:
    """A value as one would write it in YAML, on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(plain_value(entry) for entry in value)}]"
    if isinstance(value, dict):
        # An id is quoted even where YAML would not ask for it: half of them are numbers.
        return f"{{{', '.join(f'{name}: {json.dumps(entry, ensure_ascii=False)}' for name, entry in value.items())}}}"
    return json.dumps(value)


def _typed(name: str, schema: Schema, root: Schema, title: str) -> str:
    if name == "array" and "prefixItems" in schema:
        return f"list of {'; '.join(kind(entry, root, title) for entry in schema['prefixItems'])}"
    if name == "array" and isinstance(schema.get("items"), dict):
        return f"list; each entry: {kind(schema['items'], root, title)}"
    if name == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map; each entry: {kind(schema['additionalProperties'], root, title)}"
    if name == "string":
        like = f" like {code(schema['pattern'])}" if "pattern" in schema else ""
        return "text" + like + _length(schema.get("minLength"), schema.get("maxLength"))
    if name in ("integer", "number"):
        return ("whole number" if name == "integer" else "number") + _range(schema)
    return WORDS[name]


def _length(least: int | None, most: int | None) -> str:
    if most is not None:
        return f" of {least:,} to {most:,} characters" if least else f" of at most {most:,} characters"
    return " that is not empty" if least else ""


def _range(schema: Schema) -> str:
    above, least, most = (schema.get(limit) for limit in ("exclusiveMinimum", "minimum", "maximum"))
    begin = f" above {above:,}" if above is not None else f" from {least:,}" if least is not None else ""
    return begin + (f" up to {most:,}" if most is not None else "")


def _or(words: list[str]) -> str:
    once = list(dict.fromkeys(words))
    return once[0] if len(once) == 1 else f"{', '.join(once[:-1])} or {once[-1]}"
