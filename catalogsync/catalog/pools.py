"""Pool files to pools."""

from collections.abc import Sequence

from yaml import YAMLError

from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.identities import Identities
from catalogsync.catalog.pool_file import PoolFile
from catalogsync.catalog.pool_names import is_age_name, is_bare, is_encrypted, is_sops_name, pool_stem
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.sealed.manifests import Custodian, Manifests
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault, check_bytes, explain
from catalogsync.model.pool import AnyPool, Pool, SealedPool
from catalogsync.model.problem import Place


class PoolReader:
    """Reads the pools of one catalog.

    Args:
        folder: the catalog's folder.
        problems: where their problems go.
        vault: opens those that are encrypted.
        custodian: is told how each was found, and may have what stands for one that no key opens; None: nothing does.

    Attributes:
        broken: names that pools may have which could not be read.
        files: accounts files that pools have named.
        every: the pools that were read, also those whose name another one has.
    """

    def __init__(self, folder: Folder, problems: Problems, vault: Vault, custodian: Custodian | None = None) -> None:
        self.broken: set[str] = set()
        self.files: set[str] = set()
        self.every: list[AnyPool] = []
        self._folder = folder
        self._problems = problems
        self._vault = vault
        self._custodian = custodian or Manifests(folder, (), problems, lambda: None)
        self._identities = Identities()

    def read(self, names: Sequence[str]) -> dict[str, AnyPool]:
        """The pools of these files by name; one with an error may lack accounts, or be missing."""
        pools: dict[str, AnyPool] = {}
        for name in names:
            pool = None if is_bare(name) and self._is_accounts_file(name) else self._pool(name)
            if pool is None:
                continue
            self.every.append(pool)
            first = pools.setdefault(pool.name, pool)
            if first is not pool:
                message = f"there is a pool `{pool.name}` already, in {first.place}"
                self._problems.error(pool.place, "duplicate-pool", message, "rename one of them")
        self.broken |= self._custodian.known - pools.keys()
        self._identities.report([pool for pool in self.every if isinstance(pool, Pool)], self._problems)
        return pools

    def _is_accounts_file(self, name: str) -> bool:
        return self._folder.real_name(name) in self.files or name in self._custodian.files

    def _pool(self, name: str) -> AnyPool | None:
        before = self._problems.errors
        try:
            events = self._events(name)
            if events is None:
                self.broken.add(pool_stem(name))
                return None
            source = PoolFile(self._folder, events, self._identities, self.files, self._vault)
            pool = source.pool()
        except NoKeyFits as fault:
            return self._sealed(name, fault)
        except Refused as refused:
            self._problems.refuse(refused.place(name) if isinstance(refused, Fault) else Place(name), refused)
            self.broken.add(pool_stem(name))
            return None
        pool.plain = not all(map(is_encrypted, pool.files))
        if not events.complete:
            self.broken.add(pool_stem(name))
        if self._problems.errors == before:
            self._custodian.opened(name, pool, source.files)
        return pool

    def _events(self, name: str) -> Events | None:
        """A pool file's events; None where something was reported that leaves nothing to read."""
        data = self._folder.read(name, YAML_LIMIT)
        if is_age_name(name):
            data = self._vault.open_age(name, data)
        data = check_bytes(data)
        if not is_sops_name(name):
            return Events(name, data, self._problems)
        try:
            return self._vault.open_sops(name, data, self._problems)
        except YAMLError as error:
            raise explain(error, data) from None

    def _sealed(self, name: str, fault: NoKeyFits) -> SealedPool | None:
        """A pool of which some file cannot be opened here.

        Args:
            name: the pool file.
            fault: what is said of the file that no key opens: `fault.file`, the pool file or its accounts file.
        """
        pool = self._custodian.sealed(name, fault)
        if pool is None:
            self.broken.add(pool_stem(name))
        return pool
