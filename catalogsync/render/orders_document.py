"""A plan for orders, and what came of it, as the JSON document that `schemas/orders.schema.json` describes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan, OrderReport
from catalogsync.model.report import Result
from catalogsync.render.json_text import pretty

FORMAT: Final = "catalogsync.orders/1"

Document = dict[str, Any]
"""A JSON object."""


def render_orders_plan_json(plan: OrderPlan, calls: Sequence[str] | None = None) -> str:
    """The plan as a document.

    Args:
        plan: what `orders fulfill` would do.
        calls: of a dry run, the calls that it would send.
    """
    document = _plan(plan)
    return pretty(document if calls is None else {**document, "sketch": list(calls)})


def render_orders_report_json(report: OrderReport) -> str:
    """The plan's document with what became of each order; the notices of the run follow the plan's warnings."""
    document = _plan(report.plan, report)
    document["summary"] |= {"failed": report.failed, "in_doubt": report.in_doubt, "calls": report.calls}
    document["warnings"] += [asdict(notice) for notice in report.notices if notice not in report.plan.warnings]
    return pretty(document)


def _plan(plan: OrderPlan, report: OrderReport | None = None) -> Document:
    counts = Counter(change.action for change in plan.changes)
    return {
        "format": FORMAT,
        "tool_version": plan.tool_version,
        "created_at": plan.created_at,
        "marketplaces": list(plan.marketplaces),
        "state": asdict(plan.ground) if plan.ground else None,
        "summary": {
            "open": len(plan.changes),
            **{action.value: counts[action] for action in OrderAction},
            "accounts": plan.accounts,
        },
        "orders": [
            _order(change, report.results.get((change.marketplace, change.order_id)) if report else None)
            for change in plan.changes
        ],
        "pools": [asdict(use) for use in plan.pools],
        "warnings": [asdict(notice) for notice in plan.warnings],
    }


def _order(change: OrderChange, result: Result | None) -> Document:
    document: Document = {
        "marketplace": change.marketplace,
        "order_id": change.order_id,
        "action": change.action.value,
        "product_id": change.product_id or None,
        "key": change.key,
        "title": change.title or None,
        "quantity": change.quantity or None,
        "delivered": change.delivered,
        "status": change.status or None,
        "payment": change.payment or None,
        "created_at": change.created_at or None,
        "pool": change.pool,
        "count": change.count,
        "code": change.code or None,
        "why": change.why or None,
    }
    return document if result is None else {**document, "result": result.outcome, "error": result.error}
