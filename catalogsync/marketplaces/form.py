"""A file as a form of a web page sends it (multipart/form-data)."""

import re
import secrets
from typing import Final, NamedTuple

_ODD: Final = re.compile(r'["\\\x00-\x1a\x1c-\x1f]')


class Form(NamedTuple):
    """A form that was filled in: its body, and the Content-Type that goes with it."""

    body: bytes
    media_type: str


def form_of(field: str, file_name: str, content: bytes, media_type: str) -> Form:
    """A form with one file.

    Args:
        field: the name of the form's field.
        file_name: what the file is called.
        content: its bytes.
        media_type: what it is.
    """
    # so many random signs stand in no file, and so end none too early
    boundary = secrets.token_hex(16)
    name = _ODD.sub(lambda odd: "\\\\" if odd[0] == "\\" else f"%{ord(odd[0]):02X}", file_name)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    head += f"Content-Type: {media_type}\r\n\r\n"
    body = b"".join((head.encode(), content, f"\r\n--{boundary}--\r\n".encode()))
    return Form(body, f"multipart/form-data; boundary={boundary}")
