"""What blocks, what is warned of, what failed and why, as lists; the same message of many listings is one."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalogsync.model.plan import Blocked, Notice
from catalogsync.render.markdown.inert import code, prose, told
from catalogsync.render.markdown.rows import keys
from catalogsync.render.messages import FEW


class Note(NamedTuple):
    """A message of a kind: of which listing, and where in the catalog it stands, as far as that is known."""

    kind: str
    key: str | None
    message: str
    file: str | None = None
    line: int | None = None


def note_of(entry: Blocked | Notice) -> Note:
    """A rule or a warning."""
    kind = entry.rule if isinstance(entry, Blocked) else entry.code
    return Note(kind, entry.key, entry.message, entry.file, entry.line)


def items(notes: Iterable[Note]) -> Iterator[tuple[str, int]]:
    """Notes as items of a list, and for how many each stands: those of one kind together, and of each kind a few."""
    kinds: dict[str, dict[str, list[Note]]] = {}
    for note in notes:
        kinds.setdefault(note.kind, {}).setdefault(note.message, []).append(note)
    for kind, by_message in kinds.items():
        start = f"- **{prose(kind[:100])}**"
        shown = list(by_message.items())
        for message, same in shown[:FEW]:
            names = [note.key for note in same if note.key is not None]
            who = f" {keys(names, FEW)}" if names else ""
            yield f"{start}{who}: {told(message)}{_place(same)}\n", len(same)
        if len(shown) > FEW:
            count = sum(len(same) for _, same in shown[FEW:])
            yield f"{start}: {count:,} more like these\n", count


def _place(notes: list[Note]) -> str:
    """Where it stands in the catalog, unless the message says so."""
    places = {(note.file, note.line or 1): None for note in notes if note.file is not None}
    if not places:
        return ""
    (file, line), *others = places
    if file in notes[0].message:
        return ""
    more = f" and {len(others):,} more" if others else ""
    return f" ({code(f'{file}:{line}')}{more})"
