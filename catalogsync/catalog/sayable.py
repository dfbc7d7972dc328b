"""What of a listing a catalog can say: the strict reader decides, about each field as it would be written."""

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogsync.catalog.composing import Composed, Composer
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.problems import shown
from catalogsync.catalog.product_fields import REQUIRED
from catalogsync.catalog.read_back import AT_ONCE, differing, read_back
from catalogsync.model.config import Config
from catalogsync.model.fields import Value
from catalogsync.model.problem import Problem
from catalogsync.model.product import Product
from catalogsync.model.writing import Draft, Remark

_LEFT_OUT: Final = "it is left out of the file and stays there as it is; to change it, write the line yourself"
_NOT_WRITTEN: Final = "no file is written; correct it at the marketplace and import it again, or write the file by hand"

_OF_CHARACTERS: Final = frozenset({"control-character", "yaml-syntax"})
"""What is wrong with a text that was written with escapes; the reader's words are about those."""
_LONG: Final = 1000


def sayable(
    root: Path, pending: dict[str, bytes], config: Config, drafts: Sequence[Draft]
) -> tuple[list[Draft], list[Remark]]:
    """The drafts without what no file can say, and what that was; a draft that lacks something required is gone.

    Args:
        root: the catalog's folder.
        pending: files of it that are yet to be written: images, above all.
        config: its configuration.
        drafts: what is to be written.
    """
    sound: list[Draft] = []
    remarks: list[Remark] = []
    for start in range(0, len(drafts), AT_ONCE):
        tried = {f"products/{number}/{draft.key}.yaml": draft for number, draft in enumerate(drafts[start:][:AT_ONCE])}
        passed: dict[str, Draft] = dict.fromkeys(tried, Draft("", {}))
        while tried:
            composer = Composer(Overlay(root, pending), {})
            composed = {name: composer.product(name, draft.fields) for name, draft in tried.items()}
            texts = {name: file.text.encode() for name, file in composed.items()}
            folder = Overlay(root, ChainMap(texts, pending))
            products, wrong = read_back(folder, config, (), list(texts))
            again: dict[str, Draft] = {}
            for name, draft in tried.items():
                refused = _refused(draft, composed[name], products.get(name), wrong.get(name, []))
                if not refused:
                    passed[name] = draft
                    continue
                found = _remarks(draft, refused)
                remarks += found
                if found[0].field is not None:
                    rest = {field: value for field, value in draft.fields.items() if field not in refused}
                    again[name] = replace(draft, fields=rest)
            # What is wrong with a field may hide what is wrong with another.
            tried = again
        sound += [draft for draft in passed.values() if draft.key]
    return sound, remarks


def _refused(draft: Draft, file: Composed, product: Product | None, problems: list[Problem]) -> dict[str, str]:
    """The fields that the reader does not take, and why; an empty name where it is the product as a whole."""
    missing = [name for field, name in REQUIRED.items() if field not in draft.fields]
    if missing:
        return {"": f"the marketplace does not show {' and '.join([f'`{name}`' for name in missing])}"}
    refused: dict[str, str] = {}
    for problem in problems:
        field = file.field_at(problem.place.line) if problem.place.column > 1 else None
        if field is None:
            return {"": problem.message}
        shows = _words(draft.fields[field], problem.place.line - file.lines[field])
        refused.setdefault(field, f"{_why(field, problem)}, and the marketplace shows {shows}")
    if not refused and product is None:
        return {"": "it cannot be read back"}
    if not refused and product is not None:
        return dict.fromkeys(differing(product, draft.fields), "it would not be read as the marketplace shows it")
    return refused


def _why(field: str, problem: Problem) -> str:
    if problem.code in _OF_CHARACTERS:
        return f"`{field}` holds a character that cannot be seen and that no catalog can hold there"
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _words(value: Value, line: int) -> str:
    if isinstance(value, tuple):
        return f"`{shown(value[line - 1])}`" if 0 < line <= len(value) else f"{len(value)} of them"
    written = str(value)
    return f"`{shown(written)}`" if 0 < len(written) < _LONG else f"a text of {len(written)} characters"


def _remarks(draft: Draft, refused: dict[str, str]) -> list[Remark]:
    for field, why in refused.items():
        if field in REQUIRED or not field:
            return [Remark(draft.key, None, f"{why}: {_NOT_WRITTEN}")]
    return [Remark(draft.key, field, f"{why}: {_LEFT_OUT}") for field, why in refused.items()]
