"""The answers to a shell that completes words: what its script asks, in the shells that are known."""

import os
import signal
from contextlib import redirect_stderr, suppress
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete, shell_complete

PROGRAM: Final = "catalogsync"
VARIABLE: Final = "_CATALOGSYNC_COMPLETE"
"""What the script sets when it asks."""

_LONGEST: Final = 2.0
"""Seconds after which a question is left without an answer: somebody waits at a prompt."""

_BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' line type value
    COMPREPLY=()
    for line in $(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" %(complete_var)s=bash_complete "$1"); do
        type=${line%%%%,*} value=${line#*,}
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            *)
                COMPREPLY+=("$value")
                # a value still has to follow
                [[ $value != *= ]] || compopt -o nospace
                ;;
        esac
    done
}
complete -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    """The script for any bash from 4.0 on."""

    source_template = _BASH


SHELLS: Final[dict[str, type[ShellComplete]]] = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}
"""By name."""


def answer(cli: click.Command, instruction: str) -> int:
    """Answer a shell that asks what may come next: quickly or not at all, and never with a complaint.

    Args:
        cli: the whole command line.
        instruction: what the script set the variable to.
    """
    signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
    signal.setitimer(signal.ITIMER_REAL, _LONGEST)
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere), suppress(Exception):
        shell_complete(cli, {}, PROGRAM, VARIABLE, instruction)
    return 0
