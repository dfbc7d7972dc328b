"""The pictures that listings show, as a catalog writes them: files of its own, or where they are."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Final

from catalogsync.model.errors import CatalogError, Interrupted, MarketplaceError
from catalogsync.model.writing import Remark
from catalogsync.ports import CatalogWriter
from catalogsync.workflow.desk import Desk

FAILURES_IN_A_ROW: Final = 5
"""After so many pictures in a row that cannot be had, no more are asked for."""

_MEDIA: Final = "/media/"


class Pictures:
    """Where each picture is in the catalog.

    Args:
        desk: what to work with.
        writer: keeps pictures.

    Attributes:
        kept: sha256 to the marketplace's path of pictures that became files.
    """

    def __init__(self, desk: Desk, writer: CatalogWriter) -> None:
        self._desk = desk
        self._writer = writer
        self._known = desk.state.images.get(desk.settings.name, {})
        files = {
            image.sha256: image.ref
            for product in desk.catalog.products.values()
            for image in product.images
            if image.sha256 is not None
        }
        self._files = {path: files[digest] for digest, path in self._known.items() if digest in files}
        self._failures: dict[str, str] = {}
        self.kept: dict[str, str] = {}

    def fetch(self, refs: Iterable[str]) -> None:
        """Make files of the pictures that the marketplace itself has; others stay where they are.

        Raises:
            Interrupted: somebody asked the run to stop.
        """
        wanted = sorted({ref for ref in refs if ref.startswith(_MEDIA)} - self._files.keys())
        if not wanted:
            return
        self._desk.observer.stage("Fetching pictures", len(wanted))
        in_a_row = 0
        for ref, found in self._contents(wanted):
            self._desk.observer.step(ref)
            if isinstance(found, bytes):
                self._keep(ref, found)
            else:
                self._failures[ref] = found
            in_a_row = in_a_row + 1 if ref in self._failures else 0
            if in_a_row == FAILURES_IN_A_ROW:
                late = set(wanted) - self._files.keys() - self._failures.keys()
                self._failures |= dict.fromkeys(late, "not tried: too many others could not be had")
                return

    def refs(self, shown: tuple[str, ...]) -> tuple[str, ...]:
        """Pictures as a catalog writes them."""
        return tuple(self._files.get(ref, ref) for ref in shown)

    def remarks(self, key: str, shown: tuple[str, ...]) -> Iterator[Remark]:
        """What to tell of the pictures of a product."""
        for ref in shown:
            if why := self._failures.get(ref):
                yield Remark(key, "images", f"{why}; the catalog names the picture where it is, {ref}")

    def _contents(self, refs: list[str]) -> Iterator[tuple[str, bytes | str]]:
        """Each picture, or why it cannot be had; some at once."""
        with ThreadPoolExecutor(self._desk.parallel) as pool:
            for start in range(0, len(refs), self._desk.parallel):
                if self._desk.interrupted():
                    raise Interrupted("interrupted while pictures were fetched", "nothing was bound; import again")
                few = refs[start : start + self._desk.parallel]
                yield from zip(few, pool.map(self._content, few), strict=True)

    def _content(self, ref: str) -> bytes | str:
        try:
            return self._desk.marketplace.picture(ref)
        except MarketplaceError as error:
            return error.message

    def _keep(self, ref: str, content: bytes) -> None:
        digest = sha256(content).hexdigest()
        path = self._known.get(digest, self.kept.get(digest, ref))
        if path != ref:
            # A file has one path at the marketplace: with that one the listing would be changed.
            self._failures[ref] = f"the same picture is at the marketplace as {path} too"
            return
        try:
            self._files[ref] = self._writer.keep_image(ref, content)
        except CatalogError as error:
            self._failures[ref] = "; ".join(problem.message for problem in error.problems)
        else:
            self.kept[digest] = ref
