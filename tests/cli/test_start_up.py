"""What a mere question loads: little more than click itself, however large the program behind it is."""

import click
import pytest

from catalogsync.cli.commands import COMMANDS
from catalogsync.cli.main import cli
from tests.harness.command import catalogsync
from tests.harness.modules import modules

BARE = """
import gc
import click
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("1", prog_name="catalogsync")
def cli(): pass
@cli.command()
def plan(): pass
@cli.command()
def completion(): pass
cli(prog_name="catalogsync")
"""
"""The smallest program that can answer the same."""

FRONT = {
    "catalogsync",
    "catalogsync.cli",
    "catalogsync.cli.commands",
    "catalogsync.cli.hardening",
    "catalogsync.cli.main",
    "catalogsync.cli.words",
}
COMPLETING = {*FRONT, "catalogsync.cli.completing"}
INSIDE = {
    *FRONT,
    "catalogsync.cli.clock",
    "catalogsync.cli.console",
    "catalogsync.cli.heads",
    "catalogsync.cli.sent",
    "catalogsync.cli.session",
    "catalogsync.cli.states",
    "catalogsync.model",
    "catalogsync.model.errors",
    "catalogsync.model.secret",
}
"""Once a command is there."""


def tab(shell: str) -> dict[str, str]:
    return {"_CATALOGSYNC_COMPLETE": f"{shell}_complete", "COMP_WORDS": "catalogsync pl", "COMP_CWORD": "1"}


QUESTIONS: dict[str, tuple[list[str], dict[str, str], str, set[str]]] = {
    "help": (["--help"], {}, "", {*FRONT, "catalogsync.model", "catalogsync.model.errors"}),
    "version": (["--version"], {}, "", {*FRONT, "catalogsync.model", "catalogsync.model.errors"}),
    "bash": ([], tab("bash"), "import signal", COMPLETING),
    "zsh": ([], tab("zsh"), "import signal", COMPLETING),
    "fish": ([], tab("fish"), "import signal", COMPLETING),
    "plan": (["plan", "--help"], {}, "import pathlib", {*INSIDE, "catalogsync.cli.options", "catalogsync.cli.plan"}),
    "script": (
        ["completion", "zsh"],
        {},
        "import pathlib, signal, click.shell_completion",
        {*INSIDE, "catalogsync.cli.completing", "catalogsync.cli.completion"},
    ),
}
"""What is asked, in which words or variables; what the smallest program takes for it; and what of ours may be there."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_loads_little_more_than_click(question: str) -> None:
    words, env, needed, ours = QUESTIONS[question]
    bare = modules(f"{needed}\n{BARE}", *words[:1], *(["--help"] if words[1:] else []), env=env)
    loaded = modules("from catalogsync.cli.main import main; main()", *words, env=env)
    assert "catalogsync.cli.main" in loaded
    assert loaded - bare - ours == set()


def test_the_lines_of_the_help_are_those_of_the_commands() -> None:
    context = click.Context(cli)
    for name, (_, line) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(100) == line
        assert not command.hidden


def test_all_commands_stand_in_the_help() -> None:
    told = catalogsync("--help", env={"COLUMNS": "200"}).out.partition("Commands:\n")[2]
    assert [tuple(line.split(maxsplit=1)) for line in told.splitlines()] == [
        (name, line) for name, (_, line) in COMMANDS.items()
    ]
