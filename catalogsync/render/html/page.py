"""A plan or a report as one page."""

from collections.abc import Callable
from html import escape

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.plan import Change, Plan
from catalogsync.model.product import Image
from catalogsync.model.report import Report
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.report_text import render_report_text


def render_html(
    subject: Plan | Report, _show: Callable[[Change], Exhibit], _picture: Callable[[Image], bytes | None]
) -> str:
    """The plan, or the report of an apply, as HTML."""
    text = render_plan_text(subject) if isinstance(subject, Plan) else render_report_text(subject)
    return f"<!doctype html><meta charset=utf-8><title>catalogsync</title><pre>{escape(text)}</pre>\n"
