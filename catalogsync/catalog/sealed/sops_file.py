"""A SOPS file as it is committed: its encrypted values, its metadata, and nothing else that carries data."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from catalogsync.catalog.problems import MOST_ALIKE, Problems
from catalogsync.catalog.sealed.sops_comments import comments_in_clear
from catalogsync.catalog.sealed.sops_metadata import SOPS, Metadata, Node, Spot, metadata_of
from catalogsync.catalog.sealed.sops_value import COMMENT, SopsValue, parse_value
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.problem import Place

_BESIDE: Final = "in clear text within an encrypted file"
_MOVE_IT: Final = "take it out: what stands in the file before sops encrypts it is encrypted, comments too"
_ENCRYPT_IT: Final = (
    "encrypt the whole file, without `unencrypted_suffix`, `encrypted_regex` and the like; leave out what is empty"
)


class Leaf(NamedTuple):
    """An encrypted value in its place.

    Attributes:
        value: the value.
        bound_to: the keys that lead to it, each with a `:` behind it.
        spot: where it stands.
    """

    value: SopsValue
    bound_to: str
    spot: Spot


class SopsFile:
    """One SOPS file. What is wrong with single values is reported; whether it was changed is not looked at here.

    Args:
        name: the file's.
        data: its bytes, checked by `check_bytes`.
        problems: where its problems go.

    Attributes:
        leaves: its values, in the order in which they are authenticated.
        metadata: what its `sops:` says.
        sound: nothing was reported.

    Raises:
        Fault: it is no SOPS file, or none of a kind that is read.
        YAMLError: it is no YAML.
    """

    def __init__(self, name: str, data: bytes, problems: Problems) -> None:
        self.leaves: list[Leaf] = []
        self._events = Events(name, data, problems)
        self._sops: Node | None = None
        self._in_clear: list[tuple[Spot, str]] = []
        for number, root in self._events.roots():
            if number:
                self._events.report(root, "multi-document", "one document is due here", "give each pool its own file")
                self._events.skip(root, 0)
                continue
            if root.flow_style:
                raise Fault(*_spot(root), "sops-json", "this is JSON, not YAML", "encrypt a YAML file")
            self._events.decorated(root)
            self._map(root, "", 1)
        self.metadata: Metadata = metadata_of(self._sops)
        clear = [(spot, "this comment stands in clear text", _MOVE_IT) for spot in comments_in_clear(data)]
        clear += [(spot, f"{what} {_BESIDE}", _ENCRYPT_IT) for spot, what in self._in_clear]
        for spot, message, hint in clear:
            problems.error(Place(name, *spot), "sops-clear-text", message, hint)
        self.sound = self._events.complete and not clear

    def _map(self, start: Any, path: str, depth: int) -> None:
        take, seen = self._events.take, set[str]()
        while type(key := take()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                self._events.odd_key(key)
                self._events.skip(key, depth)
                self._events.skip(take(), depth)
                continue
            self._events.decorated(key)
            if key.value in seen:
                self._events.report(key, "duplicate-key", "this key stands here twice", "remove one of them")
            seen.add(key.value)
            value = take()
            if depth == 1 and key.value == SOPS:
                self._sops = self._node(value, depth)
            else:
                self._value(value, f"{path}{key.value}:", depth, in_list=False)
        if not (seen - {SOPS} if depth == 1 else seen):
            self._clear(start, "an empty map stands")

    def _value(self, event: Any, path: str, depth: int, *, in_list: bool) -> None:
        kind = type(event)
        if kind is AliasEvent:
            self._events.alias(event)
        elif self._events.decorated(event):
            self._events.skip(event, depth)
        elif kind is ScalarEvent:
            self._scalar(event, path, in_list=in_list)
        else:
            self._events.enter(event, depth + 1)
            if kind is MappingStartEvent:
                self._map(event, path, depth + 1)
            else:
                self._list(event, path, depth + 1)

    def _list(self, start: Any, path: str, depth: int) -> None:
        empty = True
        while type(item := self._events.take()) is not SequenceEndEvent:
            self._value(item, path, depth, in_list=True)
            empty = False
        if empty:
            self._clear(start, "an empty list stands")

    def _scalar(self, event: Any, path: str, *, in_list: bool) -> None:
        value = parse_value(event.value)
        if value is None or (value.kind == COMMENT and not in_list):
            self._clear(event, "this value stands")
        else:
            self.leaves.append(Leaf(value, path, _spot(event)))

    def _clear(self, event: Any, what: str) -> None:
        # As many as are told; what is no SOPS file at all may have a million.
        if len(self._in_clear) <= MOST_ALIKE:
            self._in_clear.append((_spot(event), what))

    def _node(self, event: Any, depth: int) -> Node:
        """A part of the metadata."""
        take = self._events.take
        spot = _spot(event)
        if type(event) is AliasEvent:
            self._events.alias(event)
            return Node("", spot)
        self._events.decorated(event)
        if type(event) is ScalarEvent:
            return Node(event.value, spot)
        self._events.enter(event, depth + 1)
        if type(event) is SequenceStartEvent:
            return Node(list(self._items(depth + 1)), spot)
        fields: dict[str, Node] = {}
        while type(key := take()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                self._events.odd_key(key)
                self._events.skip(key, depth + 1)
                self._events.skip(take(), depth + 1)
                continue
            if key.value in fields:
                self._events.report(key, "duplicate-key", "this key stands here twice", "remove one of them")
            fields[key.value] = self._node(take(), depth + 1)
        return Node(fields, spot)

    def _items(self, depth: int) -> Iterator[Node]:
        while type(item := self._events.take()) is not SequenceEndEvent:
            yield self._node(item, depth)


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1
