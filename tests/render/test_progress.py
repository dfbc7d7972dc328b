"""Progress on a real terminal (a pty), in a log, and nowhere."""

import io
import os
import pty
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogsync.ports import Observer
from catalogsync.render.progress import LiveProgress, PlainProgress, SilentProgress


class Terminal:
    """The two ends of a pty: `stream` is what a program writes to, `seen()` is all that it wrote."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self._bytes = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def seen(self) -> str:
        if not self.stream.closed:
            self.stream.close()
            self._reader.join()
            os.close(self._master)
        return self._bytes.decode()

    def _read(self) -> None:
        try:
            while part := os.read(self._master, 4096):
                self._bytes += part
        except OSError:
            return  # the other end was closed


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    one = Terminal()
    yield one
    one.seen()


def work(observer: Observer) -> None:
    observer.stage("Reading the listings")
    observer.step("page 1")
    observer.stage("Creating listings", 250)
    for number in range(250):
        observer.step(f"create key-{number}")
    observer.say("[bold]said[/]")


def test_plain_lines() -> None:
    lines: list[str] = []
    with PlainProgress(lines.append) as progress:
        work(progress)
    assert lines == [
        "Reading the listings",
        "Creating listings (250)",
        "Creating listings: 100 of 250, last create key-99",
        "Creating listings: 200 of 250, last create key-199",
        "[bold]said[/]",
    ]


def test_plain_lines_for_big_steps() -> None:
    lines: list[str] = []
    progress = PlainProgress(lines.append, every=100)
    progress.stage("Sending accounts", 1000)
    progress.step("append a", 350)
    progress.step("append b", 20)
    assert lines == ["Sending accounts (1,000)", "Sending accounts: 350 of 1,000, last append a"]


def test_plain_lines_from_many_threads() -> None:
    lines: list[str] = []
    progress = PlainProgress(lines.append, every=100)
    progress.stage("Creating", 2000)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(2000):
            threads.submit(progress.step, "x")
    assert [line.partition(" of")[0] for line in lines[1:]] == [f"Creating: {n:,}" for n in range(100, 2001, 100)]


def test_silence() -> None:
    with SilentProgress() as progress, progress.paused():
        work(progress)


def test_a_bar_on_a_terminal_comes_and_goes(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        work(progress)
    seen = terminal.seen()
    assert "Creating listings" in seen
    assert "250/250" in seen
    assert "[bold]said[/]" in seen
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l"), "the cursor is back"
    assert "\x1b[2K" in seen.partition("said")[2], "the bar is wiped away"


def stopped_by_hand(progress: LiveProgress) -> None:
    with progress:
        progress.stage("Creating listings", 3)
        raise KeyboardInterrupt


def test_a_bar_is_gone_after_an_error(terminal: Terminal) -> None:
    with pytest.raises(KeyboardInterrupt):
        stopped_by_hand(LiveProgress(terminal.stream))
    assert terminal.seen().rindex("\x1b[?25h") > 0


def test_a_bar_makes_room_for_a_result(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage("Creating listings", 3)
        with progress.paused():
            terminal.stream.write("RESULT\n")
            terminal.stream.flush()
        progress.step("create a")
    before, _, after = terminal.seen().partition("RESULT")
    assert before.rindex("\x1b[?25h") > before.rindex("\x1b[?25l"), "the bar is gone before the result"
    assert "\x1b[?25l" in after, "and back after it"


def test_hostile_texts_do_not_reach_the_terminal(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage("a\x1b]0;owned\x07 [link=https://evil.example]b[/]", 2)
        progress.step("c\x9b31m\nd")
        progress.say("::error::\x1b[2J")
    seen = terminal.seen()
    assert "\x1b]" not in seen
    assert "\x9b" not in seen
    assert "\x1b[2J" not in seen
    assert r"a\x1b]0;owned\x07 [link=https://evil.example]b[/]" in seen
    assert r"\::error::\x1b[2J" in seen


def test_without_colour_there_are_no_colours(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream, color=False) as progress:
        work(progress)
    assert not re.search(r"\x1b\[[0-9;]*(3|4|9|10)[0-9]m|\x1b\[[0-9;]*38;", terminal.seen())


def test_where_there_is_no_terminal_only_what_is_said_is_seen() -> None:
    stream = io.StringIO()
    with LiveProgress(stream) as progress:
        work(progress)
    assert stream.getvalue() == "[bold]said[/]\n"
