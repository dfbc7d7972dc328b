"""The commands by name: which module each is in, and its line in `--help`; it is imported when it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Final = {
    "init": ("catalogsync.cli.init", "Begin a catalog, for the shop you have or a new one."),
    "validate": ("catalogsync.cli.validate", "Check the whole catalog, off line."),
    "plan": ("catalogsync.cli.plan", "Show what apply would do."),
    "apply": ("catalogsync.cli.apply", "Do what plan shows."),
    "drift": ("catalogsync.cli.drift", "Show what was changed at the marketplace."),
    "import": ("catalogsync.cli.import_", "Take listings over into the catalog."),
    "why": ("catalogsync.cli.why", "Tell why a listing is as it is."),
    "status": ("catalogsync.cli.status", "Show the managed listings."),
    "doctor": ("catalogsync.cli.doctor", "Check the set-up: files, key, marketplace, state, git."),
    "state": ("catalogsync.cli.state", "Look at and repair what is recorded."),
    "pools": ("catalogsync.cli.pools", "Count pools, say what is already there, or no more; encrypt them."),
    "orders": ("catalogsync.cli.orders", "Look at orders, and fill them from the pools."),
    "tickets": ("catalogsync.cli.tickets", "See and answer tickets about orders."),
    "payments": ("catalogsync.cli.payments", "See what came in, by payment, day or product."),
    "balance": ("catalogsync.cli.balance", "Show the balance at the marketplace."),
    "export": ("catalogsync.cli.export", "Write the products into a sheet."),
    "sheet": ("catalogsync.cli.sheet", "Bring the edits of a sheet into the catalog."),
    "set": ("catalogsync.cli.set", "Set a field of many products."),
    "sandbox": ("catalogsync.cli.sandbox", "Run both marketplaces on this machine."),
    "demo": ("catalogsync.cli.demo", "Watch the whole loop by itself."),
    "schema": ("catalogsync.cli.schema", "Print the JSON Schema of a format."),
    "completion": ("catalogsync.cli.completion", "Print the script that completes words in your shell."),
}
"""In the order of `--help`; each module has a click command named `command`, whose short help is the line here."""


class Commands(click.Group):
    """A group that knows its commands by name and line, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write all lines; nothing is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """The commands that begin so, with their lines, or the options; nothing is imported."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=line) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)
