"""Times as people write them: `500ms`, `10s`, `2m`, `1h`."""

import re
from typing import Final

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"([0-9]{1,9})(ms|s|m|h)", re.ASCII)


def parse_duration(text: str) -> float | None:
    """A time in seconds, or None where the text is none."""
    match = _DURATION.fullmatch(text)
    return int(match.group(1)) * _UNITS[match.group(2)] if match else None
