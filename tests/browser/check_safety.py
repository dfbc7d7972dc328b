"""No text of others acts in a real browser, and no page asks for anything."""

from pathlib import Path

from catalogsync.render.html import render_html
from tests.browser.many import TEXTS, hostile_exhibit, hostile_plan
from tests.browser.opened import Opener
from tests.browser.shop import Pages

_TOUCH_ALL = """document.querySelectorAll('button, a, p, li, h3').forEach(element => {
  element.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
  if (element.matches('button')) { element.click(); element.click(); }
})"""


def test_no_hostile_text_acts_wherever_it_stands(opened: Opener, tmp_path: Path) -> None:
    assert len(TEXTS) > 80
    path = tmp_path / "hostile.html"
    path.write_text(render_html(hostile_plan(), hostile_exhibit, lambda _: None), encoding="utf-8")
    opening = opened(path)
    page = opening.page
    opening.ask("document.querySelectorAll('summary').forEach(summary => summary.click())")
    page.fill("#find", "<img src=x")
    page.wait_for_selector("#found:not(:empty)")
    page.fill("#find", "")
    opening.ask(_TOUCH_ALL)
    page.mouse.wheel(0, 100_000)
    opening.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    assert opening.ask("typeof window.owned") == "undefined"
    assert opening.ask("document.scripts.length") == 1
    assert (
        opening.ask("document.querySelectorAll('img, video, iframe, object, embed, form, base, [style]').length") == 0
    )
    assert opening.ask("location.href.split('#')[0]") == path.as_uri()
    assert opening.overflow() <= 0


def test_real_reports_ask_for_nothing(opened: Opener, real: Pages) -> None:
    for path in real.values():
        page = opened(path).page
        page.mouse.wheel(0, 100_000)
        assert page.locator("a:not([href^='#'])").count() == 0


def test_a_picture_of_the_catalog_is_shown(opened: Opener, real: Pages) -> None:
    opening = opened(real["first"])
    width = """(async () => {
      const style = getComputedStyle(document.querySelector('.picture.p1')).backgroundImage;
      const image = new Image();
      image.src = style.slice(5, -2);
      await image.decode();
      return image.naturalWidth;
    })()"""
    assert opening.ask(width) > 100


def test_a_page_of_ten_thousand_changes_can_be_searched(opened: Opener, large: Path) -> None:
    assert large.stat().st_size < 9_000_000
    opening = opened(large)
    opening.search("seat-00777", "1 of 10,000 on this page")
    assert opening.ask("document.querySelectorAll('[data-item]:not([hidden])').length") == 1
