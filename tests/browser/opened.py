"""A page in the browser, and everything that it does."""

from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Dialog, Page, Route

_LISTEN = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(event.violatedDirective + " " + event.blockedURI));
"""


class Opener(Protocol):
    """Opens a page; `context` is what Playwright calls so: `color_scheme`, `viewport`, `java_script_enabled`."""

    def __call__(self, path: Path, **context: object) -> "Opened": ...


class Opened:
    """A page of ours.

    Attributes:
        page: the page.
        asked: the addresses that it asked for, but its own.
        complaints: what the browser wrote to its console, the errors of scripts, and dialogs that were opened.
        violations: what its policy forbade, once the page is closed.
    """

    def __init__(self, browser: Browser, path: Path, context: dict[str, Any]) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.violations: list[str] = []
        self._scripted = bool(context.get("java_script_enabled", True))
        self._context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self._context.add_init_script(_LISTEN)
        self._context.route("**/*", self._route)
        self._own = path.as_uri()
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("popup", lambda popup: self.complaints.append(f"opened {popup.url}"))
        self.page.goto(self._own)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(script)

    def search(self, text: str, found: str) -> None:
        """Search for a text, until the page says what it found.

        Playwright's `expect` describes the whole page whenever it has to wait, which takes it minutes where that is
        large; to wait for an element does not.
        """
        self.page.fill("#find", text)
        self.page.wait_for_selector(f'#found:text-is("{found}")')

    def shown(self, selector: str) -> int:
        """How many elements that fit are to be seen."""
        return int(self.ask(f"[...document.querySelectorAll('{selector}')].filter(e => e.checkVisibility()).length"))

    def focused(self) -> str:
        """What has the focus: its id, or its text."""
        return str(self.ask("document.activeElement.id || document.activeElement.textContent.trim()"))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.ask("document.documentElement.scrollWidth - innerWidth"))

    def close(self) -> None:
        """Close it, and keep what it tried."""
        if self._scripted:
            self.violations = self.ask("window.violations")
        self._context.close()

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def _route(self, route: Route) -> None:
        if route.request.url.split("#")[0] == self._own:
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()
