"""One invocation: where the catalog is, how to speak, and how the rooms are wired together."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from catalogsync import __version__
from catalogsync.cli.clock import SystemClock
from catalogsync.cli.console import Console
from catalogsync.cli.hardening import guard_memory
from catalogsync.cli.sent import SENT
from catalogsync.cli.states import States
from catalogsync.model.errors import CatalogError, UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.catalog import CatalogReading, Reading
    from catalogsync.cli.pool_keys import SessionKeys
    from catalogsync.marketplaces import AccPlanet
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.config import Config, MarketplaceConfig
    from catalogsync.model.plan import Notice, Selection
    from catalogsync.model.state import Run
    from catalogsync.ports import Observer
    from catalogsync.state import KeylessState, RecordJournal
    from catalogsync.workflow.desk import Desk, Sides
    from catalogsync.workflow.reading_ahead import ReadAhead

P = ParamSpec("P")
T = TypeVar("T")


class Session(Console, States):
    """What the words before the command said, and what follows from them.

    Args:
        root: the catalog's folder.
        marketplace: which marketplace, or None for the only one.
        verbose: -1 quiet, 0 normal, 1 and 2 more.
        no_color: no colours.
        environ: the environment.
    """

    def __init__(
        self, root: Path, marketplace: str | None, *, verbose: int, no_color: bool, environ: Mapping[str, str]
    ) -> None:
        self.interrupted = threading.Event()
        States.__init__(self, root, environ, SystemClock(self.interrupted))
        Console.__init__(
            self,
            verbose=verbose,
            no_color=no_color or bool(environ.get("NO_COLOR")),
            dumb=environ.get("TERM") == "dumb",
        )
        self.marketplace = marketplace

    # The catalog

    def catalog(self) -> "Catalog":
        """The catalog, read and checked.

        Raises:
            CatalogError: it has errors.
        """
        from catalogsync.catalog import read_catalog

        return self._sound(read_catalog(self.root, ci_public=self.ci_public, keys=self.pool_keys))

    def glance(self) -> "Reading":
        """The catalog as a command that changes nothing may read it: what products came to before may be taken."""
        with self._glancing() as reading:
            return reading.finish()

    @contextmanager
    def reading(self) -> "Iterator[Callable[[], Catalog]]":
        """The catalog while it is read, for commands that change nothing; whoever calls what this gives waits for it.

        Raises:
            CatalogError: it has errors; raised by the call.
        """
        with self._glancing() as reading:
            yield cache(lambda: self._sound(reading.finish()))

    def _glancing(self) -> "CatalogReading":
        from catalogsync.catalog import CatalogReading
        from catalogsync.cli.heads import cache_folder

        kept = cache_folder(self.environ)
        folder = kept / "catalogsync" / "products" if kept else None
        return CatalogReading(self.root, ci_public=self.ci_public, keys=self.pool_keys, cache=folder)

    def _sound(self, reading: "Reading") -> "Catalog":
        if reading.catalog is None:
            raise CatalogError(reading.problems)
        self.keep_to_itself(reading.catalog.config)
        return reading.catalog

    def config(self) -> "Config":
        """`catalogsync.yaml` alone.

        Raises:
            CatalogError: it has errors.
        """
        from catalogsync.catalog import read_config

        config, problems = read_config(self.root)
        if config is None:
            raise CatalogError(tuple(problems))
        self.keep_to_itself(config)
        return config

    @cached_property
    def pool_keys(self) -> "SessionKeys":
        """What opens encrypted pools."""
        from catalogsync.cli.pool_keys import SessionKeys

        return SessionKeys(self)

    @property
    def ci_public(self) -> bool:
        """Whether CI says that the repository is public (GitHub and GitLab do)."""
        said = (self.environ.get(name, "") for name in ("CI_PROJECT_VISIBILITY", "REPO_VISIBILITY"))
        return any(text.strip().lower() == "public" for text in said)

    def settings(self, config: "Config") -> "MarketplaceConfig":
        """The marketplace that was asked for, or the only one that has listings.

        Raises:
            UsageError: there is none of that name, or `-m` must say which.
        """
        if self.marketplace is not None:
            if self.marketplace not in config.marketplaces:
                names = ", ".join(config.marketplaces)
                raise UsageError(f"-m {self.marketplace}: no such marketplace", f"catalogsync.yaml has {names}")
            chosen = config.marketplaces[self.marketplace]
            if chosen.type != "accplanet":
                raise UsageError(
                    f"-m {chosen.name}: a marketplace of type {chosen.type} has no listings to manage",
                    f"it has orders: `catalogsync -m {chosen.name} orders plan`",
                )
            return chosen
        fitting = [entry for entry in config.marketplaces.values() if entry.type == "accplanet"]
        if len(fitting) != 1:
            raise UsageError(
                "no marketplace of catalogsync.yaml has listings to manage", "add one with `type: accplanet`"
            )
        return fitting[0]

    # The doors

    def api_key(self, settings: "MarketplaceConfig") -> Secret:
        """The marketplace's key: one that was typed, or else from the environment.

        Raises:
            UsageError: its variable is not set.
        """
        if typed := self.typed_keys.get(settings.api_key_env):
            return typed
        key = self.environ.get(settings.api_key_env, "").strip()
        if not key:
            raise UsageError(
                f"the environment variable {settings.api_key_env} is not set",
                f"it holds the API key of {settings.name}: export {settings.api_key_env}=…",
            )
        return Secret(key)

    @contextmanager
    def connected(self, settings: "MarketplaceConfig") -> "Iterator[AccPlanet]":
        """The marketplace alone, without a catalog.

        Raises:
            UsageError: the variable of its key is not set, or it has no listings.
            MarketplaceError: the address or the key cannot be used.
        """
        from catalogsync.marketplaces import open_marketplace

        with (
            open_marketplace(settings, self.api_key(settings), self.clock) as marketplace,
            SENT.counted(marketplace),
        ):
            yield marketplace

    @contextmanager
    def desk(
        self,
        catalog: "Catalog",
        journal: "RecordJournal | None",
        observer: "Observer",
        selection: "Selection",
        parallel: int = 8,
        remarks: "tuple[Notice, ...]" = (),
        tells: bool = False,
    ) -> "Iterator[Desk]":
        """Everything wired together for one run against the marketplace."""
        from dataclasses import replace

        with self.connected(self.settings(catalog.config)) as marketplace:
            desk = self.desk_at(marketplace, catalog, journal, observer, selection, remarks)
            yield replace(desk, parallel=parallel, tells=tells)

    def desk_at(
        self,
        marketplace: "AccPlanet",
        catalog: "Catalog",
        journal: "RecordJournal | None",
        observer: "Observer",
        selection: "Selection",
        remarks: "tuple[Notice, ...]" = (),
        ahead: "ReadAhead | None" = None,
    ) -> "Desk":
        """The same, with a marketplace that is connected already, and whose listings may be under way."""
        from catalogsync.catalog import CatalogImages
        from catalogsync.workflow.desk import Desk

        return Desk(
            catalog=catalog,
            settings=self.settings(catalog.config),
            marketplace=marketplace,
            journal=journal,
            fingerprints=journal.fingerprints if journal else None,
            images=CatalogImages(self.root),
            clock=self.clock,
            observer=observer,
            selection=selection,
            version=__version__,
            interrupted=self.interrupted.is_set,
            remarks=remarks,
            ahead=ahead,
        )

    def sides(
        self,
        catalog: "Catalog",
        state: "RecordJournal | KeylessState | None",
        selection: "Selection",
        remarks: "tuple[Notice, ...]",
    ) -> "Sides":
        """Everything wired together for one look at the catalog and the state alone."""
        from catalogsync.model.pool import key_id
        from catalogsync.render.progress import SilentProgress
        from catalogsync.state import KeylessState
        from catalogsync.workflow.desk import Sides

        return Sides(
            catalog=catalog,
            settings=self.settings(catalog.config),
            journal=state,
            fingerprints=state.fingerprints if state else None,
            clock=self.clock,
            observer=SilentProgress(),
            selection=selection,
            version=__version__,
            remarks=remarks,
            key=key_id(state.check) if isinstance(state, KeylessState) else "",
        )

    def run(self, command: str, plan: str | None = None) -> "Run":
        """Who this run is, and which saved plan it carries out, by its digest."""
        from catalogsync.cli.origin import origin

        return origin(command, self.root, self.outward, self.clock, plan)


_given_session = click.make_pass_decorator(Session)


def pass_session(command: Callable[Concatenate[Session, P], T]) -> Callable[P, T]:
    """Give a command its session. With it come secrets, and not before: help has none, and is quick."""

    @wraps(command)
    def guarded(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        guard_memory()
        return command(session, *args, **kwargs)

    return _given_session(guarded)
