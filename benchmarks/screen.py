"""What stays on a terminal's screen of all that was written to it, and when each line came."""

import re
from dataclasses import dataclass, field
from typing import Final

_PIECE: Final = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")

_BEGUN: Final = re.compile(r"\x1b(\[[0-9;?]*)?$")


@dataclass
class Screen:
    """Lines of text without colours. What is erased again, such as a progress bar, is gone.

    Attributes:
        lines: the lines so far.
        times: for each, the seconds at which it first held something that stayed.
    """

    lines: list[str] = field(default_factory=lambda: [""])
    times: list[float] = field(default_factory=lambda: [0.0])
    _held: str = ""
    _row: int = 0
    _column: int = 0

    def feed(self, seconds: float, text: str) -> None:
        """Write what appeared at that time."""
        text = self._held + text
        # What appears may end within a code.
        self._held = text[text.rfind("\x1b") :] if _BEGUN.search(text) else ""
        for arguments, code, move, words in _PIECE.findall(text.removesuffix(self._held)):
            if words:
                self._write(seconds, words)
            elif move == "\r":
                self._column = 0
            elif move == "\n":
                self._row, self._column = self._row + 1, 0
                if self._row == len(self.lines):
                    self.lines.append("")
                    self.times.append(seconds)
            elif code == "A":
                self._row = max(0, self._row - int(arguments or 1))
            elif code == "K":
                self.lines[self._row] = "" if arguments == "2" else self.lines[self._row][: self._column]

    def _write(self, seconds: float, words: str) -> None:
        line = self.lines[self._row].ljust(self._column)
        if not line.strip():
            self.times[self._row] = seconds
        self.lines[self._row] = line[: self._column] + words + line[self._column + len(words) :]
        self._column += len(words)
