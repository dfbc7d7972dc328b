"""`python -m docs.making.stills`: pictures of what a person sees, made of real runs at a sandbox of their own."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx

from docs.making.pages import ROOT
from docs.making.screen import COLUMNS, final_screen, picture
from tests.harness.market import Market, running_market
from tests.harness.terminal import on_terminal

FOLDER: Final = ROOT / "docs" / "stills"

# What differs from run to run, and what stands for it.
_MASKS: Final = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8900"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "2026-11-20 09:00"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "2026-11-20"),
    (re.compile(r"of\s+fern\s+on\s+[\w.-]+"), "of fern on office"),
    (
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        "17efe684-256c-48f5-ba8c-376d3475b165",
    ),
)
_CONCERT: Final = {
    "pools/concert.yaml": "accounts:\n  - CONCERT-0001:-\n  - CONCERT-0002:-\n  - CONCERT-0003:-\n",
    "products/vouchers/concert.yaml": (
        'title: Harbour concert, one ticket\ndescription: <p>On the quay.</p>\nprice: "16.00"\npool: concert\n'
    ),
}


def stills(market: Market) -> Iterator[tuple[str, str]]:
    """Each picture: its name, and the SVG.

    Args:
        market: an empty sandbox.
    """
    with tempfile.TemporaryDirectory() as folder:
        market.configure(ids="sequential")
        httpx.post(f"{market.base}/admin/invent", trust_env=False)
        for name, screen in _scenes(market, Path(folder)):
            yield name, picture(_masked(screen), name)


def _scenes(market: Market, folder: Path) -> Iterator[tuple[str, str]]:
    root = folder / "my-shop"
    yield "init", _run(folder, "init", "my-shop", "--url", market.base, "--manage", "all")
    _write(root, "products/licence-keys/lantern-player-family-licence.yaml", '"24.00"', '"18.00"')
    for name, text in _CONCERT.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    market.edit(market.product("Cloudberry tea room, 10")["product_id"], price="0.95")
    yield "plan", _run(root, "plan")
    yield "why", _with_one_field(_run(root, "why", "cloudberry-tea-room-10"), "price")
    _run(root, "apply", answer="y")
    _write(root, "products/seats/pottery-for-beginners-a-seat.yaml", '"120.00"', '"135.00"')
    _write(root, "pools/concert.yaml", "  - CONCERT-0003:-\n", "  - CONCERT-0003:-\n  - CONCERT-0004:-\n")
    yield "apply", _run(root, "apply", answer="y")
    _write(root, "products/vouchers/concert.yaml", '"16.00"', "16,00")
    _write(root, "products/vouchers/harbour-walk-with-a-guide.yaml", "title:", "titel:")
    yield "validate", _run(root, "validate")


def _masked(screen: str) -> str:
    for pattern, word in _MASKS:
        screen = pattern.sub(word, screen)
    return screen


def _with_one_field(screen: str, name: str) -> str:
    """What `why` says of one field, with its head; that others are left out is shown."""
    head, *fields = screen.split("\n\n")
    (field,) = (text for text in fields if re.match(rf"(\x1b\[[0-9;]*m)*{name}\b", text))
    return "\n\n".join([head, "\x1b[2m…\x1b[0m", field, "\x1b[2m…\x1b[0m"])


def _write(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    path.write_text(path.read_text().replace(old, new))


def _run(folder: Path, *words: str, answer: str = "") -> str:
    """What stands on the terminal in the end, the command included."""
    home = Path.cwd()
    os.chdir(folder)
    try:
        env = {"PYTHONPATH": str(ROOT), "LOGNAME": "fern", "XDG_CACHE_HOME": str(folder / ".cache")}
        with on_terminal(*words, columns=COLUMNS, env=env) as terminal:
            if answer:
                terminal.answer("[y/N]", answer)
            terminal.end()
    finally:
        os.chdir(home)
    raw = "".join(text for _, text in terminal.moments)
    return f"\x1b[2m$\x1b[0m \x1b[1mcatalogsync {' '.join(words)}\x1b[0m\n{final_screen(raw)}"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with running_market() as sandbox:
        for still, svg in stills(sandbox):
            (FOLDER / f"{still}.svg").write_text(svg, encoding="utf-8")
