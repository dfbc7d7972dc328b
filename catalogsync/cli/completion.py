"""`catalogsync completion`: the script that lets a shell complete words, and the answers to what that script asks."""

import os
import signal
from contextlib import redirect_stderr, suppress
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete, shell_complete

from catalogsync.cli.session import Session, pass_session

VARIABLE: Final = "_CATALOGSYNC_COMPLETE"
"""What the script sets when it asks."""

_PROGRAM: Final = "catalogsync"
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


_SHELLS: Final[dict[str, type[ShellComplete]]] = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}


@click.command(short_help="Print the script that completes words in your shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@pass_session
@click.pass_context
def command(context: click.Context, session: Session, shell: str) -> int:
    """Print the script that lets SHELL complete commands, options, keys, pools and more.

    The script goes into the file that your shell reads when it starts: for bash, `eval "$(catalogsync completion
    bash)"` as a line of ~/.bashrc.
    """
    script = _SHELLS[shell](context.find_root().command, {}, _PROGRAM, VARIABLE)
    session.say(script.source_template % script.source_vars())
    return 0


def answer(cli: click.Command, instruction: str) -> int:
    """Answer a shell that asks what may come next: quickly or not at all, and never with a complaint.

    Args:
        cli: the whole command line.
        instruction: what the script set the variable to.
    """
    signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
    signal.setitimer(signal.ITIMER_REAL, _LONGEST)
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere), suppress(Exception):
        shell_complete(cli, {}, _PROGRAM, VARIABLE, instruction)
    return 0
