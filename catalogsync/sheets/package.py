"""An .xlsx file as the zip of XML parts that it is, read without trusting it."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from catalogsync.model.errors import UsageError
from catalogsync.sheets.limits import LARGEST_CONTENT

_PIECE: Final = 65_536
_AGAIN: Final = "open it in your spreadsheet and save it again as .xlsx"

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the kind, such as `worksheet`, and the other part's name."""

    kind: str
    target: str


class Package:
    """The parts of one .xlsx file.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        UsageError: it is none, or unpacked it would be too large.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            raise self.damaged() from None
        members = self._zip.infolist()
        if any(member.filename == "mimetype" for member in members):
            raise UsageError(f"{name} is an OpenDocument file", "save it as .xlsx, or as “CSV UTF-8”")
        if sum(member.file_size for member in members) > LARGEST_CONTENT:
            raise UsageError(f"{name} holds more than {LARGEST_CONTENT:,} bytes, unpacked", "split it")

    def damaged(self) -> UsageError:
        """What there is to say when the file is not what it should be."""
        return UsageError(f"{self.name} is no .xlsx file that can be read", _AGAIN)

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by the ids that it uses; "" is the package itself.

        Raises:
            UsageError: the file is damaged.
        """
        path = PurePosixPath(part)
        found: dict[str, Relation] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "")
                whole = target[1:] if target.startswith("/") else str(path.parent / target)
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = Relation(kind, whole)

        for _ in self.parse(str(path.parent / "_rels" / f"{path.name}.rels"), start):
            pass
        return found

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _: None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Read a part's XML; each step reads a piece of it and calls what it holds.

        Tags and attributes come without their namespaces, so that the strict form of the format is read as well.

        Raises:
            UsageError: the file is damaged, or declares a document type, as no spreadsheet does.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def on_start(tag: str, attributes: Attributes) -> None:
            start(_local(tag), {_local(name): value for name, value in attributes.items()} if attributes else {})

        def on_end(tag: str) -> None:
            end(_local(tag))

        parser.StartElementHandler = on_start
        parser.EndElementHandler = on_end
        parser.CharacterDataHandler = text
        # Entities could fetch files or grow without end, and they come only with a document type.
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            with self._zip.open(part) as stream:
                while piece := stream.read(_PIECE):
                    parser.Parse(piece, False)
                    yield
                parser.Parse(b"", True)
                yield
        except (LookupError, ValueError, OSError, EOFError, expat.ExpatError, zipfile.BadZipFile, zlib.error):
            raise self.damaged() from None
        except (NotImplementedError, RuntimeError):
            raise UsageError(f"{self.name} is packed or locked in a way that cannot be read", _AGAIN) from None

    def _refuse_doctype(self, *_: Any) -> None:
        raise UsageError(f"{self.name} is no .xlsx file: it declares a document type, as no spreadsheet does", _AGAIN)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
