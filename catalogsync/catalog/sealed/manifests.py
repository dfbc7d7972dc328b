"""The manifests of a catalog while its pools are read: each is held against its pool, or stands for it."""

import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from hashlib import file_digest
from typing import Final, Protocol

from catalogsync.catalog.accounts_file import LIMIT as FILE_LIMIT
from catalogsync.catalog.files import Folder
from catalogsync.catalog.pool_names import is_encrypted, pool_stem
from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.catalog.sealed.manifest import ENDING, LIMIT, REFRESH, Manifest, read_manifest
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.pool import Pool, SealedPool, key_id
from catalogsync.model.problem import Place
from catalogsync.ports import Fingerprints

_OR_MANIFEST: Final = (
    "or let whoever has the key run `catalogsync pools encrypt` and commit the manifest that it writes: a plan needs "
    "no more"
)


class Custodian(Protocol):
    """Is told how each pool was found, and may have what stands for one that no key opens."""

    files: set[str]
    """Accounts files of pools that no key opens."""
    known: set[str]
    """Names of pools whose manifest could not be taken."""

    def opened(self, file: str, pool: Pool, files: Collection[str]) -> None:
        """A pool that was read without an error.

        Args:
            file: the pool file.
            pool: the pool.
            files: all files that it was read from.
        """
        ...

    def sealed(self, file: str, fault: NoKeyFits) -> SealedPool | None:
        """What stands for a pool that no key opens; None where nothing does, which is reported.

        Args:
            file: the pool file.
            fault: why it could not be opened.
        """
        ...


class Manifests:
    """Holds manifests against pools.

    Args:
        folder: the catalog's folder.
        names: all files below `pools/`.
        problems: where their problems go.
        prints: gives fingerprints with the state's key, if that is at hand; asked only where there is a manifest.

    Attributes:
        files: the accounts files of pools for which a manifest stands.
        known: names of pools whose manifest could not be taken.
    """

    def __init__(
        self, folder: Folder, names: Iterable[str], problems: Problems, prints: Callable[[], Fingerprints | None]
    ) -> None:
        self.files: set[str] = set()
        self.known: set[str] = set()
        self._folder = folder
        self._problems = problems
        self._ask = prints
        names = list(names)
        self._there = frozenset(filter(is_manifest, names))
        # Also one of a file that stands there twice, in clear text too, has its pool.
        self._alone = {*self._there} - {*map(manifest_name, filter(is_encrypted, names))}

    def opened(self, file: str, pool: Pool, files: Collection[str]) -> None:
        """A pool that was read without an error. A pool in clear text has no manifest."""
        name = manifest_name(file)
        if not any(map(is_encrypted, files)):
            return
        self._alone.discard(name)
        if name not in self._there:
            hint = "`catalogsync pools encrypt` makes it; then a plan needs no age key"
            self._problems.warning(pool.place, "manifest-missing", "this encrypted pool has no manifest", hint)
            return
        manifest = self._read(name)
        if manifest is None:
            return
        named = {beside(name, each) for each in manifest.files}
        if named != set(files):
            self._stale(name, "the pool is read from other files by now")
        elif manifest.pool != pool.name:
            self._stale(name, "the pool has another name by now")
        elif len(manifest) != len(pool):
            self._stale(name, f"the pool holds {len(pool):,} accounts, and the manifest {len(manifest):,}")
        else:
            # With its files as they were, and nothing changed in it, its fingerprints are those of the pool.
            self._fits(name, manifest)

    def sealed(self, file: str, fault: NoKeyFits) -> SealedPool | None:
        """The pool as its manifest has it, if that is the manifest of the files as they are."""
        name = manifest_name(file)
        self._alone.discard(name)
        if name not in self._there:
            self._problems.error(fault.place(fault.file), fault.code, fault.message, f"{fault.hint}; {_OR_MANIFEST}")
            return None
        manifest = self._read(name)
        if manifest is None:
            return None
        named = {beside(name, each) for each in manifest.files}
        if not {file, fault.file} <= named:
            self._stale(name, f"it does not know {fault.file}")
            return None
        if not self._fits(name, manifest):
            return None
        accounts = named - {file}
        self.files |= accounts
        pool = manifest.sealed(Place(file))
        pool.plain = fault.in_clear or not all(map(is_encrypted, accounts))
        return pool

    def finish(self, broken: Collection[str]) -> None:
        """Report the manifests that have no pool.

        Args:
            broken: names that pools may have which could not be read.
        """
        for name in sorted(self._alone):
            if pool_stem(name.removesuffix(ENDING)) not in broken:
                hint = "remove it, or run `catalogsync pools encrypt`, which does"
                self._problems.warning(Place(name), "manifest-orphan", "there is no encrypted pool beside it", hint)

    @cached_property
    def prints(self) -> Fingerprints | None:
        """Fingerprints with the state's key; None where that is not at hand."""
        return self._ask()

    def _read(self, name: str) -> Manifest | None:
        """A manifest, as far as one can trust it by itself."""
        try:
            manifest = read_manifest(self._folder.read(name, LIMIT))
            for each in manifest.files:
                beside(name, each)
        except Refused as refused:
            self._problems.refuse(refused.place(name) if isinstance(refused, Fault) else Place(name), refused)
            return None
        self.known.add(manifest.pool)
        if self.prints is None:
            return manifest
        if manifest.key != key_id(self.prints.check):
            message = "this manifest was made with another state's key"
            hint = f"give the key of this state; or {REFRESH}"
            self._problems.error(Place(name), "manifest-other-key", message, hint)
        elif not manifest.is_by(self.prints):
            message = "somebody changed this manifest who has not the state's key"
            self._problems.error(Place(name), "bad-manifest", message, REFRESH)
        else:
            return manifest
        return None

    def _fits(self, name: str, manifest: Manifest) -> bool:
        for each, known in manifest.files.items():
            file = beside(name, each)
            if digest_of(self._folder, file) != known:
                self._stale(name, f"{shown(file)} is not as it was then")
                return False
        return True

    def _stale(self, name: str, why: str) -> None:
        message = f"this manifest was made before the pool was changed: {why}"
        self._problems.error(Place(name), "manifest-stale", message, REFRESH)


def is_manifest(name: str) -> bool:
    """Whether a file's name says that it is a manifest."""
    return name.endswith(ENDING)


def manifest_name(file: str) -> str:
    """The name of a pool file's manifest, which stands beside it."""
    folder, slash, _ = file.rpartition("/")
    return f"{folder}{slash}{pool_stem(file)}{ENDING}"


def beside(manifest: str, name: str) -> str:
    """The name in the catalog of a file that a manifest names.

    Raises:
        Fault: it leads out of the catalog.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), name))
    if not name.isprintable() or name.startswith("/") or path.split("/")[0] in {"..", "."}:
        raise Fault(1, 1, "bad-manifest", "`files` names a file outside the catalog", REFRESH)
    return path


def digest_of(folder: Folder, name: str) -> str | None:
    """The digest of a file as manifests have it; None where it cannot be read."""
    try:
        number, _ = folder.open(name, FILE_LIMIT)
    except Refused:
        return None
    with os.fdopen(number, "rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}"


def digests_of(folder: Folder, manifest: str, files: Iterable[str]) -> Mapping[str, str]:
    """The digests of a pool's files, by their names relative to its manifest."""
    base = posixpath.dirname(manifest)
    return {posixpath.relpath(file, base): digest_of(folder, file) or "" for file in files}
