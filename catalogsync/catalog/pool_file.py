"""One pool file, read event by event, so that its accounts never lie in memory as objects."""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from catalogsync.catalog import accounts_file
from catalogsync.catalog.account_lines import cut, usual
from catalogsync.catalog.accounts import QUOTE_IT, check, split
from catalogsync.catalog.accounts_file import Row
from catalogsync.catalog.files import Folder
from catalogsync.catalog.identities import Identities
from catalogsync.catalog.pool_names import is_age_name, is_encrypted, pool_stem
from catalogsync.catalog.problems import Refused, suggestion
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.catalog.yaml_events import NULLS, Events, place_of
from catalogsync.catalog.yaml_faults import Fault, misnamed
from catalogsync.model.account_block import AccountLines
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place

_FORMS: Final = ("accounts", "accounts_text", "accounts_file")
_FIELDS: Final = ("pool", *_FORMS)
_HALVES: Final = ("username", "password")
_MOST_PAIRS: Final = 4
"""How much of a map is looked at where two pairs are due."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_UNNAMED: Final = {
    "missing-file": "there is no such file",
    "unreadable-file": "the file cannot be read",
    "no-regular-file": "this is not a regular file",
    "outside-catalog": "the path leads out of the catalog",
    "file-too-large": "the file is too large",
}
"""What is said of an accounts file, without its name: by mistake an account may stand in its place."""
_NAME_HINT: Final = "a name is of lower-case letters, digits, `.`, `_` and `-`"


class PoolFile:
    """One pool file. What is said of it never holds a line of it, nor a key: either may be an account.

    Args:
        folder: the catalog's folder.
        events: the file's events.
        identities: where its usernames are counted.
        taken: the accounts files of all pools so far.
        vault: opens its accounts file, if that is encrypted.

    Attributes:
        files: the files that the pool was read from: this one, and its accounts file.
    """

    def __init__(self, folder: Folder, events: Events, identities: Identities, taken: set[str], vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        self._events = events
        self._identities = identities
        self._taken = taken
        self.files = [events.file]
        self._name: str | None = None
        self._shut: NoKeyFits | None = None
        self._place = Place(events.file)

    def pool(self) -> Pool:
        """The pool. Where something is wrong, that is reported, and the pool is never used.

        Raises:
            NoKeyFits: its accounts file is encrypted, and no key at hand opens it.
        """
        # Its name and place may stand after its accounts, which are read while the pool is made.
        pool = Pool("", self._place, self._rows())
        pool.place = self._place
        pool.name = self._name if self._name is not None else pool_stem(self._events.file)
        if not _NAME.fullmatch(pool.name):
            message = "the file's name cannot be a pool's name"
            self._events.problems.error(self._place, "bad-pool-name", message, f"give it a `pool:`; {_NAME_HINT}")
        if self._shut is not None:
            self._shut.in_clear = not all(map(is_encrypted, pool.files))
            raise self._shut
        return pool

    def _rows(self) -> Iterator[Row | AccountLines]:
        try:
            for number, root in self._events.roots():
                if number:
                    hint = "give each pool a file of its own"
                    self._events.report(root, "multi-document", "one document is due here", hint)
                    self._events.skip(root, 0)
                    continue
                self._place = place_of(self._events.file, root.start_mark)
                self._events.decorated(root)
                for row in self._map():
                    if isinstance(row, AccountLines):
                        self._identities.extend(row.identities)
                    else:
                        self._identities.add(row[0])
                    yield row
        except (YAMLError, Fault) as error:
            self._events.stop(error)

    def _map(self) -> Iterator[Row | AccountLines]:
        take = self._events.take
        seen: set[str] = set()
        while type(event := take()) is not MappingEndEvent:
            field = self._field(event, _FIELDS, seen)
            self._events.skip(event, 1)
            value = take()
            if field is None or not self._has_value(value, field):
                self._events.skip(value, 1)
            elif field == "accounts":
                yield from self._accounts(value)
            elif type(value) is not ScalarEvent:
                self._events.report(value, "wrong-type", f"`{field}` must be a text")
                self._events.skip(value, 1)
            elif field == "accounts_text":
                yield from self._text(value)
            elif field == "accounts_file":
                yield from self._file(value)
            else:
                self._rename(value)
        if self._events.complete and not seen.intersection(_FORMS):
            message = f"a pool needs one of: {', '.join(_FORMS)}"
            self._events.problems.error(self._place, "missing-field", message)

    def _field(self, event: Any, known: tuple[str, ...], seen: set[str]) -> str | None:
        if type(event) is not ScalarEvent:
            self._events.odd_key(event)
            return None
        name: str = event.value
        if self._events.decorated(event):
            return None
        if name == "sops" and known is _FIELDS:
            raise misnamed("SOPS", ".sops.yaml", event.start_mark)
        if name == "<<":
            self._events.report(event, "yaml-merge-key", "a merge key (`<<`) is not read", "write the accounts out")
        elif name not in known:
            hint = suggestion(name, known) or QUOTE_IT
            self._events.report(event, "unknown-field", f"this is none of the fields: {', '.join(known)}", hint)
        elif name in seen:
            self._events.report(event, "duplicate-key", f"`{name}` stands here twice", "remove one of them")
        else:
            seen.add(name)
            return name
        return None

    def _has_value(self, event: Any, field: str) -> bool:
        if type(event) is AliasEvent:
            self._events.alias(event)
            return False
        if self._events.decorated(event):
            return False
        if type(event) is ScalarEvent and not event.style and event.value in NULLS:
            self._events.report(event, "null", f"`{field}` has no value", "fill it in, quote it, or leave the line out")
            return False
        return True

    def _rename(self, event: Any) -> None:
        if _NAME.fullmatch(event.value):
            self._name = event.value
        else:
            self._events.report(event, "bad-pool-name", "this cannot be a pool's name", _NAME_HINT)

    def _accounts(self, start: Any) -> Iterator[Row]:
        if type(start) is not SequenceStartEvent:
            hint = "begin each account with `- `; lines go under `accounts_text: |`"
            self._events.report(start, "wrong-type", "`accounts` must be a list", hint)
            self._events.skip(start, 1)
            return
        take = self._events.take
        while type(event := take()) is not SequenceEndEvent:
            if type(event) is MappingStartEvent:
                row = self._account_map(event)
            elif type(event) is SequenceStartEvent:
                self._events.report(event, "account-not-text", "an account is a text or a map, not a list", QUOTE_IT)
                self._events.skip(event, 2)
                continue
            else:
                row = self._account(event)
            if row is not None:
                yield row

    def _account(self, event: Any) -> Row | None:
        if not self._has_value(event, "an account") or not self._is_whole(event):
            return None
        try:
            username, password = split(event.value)
        except Refused as refused:
            self._events.report(event, refused.code, refused.message, refused.hint)
            return None
        return username, password, place_of(self._events.file, event.start_mark)

    def _account_map(self, start: Any) -> Row | None:
        events, before = self._events, self._events.problems.errors
        events.decorated(start)
        pairs = self._pairs()
        if not any(type(key) is ScalarEvent and key.value in _HALVES for key, _ in pairs):
            events.report(start, "account-quote-it", "YAML reads this as a map, not as one text", QUOTE_IT)
            return None
        seen: set[str] = set()
        texts: dict[str, str] = {}
        for key, value in pairs:
            half = self._field(key, _HALVES, seen)
            if half is None or not self._has_value(value, half):
                continue
            if type(value) is not ScalarEvent:
                events.report(value, "account-not-text", f"`{half}` must be a text", "put quotes around it")
            elif self._is_whole(value):
                texts[half] = value.value
        for half in _HALVES:
            if half not in seen:
                events.report(start, "missing-field", f"`{half}` is missing in this account")
        if events.problems.errors != before:
            return None
        try:
            check(texts["username"], texts["password"])
        except Refused as refused:
            events.report(start, refused.code, refused.message, refused.hint)
            return None
        return texts["username"], texts["password"], place_of(events.file, start.start_mark)

    def _pairs(self) -> list[tuple[Any, Any]]:
        pairs: list[tuple[Any, Any]] = []
        while type(key := self._events.take()) is not MappingEndEvent:
            self._events.skip(key, 3)
            value = self._events.take()
            self._events.skip(value, 3)
            if len(pairs) < _MOST_PAIRS:
                pairs.append((key, value))
        return pairs

    def _is_whole(self, event: Any) -> bool:
        """Whether YAML gives a text as it is written; if not, that is reported."""
        start, end = event.start_mark, event.end_mark
        if start.line != end.line:
            message = "this goes over several lines, which YAML joins"
        elif not event.style and self._events.rest_of_line(end.line, end.column).lstrip(" \t").startswith("#"):
            message = "YAML cuts this off at the ` #`"
        else:
            return True
        self._events.report(event, "account-quote-it", message, QUOTE_IT)
        return False

    def _text(self, event: Any) -> Iterator[Row | AccountLines]:
        start, literal = event.start_mark, event.style == "|"
        if not literal and (event.style == ">" or not self._is_whole(event)):
            if event.style == ">":
                hint = "write `accounts_text: |`"
                self._events.report(event, "account-quote-it", "`>` joins lines", hint)
            return
        place = place_of(self._events.file, start)
        if not literal:
            yield from self._lines(event.value, lambda _: place)
            return
        number = place.line + 1
        for text in cut(event.value if event.value.endswith("\n") else f"{event.value}\n", "\n"):
            if lines := usual(place.file, number, text.encode()) if text.isascii() else None:
                yield lines
            else:
                yield from self._lines(text.removesuffix("\n"), partial(_line_after, place.file, number))
            number += text.count("\n")

    def _lines(self, text: str, place_at: Callable[[int], Place]) -> Iterator[Row]:
        for number, line in enumerate(text.split("\n")):
            if not line.strip(" "):
                continue
            try:
                username, password = split(line)
            except Refused as refused:
                self._events.complete = False
                self._events.problems.refuse(place_at(number), refused)
            else:
                yield username, password, place_at(number)

    def _file(self, event: Any) -> Iterator[Row | AccountLines]:
        base = self._events.file.rpartition("/")[0]
        try:
            name = self._folder.locate(event.value, base)
            if name in self._taken:
                raise Refused("accounts-file-shared", "another pool reads this file already", "an account is sold once")
            self._taken.add(name)
            self.files.append(name)
            if is_age_name(name):
                sealed = self._folder.read(name, accounts_file.LIMIT)
            else:
                descriptor, _ = self._folder.open(name, accounts_file.LIMIT)
        except Refused as refused:
            message = _UNNAMED.get(refused.code, refused.message)
            self._events.report(event, refused.code, message, refused.hint)
            return
        if is_age_name(name):
            yield from self._sealed_file(name, sealed)
            return
        try:
            yield from accounts_file.accounts_in(partial(os.read, descriptor), name, self._events.problems)
        finally:
            os.close(descriptor)

    def _sealed_file(self, name: str, sealed: bytes) -> Iterator[Row | AccountLines]:
        try:
            plain = self._vault.open_age(name, sealed)
        except NoKeyFits as fault:
            # The rest is read first, as whoever has the key reads it.
            self._shut = fault
            return
        except Fault as fault:
            self._events.complete = False
            self._events.problems.refuse(fault.place(name), fault)
            return
        yield from accounts_file.accounts_in(BytesIO(plain).read, name, self._events.problems)


def _line_after(file: str, first: int, number: int) -> Place:
    return Place(file, first + number, 1)
