"""Files of account lines, read in pieces: they may hold millions."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from catalogsync.catalog.accounts import LINE_LIMIT, split
from catalogsync.catalog.files import MEBIBYTE, Folder
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.yaml_faults import Fault, check_head
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Account
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret

LIMIT: Final = 512 * MEBIBYTE

Read = Callable[[int], bytes]


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
            for username, password, _ in accounts_in(partial(os.read, descriptor), path.name, problems):
                accounts.append(Account(Secret(username), Secret(password)))
        finally:
            os.close(descriptor)
    except Refused as refused:
        problems.refuse(Place(path.name), refused)
    if problems.errors:
        raise CatalogError(problems.sorted())
    return accounts


def accounts_in(read: Read, name: str, problems: Problems) -> Iterator[tuple[str, str, Place]]:
    """The accounts of a file, line by line; what is wrong is reported and left out.

    Args:
        read: gives at most so many of the bytes that come next, and none at the end.
        name: the file's.
        problems: where its problems go.
    """
    number = 0
    try:
        for lines in _pieces(read):
            for line in lines:
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


def _pieces(read: Read) -> Iterator[list[str]]:
    """The lines of a file without their ends, some thousands at a time."""
    rest = b""
    first = True
    while chunk := read(MEBIBYTE):
        data = rest + chunk
        if first:
            data = check_head(data)
            first = False
        body, found, rest = data.rpartition(b"\n")
        if found:
            yield _lines(body)
        if len(rest) > 4 * LINE_LIMIT:
            # Long enough to be refused: the rest of the line need not be held.
            rest = rest[: 4 * LINE_LIMIT].decode(errors="ignore").encode()
    if rest:
        yield _lines(rest)


def _lines(body: bytes) -> list[str]:
    try:
        text = body.decode()
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        raise Fault(line, 1, "not-utf-8", "the file is not UTF-8 here", "save it as UTF-8") from None
    return [line.removesuffix("\r") for line in text.split("\n")]
