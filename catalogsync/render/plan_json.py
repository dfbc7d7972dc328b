"""A plan as the document that `plan --out` saves and `apply` takes, and a report as the same document with results."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any, Final

from catalogsync.model.fields import Value
from catalogsync.model.plan import Change, Money, Plan
from catalogsync.model.report import Report, Result
from catalogsync.render.json_text import canonical, pretty, writable

Document = dict[str, Any]
"""A JSON object."""

FORMAT: Final = "catalogsync.plan/1"

_NOT_IN_DIGEST: Final = {"tool_version", "created_at", "digest"}


def plan_document(plan: Plan) -> Document:
    """The plan as a JSON object, with its digest."""
    document: Document = {
        "format": FORMAT,
        "tool_version": plan.tool_version,
        "created_at": plan.created_at,
        "marketplace": plan.marketplace,
        "state": None if plan.ground is None else {"lineage": plan.ground.lineage, "serial": plan.ground.serial},
        "digest": "",
        "selection": {
            "only": list(plan.selection.only),
            "exclude": list(plan.selection.exclude),
            "allow": dict(sorted(plan.selection.allow.items())),
        },
        "summary": asdict(plan.summary),
        "changes": [_change(change) for change in sorted(plan.changes, key=lambda change: change.key)],
        "blocked": [asdict(rule) for rule in plan.blocked],
        "warnings": [asdict(notice) for notice in plan.warnings],
    }
    if plan.allocation is not None:
        document["allocation"] = [asdict(row) for row in sorted(plan.allocation, key=lambda row: row.pool)]
    if plan.money is not None:
        document["money"] = _money(plan.money)
    if plan.offline:
        document["offline"] = True
    document = writable(document)
    document["digest"] = digest_of(document)
    return document


def render_plan_json(plan: Plan) -> str:
    """The plan's document as text."""
    return pretty(plan_document(plan))


def report_document(report: Report) -> Document:
    """The plan's document with what became of each change; its digest stays that of the plan.

    The notices of the run follow the warnings of the plan. A dry run has no results but the calls that it would send.
    """
    document = plan_document(report.plan)
    for change in document["changes"]:
        if result := report.results.get(change["key"]):
            change.update(_result(result))
    document["summary"] |= {"failed": report.failed, "in_doubt": report.in_doubt}
    document["warnings"] += [asdict(notice) for notice in report.notices]
    if report.dry_run:
        document["sketch"] = list(report.sketch)
    return document


def render_report_json(report: Report) -> str:
    """The report's document as text."""
    return pretty(report_document(report))


def digest_of(document: Document) -> str:
    """The digest over everything in a plan's document that decides what is done."""
    decisive = {name: value for name, value in document.items() if name not in _NOT_IN_DIGEST}
    return f"sha256:{sha256(canonical(decisive)).hexdigest()}"


def _change(change: Change) -> Document:
    document: Document = {
        "key": change.key,
        "action": change.action.value,
        "product_id": change.product_id,
        "file": change.file,
        "line": change.line,
    }
    if change.renamed_from is not None:
        document["renamed_from"] = change.renamed_from
    document["fields"] = [
        {
            "field": field.field,
            "before": plain(field.before),
            "after": plain(field.after),
            "cause": field.cause,
        }
        for field in change.fields
    ]
    if change.accounts is not None:
        document["accounts"] = {
            "pool": change.accounts.pool,
            "new": change.accounts.new,
            "sent": change.accounts.sent,
        }
    return document


def _money(money: Money) -> Document:
    return {
        "before": str(money.before),
        "after": str(money.after),
        "uncounted": money.uncounted,
        "under_min_price": list(money.under_min_price),
    }


def _result(result: Result) -> Document:
    document: Document = {"result": result.outcome, "error": result.error}
    if result.performed is not None:
        document["performed"] = result.performed.value
    return document


def plain(value: Value | None) -> str | int | list[str] | None:
    """A value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value
