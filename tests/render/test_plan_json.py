"""The plan's document: its published shape, its digest, and reading it back."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalogsync.model.errors import UsageError
from catalogsync.model.plan import (
    Action,
    Allotment,
    Blocked,
    Change,
    FieldChange,
    Ground,
    Money,
    Notice,
    Plan,
    Selection,
    Summary,
)
from catalogsync.model.report import Report
from catalogsync.render.plan_json import (
    digest_of,
    plan_document,
    render_plan_json,
    render_report_json,
    report_document,
)
from catalogsync.render.plan_reading import plan_of, read_plan_document

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/plan.schema.json").read_text(encoding="utf-8"))
VALID = Draft202012Validator(SCHEMA)

TEXT = st.text(max_size=8)
NAME = st.text("abc", min_size=1, max_size=2)
COUNT = st.integers(0, 9)
VALUE = st.none() | TEXT | st.integers(-9, 9) | st.lists(TEXT, max_size=2).map(tuple)
MAYBE = st.none() | NAME
FIELD = st.builds(FieldChange, NAME, VALUE, VALUE, st.sampled_from(["catalog", "drift", "both"]))
ACCOUNTS = st.none() | st.builds(Allotment, NAME, st.none() | COUNT, COUNT)
CHANGE = st.builds(
    Change,
    NAME,
    st.sampled_from(Action),
    MAYBE,
    MAYBE,
    st.none() | st.integers(1, 9),
    st.lists(FIELD, max_size=2).map(tuple),
    ACCOUNTS,
    MAYBE,
)
PATTERNS = st.lists(NAME, max_size=1).map(tuple)
PLAN = st.builds(
    Plan,
    tool_version=NAME,
    created_at=st.just("2026-11-21T12:00:00Z"),
    marketplace=NAME,
    ground=st.none() | st.builds(Ground, NAME, COUNT),
    selection=st.builds(Selection, PATTERNS, PATTERNS, st.dictionaries(NAME, NAME, max_size=1)),
    summary=st.builds(Summary, **{field.name: COUNT for field in fields(Summary)}),
    changes=st.lists(CHANGE, max_size=3, unique_by=lambda change: change.key).map(tuple),
    blocked=st.lists(st.builds(Blocked, NAME, MAYBE, TEXT), max_size=1).map(tuple),
    warnings=st.lists(st.builds(Notice, NAME, MAYBE, TEXT), max_size=1).map(tuple),
    money=st.none() | st.builds(Money, st.decimals(0, 9, places=2), st.decimals(0, 9, places=2), COUNT, PATTERNS),
    offline=st.booleans(),
)


@given(PLAN)
def test_a_plan_read_back_is_the_same_plan(plan: Plan) -> None:
    allowed = replace(plan, selection=replace(plan.selection, allow={"max_deletes": "4"} if plan.changes else {}))
    assert plan_document(plan_of(read_plan_document(render_plan_json(allowed)))) == plan_document(allowed)


def without_the_time(plan: Plan) -> Plan:
    """What a digest stands for: everything but when and by which version; the order of changes is by key."""
    in_order = tuple(sorted(plan.changes, key=lambda change: change.key))
    return replace(plan, tool_version="", created_at="", changes=in_order)


def test_every_plan_has_the_published_shape(any_plan: Plan) -> None:
    VALID.validate(plan_document(any_plan))


def test_every_report_has_the_published_shape(any_report: Report) -> None:
    VALID.validate(report_document(any_report))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["digest", "changes", "state", "format"])
def test_the_published_shape_is_strict(everyday: Plan, name: str) -> None:
    document = plan_document(everyday)
    del document[name]
    assert not VALID.is_valid(document)
    assert not VALID.is_valid(plan_document(everyday) | {"more": 1})


def test_the_document_reads_as_specified(everyday: Plan) -> None:
    document = json.loads(render_plan_json(everyday))
    assert list(document) == [
        "format",
        "tool_version",
        "created_at",
        "marketplace",
        "state",
        "digest",
        "selection",
        "summary",
        "changes",
        "blocked",
        "warnings",
    ]
    keys = [change["key"] for change in document["changes"]]
    assert keys == sorted(keys)
    change = next(change for change in document["changes"] if change["key"] == "keybox-antivirus")
    assert change == {
        "key": "keybox-antivirus",
        "action": "update",
        "product_id": "p-keybox-antivirus",
        "file": "products/keybox-antivirus.yaml",
        "line": 3,
        "fields": [
            {
                "field": "images",
                "before": ["/media/1f.webp", "/media/2e.webp"],
                "after": ["/media/1f.webp", "images/shield.png"],
                "cause": "both",
            }
        ],
        "accounts": {"pool": "antivirus-keys", "new": 20, "sent": 140},
    }
    assert "accounts" not in next(change for change in document["changes"] if change["key"] == "gamehall-10")


def test_texts_stay_readable(plans: dict[str, Callable[[], Plan]]) -> None:
    output = render_plan_json(plans["first"]())
    assert "咖啡指南 ☕" in output
    assert output.endswith("}\n")
    assert output.startswith('{\n  "format": "catalogsync.plan/1",\n')


def test_before_there_is_a_state_it_is_null(plans: dict[str, Callable[[], Plan]]) -> None:
    assert plan_document(plans["first"]())["state"] is None


def test_changes_are_sorted_whatever_their_order(everyday: Plan) -> None:
    backwards = replace(everyday, changes=everyday.changes[::-1])
    assert render_plan_json(backwards) == render_plan_json(everyday)


@given(PLAN)
def test_every_plan_can_be_read_back(plan: Plan) -> None:
    document = plan_document(plan)
    assert read_plan_document(render_plan_json(plan)) == document
    VALID.validate(document)


@given(PLAN, PLAN)
def test_the_digest_tells_plans_apart_by_what_they_do(one: Plan, other: Plan) -> None:
    same = without_the_time(one) == without_the_time(other)
    assert (plan_document(one)["digest"] == plan_document(other)["digest"]) is same


@given(PLAN, TEXT, TEXT)
def test_the_digest_does_not_care_when_and_by_what(plan: Plan, version: str, moment: str) -> None:
    again = replace(plan, tool_version=version, created_at=moment)
    assert plan_document(again)["digest"] == plan_document(plan)["digest"]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to each plain value of a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for name, part in parts for leaf in leaves(part, (*path, name))] or [path]


def edited(document: dict[str, Any], path: tuple[str | int, ...]) -> str:
    """The document as JSON with one value changed to another of its type."""
    copy: Any = json.loads(json.dumps(document))
    *way, last = path
    place = copy
    for step in way:
        place = place[step]
    value = place[last]
    place[last] = value + 1 if isinstance(value, int) else f"{value}x" if isinstance(value, str) else "x"
    return json.dumps(copy)


def test_no_value_of_a_saved_plan_can_be_edited(plans: dict[str, Callable[[], Plan]]) -> None:
    document = plan_document(replace(plans["blocked"](), warnings=(Notice("a", None, "b"),)))
    for path in leaves(document):
        if path[0] not in {"tool_version", "created_at"}:
            with pytest.raises(UsageError):
                read_plan_document(edited(document, path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON (line 1, column 2)"),
        ("[1e999]", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('"text"', '"format"'),
        ("[]", '"format"'),
        ("{}", '"format"'),
        ('{"format": 1}', '"format"'),
        ('{"format": "catalogsync.plan/2"}', "format catalogsync.plan/2, and this version"),
        ('{"format": "catalogsync.plan/\\u001b[31m"}', r"catalogsync.plan/\x1b[31m"),
        ('{"format": "catalogsync.plan/1"}', "tool_version is missing"),
        ('{"format": "catalogsync.plan/1", "a": "\\ud800"}', "not valid JSON"),
    ],
)
def test_what_is_no_plan_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_plan_document(text)
    assert told in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"line": "3"}, "changes[0].line should be null or a whole number"),
        ({"line": True}, "changes[0].line should be null or a whole number"),
        ({"line": 1.5}, "changes[0].line should be null or a whole number"),
        ({"key": None}, "changes[0].key should be a text"),
        ({"action": "destroy"}, "changes[0].action should be one of adopt, append"),
        ({"fields": {}}, "changes[0].fields should be a list"),
        ({"fields": [1]}, "changes[0].fields[0] should be an object"),
        ({"fields": [{}]}, "changes[0].fields[0].field is missing"),
        ({"accounts": {"pool": "p", "new": 1, "sent": 0, "names": []}}, "changes[0].accounts.names is not known"),
        ({"result": "applied"}, "this file is the report of an apply, and no plan"),
        ({"note\x1b": 1}, r"changes[0].note\x1b is not known"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_with_its_place(everyday: Plan, change: dict[str, Any], told: str) -> None:
    document = plan_document(everyday)
    document["changes"][0] |= change
    document["digest"] = digest_of(document)
    with pytest.raises(UsageError) as caught:
        read_plan_document(json.dumps(document))
    assert told in caught.value.message


def test_a_plan_in_another_order_is_none_of_ours(everyday: Plan) -> None:
    document = plan_document(everyday)
    document["changes"].reverse()
    document["digest"] = digest_of(document)
    with pytest.raises(UsageError, match="not in the order of the keys"):
        read_plan_document(json.dumps(document))


def test_a_refusal_never_repeats_what_the_file_holds() -> None:
    for text in ("canary:secret", '{"format": "canary"}', '{"format": "catalogsync.plan/1", "tool_version": "canary"}'):
        with pytest.raises(UsageError) as caught:
            read_plan_document(text)
        assert "canary" not in caught.value.message
        assert caught.value.__cause__ is None


def test_a_report_is_its_plan_with_results(reports: dict[str, Callable[[], Report]]) -> None:
    report = reports["unfinished"]()
    document = json.loads(render_report_json(report))
    plan = plan_document(report.plan)
    assert document["digest"] == plan["digest"]
    assert document["summary"] == plan["summary"] | {"failed": 3, "in_doubt": 1}
    assert document["warnings"][-1]["code"] == "short"
    by_key = {change["key"]: change for change in document["changes"]}
    assert by_key["streamhub-1m"]["result"] == "failed"
    assert by_key["streamhub-1m"]["error"] == "the marketplace refused it: the title is too long"
    assert by_key["learnwell-sql-seat"]["error"] is None
    assert by_key["gamehall-10"]["performed"] == "retire"
    assert "performed" not in by_key["gamehall-50"]


def test_a_dry_run_has_calls_and_no_results(reports: dict[str, Callable[[], Report]]) -> None:
    document = report_document(reports["dry-run"]())
    assert document["sketch"] == ["POST /create/ title=VPNFox, 1 month price=4.50", "POST /p1/delete/"]
    assert not any("result" in change for change in document["changes"])


def test_ten_thousand_changes_are_one_document(everyday: Plan) -> None:
    change = everyday.changes[0]
    many = replace(everyday, changes=tuple(replace(change, key=f"k{number:05}") for number in range(10_000)))
    assert len(read_plan_document(render_plan_json(many))["changes"]) == 10_000
