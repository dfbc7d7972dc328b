"""Whether a saved plan is still what would be done, and what differs if it is not."""

from collections.abc import Iterator, Mapping
from typing import Any

MOST = 5
"""How many differences are named."""


def staleness(saved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two plan documents in what an apply stands on: marketplace, lineage, changes, blocked.

    Serial numbers, sales and warnings may differ: they alter nothing that would be done.

    Returns:
        The first few differences in words; empty if the saved plan still holds.
    """
    if saved["marketplace"] != now["marketplace"]:
        return ["it is for another marketplace"]
    if _lineage(saved) != _lineage(now):
        return ["it stands on another state"]
    found = [*_changes(saved["changes"], now["changes"])]
    if saved["blocked"] != now["blocked"]:
        found.append("the safety rules see something else")
    more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
    return found[:MOST] + more


def _lineage(document: Mapping[str, Any]) -> str | None:
    return document["state"]["lineage"] if document["state"] else None


def _changes(saved: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    before = {change["key"]: change for change in saved}
    after = {change["key"]: change for change in now}
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield f"{key}: nothing is to be done any more"
        elif key not in before:
            yield f"{key}: {after[key]['action']} is new"
        elif before[key] != after[key]:
            yield f"{key}: {', '.join(sorted(_paths(before[key], after[key]))) or 'fields'} differ"


def _paths(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The parts of a change that differ, such as `fields.price.after`."""
    from deepdiff import DeepDiff

    def by_name(change: dict[str, Any]) -> dict[str, Any]:
        return {**change, "fields": {field["field"]: field for field in change["fields"]}}

    difference = DeepDiff(by_name(one), by_name(other), view="tree")
    return {
        ".".join(str(part) for part in level.path(output_format="list"))
        for levels in difference.values()
        for level in levels
    }
