"""What was found of large pools, between runs: numbers and keyed digests in the user's cache folder, and no account."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from catalogsync.cli.heads import cache_folder, put_into_cache

_MOST: Final = 1_000
"""So many pools are remembered, those of the last runs."""
_LARGEST: Final = 1 << 20


class Stocks:
    """A Memory in one small file. Where it cannot be read or written, nothing is lost but the help.

    Args:
        environ: the environment; says where the cache folder is.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        cache = cache_folder(environ)
        self._path = cache / "catalogsync" / "stocks.json" if cache else None
        self._known: dict[str, Sequence[object]] | None = None

    def recall(self, mark: str) -> Sequence[object]:
        """What was kept under a mark; nothing if nothing was."""
        if self._known is None:
            self._known = self._read()
        found = self._known.get(mark, ())
        return found if isinstance(found, list) else ()

    def keep(self, mark: str, found: Sequence[int | str]) -> None:
        """Keep something for later runs."""
        known = {**(self._known or {}), mark: list(found)}
        self._known = dict(list(known.items())[-_MOST:])
        if self._path is not None:
            put_into_cache(self._path, json.dumps(self._known))

    def _read(self) -> dict[str, Sequence[object]]:
        try:
            if self._path is None or not self._path.is_file() or self._path.stat().st_size > _LARGEST:
                return {}
            raw = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return raw if isinstance(raw, dict) else {}
