"""Where states are: one Site for each backend, and the choice between them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from catalogsync.model.config import StateConfig
from catalogsync.ports.clock import Clock
from catalogsync.state.sites.branch import BranchSite
from catalogsync.state.sites.bucket import BucketSite
from catalogsync.state.sites.folder import FolderSite
from catalogsync.state.sites.site import Site

__all__ = ["Environment", "Site", "site_of"]

Environment = Mapping[str, str]
"""The environment's variables: where programs are, and what lets them in."""

_Make = Callable[[StateConfig, Path, Clock, Environment], Site]


def _folder(config: StateConfig, root: Path, _clock: Clock, _environ: Environment) -> Site:
    return FolderSite(root / config.path)


def _bucket(config: StateConfig, _root: Path, clock: Clock, environ: Environment) -> Site:
    return BucketSite(config, clock, environ)


_SITES: Final[Mapping[str, _Make]] = {"file": _folder, "git": BranchSite, "object": _bucket}


def site_of(config: StateConfig, root: Path, clock: Clock, environ: Environment) -> Site:
    """Where the state of a catalog is, or is to be.

    Args:
        config: what `state:` in catalogsync.yaml says.
        root: the catalog's folder.
        clock: time.
        environ: the environment.

    Raises:
        StateError: what the config says is of no use.
    """
    return _SITES[config.backend](config, root, clock, environ)
