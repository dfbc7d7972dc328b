"""Whether a message is one that the package can print."""

import ast
import re
from functools import cache
from typing import Final

from tests.docs.pages import ROOT

_LEAST: Final = 12
"""So many signs of a message must stand in the source as they are, lest anything fits."""


def is_said(message: str) -> bool:
    """Whether a text of the source is this message, with values where it has gaps."""
    return any(pattern.fullmatch(message) for pattern in _messages())


@cache
def _messages() -> tuple[re.Pattern[str], ...]:
    found = set()
    for file in (ROOT / "catalogsync").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            fixed = [part.value if isinstance(part, ast.Constant) else None for part in parts]
            if sum(len(text) for text in fixed if isinstance(text, str)) >= _LEAST:
                found.add("".join(re.escape(text) if isinstance(text, str) else ".+" for text in fixed))
    return tuple(re.compile(pattern) for pattern in sorted(found))
