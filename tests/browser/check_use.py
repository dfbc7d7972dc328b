"""A page is of use by keyboard alone, on a phone, in light and dark, without scripts, read aloud, and on paper."""

from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.opened import Opened, Opener
from tests.browser.shop import Pages

PHONE: Final[dict[str, Any]] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NAMES: Final = ("first", "edited", "offline", "failed", "drift", "blocked", "deleting")
LOOKS: Final[dict[str, tuple[dict[str, Any], tuple[str, ...], dict[str, Any]]]] = {
    "light": ({}, ("edited", "failed", "drift", "deleting"), {}),
    "dark": ({"color_scheme": "dark"}, ("failed", "deleting"), {"runOnly": ["color-contrast"]}),
    "phone": (PHONE, ("blocked",), {}),
}
"""How a page is opened, which pages, and what axe looks for: themes differ in their colours only."""


def _found(opening: Opened, text: str) -> None:
    expect(opening.page.locator("#found")).to_have_text(text)


def test_search_and_filters_by_keyboard_alone(opened: Opener, real: Pages) -> None:
    opening = opened(real["edited"])
    keyboard = opening.page.keyboard
    every = opening.shown("[data-item]")
    keyboard.press("/")
    assert opening.focused() == "find"
    keyboard.type("museum  NIGHT")
    _found(opening, f"1 of {every} on this page")
    assert opening.shown("[data-item]") == 1
    assert opening.shown(".card.create") == 1
    keyboard.press("/")
    assert opening.page.input_value("#find") == "museum  NIGHT/", "in the field it is a sign like any other"
    keyboard.press("Escape")
    _found(opening, "")
    assert opening.shown("[data-item]") == every
    keyboard.press("Tab")
    assert opening.focused().startswith("risky")
    keyboard.press("Space")
    assert opening.ask("document.activeElement.getAttribute('aria-pressed')") == "true"
    risky = opening.shown("[data-item]")
    assert 0 < risky < every
    _found(opening, f"{risky} of {every} on this page")
    opening.page.focus("[data-filter=create]")
    keyboard.press("Enter")
    _found(opening, f"0 of {every} on this page")
    opening.page.focus("[data-filter=risky]")
    keyboard.press("Enter")
    _found(opening, f"1 of {every} on this page")


def test_the_focus_goes_in_order_and_can_be_seen(opened: Opener, real: Pages) -> None:
    opening = opened(real["blocked"])
    opening.page.keyboard.press("Tab")
    assert opening.focused() == "Skip to the changes"
    assert opening.ask("document.activeElement.getBoundingClientRect().top") >= 0
    opening.page.keyboard.press("Enter")
    assert opening.focused() == "changes"
    opening = opened(real["blocked"])
    places = []
    for _ in range(12):
        opening.page.keyboard.press("Tab")
        assert opening.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        places.append(opening.ask("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert places == sorted(set(places))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_readers_and_can_be_switched(opened: Opener, real: Pages, scheme: str) -> None:
    opening = opened(real["edited"], color_scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    colours = {"light": "rgb(245, 246, 248)", "dark": "rgb(17, 19, 24)"}
    assert opening.ask(ground) == colours.pop(scheme)
    opening.page.click("#theme")
    assert opening.ask(ground) == next(iter(colours.values()))
    pressed = opening.page.get_attribute("#theme", "aria-pressed")
    assert pressed == ("true" if scheme == "light" else "false")


@pytest.mark.parametrize("look", LOOKS)
def test_assistive_technology_finds_its_way(opened: Opener, real: Pages, look: str) -> None:
    context, names, options = LOOKS[look]
    for name in names:
        opening = opened(real[name], **context)
        opening.ask("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        results = Axe().run(opening.page, options=options)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"


def test_no_page_is_wider_than_a_phone(opened: Opener, real: Pages, large: Path) -> None:
    for page in (*(real[name] for name in NAMES), large):
        opening = opened(page, **PHONE)
        assert opening.overflow() <= 0, page.name
        opening.ask("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        assert opening.overflow() <= 0, f"{page.name}, unfolded"


def test_everything_can_be_read_without_scripts(opened: Opener, real: Pages) -> None:
    page = opened(real["edited"], java_script_enabled=False).page
    assert page.locator("#tools").is_hidden()
    assert page.locator("#theme").is_hidden()
    for card in page.locator(".card").all():
        assert card.is_visible()
    folded = page.locator(".texts:not([open])").first
    folded.locator("summary").click()
    assert folded.page.locator(".texts[open] .customer").first.is_visible()


def test_on_paper_nothing_is_folded_away(opened: Opener, real: Pages) -> None:
    opening = opened(real["edited"], color_scheme="dark")
    opening.page.emulate_media(media="print")
    assert opening.shown("#tools, #theme, .copy, .skip") == 0
    assert opening.ask("getComputedStyle(document.body).color") == "rgb(27, 30, 38)"
    assert opening.shown("details:not([open]) .customer") == opening.ask(
        "document.querySelectorAll('details:not([open]) .customer').length"
    )
    assert opening.page.pdf().startswith(b"%PDF")


def test_what_is_to_be_typed_is_not_broken_over_two_lines(opened: Opener, real: Pages) -> None:
    for context in ({}, PHONE):
        opening = opened(real["deleting"], **context)
        heights = "[...document.querySelectorAll('.panel.bad .typed:has(+ .copy)')].map(typed => typed.offsetHeight)"
        assert max(opening.ask(heights)) < 32


def test_the_way_out_can_be_copied(opened: Opener, real: Pages) -> None:
    opening = opened(real["blocked"], permissions=["clipboard-read", "clipboard-write"])
    opening.page.click(".panel.bad .copy")
    expect(opening.page.locator(".panel.bad .copy").first).to_have_text("Copied")
    assert opening.ask("navigator.clipboard.readText()") == opening.page.text_content(".panel.bad .typed")


def test_every_kind_of_page_as_a_picture(opened: Opener, real: Pages, large: Path, pictures: Path | None) -> None:
    looks: dict[str, dict[str, Any]] = {
        "light": {},
        "dark": {"color_scheme": "dark"},
        "phone": PHONE,
        "phone-dark": {**PHONE, "color_scheme": "dark"},
    }
    for name, page in ({**real, "many": large} if pictures else {"edited": real["edited"]}).items():
        for look, context in looks.items() if pictures else [("phone-dark", looks["phone-dark"])]:
            opening = opened(page, **context)
            height = min(int(opening.ask("document.documentElement.scrollHeight")), 3000)
            opening.page.set_viewport_size({"width": int(opening.ask("innerWidth")), "height": height})
            image = opening.page.screenshot()
            assert len(image) > 10_000
            if pictures:
                (pictures / f"{name}-{look}.png").write_bytes(image)
