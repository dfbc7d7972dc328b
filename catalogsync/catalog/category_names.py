"""Names for the marketplace's categories, made from its own words and written under `categories:`."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from catalogsync.catalog.config_reader import CONFIG_FILE
from catalogsync.catalog.config_text import line_end, offset_of, with_entry
from catalogsync.catalog.naming import slug, unused
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.catalog.yaml_text import spell

_STEPS: Final = re.compile("[>›»→|]")


def segments_of(path: str) -> list[str]:
    """The names of a category and of those above it, from the top, out of a path such as `Software > Keys`."""
    return [name for part in _STEPS.split(path) if (name := slug(part))]


def names_of(categories: Mapping[str, str]) -> dict[str, str]:
    """The name of each category id; of several the first."""
    return {category_id: name for name, category_id in reversed(list(categories.items()))}


def new_names(paths: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """A name for each category that its path can give one.

    Args:
        paths: category ids without a name, with their paths.
        known: the names that there are, with their ids.

    Returns:
        Name to id; none is among those known, and none differs from them only by case. A path that ends with the id
        itself gives none.
    """
    segments = {category_id: segments_of(path) for category_id, path in paths.items()}
    segments = {
        category_id: names for category_id, names in segments.items() if names[-1:] not in ([], [slug(category_id)])
    }
    alike = Counter(names[-1] for names in segments.values())
    used = {*known, *map(slug, known)}
    last: dict[str, int] = {}
    found: dict[str, str] = {}
    for category_id, names in sorted(segments.items(), key=lambda item: (item[1][-1], item[1], item[0])):
        lone = alike[names[-1]] == 1 and names[-1] not in used
        name = unused(names[-1] if lone else slug("-".join(names[-2:])), used, last)
        used.add(name)
        found[name] = category_id
    return found


def with_categories(text: str, names: Mapping[str, str]) -> str:
    """The text of `catalogsync.yaml` with further names, a line each, and every other byte as it was.

    Whoever writes it reads it once more: where the file is laid out in an unusual way, this may not be what it says.
    """
    (document,), _ = read_documents(CONFIG_FILE, text.encode(), Problems())
    known = document.value.get("categories")
    if known:
        first = offset_of(text, document.key_place(("categories", next(iter(known)))))
        indent = text[:first].rpartition("\n")[2]
        if indent.strip():
            return with_entry(text, first, ", ".join(_entries(names)))
        last = offset_of(text, document.place(("categories", next(reversed(known)))))
        return _with_lines(text, _line_after(text, last), indent, names)
    indent = " " * (document.place().column - 1)
    if known is None:
        return _with_lines(f"{_ended(text)}{indent}categories:{line_end(text)}", None, f"{indent}  ", names)
    braces = offset_of(text, document.place(("categories",)))
    head, empty, tail = text[:braces], text[braces : braces + 2], text[braces + 2 :]
    if empty == "{}":
        head = head.rstrip(" ")
        text = f"{head}{tail}"
    return _with_lines(text, _line_after(text, len(head)), f"{indent}  ", names)


def _with_lines(text: str, offset: int | None, indent: str, names: Mapping[str, str]) -> str:
    above, below = (text, "") if offset is None else (text[:offset], text[offset:])
    end = line_end(text)
    return f"{_ended(above)}{''.join([f'{indent}{entry}{end}' for entry in _entries(names)])}{below}"


def _entries(names: Mapping[str, str]) -> list[str]:
    return [f"{spell('category', name, 0).head}: {spell('category_id', names[name], 0).head}" for name in names]


def _line_after(text: str, offset: int) -> int:
    return text.find("\n", offset) + 1 or len(text)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}{line_end(text)}"
