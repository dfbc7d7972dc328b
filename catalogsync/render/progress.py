"""Who watches a run: bars on a terminal, plain lines in a CI log, or nobody.

Each is a context manager, so that a live display is gone before anything else is printed. Steps may be told from
several threads at once.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Self, TextIO

from catalogsync.render.escape import guard, inline

if TYPE_CHECKING:
    from rich.progress import TaskID


class SilentProgress:
    """Nobody watches; what must be read is kept by whoever says it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def paused(self) -> AbstractContextManager[None]:
        """There is nothing to clear away."""
        return nullcontext()

    def stage(self, title: str, total: int | None = None) -> None:
        """Ignored."""

    def step(self, text: str, amount: int = 1) -> None:
        """Ignored."""

    def say(self, text: str) -> None:
        """Ignored."""


class PlainProgress:
    """A line for each stage, and one for every so many steps of a long one.

    Args:
        write: takes a line without its end.
        every: how many steps lie between two lines.
    """

    def __init__(self, write: Callable[[str], None], every: int = 100) -> None:
        self._write = write
        self._every = every
        self._lock = Lock()
        self._title = ""
        self._total: int | None = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def paused(self) -> AbstractContextManager[None]:
        """There is nothing to clear away."""
        return nullcontext()

    def stage(self, title: str, total: int | None = None) -> None:
        """Write a line: a stage begins."""
        with self._lock:
            self._title, self._total, self._done = inline(title), total, 0
            self._line(self._title if total is None else f"{self._title} ({total:,})")

    def step(self, text: str, amount: int = 1) -> None:
        """Count, and write a line whenever another so many steps are done."""
        with self._lock:
            before, self._done = self._done, self._done + amount
            if before // self._every < self._done // self._every:
                of = "" if self._total is None else f" of {self._total:,}"
                self._line(f"{self._title}: {self._done:,}{of}, last {inline(text)}")

    def say(self, text: str) -> None:
        """Write a line."""
        with self._lock:
            self._line(inline(text))

    def _line(self, text: str) -> None:
        self._write(guard(text))


class LiveProgress:
    """A bar on a terminal that is gone when the work is done. Where the stream is no terminal only `say` is seen.

    Args:
        stderr: the terminal.
        color: whether it may be coloured.
    """

    def __init__(self, stderr: TextIO, *, color: bool = True) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(file=stderr, no_color=not color, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[last]}", markup=False, style="dim"),
            console=console,
            transient=True,
            disable=not stderr.isatty(),
            # Results go to stdout, which may be a file: never through this terminal.
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None
        self._pauses = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Clear the screen for a text that is written meanwhile; within a pause, nothing more happens."""
        self._pauses += 1
        self._progress.stop()
        yield
        self._pauses -= 1
        if not self._pauses:
            self._progress.start()

    def stage(self, title: str, total: int | None = None) -> None:
        """Begin a bar in place of the last one."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(inline(title), total=total, last="")

    def step(self, text: str, amount: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, advance=amount, last=inline(text))

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(guard(inline(text)))
