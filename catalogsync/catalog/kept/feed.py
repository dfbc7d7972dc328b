"""Where the products of a catalog come from: from the cache, from workers, or from the files themselves."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final
from zlib import crc32

from catalogsync.catalog.defaults import Defaults
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.kept.context import context_of
from catalogsync.catalog.kept.shelf import Shelf
from catalogsync.catalog.kept.slices import NotKept, Slice, digest_of
from catalogsync.catalog.kept.workers import Workers, processes
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.product_documents import DocumentReader
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.model.config import Config

_SIZE: Final = 512
"""How many files there are in a batch, on average."""
_LARGEST: Final = 2048


class Batch:
    """Files that follow each other.

    Args:
        number: which batch it is, from 0.
        names: the files.
        context: all that counts for their products besides their bytes, as a digest; None if it is not sound.
    """

    __slots__ = ("context", "name", "names", "number")

    def __init__(self, number: int, names: Sequence[str], context: bytes | None) -> None:
        self.number = number
        self.names = names
        self.context = context
        self.name = blake2b(names[0].encode() if number else b"", digest_size=16).hexdigest()


class Feed:
    """Gives slices of a catalog's products, one after the other. Workers begin at once.

    Args:
        folder: the catalog's folder.
        config: its configuration; None if it could not be read, and then each file is read by whoever asks.
        defaults: what products share.
        names: the files of products, in the order in which they are asked for.
        shelf: the cache, if it may be used.
        workers: how many processes read what is not in the cache; None: as many as fit.
        fewest: for fewer files no processes are started.
    """

    def __init__(
        self,
        folder: Folder,
        config: Config | None,
        defaults: Defaults,
        names: Sequence[str],
        shelf: Shelf | None = None,
        workers: int | None = None,
        fewest: int = 1,
    ) -> None:
        self._folder = folder
        self._config = config
        self._defaults = defaults
        self._shelf = shelf
        self._apart: tuple[Problems, FieldReader, DocumentReader] | None = None
        self.batches = list(self._batches(names))
        self._workers: Workers | None = None
        cold = [
            batch for batch in self.batches if batch.context and not (shelf and shelf.has(batch.name, batch.context))
        ]
        if sum(len(batch.names) for batch in cold) >= fewest and (count := processes() if workers is None else workers):
            self._workers = Workers(count, [batch.number for batch in cold], self._read)

    def take(self, batch: Batch, fields: FieldReader) -> Slice | None:
        """What is known of a batch; None if its files are to be read, and nothing of them is to be kept."""
        if batch.context is None:
            return None
        if self._workers is not None and (data := self._workers.take(batch.number)) is not None:
            return Slice(fields, data, fresh=True)
        if self._shelf is None:
            return None
        try:
            return Slice(fields, self._shelf.read(batch.name, batch.context))
        except NotKept:
            return Slice(fields)

    def keep(self, batch: Batch, known: Slice | None) -> None:
        """Put what is known of a batch into the cache, if there is one and it does not hold it yet."""
        if self._shelf is None or known is None or batch.context is None:
            return
        known.keep(batch.names)
        if known.changed or known.fresh:
            self._shelf.write(batch.name, batch.context, known.data())

    def close(self) -> None:
        """End the workers, whatever they do, and leave the cache."""
        if self._workers is not None:
            self._workers.close()
        if self._shelf is not None:
            self._shelf.close()

    def sweep(self) -> None:
        """Take out of the cache what nobody will ask for."""
        if self._shelf is not None:
            self._shelf.sweep({batch.name for batch in self.batches})

    def _batches(self, names: Sequence[str]) -> Iterator[Batch]:
        base = context_of(self._config) if self._config is not None else None
        number = start = 0
        for end in range(1, len(names) + 1):
            # Names themselves say where a batch ends: a new file changes one batch, and no other.
            if end < len(names) and end - start < _LARGEST and crc32(names[end].encode()) % _SIZE:
                continue
            yield Batch(number, names[start:end], self._context(base, names[start:end]))
            start, number = end, number + 1

    def _context(self, base: bytes | None, names: Sequence[str]) -> bytes | None:
        if base is None:
            return None
        context = blake2b(base, digest_size=16)
        for folder in dict.fromkeys([name.rpartition("/")[0] for name in names]):
            digest = self._defaults.digest(folder)
            if digest is None:
                return None
            context.update(b"%d %s" % (len(folder.encode()), folder.encode()) + digest.ljust(32, b"\0"))
        return context.digest()

    def _read(self, number: int) -> bytes:
        """A batch, of the sound files alone: what is wrong with the others is told by whoever reads them again."""
        if self._apart is None:
            problems = Problems()
            fields = FieldReader(self._folder, self._config, problems, looks=False)
            self._apart = (problems, fields, DocumentReader(fields, self._config, self._defaults, problems))
        problems, fields, documents = self._apart
        made = Slice(fields)
        for name in self.batches[number].names:
            before = len(problems)
            try:
                data = self._folder.read(name, YAML_LIMIT)
            except Refused:
                continue
            found = list(documents.read(name, data))
            if len(problems) == before and all(sound for _, _, sound in found):
                made.add(name, digest_of(data), found)
        return made.data()
