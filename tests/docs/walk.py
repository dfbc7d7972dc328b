"""Walks through the tutorial as a reader would: types its commands, edits its files, clicks in its browser.

What is to be done stands in comments of the page:

    <!-- do -->, then a block of commands. What follows `do:` is about the last one: `QUESTION > ANSWER; …` on a
    terminal, or its exit code, `exit 4`
    <!-- shown -->, then a block of text: it stands in what the commands before it printed; … for anything in a line
    <!-- file -->, then a block with a file, whose first line is its path
    <!-- edit: FILE | OLD | NEW -->
    <!-- browser: invent -->, <!-- browser: sell | TITLE -->, <!-- browser: edit | TITLE | FIELD | VALUE -->
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from docs.making.screen import final_screen
from tests.harness.command import catalogsync
from tests.harness.market import Market
from tests.harness.terminal import on_terminal

_STEP = re.compile(
    r"^<!-- (do|shown|file|edit|browser)(?:: (.*?))? -->\n(?:```\w*\n(.*?)```)?", re.DOTALL | re.MULTILINE
)

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Walk:
    """A reader on the way through the page.

    Attributes:
        market: the sandbox; the page takes it to be at its usual address.
        folder: where the reader is.
        said: what the last block of commands printed.
        runs: how many commands were typed.
    """

    market: Market
    folder: Path
    said: str = ""
    runs: int = 0
    _env: dict[str, str] = field(default_factory=dict)

    def through(self, text: str) -> None:
        """Do all that a page says."""
        for kind, words, block in _STEP.findall(text):
            getattr(self, f"_{kind}")(words, block)

    def _do(self, words: str, block: str) -> None:
        self.said = ""
        lines = [shlex.split(line) for line in block.splitlines()]
        for line in lines:
            match line:
                case ["cd", folder]:
                    self.folder /= folder
                case ["export", setting]:
                    name, _, value = setting.partition("=")
                    self._env[name] = value
                case ["catalogsync", *command]:
                    self._run(command, words if line is lines[-1] else "")
                case _:
                    raise ValueError(f"a reader can type this, but not this walk: {line}")

    def _run(self, command: list[str], words: str) -> None:
        self.runs += 1
        due = int(words.removeprefix("exit ")) if words.startswith("exit ") else 0
        if words and not due:
            with on_terminal(*command, root=self.folder, env=self._env) as terminal:
                for step in words.split("; "):
                    question, answer = step.split(" > ")
                    terminal.answer(question, answer.replace("http://127.0.0.1:8900", self.market.base))
                code = terminal.end()
            self.said += _COLOURS.sub("", final_screen("".join(text for _, text in terminal.moments))) + "\n"
        else:
            outcome = catalogsync(*command, root=self.folder, env=self._env)
            code = outcome.code
            self.said += outcome.out + outcome.err
        assert code == due, f"{command} ended with {code}:\n{self.said}"

    def _shown(self, _words: str, block: str) -> None:
        due = re.escape(block).replace("…", "[^\n]*")
        assert re.search(f"^{due}", self.said, re.MULTILINE), f"not printed:\n{block}\nbut:\n{self.said}"

    def _file(self, _words: str, block: str) -> None:
        path = self.folder / block.partition("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(block)

    def _edit(self, words: str, _block: str) -> None:
        name, old, new = words.split(" | ")
        text = (self.folder / name).read_text()
        assert text.count(old) == 1, f"{old} in {name}:\n{text}"
        (self.folder / name).write_text(text.replace(old, new))

    def _browser(self, words: str, _block: str) -> None:
        what, *rest = words.split(" | ")
        match rest:
            case []:
                assert httpx.post(f"{self.market.base}/admin/{what}", trust_env=False).status_code == 303
            case [title]:
                self.market.sell(self.market.product(title)["product_id"])
            case [title, name, value]:
                self.market.edit(self.market.product(title)["product_id"], **{name: value})
            case _:
                raise ValueError(f"nobody knows where to click: {words}")
