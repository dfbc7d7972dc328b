"""The questions with which a catalog begins: each with an answer in brackets, and `?` for what it means."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

import click

from catalogsync.cli.new_ci import Choice, Surroundings
from catalogsync.cli.session import Session
from catalogsync.cli.states import STATE_KEY
from catalogsync.core.choosing import by_category, category_of, chosen
from catalogsync.model.counted import counted
from catalogsync.model.errors import MarketplaceError, StateError, Unreachable, UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.model.config import MarketplaceConfig
    from catalogsync.model.listing import Listing
    from catalogsync.workflow.beginning import FirstLook

T = TypeVar("T")

TRIES: Final = 3
"""How often somebody may get the address or the key wrong."""

_ADDRESS: Final = (
    "The address at which you sign in as a supplier, without a path. https:// always; http:// only for a marketplace "
    "on this machine, such as the one that `catalogsync sandbox` starts."
)
_VARIABLE: Final = (
    "An environment variable is a value that your shell (or your CI) hands to the programs that it starts. The key "
    "itself never stands in a file: catalogsync.yaml only says in which variable each run finds it. Enter the NAME "
    "of that variable, not the key."
)
_KEY: Final = (
    "You find the API key in your supplier account at the marketplace. What you type here is used for this run only: "
    "it is not shown, not stored, and not passed on."
)
_CHOICE: Final = (
    "Managed means: a file describes the listing, `catalogsync plan` shows where the two differ, and "
    "`catalogsync apply` makes the listing what the file says. Listings that are not managed are never touched. "
    "More can be taken over later: `catalogsync import`."
)
_CI: Final = (
    "CI runs commands when something happens in a git repository. Here: a pull request shows the plan, so that "
    "somebody can look at it; a merge applies it; and every morning it is told if listings were changed at the "
    "marketplace. The files for it are written into the repository, and do nothing before you push them."
)
_SHARED: Final = (
    "The state (what was sent) must be where CI finds it: it will be a branch of its own at {remote}. A key of yours "
    "seals it. Type `openssl rand -base64 32` in another terminal, and put what it prints into your password manager: "
    "without it the state cannot be read, and whoever has it can forge the state."
)
_STATE_KEY: Final = (
    "What you type here is used for this run only. Later runs find the key in the variable CATALOGSYNC_STATE_KEY, and "
    "CI in a secret of that name. If you have none now, press Enter: the state stays in a folder for the time being, "
    "and docs/ci.md of catalogsync tells how to move it."
)


class Interview:
    """Asks, on a terminal, until there is an answer that can be used. Ctrl-C leaves at any question.

    Args:
        session: whose words and environment count.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def shop(
        self, settings: "MarketplaceConfig", look: "Callable[[MarketplaceConfig], FirstLook]"
    ) -> "tuple[MarketplaceConfig, FirstLook]":
        """Which marketplace it is, and a first look at it, which proves address and key.

        Args:
            settings: what is taken if nothing is said.
            look: reads the marketplace.

        Raises:
            MarketplaceError: it could not be looked at, however often it was tried.
        """
        doubted, left = False, TRIES
        while True:
            settings = self._settings(settings)
            self._key(settings.api_key_env, doubted=doubted)
            try:
                seen = look(settings)
            except MarketplaceError as error:
                left -= 1
                if not left:
                    raise MarketplaceError(error.message, "nothing was written; try again when you know more") from None
                doubted = not isinstance(error, Unreachable)
                self.wrong(*self._in_its_words(error, settings.api_key_env))
                self.say("  Once more, then. Enter keeps what stands in brackets, Ctrl-C leaves.")
            else:
                self.say(f"  {_told(seen)}")
                return settings, seen

    def _in_its_words(self, error: MarketplaceError, variable: str) -> tuple[str, str | None]:
        """An error and its hint; where a key was typed they are about that, and not about a variable."""
        if variable not in self._session.typed_keys:
            return error.message, error.hint
        typed = "the key that you typed"
        message = error.message.replace(f"the key in {variable}", typed)
        return message, f"check {typed}" if error.hint and variable in error.hint else error.hint

    def _settings(self, default: "MarketplaceConfig") -> "MarketplaceConfig":
        from catalogsync.catalog.new_catalog import new_marketplace

        self.head("Which marketplace?")
        settings = self._ask(
            "  Address", default.base_url, _ADDRESS, lambda text: new_marketplace(_whole(text), default.api_key_env)
        )
        self.head("Where is your API key?")
        return self._ask(
            "  Environment variable",
            default.api_key_env,
            _VARIABLE,
            lambda text: new_marketplace(settings.base_url, text),
        )

    def _key(self, variable: str, *, doubted: bool) -> None:
        """See to it that there is a key."""
        typed = self._session.typed_keys
        known = variable in typed or bool(self._session.environ.get(variable, "").strip())
        if known and not doubted:
            self.say(
                "  The key that you typed is used." if variable in typed else f"  {variable} is set: its key is used."
            )
            return
        if not known:
            self.say(
                f"  {variable} is not set in this shell. For later runs set it: `export {variable}=…`. For now you can "
                "type the key here; it is used for this run only, and neither shown nor stored."
            )
        keep = ", Enter keeps the last one" if known else ""
        while True:
            text = click.prompt(
                f"  API key (hidden while you type{keep})", hide_input=True, err=True, default="", show_default=False
            ).strip()
            if text == "?":
                self.say(_KEY, indent=4)
            elif text:
                typed[variable] = Secret(text)
                return
            elif known:
                return

    def listings(self, listings: "Mapping[str, Listing]") -> tuple[str, ...]:
        """Which listings are to be managed, by their product_ids."""
        if not listings:
            return ()
        ways = {"1": "all of them", "2": "by category", "3": "by title", "4": "none yet, begin with a sample product"}
        self.head("Which listings do you want to manage with files?")
        for number, way in ways.items():
            self.say(f"{number}  {way}", indent=2)
        match self._ask("  Number", "1", _CHOICE, lambda text: _one_of(ways, text)):
            case "1":
                return tuple(listings)
            case "2":
                return self._of_categories(listings)
            case "3":
                return self._of_titles(listings)
            case _:
                return ()

    def _of_categories(self, listings: "Mapping[str, Listing]") -> tuple[str, ...]:
        found = by_category(listings.values())
        width = len(str(len(found)))
        for number, (name, count) in enumerate(found, 1):
            self.say(f"{number:>{width}}  {name or '(no category)'}: {count:,}", indent=4)
        picked = self._ask(
            "    Numbers", "1", "One of the numbers above, or several: 1 3", lambda text: _numbers(text, len(found))
        )
        names = {found[number - 1][0] for number in picked}
        return tuple(product_id for product_id, listing in listings.items() if category_of(listing) in names)

    def _of_titles(self, listings: "Mapping[str, Listing]") -> tuple[str, ...]:
        def alike(text: str) -> tuple[str, ...]:
            found = chosen(listings, [text if set(text) & set("*?[") else f"*{text}*"])
            if not found:
                raise UsageError("no title is like that", "capitals do not count; `*` stands for anything")
            self.say(f"    {counted(len(found), 'title')} {'is' if len(found) == 1 else 'are'} like that.")
            return found

        return self._ask("    Titles with", "*", "A word of the titles, or a pattern: tea*voucher", alike)

    def ci(self, surroundings: Surroundings) -> Choice:
        """Which CI the catalog gets; and the state's key, if the state is to be where CI finds it."""
        ways: dict[str, Choice] = {"1": "github", "2": "gitlab", "3": "none"}
        names = {"1": "yes, with GitHub Actions", "2": "yes, with GitLab CI", "3": "not now"}
        self.head("Shall pull requests show what they would change, and merges apply it?")
        for number, name in names.items():
            self.say(f"{number}  {name}", indent=2)
        default = next(number for number, service in ways.items() if service == surroundings.service())
        choice = ways[self._ask("  CI, number", default, _CI, lambda text: _one_of(names, text))]
        if choice != "none" and surroundings.remote:
            self._state_key(surroundings.remote)
        return choice

    def _state_key(self, remote: str) -> None:
        from catalogsync.state.keys import parse_key

        self.head("Where shall the state be?")
        if self._session.state_key() is not None:
            self.say(f"  A branch of its own at {remote}. {STATE_KEY} is set: its key is used.")
            return
        self.say(_SHARED.format(remote=remote), indent=2)
        question = "  State key (hidden while you type, Enter: not now)"
        while text := click.prompt(question, hide_input=True, err=True, default="", show_default=False).strip():
            if text == "?":
                self.say(_STATE_KEY, indent=4)
                continue
            try:
                parse_key(Secret(text), "your answer")
            except StateError as error:
                self.wrong(error.message, "`openssl rand -base64 32` makes a key")
            else:
                self._session.typed_keys[STATE_KEY] = Secret(text)
                return

    def show(self, text: str) -> None:
        """Something that is laid out already."""
        click.echo(f"\n{text}", err=True)

    def agree(self, question: str) -> bool:
        """Yes, unless somebody says no."""
        return click.confirm(question, default=True, err=True)

    def head(self, text: str) -> None:
        """What the next questions are about."""
        click.echo(err=True)
        self.say(text)

    def say(self, text: str, indent: int = 0) -> None:
        """A paragraph; its leading blanks are its indent."""
        from catalogsync.render.layout import Page
        from catalogsync.render.messages import told

        page = Page(self._session.width, color=self._session.color)
        bare = text.lstrip(" ")
        page.put(*told(bare), indent=indent + len(text) - len(bare))
        click.echo(page.text(), err=True, nl=False)

    def wrong(self, message: str, hint: str | None) -> None:
        """Why an answer cannot be used."""
        self.say(f"  ✗ {message}")
        if hint:
            self.say(f"    {hint}")

    def _ask(self, question: str, default: str, meaning: str, use: Callable[[str], T]) -> T:
        while True:
            text = click.prompt(question, default=default, err=True).strip()
            if text == "?":
                self.say(meaning, indent=4)
                continue
            try:
                return use(text)
            except UsageError as error:
                self.wrong(error.message, error.hint)


