"""A real browser, and pages of ours in it of which everything that they do is written down.

Not part of `make test`, since it takes a Chromium: `make browser`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from catalogsync.render.html import render_html
from tests.browser.many import many, seat
from tests.browser.opened import Opened, Opener
from tests.browser.shop import Pages, real_pages

_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chromium", default=shutil.which("chromium") or "chromium", help="the browser's program")
    parser.addoption("--pictures", type=Path, default=None, help="a folder that gets a picture of every kind of page")


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = str(request.config.getoption("--chromium"))
        with playwright.chromium.launch(executable_path=program, args=list(_FLAGS)) as chromium:
            yield chromium


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """Opens a page; whatever a test does with it, it asks for nothing, and no script fails."""
    pages: list[Opened] = []

    def opener(path: Path, **context: object) -> Opened:
        pages.append(Opened(browser, path, context))
        return pages[-1]

    yield opener
    for page in pages:
        page.close()
        assert page.asked == []
        assert page.violations == []
        assert page.complaints == []


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Reports of the example catalog at a sandbox."""
    return real_pages(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of ten thousand changes, all of them different."""
    path = tmp_path_factory.mktemp("large") / "many.html"
    path.write_text(render_html(many(10_000), seat, lambda _: None), encoding="utf-8")
    return path


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """The folder that gets a picture of every kind of page, if somebody wants to look at them."""
    folder: Path | None = request.config.getoption("--pictures")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder
