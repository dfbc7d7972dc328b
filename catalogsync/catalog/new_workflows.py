"""The files with which CI plans and applies a catalog: the examples, made to fit its place in its repository."""

import json
import re
import shlex
from typing import Final, Literal

import yaml

from catalogsync.catalog.published import ci_example
from catalogsync.model.errors import UsageError

Service = Literal["github", "gitlab"]

ACTION: Final = ".github/actions/catalogsync/action.yml"
GITLAB: Final = ".gitlab-ci.yml"
GITLAB_BESIDE: Final = ".gitlab/catalogsync.yml"

_WORKFLOWS: Final = ("plan", "apply", "drift")
_KEY: Final = "ACCPLANET_API_KEY"
_PLAIN: Final = re.compile(r"[A-Za-z][\w./ -]*(?<! )", re.ASCII)
_UNUSABLE: Final = re.compile(r"\$\{\{|[\x00-\x1f\x7f]")


def ci_files(service: Service, *, folder: str, branch: str, api_key_env: str, beside: bool = False) -> dict[str, str]:
    """The files of a CI service, by their names in the repository.

    Args:
        service: which one.
        folder: the catalog's, in the repository; "." if that is the same.
        branch: what is merged into.
        api_key_env: the name of the variable, and of CI's secret, that holds the marketplace's key.
        beside: whether a `.gitlab-ci.yml` is there already, which is to include what is written.

    Raises:
        UsageError: the folder has a name that CI would not take as it is.
    """
    if _UNUSABLE.search(folder):
        raise UsageError(f"{folder!r} is no name for a folder that CI works in", "give it another name, or `--ci none`")
    fitted = _github(folder, branch) if service == "github" else _gitlab(folder, beside=beside)
    return {name: text.replace(_KEY, api_key_env) for name, text in fitted.items()}


def _github(folder: str, branch: str) -> dict[str, str]:
    files = {ACTION: ci_example("action.yml")}
    slug = re.sub(r"\W+", "-", folder).strip("-").lower()
    for workflow in _WORKFLOWS:
        text = ci_example("github", f"catalogsync-{workflow}.yml")
        text = text.replace("branches: [main]", f"branches: [{_scalar(branch)}]")
        if folder != ".":
            # Several catalogs of a repository have workflows of their own.
            text = text.replace(
                f"name: catalogsync {workflow}", f"name: {_scalar(f'catalogsync {workflow} ({folder})')}"
            )
            text = text.replace(f"group: catalogsync-{workflow}", f"group: catalogsync-{workflow}-{slug}")
            text = text.replace("working-directory: .", f"working-directory: {_scalar(folder)}")
        files[f".github/workflows/catalogsync-{workflow}{f'-{slug}' if slug else ''}.yml"] = text
    return files


def _gitlab(folder: str, *, beside: bool) -> dict[str, str]:
    text = ci_example("gitlab", GITLAB)
    if folder != ".":
        text = text.replace("    - cd .\n", f"    - {_scalar(f'cd {shlex.quote(folder)}')}\n")
        text = text.replace("[catalogsync-report.html]", f"[{_scalar(f'{folder}/catalogsync-report.html')}]")
    return {GITLAB_BESIDE if beside else GITLAB: text}


def _scalar(text: str) -> str:
    """A text as a YAML scalar; what is not plain stands in quotes, as JSON has them, which is YAML too."""
    return text if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text else json.dumps(text, ensure_ascii=False)
