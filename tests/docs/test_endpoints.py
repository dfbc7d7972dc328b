"""The table of endpoints is what the clients speak: every call, none that there is not, each with its commands."""

import json
import pkgutil
from importlib import import_module
from typing import Any

import click

from catalogsync import marketplaces
from catalogsync.cli.main import cli
from tests.docs.pages import ROOT, page

TABLE: dict[str, Any] = json.loads((ROOT / "schemas/endpoints.json").read_text(encoding="utf-8"))


def spoken() -> list[tuple[str, str, str, str]]:
    """Every call of every client: the marketplace's type, and the call's name, method and path."""
    calls: list[tuple[str, str, str, str]] = []
    for module in pkgutil.walk_packages(marketplaces.__path__, f"{marketplaces.__name__}."):
        kind = module.name.removeprefix(f"{marketplaces.__name__}.").partition(".")[0]
        endpoints = getattr(import_module(module.name), "ENDPOINTS", {})
        calls += [(kind, name, endpoint.method, endpoint.template) for name, endpoint in endpoints.items()]
    return calls


def test_the_table_has_every_call_that_the_clients_speak_and_no_other() -> None:
    listed = [
        (market["type"], row["name"], row["method"], row["path"])
        for market in TABLE["marketplaces"]
        for row in market["endpoints"]
    ]
    assert sorted(listed) == sorted(spoken())
    assert len(listed) == len(set(listed)) == 19


def test_the_calls_have_the_numbers_that_the_marketplaces_give_them() -> None:
    numbers = {market["type"]: [row["number"] for row in market["endpoints"]] for market in TABLE["marketplaces"]}
    assert numbers == {"accplanet": list(range(1, 18)), "hstockplus": [1, 2]}


def commands() -> set[str]:
    """Every command that does something, by its words."""
    found: set[str] = set()
    waiting: list[tuple[str, click.Command]] = [("", cli)]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, click.Group):
            context = click.Context(command)
            inner = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
            waiting += [(f"{words} {name}".strip(), sub) for name, sub in inner if sub is not None]
        else:
            found.add(words)
    return found


def test_every_call_has_a_command_and_each_command_is_there_and_documented() -> None:
    known, reference = commands(), page("docs/reference/commands.md")
    for market in TABLE["marketplaces"]:
        for row in market["endpoints"]:
            assert row["does"]
            assert row["commands"], row["name"]
            for words in row["commands"]:
                assert words in known, words
                assert f"\n## catalogsync {words}\n" in reference, words
