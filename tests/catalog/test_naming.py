"""Names that a person might have chosen, for titles in any script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog.naming import keys_for, slug

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("StreamHub™ — 12 months (EU)", "streamhub-12-months-eu"),
        ("Лицензия на год", "litsenziya-na-god"),
        ("证书", "zhengshu"),
        ("계정 하나", "gyejeong-hana"),
        ("Größe, été, œuvre", "grosse-ete-oeuvre"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full-width"),
        ("✨ Big «sale» … ✨", "big-sale"),
        ("Paperbird🇩🇪🇫🇷", "paperbird-de-fr"),
        ("🔥🔥", "fire-fire"),
        ("Children’s 10,000 pack & more+", "childrens-10000-pack-and-more-plus"),
        ("Atlas v2.5.1, 9.90.", "atlas-v2.5.1-9.90"),
        ("saved.bak", "saved-bak"),
        ("#draft~", "draft"),
        ("_defaults", "defaults"),
        ("CON", "listing-con"),
        ("com1.5", "listing-com1.5"),
        ("\N{COMBINING ACUTE ACCENT}?!", ""),
        (" " * 700 + "late", "late"),
        ("x" * 200, "x" * 60),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", None),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str | None) -> None:
    assert slug(title) == ("one-two-three-four-five-six-seven-eight-nine-ten-eleven" if name is None else name)


def test_equal_names_are_numbered_in_the_order_of_the_ids() -> None:
    titles = {"10": "Tea!", "9": "Tea", "11": "tea 2", "12": "?!", "Ä/1": "…"}
    assert keys_for(titles, {"listing-12"}) == {
        "9": "tea",
        "10": "tea-2",
        "11": "tea-2-2",
        "12": "listing-12-2",
        "Ä/1": "listing-a-1",
    }


@given(st.dictionaries(st.text(max_size=5), st.text(st.characters(), max_size=80)), st.sets(st.just("a")))
def test_keys_are_good_names_and_all_different(titles: dict[str, str], taken: set[str]) -> None:
    keys = keys_for(titles, taken)
    assert keys.keys() == titles.keys()
    assert len({*keys.values(), *taken}) == len(keys) + len(taken)
    assert all(KEY.fullmatch(key) for key in keys.values())
    assert keys == keys_for(dict(reversed(titles.items())), taken)


def test_a_hundred_thousand_equal_titles_are_numbered_at_once() -> None:
    keys = keys_for({str(number): "Same" for number in range(100_000)}, {"same-7"})
    assert len({*keys.values()} - {"same-7"}) == 100_000
