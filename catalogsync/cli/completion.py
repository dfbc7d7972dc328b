"""`catalogsync completion`: the script that lets a shell complete words."""

import click

from catalogsync.cli.completing import PROGRAM, SHELLS, VARIABLE


@click.command(short_help="Print the script that completes words in your shell.")
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that lets SHELL complete commands, options, keys, pools and more.

    The script goes into the file that your shell reads when it starts: for bash, `eval "$(catalogsync completion
    bash)"` as a line of ~/.bashrc.
    """
    script = SHELLS[shell](context.find_root().command, {}, PROGRAM, VARIABLE)
    click.echo(script.source_template % script.source_vars())
    return 0
