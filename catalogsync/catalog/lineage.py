"""The one line that is ever written into a catalog by itself: `state.lineage`, which binds it to its state."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogsync.catalog.config_reader import CONFIG_FILE, load_config
from catalogsync.catalog.files import Folder
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.config import Config
from catalogsync.model.errors import CatalogError, StateError

_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


def write_lineage(root: Path, lineage: str) -> None:
    """Write `state.lineage` into a catalog's `catalogsync.yaml`. Every other byte of it stays as it is.

    Args:
        root: the catalog's folder.
        lineage: what the catalog is to name.

    Raises:
        CatalogError: the file cannot be read.
        StateError: it cannot be written, or it names another lineage; the text says what to add by hand.
    """
    before = _read(root, CONFIG_FILE)
    if before.state.lineage == lineage:
        return
    path = (root / CONFIG_FILE).resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    by_hand = f"write it there by hand: under `state:`, `lineage: {lineage}`"
    try:
        _write(temporary, _with_lineage(path.read_bytes(), lineage), path.stat().st_mode & 0o777)
        # The proof that nothing else was changed is that the whole file is read once more.
        after = _read(root, temporary.name)
        if after != replace(before, state=replace(before.state, lineage=lineage), place=after.place):
            raise StateError(f"the lineage cannot be written into {CONFIG_FILE}", by_hand)
        temporary.replace(path)
    except CatalogError:
        raise StateError(f"the lineage cannot be written into {CONFIG_FILE}", by_hand) from None
    except OSError as error:
        raise StateError(f"the lineage cannot be written into {CONFIG_FILE}: {error.strerror}", by_hand) from None
    finally:
        temporary.unlink(missing_ok=True)


def _with_lineage(data: bytes, lineage: str) -> bytes:
    """The file with one entry more: before the first entry of `state`, or in a `state` of its own at the end.

    A writer of YAML would lay the whole file out anew; people look at the diff of this commit, so it has one line.
    """
    text = data.decode()
    end = "\r\n" if "\r\n" in text else "\n"
    (document,), _ = read_documents(CONFIG_FILE, data, Problems())
    if "state" not in document.value:
        gap = "" if text.endswith("\n") else end
        return f"{text}{gap}state:{end}  lineage: {lineage}{end}".encode()
    first = document.key_place(("state", next(iter(document.value["state"]), "")))
    lines = text.split("\n")
    line = lines[first.line - 1]
    column = first.column - 1 + (first.line == 1 and line.startswith(_BOM))
    head, tail = line[:column], line[column:]
    above = "\n".join([*lines[: first.line - 1], head])
    # In `{…}` entries are parted by commas; in a block each has a line of its own.
    separator = ", " if above.rstrip().endswith("{") else f"{end}{head}"
    lines[first.line - 1] = f"{head}lineage: {lineage}{separator}{tail}"
    return "\n".join(lines).encode()


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(root: Path, name: str) -> Config:
    problems = Problems()
    config = load_config(Folder(root), problems, name)
    if config is None:
        raise CatalogError(problems.sorted())
    return config
