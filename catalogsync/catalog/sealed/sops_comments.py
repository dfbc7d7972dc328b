"""Comments of a SOPS file that sops did not encrypt: libyaml passes over them, and an account may stand in one."""

from collections.abc import Iterator
from typing import Final

from yaml._yaml import CParser
from yaml.events import ScalarEvent

from catalogsync.catalog.sealed.sops_metadata import Spot
from catalogsync.catalog.sealed.sops_value import COMMENT_LINE

_HASH: Final = "#"


def comments_in_clear(data: bytes) -> Iterator[Spot]:
    """Line and column, from 1, of each comment that stands in clear text.

    Args:
        data: a file's bytes, which libyaml can read, checked by `check_bytes`.
    """
    # Blanked out, so that places stay; what sops encrypted holds no other `#`.
    left = COMMENT_LINE.sub(lambda found: b" " * len(found[0]), data)
    if b"#" not in left:
        return
    lines = left.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for event in iter(CParser(left).get_event, None):
        if type(event) is ScalarEvent:
            _blank(lines, event.start_mark, event.end_mark)
    for number, line in enumerate(lines, 1):
        if (column := line.find(_HASH)) >= 0:
            yield number, column + 1


def _blank(lines: list[str], start: object, end: object) -> None:
    """Take a scalar out of the lines."""
    first, last = start.line, end.line  # type: ignore[attr-defined]
    for number in range(first, min(last + 1, len(lines))):
        line = lines[number]
        since = start.column if number == first else 0  # type: ignore[attr-defined]
        until = end.column if number == last else len(line)  # type: ignore[attr-defined]
        lines[number] = line[:since] + " " * (until - since) + line[until:]
