"""A plan, or what came of it, in every form that somebody asked for: on stdout, and in the files of `--report`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from catalogsync.cli.annotating import annotate, run_address
from catalogsync.cli.options import REPORT_FORMS, ReportForm

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.plan import Plan
    from catalogsync.model.product import Image
    from catalogsync.model.report import Report
    from catalogsync.workflow.exhibiting import Exhibitor

    Picture = Callable[[Image], bytes | None]


class Reporter:
    """Renders and writes plans and reports.

    Args:
        session: how to speak.
        form: what goes to stdout.
        paths: the files of `--report`.
    """

    def __init__(self, session: "Session", form: ReportForm, paths: tuple[Path, ...]) -> None:
        self._session = session
        self._form = form
        self._paths = paths

    @property
    def for_people(self) -> bool:
        """Whether stdout is text for a person, and no document."""
        return self._form == "text"

    def put(self, subject: "Plan | Report", show: "Exhibitor") -> None:
        """A plan that was only made, or the report of one that was carried out: to stdout, to the files, and to GitHub.

        Args:
            subject: the plan or report.
            show: what is known of a listing that is changed.

        Raises:
            UsageError: a file cannot be written.
        """
        from catalogsync.cli.files import write_private

        for path in self._paths:
            write_private(path, self._rendered(subject, REPORT_FORMS[path.suffix.lower()], show))
        self._session.say(self._rendered(subject, self._form, show))
        annotate(self._session, subject)

    def _rendered(self, subject: "Plan | Report", form: ReportForm, show: "Exhibitor") -> str:
        from catalogsync.model.plan import Plan

        match form:
            case "json":
                from catalogsync.render.plan_json import render_plan_json, render_report_json

                return render_plan_json(subject) if isinstance(subject, Plan) else render_report_json(subject)
            case "markdown":
                from catalogsync.render.markdown import render_markdown

                whole = tuple(path.name for path in self._paths if REPORT_FORMS[path.suffix.lower()] != "markdown")
                return render_markdown(subject, whole=whole, address=run_address(self._session.environ))
            case "html":
                from catalogsync.render.html import render_html

                return render_html(subject, show, self._picture)
            case "text":
                return self.text(subject)

    def text(self, subject: "Plan | Report") -> str:
        """A plan or a report as text for this screen."""
        from catalogsync.model.plan import Plan
        from catalogsync.render.plan_text import render_plan_text
        from catalogsync.render.report_text import render_report_text

        session = self._session
        if isinstance(subject, Plan):
            return render_plan_text(subject, verbose=session.verbose, width=session.width, color=session.color)
        return render_report_text(subject, verbose=session.verbose, width=session.width, color=session.color)

    def _picture(self, image: "Image") -> bytes | None:
        """An image of the catalog; None where it is none, or is not there any more."""
        from catalogsync.catalog import CatalogImages
        from catalogsync.model.errors import CatalogError

        try:
            return CatalogImages(self._session.root).read(image) if image.sha256 else None
        except CatalogError:
            return None
