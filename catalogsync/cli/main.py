"""The one boundary: words come in, every error becomes a message and an exit code, no traceback goes out."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from catalogsync import __version__
from catalogsync.cli.commands import Commands
from catalogsync.cli.hardening import say_no_values, where
from catalogsync.cli.words import FOLDER, MARKETPLACE


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-C", "root", type=FOLDER, metavar="DIR", default=".", help="The catalog's folder (default: this one).")
@click.option(
    "-m", "marketplace", type=MARKETPLACE, metavar="NAME", help="Which marketplace, by its name in catalogsync.yaml."
)
@click.option("-q", "quiet", is_flag=True, help="Say only what must be said.")
@click.option("-v", "verbose", count=True, help="Say more; -vv says everything.")
@click.option("--no-color", is_flag=True, help="No colours (so does NO_COLOR).")
@click.version_option(__version__, prog_name="catalogsync")
@click.pass_context
def cli(ctx: click.Context, root: str, marketplace: str | None, quiet: bool, verbose: int, no_color: bool) -> None:
    """GitOps for marketplace listings.

    Keep products and accounts as YAML; `plan` shows what would change in the shop, `apply` does it, and no account is
    ever sent twice.
    """
    from pathlib import Path

    from catalogsync.cli.session import Session

    session = Session(Path(root), marketplace, verbose=-1 if quiet else verbose, no_color=no_color, environ=os.environ)
    ctx.obj = session
    ctx.call_on_close(session.close)


class _ShortEnd:
    """Ends the process without taking apart all that was loaded, which takes a sixth of a help.

    It is registered first and so comes last: threads have been waited for, and the other exit functions have run.
    Where some are there already, those of a tool that measures or watches, the process ends as any other.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        if not atexit._ncallbacks():
            atexit.register(self)

    def __call__(self) -> None:
        if self.code is not None:
            _drop_unwritten()
            os._exit(self.code)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    end = _ShortEnd()
    say_no_values()
    # What is loaded stays until the end and has no cycles: looking for some every 700 objects costs a tenth of a plan.
    gc.set_threshold(50_000)
    question = os.environ.get("_CATALOGSYNC_COMPLETE")
    code = _completed(question) if question else run(sys.argv[1:])
    _drop_unwritten()
    end.code = code
    sys.exit(code)


def _completed(question: str) -> int:
    """A shell asks what may come next; the words are in the environment."""
    from catalogsync.cli.completing import answer

    return answer(cli, question)


def run(words: list[str]) -> int:
    """Run the command line. Gives back the exit code."""
    from catalogsync.model.errors import CatalogError, CatalogsyncError

    try:
        result: Any = cli.main(words, prog_name="catalogsync", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except CatalogError as error:
        from catalogsync.render.problems import render_problems

        with suppress(OSError):
            click.echo(render_problems(error.problems, "text"), err=True, nl=False)
        _say(error.message, error.hint)
        return _code(error.exit_code)
    except CatalogsyncError as error:
        _say(error.message, error.hint)
        return _code(error.exit_code)
    except click.Abort as stopped:
        # click makes one of Ctrl-C at a question, and one of Ctrl-C anywhere else.
        asked = not isinstance(stopped.__cause__, KeyboardInterrupt)
        with suppress(OSError):
            click.echo(
                "\nStopped at the question: what it asks about is not done." if asked else "\nInterrupted.", err=True
            )
        return 130
    except KeyboardInterrupt:
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        with suppress(OSError):
            error.show()
        return 1
    except click.ClickException as error:
        _say(" ".join(error.format_message().split()), _way_out(error))
        return 1
    except SystemExit:
        # click's answer to a broken pipe: whoever read the output has had enough; there is nobody to tell.
        return _code(1)
    except RecursionError:
        _say("something is nested too deeply to be read", None)
        return 1
    except Exception as error:  # noqa: BLE001 - the boundary: a secret may be in any message, so none is shown
        if isinstance(error, OSError) and _click_wrote(error):
            _say(f"the output cannot be written: {error.strerror}", "run the command again with its output elsewhere")
            return _code(1)
        _say(
            f"this should not happen: {type(error).__name__} at {where(error.__traceback__)}",
            "please report it; running again is safe",
        )
        return _code(1)


def _drop_unwritten() -> None:
    """Let go of output that cannot be written: at the exit it would be tried once more, and spoil the code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _code(code: int) -> int:
    """What says "nothing was changed" must not be said once something was sent."""
    return 3 if code == 1 and _sent_something() else code


def _way_out(error: click.ClickException) -> str | None:
    context: click.Context | None = getattr(error, "ctx", None)
    if not context:
        return None
    name = getattr(error, "option_name", "")
    if option := next((option for option in cli.params if name in option.opts), None):
        tool, _, command = context.command_path.partition(" ")
        value = f" {option.metavar}" if option.metavar else ""
        return f"`{name}` comes before the command: `{tool} {name}{value} {command}`"
    return f"`{context.command_path} --help` tells more"


def _say(message: str, hint: str | None) -> None:
    from catalogsync.render.escape import guard, inline

    # Where nobody can be told any more, the exit code still says it.
    with suppress(OSError):
        click.echo(guard(f"error: {inline(message)}"), err=True)
        if hint:
            click.echo(guard(f"  hint: {inline(hint)}"), err=True)


def _click_wrote(error: BaseException) -> bool:
    """Whether it was click that could not do something: all that it does by itself is to write help and versions."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame is not None and os.path.basename(os.path.dirname(frame.tb_frame.f_code.co_filename)) == "click"


def _sent_something() -> bool:
    from catalogsync.cli.sent import SENT

    return SENT.count > 0
