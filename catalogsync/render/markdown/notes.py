"""What blocks, what is warned of, what failed and why, as lists; the same message of many listings is one."""

from collections.abc import Iterable, Iterator

from catalogsync.render.markdown.inert import code, prose, told
from catalogsync.render.markdown.rows import keys
from catalogsync.render.messages import FEW, Said, by_kind, place_of


def items(entries: Iterable[Said]) -> Iterator[tuple[str, int]]:
    """Messages as items of a list, and for how many each stands: those of one kind together, and of each kind a few."""
    for kind, by_message in by_kind(entries).items():
        start = f"- **{prose(kind[:100])}**"
        shown = list(by_message.items())
        for message, same in shown[:FEW]:
            names = [one.key for one in same if one.key is not None]
            who = f" {keys(names, FEW)}" if names else ""
            yield f"{start}{who}: {told(message)}{_where(same)}\n", len(same)
        if len(shown) > FEW:
            count = sum(len(same) for _, same in shown[FEW:])
            yield f"{start}: {count:,} more like these\n", count


def _where(same: list[Said]) -> str:
    place = place_of(same)
    return "" if place is None else f" ({code(place[0])}{place[1]})"
