"""Who runs this: process, person or CI job, and the commit of the catalog."""

import getpass
import secrets
from collections.abc import Mapping
from pathlib import Path

from catalogsync.cli.repository import Repository
from catalogsync.model.state import Run
from catalogsync.ports import Clock


def origin(command: str, root: Path, environ: Mapping[str, str], clock: Clock, plan: str | None = None) -> Run:
    """The identity of this run, for the state's records and for whoever finds it locked."""
    from catalogsync.state import this_process

    host, pid, started = this_process()
    return Run(
        id=secrets.token_hex(8),
        command=command,
        at=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        host=host,
        pid=pid,
        pid_started=started,
        who=environ.get("GITHUB_ACTOR") or environ.get("GITLAB_USER_LOGIN") or _user(),
        commit=Repository(root, environ).head(),
        ci_url=ci_url(environ),
        plan=plan,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def ci_url(environ: Mapping[str, str]) -> str | None:
    """Where the log of this CI job is, or None."""
    if {"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"} <= environ.keys():
        return f"{environ['GITHUB_SERVER_URL']}/{environ['GITHUB_REPOSITORY']}/actions/runs/{environ['GITHUB_RUN_ID']}"
    return environ.get("CI_JOB_URL")
