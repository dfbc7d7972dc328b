"""A saved plan read back: from the document to the plan, nothing taken on trust."""

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from catalogsync.core.limits import parse_allowances
from catalogsync.model.errors import UsageError
from catalogsync.model.fields import Value
from catalogsync.model.plan import (
    Action,
    Allocation,
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
from catalogsync.render.escape import inline
from catalogsync.render.plan_json import FORMAT, Document, digest_of
from catalogsync.render.plan_shape import PLAN, misfit

_HINT = "make one with `catalogsync plan --out FILE`"


def read_plan_document(text: str) -> Document:
    """Read what `render_plan_json` wrote, proven to be a plan's document and to fit its digest.

    Raises:
        UsageError: it is no such document, or it was changed since; the text says what is wrong.
    """
    import orjson

    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"this file is no plan: it is not valid JSON ({where})", _HINT) from None
    _require_format(document)
    if wrong := misfit(document, PLAN):
        raise UsageError(f"this file is no plan: {wrong}", _HINT)
    if document["digest"] != digest_of(document):
        raise UsageError("this plan was edited after it was made: its digest does not fit", _HINT)
    _require_single_names(text)
    _require_order(document)
    return dict(document)


def _require_format(document: object) -> None:
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        if isinstance(found, str) and found.startswith("catalogsync.plan/"):
            told = f"this plan has the format {inline(found[:40])}, and this version of catalogsync knows {FORMAT}"
            raise UsageError(told, "plan and apply with the same version")
        raise UsageError(f'this file is no plan: its "format" is not {FORMAT}', _HINT)
    changes = document.get("changes") if isinstance(document, dict) else None
    changed = isinstance(changes, list) and any(isinstance(change, dict) and "result" in change for change in changes)
    summary = document.get("summary") if isinstance(document, dict) else None
    if changed or (isinstance(summary, dict) and "failed" in summary):
        raise UsageError("this file is the report of an apply, and no plan", _HINT)


def _require_order(document: Document) -> None:
    """Refuse rows in another order than ours: a plan is written in one way alone."""
    for rows, name in ((document["changes"], "key"), (document.get("allocation", ()), "pool")):
        names = [row[name] for row in rows]
        if names != sorted(names):
            raise UsageError(f"this file is no plan: what it lists is not in the order of the {name}s", _HINT)


def _require_single_names(text: str) -> None:
    """Refuse an object with one name twice: people and programs may take it for different plans."""

    def single(pairs: list[tuple[str, Any]]) -> None:
        for name, count in Counter(name for name, _ in pairs).items():
            if count > 1:
                raise UsageError(f"this file is no plan: it says {inline(name[:40])} twice", _HINT)

    try:
        json.loads(text, object_pairs_hook=single)
    except (RecursionError, ValueError):
        raise UsageError("this file is no plan: it says something twice", _HINT) from None


def plan_of(document: Document) -> Plan:
    """The plan that a document says; `plan_document` of it is that document.

    Raises:
        UsageError: it lets a rule pass that cannot be, or holds an amount that is none.
    """
    ground, chosen = document["state"], document["selection"]
    return Plan(
        tool_version=document["tool_version"],
        created_at=document["created_at"],
        marketplace=document["marketplace"],
        ground=Ground(**ground) if ground else None,
        selection=Selection(tuple(chosen["only"]), tuple(chosen["exclude"]), _allowed(chosen["allow"])),
        summary=Summary(**document["summary"]),
        changes=tuple(_change(change) for change in document["changes"]),
        blocked=tuple(Blocked(**rule) for rule in document["blocked"]),
        warnings=tuple(Notice(**notice) for notice in document["warnings"]),
        money=_money(document["money"]) if "money" in document else None,
        offline=document.get("offline", False),
        allocation=tuple(Allocation(**row) for row in document["allocation"]) if "allocation" in document else None,
    )


def _allowed(allow: dict[str, str]) -> dict[str, str]:
    return parse_allowances(tuple(f"{rule}={most}" for rule, most in allow.items()))


def _change(raw: Document) -> Change:
    accounts = raw.get("accounts")
    return Change(
        key=raw["key"],
        action=Action(raw["action"]),
        product_id=raw["product_id"],
        file=raw["file"],
        line=raw["line"],
        fields=tuple(
            FieldChange(field["field"], _value(field["before"]), _value(field["after"]), field["cause"])
            for field in raw["fields"]
        ),
        accounts=Allotment(**accounts) if accounts else None,
        renamed_from=raw.get("renamed_from"),
    )


def _money(raw: Document) -> Money:
    try:
        before, after = Decimal(raw["before"]), Decimal(raw["after"])
    except InvalidOperation:
        raise UsageError("this file is no plan: money should be numbers", _HINT) from None
    return Money(before, after, raw["uncounted"], tuple(raw["under_min_price"]))


def _value(raw: str | int | list[str] | None) -> Value | None:
    return tuple(raw) if isinstance(raw, list) else raw
