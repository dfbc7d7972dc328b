"""Which CI a new catalog gets: what the repository says, where the files go, and where the state is to be."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from catalogsync.cli.repository import Repository
from catalogsync.cli.session import Session
from catalogsync.cli.states import STATE_KEY
from catalogsync.model.config import MarketplaceConfig

Choice = Literal["github", "gitlab", "none"]


@dataclass(frozen=True, slots=True)
class Automation:
    """What a catalog gets besides its own files.

    Attributes:
        service: whose files they are.
        top: the repository's folder.
        files: name, relative to it, and text of each.
        remote: the git remote at which the state is to be; None: it stays in a folder.
        lacking: why the state stays in a folder; empty if it does not, or nobody minds.
        include: the file that an existing `.gitlab-ci.yml` is to include; empty if it need not.
    """

    service: Choice
    top: Path
    files: dict[str, str] = field(default_factory=dict)
    remote: str | None = None
    lacking: str = ""
    include: str = ""


class Surroundings:
    """The git repository in which a catalog is to begin, as far as CI is concerned.

    Args:
        session: at the new catalog.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        place = session.root.absolute()
        existing = next(folder for folder in (place, *place.parents) if folder.is_dir())
        self._repository = Repository(existing, session.outward)
        self._top = self._repository.top()
        self._root = existing.resolve() / place.relative_to(existing)

    @property
    def remote(self) -> str | None:
        """The remote that the state may be at: origin, or the first one."""
        names = [name for name, _ in self._repository.remotes()]
        return "origin" if "origin" in names else next(iter(names), None)

    def service(self) -> Choice:
        """Which CI the repository has, by its files, or where it comes from."""
        top = self._top or self._root
        hosts = " ".join(address.partition("/")[0].lower() for _, address in self._repository.remotes())
        if (top / ".github").is_dir() or "github" in hosts:
            return "github"
        if (top / ".gitlab-ci.yml").exists() or "gitlab" in hosts:
            return "gitlab"
        return "none"

    def automation(self, service: Choice, settings: MarketplaceConfig) -> Automation:
        """What the catalog gets.

        Args:
            service: which CI.
            settings: the marketplace.

        Raises:
            UsageError: the catalog's folder has a name that CI would not take.
        """
        from catalogsync.catalog.new_workflows import GITLAB, GITLAB_BESIDE, ci_files

        top = self._top or self._root
        if service == "none":
            return Automation(service, top)
        beside = service == "gitlab" and (top / GITLAB).exists()
        files = ci_files(
            service,
            folder=self._root.relative_to(top).as_posix(),
            branch=self._repository.default_branch(),
            api_key_env=settings.api_key_env,
            beside=beside,
        )
        lacking = "" if self._session.state_key() is not None else f"{STATE_KEY} is not set"
        if self.remote is None:
            lacking = "the repository has no git remote yet"
        remote = None if lacking else self.remote
        return Automation(service, top, files, remote, lacking, GITLAB_BESIDE if beside else "")
