"""A walk from nothing to a managed catalog, as somebody does it who has a shop and never saw the tool.

Everything that is asked and said is printed, with the second at which it appeared, so that a reader can judge whether
it explains itself. The answers are typed at once: what is left is the machine's share of the time. Bars that show how
far something is are gone when it is done, and are left out.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from benchmarks.goods import fill
from benchmarks.report import Row, machine, table
from benchmarks.rounds import Candidate, Cost, in_turns, script
from benchmarks.screen import Screen
from tests.harness.market import Market, running_market
from tests.harness.terminal import Terminal, on_terminal

LISTINGS: Final = 200
_NO_KEY: Final = {"ACCPLANET_API_KEY": ""}
_SHOP: Final = "my-shop"


@dataclass(frozen=True)
class Walk:
    """A walk that was made.

    Attributes:
        report: all that was typed and shown, with times.
        begun: the seconds from `init` to its end, behind "No changes.".
        bare: what a script costs that only lists the same shop.
    """

    report: str
    begun: float
    bare: Cost


def walk(count: int) -> Walk:
    """Make one, on a sandbox shop of so many listings."""
    with tempfile.TemporaryDirectory(prefix="catalogsync-walk-") as folder, running_market() as market:
        fill(market, count)
        bare = in_turns({"bare": Candidate(script("floor.py", "list", market.base))}, 3)["bare"]
        home = Path(folder)
        with on_terminal("init", _SHOP, cwd=home, env=_NO_KEY) as terminal:
            _answer(terminal, market)
            begun = _ended(terminal)
        report = [f"$ catalogsync init {_SHOP}", *_shown(terminal), ""]
        product, price = _raise_a_price(home / _SHOP)
        report += [f"$ cd {_SHOP} && export ACCPLANET_API_KEY=…", f'$ $EDITOR {product}    # price: "{price}"', ""]
        with on_terminal("plan", cwd=home / _SHOP) as terminal:
            terminal.expect("1 to update")
            _ended(terminal)
        report += ["$ catalogsync plan", *_shown(terminal)]
    return Walk("\n".join(report), begun, bare)


def row(made: Walk, count: int) -> Row:
    """What it took, against the bare List."""
    seconds = made.bare.seconds
    figures = (f"{made.begun:.3f} s", f"{seconds:.3f} s", made.begun / seconds)
    return Row("from nothing to a managed catalog, against a bare List", count, *figures, None)


def _answer(terminal: Terminal, market: Market) -> None:
    """What somebody answers who asks what a question means, types a wrong key first, and else presses Enter."""
    terminal.answer("Address [", market.base)
    terminal.answer("Environment variable [", "?")
    terminal.answer("Environment variable [", "")
    terminal.answer("API key (", "not-the-key")
    terminal.answer("Address [", "")
    terminal.answer("Environment variable [", "")
    terminal.answer("API key (", "sandbox")
    terminal.answer("Number [", "?")
    terminal.answer("Number [", "")
    terminal.answer("CI, number [", "")
    terminal.answer("Write these files?", "")
    terminal.expect("No changes.")


def _ended(terminal: Terminal) -> float:
    code = terminal.end()
    if code:
        raise RuntimeError(f"it ended with {code}:\n{terminal.screen[-2000:]}")
    return terminal.moments[-1][0]


def _raise_a_price(root: Path) -> tuple[str, str]:
    """Make the first product one dearer, as an editor would; gives the name of its file and the new price."""
    path = next(path for path in sorted((root / "products").rglob("*.yaml")) if not path.name.startswith("_"))
    text = path.read_text("utf-8")
    (before,) = re.findall(r'^price: "(.*)"$', text, re.MULTILINE)
    after = str(Decimal(before) + 1)
    path.write_text(text.replace(before, after), "utf-8")
    return path.relative_to(root).as_posix(), after


def _shown(terminal: Terminal) -> Iterator[str]:
    """The lines of a screen, each behind the second at which it appeared."""
    screen = Screen()
    for seconds, text in terminal.moments:
        screen.feed(seconds, text)
    for seconds, line in zip(screen.times, screen.lines, strict=True):
        yield f"{seconds:6.2f} s  {line}".rstrip() if line.strip() else ""


@click.command()
@click.option("--listings", type=click.IntRange(1), default=LISTINGS, show_default=True)
def main(listings: int) -> None:
    """Walk from nothing to "No changes." and one edit, and print everything that is asked and said."""
    made = walk(listings)
    click.echo(f"{machine()}\n\n{made.report}\n\n{table([row(made, listings)])}")


if __name__ == "__main__":
    main()
