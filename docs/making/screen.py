"""What stands on a terminal in the end, as a picture that needs nothing but itself."""

import io
import re
from typing import Final

from rich.color import parse_rgb_hex
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS: Final = 100
_MOVES: Final = re.compile(r"(\x1b\[[0-9;?]*[A-Za-ln-z]|\r|\n)")
"""Everything that moves or erases; colours are left where they are."""

# On a dark ground of its own it can be read on a light page and on a dark one.
_GROUND: Final = "181b24"
_TEXT: Final = "d6dbe6"
_COLOURS: Final = (
    "5a6274 ff8080 7ed391 f0c86e 82aaff cda0fa 6ecddc d6dbe6",
    "969eb0 ff9696 96e1a5 fad78c 96beff dcb4ff 8cebff ffffff",
)
_PICTURE: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-14 0 WIDTH HEIGHT" width="WIDTH" height="HEIGHT" role="img">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px;
  white-space: pre;
}}
{styles}
</style>
<rect x="-14" width="WIDTH" height="HEIGHT" rx="10" fill="#GROUND"/>
<g transform="translate(9, 14)" class="{unique_id}-matrix">
{backgrounds}
{matrix}
</g>
</svg>
""".replace("GROUND", _GROUND).replace("WIDTH", str(COLUMNS * 12 + 46))


def final_screen(raw: str) -> str:
    """What is left of what a terminal was sent, once it has moved up and erased as it was told; with colours.

    Text is only ever added at the end of a line: nothing here writes over what stands there without erasing it first.
    """
    lines, row = [""], 0
    for part in _MOVES.split(raw):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part.startswith("\x1b[") and part.endswith("A"):
            row = max(0, row - int(part[2:-1] or "1"))
        elif not _MOVES.fullmatch(part):
            lines[row] += part
    return "\n".join(lines).rstrip()


def picture(text: str, name: str) -> str:
    """Text with terminal colours as an SVG.

    Args:
        text: the screen.
        name: tells the picture's styles apart from those of others on a page.
    """
    normal, bright = ([_rgb(colour) for colour in colours.split()] for colours in _COLOURS)
    theme = TerminalTheme(_rgb(_GROUND), _rgb(_TEXT), normal, bright)
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in Text.from_ansi(text).split("\n", allow_blank=True):
        for start in range(0, max(1, len(line)), COLUMNS):  # as a terminal breaks what is too long for it
            console.print(line[start : start + COLUMNS], soft_wrap=True)
    made = console.export_svg(theme=theme, code_format=_PICTURE, font_aspect_ratio=0.6, unique_id=name)
    # Line ends are no text here, and nothing is to be cut off.
    made = re.sub(r' clip-path="[^"]*"', "", re.sub(r"<text [^>]*>\n</text>", "\n", made))
    bottom = float(re.findall(r' y="([\d.]+)"', made)[-1])
    return re.sub(r"\n\s*\n+", "\n", made).replace("HEIGHT", f"{bottom + 36:.0f}")


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = parse_rgb_hex(colour)
    return red, green, blue
