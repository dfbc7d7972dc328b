"""What a SOPS file says of itself under `sops:`: for whom its key is encrypted, and what authenticates it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from catalogsync.catalog.sealed.sops_value import SopsValue, parse_value
from catalogsync.catalog.yaml_faults import Fault

SOPS: Final = "sops"
MOST_RECIPIENTS: Final = 1000
_ENCRYPT_ANEW: Final = "take the file from the repository again, or encrypt it anew with sops"
_ADD_AGE: Final = "`sops rotate --in-place --add-age age1… FILE` adds an age recipient"


Spot = tuple[int, int]
"""Line and column, from 1."""


class Node(NamedTuple):
    """A part of the metadata.

    Attributes:
        value: a text, a list or a map.
        spot: where it stands.
    """

    value: str | list["Node"] | dict[str, "Node"]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is needed of it.

    Attributes:
        keys: the data key, encrypted to one age recipient each, armored.
        mac: authenticates all values and their order; encrypted with the data key.
        mac_at: where that stands.
        last_modified: what the MAC is bound to.
        only_encrypted: whether the MAC is of a kind that does not count values in clear text.
    """

    keys: Sequence[bytes]
    mac: SopsValue
    mac_at: Spot
    last_modified: str
    only_encrypted: bool


def metadata_of(node: Node | None) -> Metadata:
    """The metadata from how it is written.

    Raises:
        Fault: there is none, it is damaged, or it asks for keys that are not age's.
    """
    if node is None:
        raise Fault(
            1,
            1,
            "not-encrypted",
            "the file's name says that it is encrypted with SOPS, and it is not",
            "`catalogsync pools encrypt` encrypts it; or rename it",
        )
    fields = node.value if isinstance(node.value, dict) else {}
    if groups := fields.get("key_groups") or fields.get("shamir_threshold"):
        hint = "encrypt it without `key_groups` and `shamir_threshold`: any one age key should open a pool"
        raise _fault(groups, "sops-key-groups", "the file's key is split between groups of keys", hint)
    keys = _keys(node, fields.get("age"))
    node_of_mac = fields.get("mac", node)
    mac = parse_value(node_of_mac.value) if isinstance(node_of_mac.value, str) else None
    if mac is None:
        raise _fault(node_of_mac, "sops-metadata", "the file's MAC is missing or damaged", _ENCRYPT_ANEW)
    modified = fields.get("lastmodified", node)
    if not isinstance(modified.value, str):
        raise _fault(modified, "sops-metadata", "`lastmodified` is missing or damaged", _ENCRYPT_ANEW)
    only = fields.get("mac_only_encrypted")
    return Metadata(keys, mac, node_of_mac.spot, modified.value, only is not None and only.value == "true")


def _keys(node: Node, age: Node | None) -> list[bytes]:
    entries = age.value if age is not None and isinstance(age.value, list) else []
    if age is None or not entries:
        message = "the file is encrypted to no age recipient, only to PGP keys or those of a cloud"
        raise _fault(node, "no-age-recipient", message, _ADD_AGE)
    if len(entries) > MOST_RECIPIENTS:
        raise _fault(age, "sops-metadata", f"there are more than {MOST_RECIPIENTS} recipients", _ENCRYPT_ANEW)
    keys = []
    for entry in entries:
        enc = entry.value.get("enc") if isinstance(entry.value, dict) else None
        if enc is None or not isinstance(enc.value, str):
            raise _fault(entry, "sops-metadata", "this recipient has no `enc`", _ENCRYPT_ANEW)
        keys.append(enc.value.encode())
    return keys


def _fault(node: Node, code: str, message: str, hint: str) -> Fault:
    return Fault(*node.spot, code, message, hint)
