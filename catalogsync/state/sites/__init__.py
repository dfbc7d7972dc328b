"""Where states are: one Site for each backend, and the choice between them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.ports.clock import Clock
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


_SITES: Final[Mapping[str, _Make]] = {"file": _folder, "object": _bucket}


def site_of(config: StateConfig, root: Path, clock: Clock, environ: Environment) -> Site:
    """Where the state of a catalog is, or is to be.

    Args:
        config: what `state:` in catalogsync.yaml says.
        root: the catalog's folder.
        clock: time.
        environ: the environment.

    Raises:
        StateError: there is no such backend in this version.
    """
    make = _SITES.get(config.backend)
    if make is None:
        raise StateError(
            f"this version of catalogsync has no {config.backend} backend",
            f"set `state.backend` in catalogsync.yaml to {' or '.join(_SITES)}",
        )
    return make(config, root, clock, environ)
