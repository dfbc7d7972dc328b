"""Files of account lines, read in pieces: they may hold millions."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from catalogsync.catalog.account_lines import cut, usual
from catalogsync.catalog.accounts import LINE_LIMIT, split
from catalogsync.catalog.files import MEBIBYTE, Folder
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.yaml_faults import Fault, check_head
from catalogsync.model.account_block import AccountLines
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Account
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret

LIMIT: Final = 512 * MEBIBYTE

Read = Callable[[int], bytes]
Row = tuple[str, str, Place]


def read_accounts(path: Path) -> list[Account]:
    """The accounts of a file that need not belong to a catalog.

    Raises:
        CatalogError: it cannot be read, or a line is no account; every such line is told, and none is shown.
    """
    problems = Problems()
    accounts: list[Account] = []
    try:
        descriptor, _ = Folder(path.parent).open(path.name, LIMIT)
        try:
            for row in accounts_in(partial(os.read, descriptor), path.name, problems):
                for username, password, _ in row.rows() if isinstance(row, AccountLines) else (row,):
                    accounts.append(Account(Secret(username), Secret(password)))
        finally:
            os.close(descriptor)
    except Refused as refused:
        problems.refuse(Place(path.name), refused)
    if problems.errors:
        raise CatalogError(problems.sorted())
    return accounts


def accounts_in(read: Read, name: str, problems: Problems) -> Iterator[Row | AccountLines]:
    """The accounts of a file, many lines at once or line by line; what is wrong is reported and left out.

    Args:
        read: gives at most so many of the bytes that come next, and none at the end.
        name: the file's.
        problems: where its problems go.
    """
    number = 0
    try:
        for piece in _pieces(read):
            for text in cut(_checked(piece), b"\n"):
                if lines := usual(name, number + 1, text):
                    yield lines
                    number += len(lines.identities)
                    continue
                for line in text.decode().removesuffix("\n").split("\n"):
                    number += 1
                    if not line.strip(" "):
                        continue
                    try:
                        username, password = split(line)
                    except Refused as refused:
                        problems.refuse(Place(name, number, 1), refused)
                        if refused.code == "merge-conflict":
                            return
                    else:
                        yield username, password, Place(name, number, 1)
    except Fault as fault:
        problems.refuse(Place(name, number + fault.line, fault.column), fault)


def _pieces(read: Read) -> Iterator[bytes]:
    """The lines of a file, some thousands at a time, each with its end."""
    rest = b""
    first = True
    while chunk := read(MEBIBYTE):
        data = rest + chunk
        if first:
            data = check_head(data)
            first = False
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if end:
            yield data[:end]
        if len(rest) > 4 * LINE_LIMIT:
            # Long enough to be refused: the rest of the line need not be held.
            rest = rest[: 4 * LINE_LIMIT].decode(errors="ignore").encode()
    if rest:
        yield rest + b"\n"


def _checked(lines: bytes) -> bytes:
    """Lines that are UTF-8, each with a line feed alone."""
    if not lines.isascii():
        try:
            lines.decode()
        except UnicodeDecodeError as problem:
            line = lines.count(b"\n", 0, problem.start) + 1
            raise Fault(line, 1, "not-utf-8", "the file is not UTF-8 here", "save it as UTF-8") from None
    return lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines
