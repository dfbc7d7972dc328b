"""Pool files to pools."""

import re
from collections.abc import Sequence
from typing import Final

from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.identities import Identities
from catalogsync.catalog.pool_file import PoolFile
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault, check_bytes, encrypted
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place

_ENDINGS: Final = re.compile(r"(\.sops)?\.ya?ml(\.age)?$|\.age$")


class PoolReader:
    """Reads the pools of one catalog.

    Args:
        folder: the catalog's folder.
        problems: where their problems go.

    Attributes:
        broken: names that pools may have which could not be read.
        files: accounts files that pools have named.
    """

    def __init__(self, folder: Folder, problems: Problems) -> None:
        self.broken: set[str] = set()
        self.files: set[str] = set()
        self._folder = folder
        self._problems = problems
        self._identities = Identities()

    def read(self, names: Sequence[str]) -> dict[str, Pool]:
        """The pools of these files by name; one with an error may lack accounts, or be missing."""
        pools: dict[str, Pool] = {}
        every: list[Pool] = []
        for name in names:
            pool = self._pool(name)
            if pool is None:
                continue
            every.append(pool)
            first = pools.setdefault(pool.name, pool)
            if first is not pool:
                message = f"there is a pool `{pool.name}` already, in {first.place}"
                self._problems.error(pool.place, "duplicate-pool", message, "rename one of them")
        self._identities.report(every, self._problems)
        return pools

    def _pool(self, name: str) -> Pool | None:
        stem = _ENDINGS.sub("", name.rpartition("/")[2])
        try:
            if is_encrypted(name):
                raise encrypted()
            data = check_bytes(self._folder.read(name, YAML_LIMIT))
        except Refused as refused:
            self._problems.refuse(refused.place(name) if isinstance(refused, Fault) else Place(name), refused)
            self.broken.add(stem)
            return None
        events = Events(name, data, self._problems)
        pool = PoolFile(self._folder, events, self._identities, self.files).pool()
        if not events.complete:
            self.broken.add(stem)
        return pool


def is_encrypted(name: str) -> bool:
    """Whether a file's name says that it is encrypted."""
    return name.endswith((".age", ".sops.yaml", ".sops.yml"))
