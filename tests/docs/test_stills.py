"""The pictures are light, ask nothing of anyone, and show what a terminal shows in the end."""

import re
from pathlib import Path

import pytest

from docs.making.screen import final_screen, picture
from docs.making.stills import FOLDER, stills
from tests.docs.pages import ROOT, prose
from tests.docs.test_docs import why_impossible, words_of
from tests.harness.market import Market

STILLS = sorted(FOLDER.glob("*.svg"))


def shown(svg: str) -> str:
    """What can be read in a picture; how it is drawn may differ from one version of rich to the next."""
    return re.sub(r"<style>.*?</style>|<[^>]*>", "", svg, flags=re.DOTALL)


def test_they_are_not_stale(sandbox: Market) -> None:
    made = dict(stills(sandbox))
    stale = [path.name for path in STILLS if shown(path.read_text(encoding="utf-8")) != shown(made.get(path.stem, ""))]
    missing = sorted(made.keys() - {path.stem for path in STILLS})
    assert (stale, missing) == ([], []), "run `make stills`, and commit what it wrote"


def test_the_readme_shows_each_of_them() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/stills/[\w-]+\.svg)\)", prose("README.md"))
    assert sorted(shown) == [path.relative_to(ROOT).as_posix() for path in STILLS]


@pytest.mark.parametrize("path", STILLS, ids=lambda path: path.stem)
def test_they_are_light_and_need_nothing_else(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert len(svg) < 100_000
    assert "@font-face" not in svg
    assert "@import" not in svg
    assert re.findall(r'(?:href|src)="|url\(|<script|<image|<foreignObject', svg) == []
    assert re.findall(r'="(\w+://[^"]*)"', svg) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("path", STILLS, ids=lambda path: path.stem)
def test_their_commands_can_be_typed(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    command = re.findall(r">(catalogsync&#160;[^<]*)<", svg)[0].replace("&#160;", " ")
    assert why_impossible(words_of(command)) is None
    assert f"catalogsync {path.stem}" in command


def test_what_was_erased_is_not_on_the_screen() -> None:
    raw = "\x1b[?25l\r\x1b[2Kone \x1b[32mbar\x1b[0m\r\x1b[2Ktwo\r\n\x1b[?25h\r\x1b[1A\x1b[2Kdone\r\n\r\nyes\r\n"
    assert final_screen(raw) == "done\n\nyes"


def test_colours_and_signs_come_through() -> None:
    svg = picture("\x1b[1mPlan\x1b[0m \x1b[31m<&> → ✗\x1b[0m", "plan")
    assert "&lt;&amp;&gt;" in svg
    assert "#ff8080" in svg
    assert "bold" in svg