def _whole(address: str) -> str:
    """An address as people say it, with what they leave out."""
    if "://" in address:
        return address
    # Here only the sandbox is likely to listen, which speaks no TLS.
    here = re.match(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|/|$)", address)
    return f"{'http' if here else 'https'}://{address}"


def _one_of(ways: Mapping[str, str], text: str) -> str:
    if text not in ways:
        raise UsageError(f"one of the numbers {', '.join(ways)} is due")
    return text


def _numbers(text: str, most: int) -> list[int]:
    parts = re.split(r"[\s,]+", text.strip(" ,"))
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal()]
    if len(numbers) != len(parts) or not all(1 <= number <= most for number in numbers):
        raise UsageError(f"numbers from 1 to {most} are due, such as 1 3")
    return numbers


def _told(look: "FirstLook") -> str:
    """What a first look saw, in a sentence or two."""
    balance, listings = look.balance.supplier or look.balance.total, look.listings.by_id
    key = "The key works" if balance is None else f"The key works: your supplier balance is {balance}"
    if not listings:
        return f"{key}. There are no listings yet."
    categories = len(by_category(listings.values()))
    kinds = f"{categories:,} {'category' if categories == 1 else 'categories'}"
    return f"{key}. {counted(len(listings), 'listing')}, all of them seen, in {kinds}."
