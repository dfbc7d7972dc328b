"""Moments for people: `2026-11-21 12:00 UTC` from ISO 8601."""

import re
from typing import Final

from catalogsync.render.escape import inline

_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(\.\d+)?)?(Z|\+00:00)")


def moment(text: str) -> str:
    """A moment in UTC to the minute; anything else as it stands."""
    match = _ISO.fullmatch(text)
    return f"{match[1]} {match[2]} UTC" if match else inline(text)
