"""Descriptions that stand in files of their own, when they are edited."""

from collections import Counter

from catalogsync.catalog.defaults import is_defaults
from catalogsync.catalog.files import YAML_LIMIT, Folder, is_yaml, text_of
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.fields import normalize

_NAME = "description_file"


def description_users(folder: Folder) -> Counter[str]:
    """How many products name each description file; one in a `_defaults.yaml` counts as many."""
    users: Counter[str] = Counter()
    for name in filter(is_yaml, folder.walk("products", Problems())):
        try:
            data = folder.read(name, YAML_LIMIT)
        except Refused:
            continue
        if _NAME.encode() not in data:
            continue
        for document in read_documents(name, data, Problems())[0]:
            if isinstance(reference := document.value.get(_NAME), str):
                try:
                    users[folder.locate(reference)] += 2 if is_defaults(name) else 1
                except Refused:
                    continue
    return users


def with_description(data: bytes, description: str) -> bytes | None:
    """A description file with another text; None if a file cannot hold it.

    A byte order mark, the form of line ends and whether the last line has one stay as they were.

    Args:
        data: the file's bytes.
        description: normalized.
    """
    before = text_of(data, "")
    text = description + ("\n" if before.endswith(("\n", "\r")) else "")
    if "\r\n" in before:
        text = text.replace("\n", "\r\n")
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}" if data.startswith(b"\xef\xbb\xbf") else ""
    after = (mark + text).encode()
    return after if normalize("description", text_of(after, "")) == description else None
