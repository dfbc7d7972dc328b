"""The one line that is ever written into a catalog by itself: `state.lineage`, which binds it to its state."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from catalogsync.catalog.config_reader import CONFIG_FILE, load_config
from catalogsync.catalog.config_text import line_end, offset_of, with_entry
from catalogsync.catalog.files import Folder
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.config import Config
from catalogsync.model.errors import CatalogError, StateError


def write_lineage(root: Path, lineage: str, *, instead: bool = False) -> None:
    """Write `state.lineage` into a catalog's `catalogsync.yaml`. Every other byte of it stays as it is.

    Args:
        root: the catalog's folder.
        lineage: what the catalog is to name.
        instead: in the place of the lineage that it names until now.

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
        text = path.read_bytes().decode()
        known = before.state.lineage if instead else None
        text = _with_lineage(text, lineage) if known is None else _with_other_lineage(text, known, lineage)
        _write(temporary, text, path.stat().st_mode & 0o777)
        # The proof that nothing else was changed is that the whole file is read once more.
        after = _read(path.parent, temporary.name)
        if after != replace(before, state=replace(before.state, lineage=lineage), place=after.place):
            raise StateError(f"the lineage cannot be written into {CONFIG_FILE}", by_hand)
        temporary.replace(path)
        _sweep(path)
    except CatalogError:
        raise StateError(f"the lineage cannot be written into {CONFIG_FILE}", by_hand) from None
    except OSError as error:
        raise StateError(f"the lineage cannot be written into {CONFIG_FILE}: {error.strerror}", by_hand) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what writers left that were killed before they could name the lineage; nobody else writes it now."""
    for draft in path.parent.glob(f".{path.name}.*.tmp"):
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _with_lineage(text: str, lineage: str) -> str:
    """The file with one entry more: before the first entry of `state`, or in a `state` of its own at the end."""
    (document,), _ = read_documents(CONFIG_FILE, text.encode(), Problems())
    start = offset_of(text, document.key_place((next(iter(document.value)),)))
    quote = '"' if text[start] == '"' else ""
    entry = f"{quote}lineage{quote}: {quote}{lineage}{quote}"
    state = document.value.get("state")
    if state:
        return with_entry(text, offset_of(text, document.key_place(("state", next(iter(state))))), entry)
    if state is not None:
        inside = offset_of(text, document.place(("state",))) + 1
        return f"{text[:inside]}{entry}{text[inside:]}"
    if text[:start].rstrip().endswith("{"):
        return with_entry(text, start, f"{quote}state{quote}: {{{entry}}}")
    end, indent = line_end(text), " " * (document.place().column - 1)
    gap = "" if text.endswith("\n") else end
    return f"{text}{gap}{indent}{quote}state{quote}:{end}{indent}  {entry}{end}"


def _with_other_lineage(text: str, known: str, lineage: str) -> str:
    """The file with one value exchanged. Where it is not written plainly the file stays as it is."""
    (document,), _ = read_documents(CONFIG_FILE, text.encode(), Problems())
    start = offset_of(text, document.place(("state", "lineage")))
    start += text[start] in "'\""
    if not text.startswith(known, start):
        return text
    return text[:start] + lineage + text[start + len(known) :]


def _write(path: Path, text: str, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text.encode())
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())


def _read(root: Path, name: str) -> Config:
    problems = Problems()
    config = load_config(Folder(root), problems, name)
    if config is None:
        raise CatalogError(problems.sorted())
    return config
