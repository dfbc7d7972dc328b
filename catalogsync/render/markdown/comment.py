"""A plan or a report as one comment."""

from catalogsync.model.plan import Plan
from catalogsync.model.report import Report
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.report_text import render_report_text


def render_markdown(subject: Plan | Report) -> str:
    """The plan, or the report of an apply, as Markdown for GitHub and GitLab."""
    text = render_plan_text(subject) if isinstance(subject, Plan) else render_report_text(subject)
    return "".join(f"    {line}\n" for line in text.splitlines())
