"""The codes that a user can meet, as the source has them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from tests.docs.pages import ROOT

CODE: Final = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


def nodes_in(*folders: str) -> Iterator[ast.Call | ast.Assign]:
    """The calls and assignments in all files of some folders of the package."""
    return chain.from_iterable(map(_nodes, folders))


@cache
def _nodes(folder: str) -> tuple[ast.Call | ast.Assign, ...]:
    files = sorted((ROOT / "catalogsync" / folder).rglob("*.py"))
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return tuple(node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Assign))


def first_code(values: list[ast.expr]) -> set[str]:
    """The first text among some values, if it looks like a code."""
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return {text for text in texts[:1] if CODE.fullmatch(text)}


def codes_given_to(names: set[str], *folders: str) -> set[str]:
    """The first code that each call of these names is given."""
    found = set()
    for node in nodes_in(*folders):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= first_code(node.args) if called in names else set()
    return found


def codes_chosen(*folders: str) -> set[str]:
    """Codes that are chosen before they are given: `code, what = ("not-shown", …)`."""
    found = set()
    for node in nodes_in(*folders):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            chosen = ast.unparse(node.targets[0]).strip("()").startswith("code, ")
            found |= first_code(node.value.elts) if chosen else set()
    return found


def codes_of_problems(*folders: str) -> set[str]:
    """The codes that Problems are made with, after their place and severity."""
    calls = (node for node in nodes_in(*folders) if isinstance(node, ast.Call))
    made = (call.args[2:3] for call in calls if getattr(call.func, "id", "") == "Problem")
    return {code for args in made for code in first_code(args)}


def codes_of_orders() -> set[str]:
    """The codes of orders that are not filled: given as `code=`, or returned with what is wrong."""
    found = set()
    for name in ("fulfil", "wanting"):
        for node in ast.walk(ast.parse((ROOT / f"catalogsync/core/{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Return | ast.Yield) and isinstance(node.value, ast.Tuple):
                found |= first_code(node.value.elts[:1])
            elif isinstance(node, ast.keyword) and node.arg == "code":
                found |= first_code([node.value])
    return found


PROBLEMS: Final = frozenset(
    codes_given_to(
        {"error", "warning", "Refused", "Fault", "NoKeyFits", "_fault", "report", "_tell", "_report", "fromkeys"},
        "catalog",
    )
    | codes_of_problems("catalog", "workflow", "cli")
)
"""What `validate` can say of files."""
FILE_WARNINGS: Final = frozenset(codes_given_to({"warning"}, "catalog"))
"""Those of them that stop nothing."""
WARNINGS: Final = frozenset(
    codes_given_to({"Notice", "notice", "_warn"}, "core", "workflow", "cli") | codes_chosen("workflow")
)
"""What a plan or an apply can warn of."""
RULES: Final = frozenset(codes_given_to({"Blocked", "_block", "_counted"}, "core", "workflow"))
"""The safety rules."""
CHECKS: Final = frozenset(codes_given_to({"Finding", "failed"}, "core", "cli"))
"""What the doctor looks at."""
ORDERS: Final = frozenset(codes_of_orders())
"""Why an order is not filled, or not whole."""
