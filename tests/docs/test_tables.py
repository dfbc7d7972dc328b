"""The tables of the documentation are whole: every setting, field and rule, and none that there is not."""

import json
from collections.abc import Iterator
from typing import Any

from catalogsync.catalog import schema_text
from catalogsync.core.limits import COUNTED, MEASURED
from tests.docs.codes import CHECKS, ORDERS, RULES
from tests.docs.pages import rows, section


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


def test_every_rule_is_documented_with_what_lets_it_pass() -> None:
    table = {cells[0].strip("`"): cells[2] for cells in rows(section("docs/plan.md", "Safety rules"))}
    del table["rule"]
    assert table.keys() == RULES
    for rule, passing in table.items():
        assert (f"`--allow {rule}=" in passing) == (rule in COUNTED + MEASURED), rule


def test_every_check_of_the_doctor_is_documented() -> None:
    table = [cells[0].strip("`") for cells in rows(section("docs/doctor.md", "What is checked"))[1:]]
    assert sorted(table) == sorted(CHECKS)


def test_every_reason_not_to_fill_an_order_is_documented() -> None:
    table = [cells[0] for cells in rows(section("docs/orders.md", "Why an order is not filled"))[1:]]
    assert sorted(code.strip("`") for cell in table for code in cell.split(", ")) == sorted(ORDERS)
