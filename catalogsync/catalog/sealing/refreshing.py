"""Writing the manifests of a catalog: of each encrypted pool that can be opened, so that it is as the pool is."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from catalogsync.catalog.files import Folder
from catalogsync.catalog.pool_names import is_encrypted, pool_files
from catalogsync.catalog.pools import PoolReader
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.saving import Content, save_files, settle
from catalogsync.catalog.sealed.manifest import (
    LIMIT,
    has_conflict,
    left_out,
    manifest_bytes,
    manifest_of,
    read_manifest,
    users_in,
)
from catalogsync.catalog.sealed.manifests import beside, digest_of, digests_of, is_manifest, manifest_name
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.model.counted import counted
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Pool, SealedPool
from catalogsync.model.problem import Place
from catalogsync.ports import Fingerprints
from catalogsync.ports.keys import PoolKeys


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of the manifests of a catalog.

    Attributes:
        written: those that were made or made anew, by name.
        removed: those that had no pool any more.
        closed: the pool files that no key at hand opens and that have no manifest which fits them; it was left as it
            is.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    closed: tuple[str, ...]


def refresh_manifests(root: Path, keys: PoolKeys, prints: Fingerprints) -> Refreshed:
    """Make, update and remove manifests, so that each encrypted pool which can be opened has its own.

    Those of pools with errors, and of pools that cannot be opened here, are left as they are.

    Args:
        root: the catalog's folder.
        keys: what opens encrypted pools.
        prints: makes fingerprints with the state's key.

    Raises:
        CatalogError: a manifest cannot be written, or has accounts of one side of a merge that would be lost.
        UsageError: a pool is too large for a manifest.
    """
    problems = Problems()
    folder = Folder(root)
    names = list(folder.walk("pools", problems))
    maker = _Maker(folder, prints)
    reader = PoolReader(folder, problems, Vault(keys), maker)
    files = pool_files(names, problems)
    reader.read(files)
    there = {name for name in names if is_manifest(name)}
    changed = {name: data for name, data in maker.made.items() if _content(folder, name) != data}
    contents = {
        folder.real_name(name): Content(_content(folder, name) if name in there else None, data)
        for name, data in changed.items()
    }
    for name in list(contents):
        _keep_both_sides(name, contents, problems)
    save_files(root, contents)
    # Of a file that stands there twice, in clear text too, only one was read.
    kept = ({*map(manifest_name, files)} - maker.plain) | {*map(manifest_name, filter(is_encrypted, names))}
    alone = sorted(there - kept)
    for name in alone:
        _remove(root / name, name)
    settle({(root / name).parent for name in alone})
    if conflicts := tuple(problem for problem in problems.sorted() if problem.code == "manifest-conflict"):
        raise CatalogError(conflicts, "these manifests were left as they are")
    return Refreshed(tuple(sorted(changed)), tuple(alone), tuple(maker.closed))


def _keep_both_sides(name: str, contents: dict[str, Content], problems: Problems) -> None:
    """Leave a manifest alone that shows, where git could not merge, accounts of one side that the pool lacks."""
    content = contents[name]
    if content.before is not None and has_conflict(content.before):
        lost = users_in(content.before) - users_in(content.after)
        if lost:
            fault = left_out(counted(len(lost), "account"))
            problems.refuse(fault.place(name), fault)
            del contents[name]


class _Maker:
    """Makes the manifest of each encrypted pool that is opened."""

    def __init__(self, folder: Folder, prints: Fingerprints) -> None:
        self.made: dict[str, bytes] = {}
        self.closed: list[str] = []
        self.plain: set[str] = set()
        self.files: set[str] = set()
        self.known: set[str] = set()
        self._folder = folder
        self._prints = prints

    def opened(self, file: str, pool: Pool, files: Collection[str]) -> None:
        name = manifest_name(file)
        if not any(map(is_encrypted, files)):
            self.plain.add(name)
        else:
            manifest = manifest_of(pool, digests_of(self._folder, name, files), self._prints)
            self.made[name] = manifest_bytes(manifest)

    def sealed(self, file: str, fault: NoKeyFits) -> SealedPool | None:  # noqa: ARG002
        if not self._fits(manifest_name(file)):
            self.closed.append(file)
        return None

    def _fits(self, name: str) -> bool:
        """Whether a manifest is there, and its files are as they were."""
        try:
            manifest = read_manifest(self._folder.read(name, LIMIT))
            return all(digest_of(self._folder, beside(name, file)) == was for file, was in manifest.files.items())
        except Refused:
            return False


def _content(folder: Folder, name: str) -> bytes | None:
    try:
        return folder.read(name, LIMIT)
    except Refused:
        return None


def _remove(path: Path, name: str) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        problems = Problems()
        problems.error(Place(name), "unwritable-file", f"the file cannot be removed: {error.strerror}")
        raise CatalogError(problems.sorted(), "a manifest that has no pool cannot be removed") from None


def has_encrypted_pools(root: Path) -> bool:
    """Whether any file below `pools/` is encrypted, or a manifest."""
    names = Folder(root).walk("pools", Problems())
    return any(is_encrypted(name) or is_manifest(name) for name in names)
