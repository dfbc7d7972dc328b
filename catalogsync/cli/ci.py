"""What CI says of the run that we are part of."""

from collections.abc import Mapping


def run_address(environ: Mapping[str, str]) -> str | None:
    """The page of this run, at GitHub or GitLab; None if there is none."""
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if all(parts):
        return "{}/{}/actions/runs/{}".format(*parts)
    return environ.get("CI_JOB_URL") or None


def on_github(environ: Mapping[str, str]) -> bool:
    """Whether GitHub Actions reads what we write to the log."""
    return environ.get("GITHUB_ACTIONS") == "true"
