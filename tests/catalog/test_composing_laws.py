"""Whatever listings show is written exactly so, or remarked."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from catalogsync.catalog.edition import Edition
from catalogsync.model.fields import Value, normalize
from catalogsync.model.writing import Draft, Remark
from tests.catalog.drafts import add, draft, shop

ODD = [
    *(
        "---",
        "...",
        "%YAML 1.1",
        "# no",
        " #",
        ": ",
        "'",
        '"',
        "\\",
        "|",
        "> ",
        "- ",
        "? ",
        "<<",
        "&a",
        "*a",
        "!t",
        "@",
    ),
    *(
        "no",
        "null",
        "~",
        "1.0",
        "0x1",
        "{{ a }}",
        "<b>",
        "</b>",
        "<!--",
        "\u2028",
        "\ufeff",
        "🎉",
        "漢字",
        "مرحبا",
        "\xa0",
    ),
    *("<<<<<<< a", "=======", ">>>>>>> b", "e\u0301", "key: value", "`", "$9.90", "[x]", "{", "}", ",", "[", "  ", "é"),
]
LINES = [*ODD, "\t", "\n", "\n\n", "\n  ", "\n\t"]
EVERY = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


def texts(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts of these and of anything else, sometimes very long."""
    piece = st.one_of(st.sampled_from(pieces), st.text(EVERY, max_size=8))
    made = st.lists(piece, max_size=12).map("".join)
    return st.one_of(made, made.map(lambda text: (text * 2000)[:10_000]))


TITLES = texts([odd for odd in ODD if odd != "\u2028"]).map(lambda text: normalize("title", text.replace("\u2029", "")))


class Drafts(list[Draft]):
    """Drafts that are named by their keys alone: hypothesis does not like texts that are very long."""

    def __repr__(self) -> str:
        return f"Drafts({[draft.key for draft in self]})"


@st.composite
def drafts(draw: st.DrawFn, start: str) -> Drafts:
    """Drafts of everything that a catalog can say."""
    made = Drafts()
    for number in range(draw(st.integers(1, 4))):
        category = draw(st.sampled_from(["1", "2", "a: b", "é"]))
        fields: dict[str, Value] = {
            "title": draw(TITLES.filter(bool)),
            "category_id": category,
            "description": normalize("description", draw(texts(LINES))),
            "price": draw(st.sampled_from(["0.01", "9.90", "1000.00"])),
        }
        optional: dict[str, st.SearchStrategy[Value]] = {
            "min_quantity": st.integers(1, 2),
            "warranty_period_days": st.integers(0, 1),
            "status": st.sampled_from(["active", "null", "7"]),
            "images": st.lists(st.sampled_from(["/media/a.webp", "https://a.example/b?c=d#e"]), max_size=2).map(tuple),
            "supplier_name": TITLES.map(lambda text: str(text)[:900].strip()),
            "source_product_url": st.sampled_from(["", "https://a.example/#:~:text=a"]),
            "stock": st.integers(0, 9),
        }
        for name, values in optional.items():
            if draw(st.booleans()):
                fields[name] = draw(values)
        path = {"1": "Software > Keys", "2": "Games > Keys", "a: b": "", "é": "> …"}[category]
        made.append(Draft(f"{start}{number}", fields, path))
    return made


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(drafts("a"), drafts("b"))
def test_files_say_what_the_drafts_say_and_later_ones_leave_them_alone(first: Drafts, later: Drafts) -> None:
    note(ascii([*first, *later])[:5000])
    with tempfile.TemporaryDirectory() as folder:
        root = shop(Path(folder))
        one, remarks, catalog = add(root, *first)
        assert not remarks
        assert {key: product.fields for key, product in catalog.products.items()} == {
            draft.key: draft.fields for draft in first
        }
        two, unfit, catalog = add(root, *later)
        unwritten = {key for key, _ in unfit}
        assert all(field is None and "_defaults.yaml would give it" in why for (_, field), why in unfit.items())
        assert {key: product.fields for key, product in catalog.products.items()} == {
            draft.key: draft.fields for draft in [*first, *later] if draft.key not in unwritten
        }
        assert (one.keys() & two.keys()) <= {"catalogsync.yaml"}
        names = [name.casefold() for name in [*one, *two]]
        assert len(set(names)) >= len(names) - 1
        assert all((root / name).read_bytes().decode() == text for name, text in one.items() if name not in two)


@settings(max_examples=50)
@given(st.text(st.characters(), max_size=6), st.text(st.characters(), max_size=6))
def test_whatever_a_listing_shows_is_written_as_it_is_or_remarked(title: str, description: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        odd = draft("odd", title=normalize("title", title), description=normalize("description", description))
        edition = Edition(shop(Path(folder)))
        remarks: tuple[Remark, ...] = edition.add([odd])
        assert [(remark.key, remark.field) for remark in remarks] in ([], [("odd", None)])
        products = edition.outcome().products
        assert {key: product.fields for key, product in products.items()} == ({} if remarks else {"odd": odd.fields})
