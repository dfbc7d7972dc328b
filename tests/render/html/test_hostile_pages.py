"""Hostile texts in a page are texts: no element, no attribute and no style comes of them, wherever they stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.render.html import render_html
from catalogsync.render.html.description import compared, rendered
from catalogsync.render.html.room import Room
from tests.harness.hostile import HOSTILE, assert_inactive, exhibitor_of, plan_of, report_of, sketch_of
from tests.harness.own_html import assert_only_ours, parsed
from tests.harness.shop import PNG

every_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_hostile
def test_only_our_own_elements_are_in_a_page(text: str) -> None:
    page = render_html(report_of(text), exhibitor_of(text), lambda _: text.encode(errors="replace"))
    assert_inactive(page)
    assert_only_ours(page)


def test_all_at_once_with_pictures_and_in_rows() -> None:
    text = "\n".join(HOSTILE.values())
    for subject, room in ((plan_of(text), Room()), (sketch_of(text), Room(cards=1))):
        page = render_html(subject, exhibitor_of(text), lambda _: PNG + text.encode(errors="replace"), room)
        assert_inactive(page)
        tree = assert_only_ours(page)
        assert bool(tree.css(".rows li")) == (room.cards == 1)
        assert len(tree.css("style")) == 2


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p style='color:red' class=x id=main onclick=x>a</p>", "<p>a</p>"),
        ("<p>a<script>b</script><style>c</style></p>", "<p>a</p>"),
        ("<img src=x onerror=y>text <b>bold", "text <b>bold</b>"),
        ("<svg><a href=x>y</a></svg><p>a</p>", "<p>a</p>"),
        ("<form><button>go</button><input></form>", "<pre>go</pre>"),
        ("<h1 id=a>a</h1><h6>b</h6>", '<div class="heading">a</div><div class="heading">b</div>'),
        ('<a href="https://e.example/?a=1&amp;b=2" target=_blank>x</a>',
         "<u>x</u> <small>[https://e.example/?a=1&amp;b=2]</small>"),
        ("<a href='javascript:alert(1)'>x</a>", "<u>x</u>"),
        ("<a href='https://e.example/</a><b>'>x</a>", "<u>x</u> <small>[https://e.example/&lt;/a&gt;&lt;b&gt;]</small>"),
        ("two\nlines & more", "<pre>two\nlines &amp; more</pre>"),
        ("<p>a&#x202e;b</p>", "<p>a\\u202eb</p>"),
        ("</div></section><p>a", "<p>a</p>"),
    ],
)  # fmt: skip
def test_a_description_is_rendered_inert(html: str, expected: str) -> None:
    assert rendered(html) == expected


def test_a_very_long_description_is_cut_and_says_so() -> None:
    html = rendered("<p>word " * 10_000)
    assert len(html) < 60_000
    assert html.endswith("<p><strong>Cut here: it has 80,000 characters.</strong></p>")


def test_a_comparison_marks_words_and_shows_what_cannot_be_seen() -> None:
    assert compared("<p>one two</p>", "<p>one 2</p>") == "&lt;p&gt;one <del>two</del><ins>2</ins>&lt;/p&gt;"
    assert compared("a b", "a\n\nb") == "<del>a </del><ins>a\\n\\n</ins>b"
    assert compared("x cafe\u0301", "x café") == "x <del>cafe\\u0301</del><ins>caf\\xe9</ins>"
    assert compared("a " * 3000, "b a " * 3000) is None


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_whatever_the_description(text: str) -> None:
    html = str(rendered(text))
    assert_inactive(re.sub("\u200d|::|##", "", html))
    tree = parsed(html)
    assert tree.body is not None
    for node in tree.body.traverse():
        assert node.attributes in ({}, {"class": "heading"})
