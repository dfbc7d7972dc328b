"""The tables of the documentation are whole: every setting, field, code and rule, and none that there is not."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from catalogsync.catalog import schema_text
from catalogsync.core.limits import COUNTED, MEASURED
from tests.docs.pages import ROOT, SPAN, page, rows, section

_CODE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


def fields_of(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field that a schema names, with its path as the tables write it."""
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field
        yield from fields_of(field, f"{path}{name}.")
        yield from fields_of(field.get("items", {}), f"{path}{name}[].")
        more = field.get("additionalProperties")
        if isinstance(more, dict):
            yield from fields_of(more, f"{path}{name}.NAME.")


def test_every_setting_is_documented_with_its_default() -> None:
    table = {cells[0].strip("`"): cells[1] for cells in rows(section("docs/catalog.md", "catalogsync.yaml"))}
    schema = json.loads(schema_text("config"))
    for path, field in fields_of(schema):
        if "properties" in field and path not in schema["required"]:
            continue  # a group: its settings have rows of their own
        assert path in table, path
        if "default" in field:
            default = field["default"]
            text = f"[{', '.join(default)}]" if isinstance(default, list) else str(default)
            expected = {"None": "null", "False": "false"}.get(text, text)
            assert table[path] == f"`{expected}`", path


def test_every_field_of_a_product_is_documented() -> None:
    table = {cells[0].strip("`") for cells in rows(section("docs/catalog.md", "Products"))}
    names = {path for path, _ in fields_of(json.loads(schema_text("product"))) if ".NAME." not in path}
    assert names - table == set()


def nodes_in(*folders: str) -> Iterator[ast.AST]:
    """The syntax of all files in some folders of the package."""
    for folder in folders:
        for file in sorted((ROOT / "catalogsync" / folder).glob("*.py")):
            yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def first_code(values: list[ast.expr]) -> set[str]:
    """The first text among some values, if it looks like a code."""
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return {text for text in texts[:1] if _CODE.fullmatch(text)}


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


def codes_told(text: str) -> set[str]:
    """The codes in the first column of the tables of a text."""
    return {code for cells in rows(text) for code in SPAN.findall(cells[0]) if _CODE.fullmatch(code)}


PROBLEMS = {"error", "warning", "Refused", "Fault", "report", "_tell", "_report", "fromkeys"}


def test_every_code_of_validate_is_documented_and_none_else() -> None:
    told = codes_told(section("docs/catalog.md", "What validate can say"))
    assert told == codes_given_to(PROBLEMS, "catalog")


def test_warnings_and_errors_are_not_mixed_up() -> None:
    told = codes_told(page("docs/catalog.md").split("\n**Warnings**\n", 1)[1])
    assert told == codes_given_to({"warning"}, "catalog")


def test_every_warning_of_a_plan_is_documented_and_none_else() -> None:
    told = codes_told(section("docs/plan.md", "Warnings"))
    decided = codes_given_to({"Notice", "_warn"}, "core", "workflow", "cli") | codes_chosen("workflow")
    assert told == decided | codes_given_to({"warning"}, "catalog")


def test_every_rule_is_documented_with_what_lets_it_pass() -> None:
    table = {cells[0].strip("`"): cells[2] for cells in rows(section("docs/plan.md", "Safety rules"))}
    del table["rule"]
    assert table.keys() == codes_given_to({"Blocked", "_block", "_counted"}, "core", "workflow")
    for rule, passing in table.items():
        assert (f"`--allow {rule}=" in passing) == (rule in COUNTED + MEASURED), rule
