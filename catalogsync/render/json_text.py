"""JSON as we print it: indented, UTF-8 kept, and harmless on a screen."""

from typing import Any

from catalogsync.render.escape import json_guard, well_formed


def pretty(value: Any) -> str:
    """A value as indented JSON with a line end."""
    import orjson

    return json_guard(orjson.dumps(writable(value), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())


def canonical(value: Any) -> bytes:
    """The one compact form of a value that digests are made of: names sorted, no blanks."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def writable(value: Any) -> Any:
    """The same value, or, where it holds texts that UTF-8 cannot write, a copy in which they are mended."""
    import orjson

    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return _mended(value)
    return value


def _mended(value: Any) -> Any:
    match value:
        case str():
            return well_formed(value)
        case dict():
            return {_mended(name): _mended(part) for name, part in value.items()}
        case list() | tuple():
            return [_mended(part) for part in value]
        case _:
            return value
