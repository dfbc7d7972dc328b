"""The files for CI: their commands can be typed, they say one version, and nothing in them runs what others write."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from catalogsync import __version__
from tests.docs.test_docs import why_impossible, words_of

ROOT: Final = Path(__file__).parents[2]
ACTION: Final = ROOT / "action.yml"
GITLAB: Final = ROOT / "examples/ci/gitlab/.gitlab-ci.yml"
WORKFLOWS: Final = sorted((ROOT / "examples/ci/github").glob("*.yml"))
OURS: Final = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAY_WRITE: Final = {
    "comment": {"pull-requests"},
    "issue": {"issues"},
    "apply": {"contents"},
    "attest": {"attestations", "id-token"},
    "publish": {"id-token"},
    "announce": {"contents"},
}
"""What a job may write, by its name."""


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict[str, Any]]:
    """The steps of an action, or of all jobs of a workflow."""
    document = read(path)
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job["steps"]]


def gitlab_jobs() -> dict[str, dict[str, Any]]:
    return {name: body for name, body in read(GITLAB).items() if isinstance(body, dict) and "script" in body}


def typed() -> Iterator[str]:
    """Every command that these files run."""
    for path in WORKFLOWS:
        for step in steps(path):
            given = step.get("with", {})
            if given.get("command") in {"plan", "apply", "drift"}:
                for args in re.findall(r"'(--[^'{]*)'", given.get("args", "")) or [""]:
                    yield f"catalogsync {given['command']} --report a.md --report a.html --report a.json {args}"
    for body in gitlab_jobs().values():
        for line in body["script"]:
            command = line.removeprefix("exec ")
            if command.startswith("catalogsync "):
                yield command.replace('"$@"', "")
    yield f"catalogsync {shlex.join(read(ROOT / '.pre-commit-hooks.yaml')[0]['args'])}"
    yield "catalogsync plan --detailed-exitcode --allow max_deletes=4"


@pytest.mark.parametrize("line", sorted(set(typed())))
def test_every_command_can_be_typed(line: str) -> None:
    assert why_impossible(words_of(line)) is None


@pytest.mark.parametrize("path", [ACTION, *OURS, GITLAB], ids=lambda path: path.name)
def test_bash_understands_every_script(path: Path) -> None:
    lines = [body["script"] for body in gitlab_jobs().values()]
    scripts = (
        ["\n".join(script) for script in lines] if path == GITLAB else [step.get("run", "") for step in steps(path)]
    )
    for script in scripts:
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0, script


def test_all_say_the_version_of_this_tool() -> None:
    wanted = f"catalogsync=={__version__}"
    assert read(ACTION)["inputs"]["install"]["default"] == wanted
    for path in (ACTION, GITLAB, ROOT / "docs/ci.md"):
        assert set(re.findall(r"catalogsync==[\w.]+", path.read_text(encoding="utf-8"))) == {wanted}, path


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS, *OURS], ids=lambda path: path.name)
def test_no_script_holds_an_expression_and_every_action_is_named_by_its_commit(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        if not (used := step.get("uses", "$/")).startswith("$/"):
            assert re.fullmatch(r"(actions/[\w-]+|pypa/gh-action-pypi-publish)@[0-9a-f]{40}", used)
            assert re.search(rf"{re.escape(used)} # v\d+\.\d+\.\d+\n", path.read_text(encoding="utf-8"))
        if used.startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [*WORKFLOWS, *OURS], ids=lambda path: path.name)
def test_rights_are_few_and_each_job_says_its_own(path: Path) -> None:
    document = read(path)
    assert document["permissions"] == {}
    assert "pull_request_target" not in document[True]
    for name, job in document["jobs"].items():
        writes = {right for right, may in job["permissions"].items() if may != "read"}
        assert writes <= MAY_WRITE.get(name, set()), name
        assert job["timeout-minutes"] <= 60
        # Who may write for others gets no key, and who gets a key, or may publish, is in an environment.
        assert ("secrets." in str(job) or name == "publish") == ("environment" in job)


def test_the_jobs_of_gitlab_stop_no_apply_and_let_one_run_at_a_time() -> None:
    jobs = gitlab_jobs()
    assert jobs.keys() == {
        f"catalogsync {name}" for name in ("plan", "validate", "apply", "dry run", "apply by hand", "drift")
    }
    for name, body in jobs.items():
        whole = {**jobs.get(body["extends"], {}), **body}
        if any("catalogsync apply" in line for line in body["script"]):
            assert (whole["interruptible"], whole["resource_group"]) == (False, "catalogsync"), name
            assert any(line.startswith("exec catalogsync") for line in body["script"]), "a signal reaches it"
        assert "timeout" in whole
        assert whole["rules"]
