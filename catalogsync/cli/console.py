"""What a run says: results to stdout, everything else to stderr, and progress to whoever watches."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Final, TextIO

import click

from catalogsync.model.errors import CatalogsyncError

if TYPE_CHECKING:
    from catalogsync.render.progress import LiveProgress, PlainProgress, SilentProgress

    Progress = LiveProgress | PlainProgress | SilentProgress

_FEW: Final = 5
"""So many points are made of what is wrong; with -v all are."""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; one that was closed before the start is None, and is none."""
    return stream is not None and stream.isatty()


class Console:
    """Speaks for one run.

    Args:
        verbose: -1 quiet, 0 normal, 1 and 2 more.
        no_color: no colours.
        dumb: the terminal can neither show colours nor move its cursor.
    """

    def __init__(self, *, verbose: int, no_color: bool, dumb: bool) -> None:
        self.verbose = verbose
        self._no_color = no_color or dumb
        self._dumb = dumb
        self._live: LiveProgress | None = None

    @property
    def color(self) -> bool:
        """Whether stdout may have colours."""
        return not self._no_color and is_terminal(sys.stdout)

    @property
    def width(self) -> int:
        """Columns of the terminal; 100 where stdout is none."""
        from shutil import get_terminal_size

        return get_terminal_size((100, 24)).columns if is_terminal(sys.stdout) else 100

    def say(self, text: str) -> None:
        """A result, to stdout.

        Raises:
            CatalogsyncError: it cannot be written there.
        """
        try:
            click.echo(text, nl=not text.endswith("\n"))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CatalogsyncError(
                f"the output cannot be written: {error.strerror}",
                "what was done is recorded; run the command again with its output elsewhere",
            ) from None

    def tell(self, text: str) -> None:
        """Anything else, to stderr; quiet switches it off."""
        from catalogsync.render.escape import guard

        if self.verbose < 0:
            return
        with self._live.paused() if self._live is not None else nullcontext():
            _mention(guard(text))

    def warn_of(self, points: Sequence[str]) -> None:
        """What is wrong, a line each, to stderr, before the error that sums it up; the first few unless with -v."""
        from catalogsync.render.escape import guard, inline

        shown = points if self.verbose > 0 else points[:_FEW]
        for point in shown:
            _mention(guard(f"  {inline(point)}"))
        if len(points) > len(shown):
            _mention(f"  and {len(points) - len(shown):,} more (-v shows them)")

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """Whoever watches: a live display on a terminal, plain lines elsewhere, nobody with -q."""
        from catalogsync.render.progress import LiveProgress, PlainProgress, SilentProgress

        if self.verbose < 0:
            yield SilentProgress()
        elif is_terminal(sys.stderr) and not self._dumb:
            with LiveProgress(sys.stderr, color=not self._no_color) as live:
                self._live = live
                try:
                    yield live
                finally:
                    self._live = None
        else:
            with PlainProgress(_mention) as plain:
                yield plain


def _mention(text: str) -> None:
    # Who stops listening to progress must not stop a run between two calls.
    with suppress(OSError):
        click.echo(text, err=True)
