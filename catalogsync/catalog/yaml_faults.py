"""What is wrong with a file before or while YAML reads it, told in words for the user and without its content."""

import re
from typing import Final, Protocol

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from catalogsync.catalog.files import GIT_CRYPT, LFS_POINTER
from catalogsync.catalog.problems import Refused
from catalogsync.model.problem import Place

_CONFLICT: Final = re.compile(rb"^(<{7}|>{7}|\|{7})( .*)?\r?$|^={7}\r?$", re.MULTILINE)
_LINE_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
_NO_COLON: Final = "could not find expected ':'"
_NEVER_CLOSED: Final = "a quote or bracket that was opened here is never closed"
_INNER_MARK: Final = re.compile("(?<![^\r\n])\ufeff")
_TEMPLATE: Final = re.compile(r"\{\{|\{%|<%")
_ENCRYPTED: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_HEADS: Final = (b"\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", LFS_POINTER, *_ENCRYPTED)


class Marked(Protocol):
    """A position that libyaml gives, from 0."""

    line: int
    column: int


class Fault(Refused):
    """A refusal with a position, from 1."""

    def __init__(self, line: int, column: int, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(code, message, hint)
        self.line = line
        self.column = column

    def place(self, file: str) -> Place:
        """Where it is."""
        return Place(file, self.line, self.column)


def check_bytes(data: bytes) -> bytes:
    """Look at a YAML file before it is parsed.

    Returns:
        Its bytes without a byte order mark.

    Raises:
        Fault: it is no plain text in UTF-8, or not one that can be read safely.
    """
    data = check_head(data)
    if b"\0" in data:
        raise Fault(*position(data, data.index(b"\0")), "nul-byte", "the file holds a NUL byte", "remove it")
    if not data.isascii():
        _check_unicode(data)
    if b"\n=======" in data and (found := _CONFLICT.search(data)):
        where = position(data, found.start())
        raise Fault(
            *where, "merge-conflict", "a merge conflict was left in the file", "resolve it, then remove the markers"
        )
    return data


def check_head(data: bytes) -> bytes:
    """Look at the beginning of a text file.

    Returns:
        The bytes without a byte order mark.

    Raises:
        Fault: it is something else than text in UTF-8.
    """
    if not data.startswith(_HEADS) and data[1:2] != b"\0":
        return data
    if data.startswith(GIT_CRYPT):
        raise Fault(1, 1, "git-crypt", "the file is still locked by git-crypt", "run `git-crypt unlock`")
    if data.startswith(LFS_POINTER):
        raise Fault(1, 1, "git-lfs", "the file is a Git LFS pointer, not its content", "run `git lfs pull`")
    if data.startswith(_ENCRYPTED):
        raise misnamed("age", ".age")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 in data[:2]:
        raise Fault(1, 1, "not-utf-8", "the file is UTF-16 or UTF-32", "save it as UTF-8")
    return data.removeprefix(b"\xef\xbb\xbf")


def misnamed(form: str, ending: str, mark: Marked | None = None) -> Fault:
    """What is said of an encrypted file whose name does not say so."""
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Fault(
        line,
        column,
        "pool-encrypted",
        f"the file is encrypted with {form}, and its name does not say so",
        f"let its name end in `{ending}`, and name it so wherever it is named; only pools can be encrypted",
    )


def _check_unicode(data: bytes) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        where = position(data, problem.start)
        raise Fault(*where, "not-utf-8", "the file is not UTF-8 here", "save it as UTF-8") from None
    if "\ufeff" in text and (found := _INNER_MARK.search(text)):
        # libyaml passes over it, and others take it for a part of the first word.
        where = position(data, len(text[: found.start()].encode()))
        raise Fault(*where, "control-character", "a byte order mark stands within the file", "remove it")
    if found := _LINE_BREAKS.search(text):
        # YAML 1.2 takes these for characters and libyaml for line ends: neither meaning would be safe.
        where = position(data, len(text[: found.start()].encode()))
        hint = 'write it as an escape in double quotes: "\\u2028"'
        raise Fault(*where, "odd-line-break", "a NEL, LS or PS character stands here", hint)


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a byte."""
    before = data[:offset]
    start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    lines = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    return lines + 1, len(before[start:].decode(errors="replace")) + 1


def explain(error: YAMLError, data: bytes) -> Fault:
    """Say what libyaml found. Its own texts are fixed phrases; nothing of the file's content is repeated."""
    if isinstance(error, ReaderError):
        line, column = position(data, int(error.position))
        return Fault(line, column, "control-character", "a control character stands here", "remove it")
    problem = error.problem if isinstance(error, MarkedYAMLError) else None
    line, column, ended = _spot_of(error, data)
    source = source_line(data, line)
    if _TEMPLATE.search(source):
        return template(line, column)
    message = f"this is not YAML: {problem or 'it cannot be read'}"
    hint = _NEVER_CLOSED if ended and problem != _NO_COLON else _hint(problem or "", source, column)
    return Fault(line + 1, column + 1, "yaml-syntax", message, hint)


def _spot_of(error: YAMLError, data: bytes) -> tuple[int, int, bool]:
    """Line and column of an error, from 0, and whether it was noticed only at the end of the file.

    There, what matters is where that began which does not end.
    """
    marks = [error.problem_mark, error.context_mark] if isinstance(error, MarkedYAMLError) else []
    end = len(data.decode().rstrip())
    for number, mark in enumerate(marks):
        if mark is not None and mark.index < end:
            return mark.line, mark.column, number > 0
    line, column = position(data, max(len(data.rstrip()) - 1, 0))
    return line - 1, column - 1, True


def template(line: int, column: int) -> Fault:
    """What is said of a template that was not filled in."""
    message = "a template was not filled in here"
    return Fault(line + 1, column + 1, "template", message, "catalog files are plain YAML; quote it if it is a text")


def source_line(data: bytes, line: int) -> str:
    """A line of the file by its number from 0."""
    lines = re.split(rb"\r\n|\n|\r", data, maxsplit=line + 1)
    return lines[line].decode(errors="replace") if line < len(lines) else ""


def _hint(problem: str, source: str, column: int) -> str | None:
    if "\t" in source[: column + 1]:
        return "indent with spaces, not with tabs"
    if problem.startswith("mapping values"):
        return "put quotes around a text that holds `: `, and check the indentation"
    if problem == "found character that cannot start any token":
        return "put quotes around a text that begins with @, %, or a backtick"
    return "check quotes, brackets and indentation"
