"""The page about commands, made of what their `--help` is made of."""

import inspect
from collections.abc import Iterator
from typing import Final

import click

from catalogsync.cli.main import cli
from docs.making.markdown import anchor, code, table

HEAD: Final = """# Commands

Every command with its options, as `--help` tells them. This page is made by `make docs`.

What the exit codes mean is told in [plan.md](../plan.md#exit-codes).
Every command also takes `-h` or `--help`.

"""


def commands_page() -> str:
    """The page, the same whatever the width of a terminal is."""
    sections = [(_words(context), command, context) for command, context in _all(cli, click.Context(cli))]
    index = "".join(f"- [{words}](#{anchor(words)}): {_short(command)}\n" for words, command, _ in sections)
    return HEAD + index + "".join(_section(words, command, context) for words, command, context in sections)


def _all(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """A command and all those below it, in the order of `--help`."""
    context.info_name = context.info_name or "catalogsync"
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _all(below, click.Context(below, parent=context, info_name=name))


def _words(context: click.Context) -> str:
    above = f"{_words(context.parent)} " if context.parent else ""
    return f"{above}{context.info_name}"


def _short(command: click.Command) -> str:
    return command.get_short_help_str(limit=1000).rstrip(".")


def _section(words: str, command: click.Command, context: click.Context) -> str:
    usage = " ".join([words, *command.collect_usage_pieces(context)])
    options = [param for param in command.params if isinstance(param, click.Option) and "--help" not in param.opts]
    records = [record for option in options if (record := option.get_help_record(context)) is not None]
    text = f"\n## {words}\n\n```text\n{usage}\n```\n\n{help_text(command)}"
    return text + (
        "\n" + table(("option", "meaning"), ((code(name), said) for name, said in records)) if records else ""
    )


def help_text(command: click.Command) -> str:
    """The paragraphs of a command's help. Those that click must not wrap (after a backspace) become code."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n".join(
        f"```text\n{inspect.cleandoc(text[1:])}\n```\n" if text.startswith("\b") else f"{' '.join(text.split())}\n"
        for text in paragraphs
    )
