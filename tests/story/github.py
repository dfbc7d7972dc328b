"""GitHub, played: workflows of a real repository are run step by step, as a runner would, with bash and real commands.

What is not ours is played, too: the actions that check out, set Python up and carry artifacts; `gh`, which keeps
comments and issues in a file; and pip, for the tool is here already.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.harness.canary import leaks
from tests.harness.command import environment
from tests.harness.repositories import git
from tests.story.expressions import Function, as_text, filled, value

ROOT: Final = Path(__file__).parents[2]
SELF: Final = "$/"

Started = Callable[["subprocess.Popen[bytes]", Path], None]


@dataclass
class Job:
    """One job that was run.

    Attributes:
        result: success, failure or skipped.
        log: what its steps wrote, in order.
        summary: what stands on the page of the run.
        outputs: of its steps, by their ids.
    """

    result: str = "skipped"
    log: str = ""
    summary: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


class GitHub:
    """One repository at GitHub.

    Attributes:
        remote: the bare repository.
        secrets: of all environments.
        artifacts: of the last run, by name.
        installed: what pip was asked to install, each time.
    """

    def __init__(self, folder: Path, remote: Path, secrets: Mapping[str, str]) -> None:
        self.remote = remote
        self.secrets = secrets
        self.artifacts: dict[str, Path] = {}
        self.installed: list[str] = []
        self._folder = folder
        self._bin = folder / "bin"
        self._bin.mkdir(parents=True)
        shutil.copy(ROOT / "tests/story/gh.py", self._bin / "gh")
        (self._bin / "gh").chmod(0o755)
        self._runs = 0

    @property
    def talk(self) -> dict[str, list[dict[str, Any]]]:
        """The comments and issues that there are."""
        path = self._folder / "talk.json"
        found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text()) if path.exists() else {}
        return {"comments": [], "issues": [], **found}

    def run(
        self,
        workflow: str,
        event: dict[str, Any],
        *,
        ref: str = "refs/heads/main",
        commit: str | None = None,
        started: Started | None = None,
    ) -> dict[str, Job]:
        """Run a workflow of a commit, all jobs in their order.

        Args:
            workflow: the name of its file.
            event: what happened, as GitHub tells it; `inputs` of a run by hand too.
            ref: the branch, or the merge of a pull request.
            commit: the commit; the newest of the ref.
            started: is told of each process, and of the file that it writes its log into.
        """
        commit = commit or git(self.remote, "rev-parse", ref)
        document = yaml.safe_load(git(self.remote, "show", f"{commit}:.github/workflows/{workflow}"))
        self._runs += 1
        event = {"repository": {"default_branch": "main", "visibility": "private"}, **event}
        github = {
            "event": event,
            "repository": "fern/shop",
            "ref": ref,
            "ref_name": ref.removeprefix("refs/heads/"),
            "sha": commit,
            "token": "job-token",
            "run_id": str(self._runs),
        }
        jobs: dict[str, Job] = {}
        for name, body in document["jobs"].items():
            needs = [body["needs"]] if "needs" in body else []
            fine = all(jobs[need].result == "success" for need in needs)
            jobs[name] = Job()
            contexts = {"github": github, "secrets": self.secrets, "inputs": event.get("inputs", {}), "needs": {}}
            if _due(str(body.get("if", "")), contexts, fine):
                jobs[name] = _Runner(self, github, contexts, self._folder, self._bin, started).job(body["steps"])
        return jobs


class _Runner:
    """A machine for one job."""

    def __init__(
        self,
        hub: GitHub,
        github: dict[str, Any],
        contexts: dict[str, Any],
        folder: Path,
        commands: Path,
        started: Started | None,
    ) -> None:
        self._hub = hub
        self._started = started
        home = Path(tempfile.mkdtemp(dir=folder))
        self._workspace, self._temp = home / "workspace", home / "temp"
        self._workspace.mkdir()
        self._contexts = {**contexts, "runner": {"temp": str(self._temp)}}
        self._github = github
        tool = self._temp / "catalogsync/bin"
        tool.mkdir(parents=True)
        for name, script in {
            "python": f'echo "$@" >> {home}/pip',
            "catalogsync": f'exec {sys.executable} -m catalogsync "$@"',
        }.items():
            (tool / name).write_text(f"#!/bin/sh\n{script}\n")
            (tool / name).chmod(0o755)
        self._home = home
        base = environment({"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(home / "cache")})
        del base["ACCPLANET_API_KEY"]
        self._environ = {
            **base,
            "PATH": f"{commands}:{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "fern",
            "GITHUB_REF": github["ref"],
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_SHA": github["sha"],
            "GITHUB_STEP_SUMMARY": str(home / "summary"),
            "GITHUB_WORKSPACE": str(self._workspace),
            "RUNNER_TEMP": str(self._temp),
            "TALK": str(folder / "talk.json"),
        }
        self._job = Job("success")

    def job(self, steps: list[dict[str, Any]]) -> Job:
        """Run all steps, and tell what came of it."""
        self._steps(steps, self._contexts, {})
        summary = self._home / "summary"
        self._job.summary = summary.read_text() if summary.exists() else ""
        if (self._home / "pip").exists():
            self._hub.installed.append((self._home / "pip").read_text())
        for text in (self._job.log, self._job.summary):
            assert leaks(text) is None
            assert "Traceback" not in text
            assert not any(secret in text for secret in self._hub.secrets.values() if len(secret) > 20)
        return self._job

    def _steps(self, steps: list[dict[str, Any]], contexts: dict[str, Any], environ: dict[str, str]) -> None:
        told: dict[str, dict[str, Any]] = {}
        contexts = {**contexts, "steps": told}
        functions: dict[str, Function] = {"format": lambda text, *words: text.format(*words)}
        for number, step in enumerate(steps):
            name = step.get("id", f"step-{number}")
            told[name] = {"outputs": {}, "conclusion": "skipped"}
            if not _due(str(step.get("if", "")), contexts, self._job.result == "success"):
                continue

            def fill(words: Mapping[str, Any]) -> dict[str, str]:
                return {key: as_text(filled(as_text(word), contexts, functions)) for key, word in words.items()}

            own = {**environ, **fill(step.get("env", {}))}
            told[name]["conclusion"] = "success"
            if "uses" in step:
                told[name]["outputs"] = self._uses(step["uses"], fill(step.get("with", {})), own)
            else:
                place = as_text(filled(step.get("working-directory", "."), contexts, functions))
                code, told[name]["outputs"] = self._bash(step["run"], place, own)
                if code:
                    told[name]["conclusion"] = self._job.result = "failure"
            self._job.outputs[name] = told[name]["outputs"]

    def _bash(self, script: str, place: str, environ: dict[str, str]) -> tuple[int, dict[str, str]]:
        assert "${{" not in script, "an expression in a script is filled before bash reads it"
        file, output, log = self._home / "step.sh", self._home / "output", self._home / "log"
        file.write_text(script)
        output.write_text("")
        with (
            open(log, "wb") as writing,
            subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", file],
                cwd=self._workspace / place,
                env={**self._environ, **environ, "GITHUB_OUTPUT": str(output)},
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            ) as process,
        ):
            if self._started:
                self._started(process, log)
            process.wait(timeout=100)
        self._job.log += log.read_text()
        return process.returncode, dict(line.split("=", 1) for line in output.read_text().splitlines())

    def _uses(self, action: str, given: dict[str, str], environ: dict[str, str]) -> dict[str, str]:
        if action.startswith(SELF):
            path = f"{self._github['sha']}:{action.removeprefix(SELF)}/action.yml"
            body = yaml.safe_load(git(self._hub.remote, "show", path))
            assert given.keys() <= body["inputs"].keys(), "an input that the action does not have"
            inputs = {name: str(entry.get("default", "")) for name, entry in body["inputs"].items()} | given
            outer = {name: self._contexts[name] for name in ("github", "runner")}
            self._steps(body["runs"]["steps"], {**outer, "inputs": inputs}, environ)
            return {}
        match action.partition("@")[0]:
            case "actions/checkout":
                assert given["persist-credentials"] == "false"
                self._checkout("" if given.get("fetch-depth") == "0" else "--depth=1")
            case "actions/setup-python":
                return {"python-path": sys.executable}
            case "actions/upload-artifact":
                self._hub.artifacts[given["name"]] = Path(shutil.copytree(given["path"], self._home / "artifact"))
            case "actions/download-artifact":
                shutil.copytree(self._hub.artifacts[given["name"]], given["path"])
            case other:
                raise AssertionError(f"nobody plays {other}")
        return {}

    def _checkout(self, *depth: str) -> None:
        """A clone as the action makes it: of all branches, or of the one commit alone."""
        place, commit = self._workspace, self._github["sha"]
        git(place, "init", "--quiet")
        git(place, "remote", "add", "origin", f"file://{self._hub.remote}")
        wanted = [commit] if any(depth) else ["+refs/heads/*:refs/remotes/origin/*", commit]
        git(place, "fetch", "--quiet", *filter(None, depth), "origin", *wanted)
        git(place, "checkout", "--quiet", "--detach", commit)


def _due(condition: str, contexts: Mapping[str, Any], fine: bool) -> bool:
    """Whether a job or a step is to be run; without a word on that, only if all went well so far."""
    condition = condition.strip().removeprefix("${{").removesuffix("}}").strip()
    functions: dict[str, Function] = {"always": lambda: True, "cancelled": lambda: False}
    told = any(f"{name}()" in condition for name in functions)
    return (fine or told) and (not condition or bool(value(condition, contexts, functions)))
