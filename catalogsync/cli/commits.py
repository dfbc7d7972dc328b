"""Whether the catalog that is checked out is at least as new as what was applied last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogsync.cli.repository import Repository
from catalogsync.model.errors import Superseded
from catalogsync.model.plan import Notice
from catalogsync.model.state import Run, State

_BRANCH: Final = "refs/heads/"
_HINT: Final = (
    "apply the newest commit instead; `--allow-older` applies this one all the same, and takes back what came since"
)
_FETCH: Final = (
    "fetch more history (`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`, in GitLab `GIT_DEPTH: 0`), "
    "or let it pass with `--allow-older`"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against applying this commit. Without a hint it is only to be said, and stops nothing."""

    message: str
    hint: str | None = None


class Commits:
    """What git, and where we are in CI the remote, say about the commit that is checked out.

    Args:
        root: the catalog's folder.
        environ: the environment.
    """

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self._repository = Repository(root, environ)
        self._ref = _branch(environ)

    def notices(self, state: State, *, refuse: bool = False) -> tuple[Notice, ...]:
        """What a plan warns of.

        Args:
            state: what was applied.
            refuse: raise where the commit is older than what was applied, or nobody can tell.

        Raises:
            Superseded: it is.
        """
        entries = list(self._objections(state))
        for entry in entries:
            if refuse and entry.hint:
                raise Superseded(f"{entry.message}; nothing was changed", entry.hint)
        return tuple(
            Notice("older-commit", None, entry.message + (f"; {entry.hint}" if entry.hint else "")) for entry in entries
        )

    def _objections(self, state: State) -> Iterator[Objection]:
        """What speaks against it. Nothing does where no commit was recorded, or where there is no git."""
        applied = {run.commit: run for run in _applied(state) if run.commit}
        head = self._repository.head() if applied else None
        if head is None:
            return
        for commit, run in applied.items():
            contained = commit == head or self._repository.contains(commit)
            if contained is None:
                yield Objection(
                    f"nobody can tell whether {_short(head)}, which is checked out, contains {_described(run)}: "
                    "only a part of its history is here",
                    _FETCH,
                )
            elif not contained:
                yield Objection(
                    f"superseded: {_short(head)}, which is checked out, does not contain {_described(run)}", _HINT
                )
        if self._ref is not None:
            yield from self._at_the_tip(head, self._ref)

    def _at_the_tip(self, head: str, ref: str) -> Iterator[Objection]:
        branch = ref.removeprefix(_BRANCH)
        tip = self._repository.tip(ref)
        if tip is None:
            yield Objection(f"whether {_short(head)} is still the newest commit of {branch} could not be asked")
        elif not tip:
            yield Objection(f"superseded: the branch {branch} is no longer at the remote", _HINT)
        elif tip != head and not self._repository.contains(tip):
            yield Objection(
                f"superseded: {_short(head)} is checked out, but {branch} is at {_short(tip)} by now", _HINT
            )


def _applied(state: State) -> Iterator[Run]:
    """The apply that ended last, and one that was killed, or is at work."""
    if state.last is not None:
        yield state.last
    if state.run is not None and state.run.command == "apply":
        yield state.run


def _branch(environ: Mapping[str, str]) -> str | None:
    """The branch that a CI job runs for, if it is a CI job and runs for one."""
    if not environ.get("CI"):
        return None
    if environ.get("GITHUB_REF", "").startswith(_BRANCH):
        return environ["GITHUB_REF"]
    return f"{_BRANCH}{environ['CI_COMMIT_BRANCH']}" if environ.get("CI_COMMIT_BRANCH") else None


def _described(run: Run) -> str:
    return f"{_short(run.commit or '')}, which was applied at {run.at}{f' by {run.who}' if run.who else ''}"


def _short(commit: str) -> str:
    return commit[:10]
