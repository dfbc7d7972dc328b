"""What GitHub and GitLab say of the run that we are part of, and what GitHub is told beside the lines of files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.plan import Plan
    from catalogsync.model.report import Report


def run_address(environ: Mapping[str, str]) -> str | None:
    """The page of this run, at GitHub or GitLab; None if there is none."""
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if all(parts):
        return "{}/{}/actions/runs/{}".format(*parts)
    return environ.get("CI_JOB_URL") or None


def annotate(session: "Session", subject: "Plan | Report") -> None:
    """Where GitHub Actions reads the log: tell it, on stderr, what blocks, warns or failed, and on which line."""
    if session.environ.get("GITHUB_ACTIONS") != "true" or session.verbose < 0:
        return
    from catalogsync.render.annotations import of_report, render_annotations

    if output := render_annotations(of_report(subject), repository_folder(session)):
        click.echo(output, nl=False, err=True)


def repository_folder(session: "Session") -> str:
    """Where the catalog is in its repository, with a `/` at its end; empty if it is all of it, or nobody can tell."""
    from catalogsync.cli.repository import Repository

    found = Repository(session.root, session.outward).prefix()
    if found is not None:
        return found
    try:
        inside = session.root.resolve().relative_to(Path(session.environ["GITHUB_WORKSPACE"]).resolve())
    except (KeyError, ValueError):
        return ""
    return "" if inside == Path() else f"{inside.as_posix()}/"
