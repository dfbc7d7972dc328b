"""Reading a whole catalog, off line: every problem of every file in one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from catalogsync.catalog.config_reader import load_config
from catalogsync.catalog.defaults import Defaults, is_defaults
from catalogsync.catalog.files import Folder, is_yaml, yaml_files
from catalogsync.catalog.kept.feed import Feed
from catalogsync.catalog.kept.shelf import Shelf
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.pool_names import is_encrypted, is_no_pool
from catalogsync.catalog.pool_names import pool_files as pools_in
from catalogsync.catalog.pools import PoolReader
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.products import ProductReader
from catalogsync.catalog.relations import Relations
from catalogsync.catalog.sealed.doubles import report_doubles
from catalogsync.catalog.sealed.manifests import Manifests, is_manifest
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.catalog.whereabouts import Whereabouts
from catalogsync.model.bulk import bulk
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config
from catalogsync.model.pool import AnyPool, SealedPool
from catalogsync.model.problem import Place, Problem
from catalogsync.ports.keys import NoKeys, PoolKeys

_NO_KEYS: Final = NoKeys()
FEWEST: Final = 400
"""For fewer files of products neither workers nor the cache are of use: they are read in a moment."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of reading a catalog.

    Attributes:
        catalog: the catalog; None if there is an error.
        problems: everything that is wrong, by place; warnings too.
        encrypted: the encrypted files that were met, and whether a key at hand opens each.
    """

    catalog: Catalog | None
    problems: tuple[Problem, ...]
    encrypted: Mapping[str, bool] = field(default_factory=dict)


class CatalogReading:
    """A catalog while it is read: what takes long is begun when this is made, and other work may be done meanwhile.

    Use it as a context manager, so that no worker outlives it.

    Args:
        root, ci_public, pending, keys, cache, workers, fewest: as in `read_catalog`.

    Attributes:
        config: what `catalogsync.yaml` says; None if there is an error, of which `finish` tells.
    """

    def __init__(
        self,
        root: Path,
        *,
        ci_public: bool = False,
        pending: Mapping[str, bytes] | None = None,
        keys: PoolKeys = _NO_KEYS,
        cache: Path | None = None,
        workers: int | None = None,
        fewest: int = FEWEST,
    ) -> None:
        self._came_to: Reading | None = None
        self._ci_public = ci_public
        self._keys = keys
        self._problems = problems = Problems()
        self._folder = folder = Overlay(root, pending) if pending else Folder(root)
        self.config = load_config(folder, problems)
        self._product_files = list(folder.walk("products", problems))
        names = yaml_files(self._product_files, problems)
        self._defaults = Defaults(folder, [name for name in names if is_defaults(name)], problems)
        names = [name for name in names if not is_defaults(name)]
        if pending or len(names) < fewest:
            cache, workers = None, 0
        shelf = Shelf(cache, root) if cache is not None else None
        self._feed = Feed(folder, self.config, self._defaults, names, shelf, workers, fewest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._feed.close()

    def finish(self) -> Reading:
        """What became of it; asked again, the same."""
        if self._came_to is None:
            with bulk():
                self._came_to = self._finish()
        return self._came_to

    def _finish(self) -> Reading:
        folder, config, problems = self._folder, self.config, self._problems
        pool_files = list(folder.walk("pools", problems))
        vault = Vault(self._keys)
        fingerprints = self._keys.fingerprints
        manifests = Manifests(folder, pool_files, problems, lambda: fingerprints(config.state) if config else None)
        pool_reader = PoolReader(folder, problems, vault, manifests)
        pools = pool_reader.read(pools_in(pool_files, problems))
        manifests.finish(pool_reader.broken)
        report_doubles(pool_reader.every, lambda: manifests.prints, problems)
        relations = Relations(pools, pool_reader.broken, problems, Whereabouts(folder, self._defaults))
        product_reader = ProductReader(folder, config, self._defaults, relations, problems)
        products = product_reader.read_fed(self._feed)
        relations.finish()
        _check_plaintext(pools, config, problems, ci_public=self._ci_public)
        others = {name for name in self._product_files if not is_yaml(name)}.union(
            name for name in pool_files if is_no_pool(name) and not is_manifest(name)
        )
        read = product_reader.fields.files | pool_reader.files | manifests.files
        for name in others - read:
            # Which accounts files there are, only pools tell that could be read.
            known = not (is_encrypted(name) and pool_reader.broken)
            if known and folder.real_name(name) not in read:
                problems.warning(Place(name), "ignored-file", "this file is not read", "only .yaml and .yml are")
        found = problems.sorted()
        if problems.errors or config is None:
            return Reading(None, found, vault.files)
        return Reading(Catalog(folder.root, config, products, pools, found), found, vault.files)


def read_catalog(
    root: Path,
    *,
    ci_public: bool = False,
    pending: Mapping[str, bytes] | None = None,
    keys: PoolKeys = _NO_KEYS,
    cache: Path | None = None,
    workers: int | None = None,
    fewest: int = FEWEST,
) -> Reading:
    """Read everything in a catalog's folder.

    Args:
        root: the folder with `catalogsync.yaml`.
        ci_public: a CI says that the repository is public, where pools in clear text are refused.
        pending: files that are yet to be written, by name: the catalog is read as it will be.
        keys: what opens encrypted pools; asked only where there are some.
        cache: the folder where sound products are kept, for runs that change nothing; None: all files are read.
        workers: how many processes read beside this one; None: as many as fit.
        fewest: for fewer files neither workers nor the cache are of use.
    """
    with CatalogReading(
        root, ci_public=ci_public, pending=pending, keys=keys, cache=cache, workers=workers, fewest=fewest
    ) as reading:
        return reading.finish()


def read_config(root: Path) -> tuple[Config | None, tuple[Problem, ...]]:
    """Read `catalogsync.yaml` alone; the Config is None if there is an error."""
    problems = Problems()
    config = load_config(Folder(root), problems)
    return config, problems.sorted()


def _check_plaintext(
    pools: Mapping[str, AnyPool], config: Config | None, problems: Problems, *, ci_public: bool
) -> None:
    allowed = config.safety.allow_plaintext_pools if config is not None else False
    if allowed is True:
        return
    for pool in pools.values():
        if not pool.plain or not len(pool):
            continue
        if allowed == "error" or ci_public:
            why = "the repository is public" if ci_public else "`safety.allow_plaintext_pools` says so"
            message = f"the accounts of this pool stand in clear text, which is refused: {why}"
            hint = "`catalogsync pools encrypt` encrypts them; take those for stolen that strangers may have read"
            problems.error(_in_clear(pool), "pool-plaintext", message, hint)
        else:
            message = "the accounts of this pool stand in clear text"
            hint = "`catalogsync pools encrypt` encrypts them; `safety.allow_plaintext_pools: true` silences this"
            problems.warning(_in_clear(pool), "pool-plaintext", message, hint)


def _in_clear(pool: AnyPool) -> Place:
    """Where accounts of a pool stand in clear text: in its file, or in the accounts file that it names."""
    if isinstance(pool, SealedPool):
        return pool.place
    name = next(file for file in pool.files if not is_encrypted(file))
    return pool.place if name == pool.place.file else Place(name)
