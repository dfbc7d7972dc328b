"""What is said of each field, and of a whole listing: the truth about what the plan does."""

from dataclasses import replace

import pytest

from catalogsync.core.compare import differences
from catalogsync.core.explain import Case, field_stories, standing, verdict
from catalogsync.core.nearest import several
from catalogsync.model.explanation import FieldStory
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Change, FieldChange
from catalogsync.model.product import Image, Lifecycle, Product
from catalogsync.model.state import Binding
from tests.core.facts import FIELDS, binding, decided, listing, product


def case(wanted: Product | None, bound: Binding | None, shown: Listing | None) -> Case:
    """What a plan says about these."""
    verdicts = decided([wanted] if wanted else [], [bound] if bound else [], [shown] if shown else [])
    return Case(
        product=wanted,
        binding=bound,
        shown=shown,
        change=next(iter(verdicts.changes), None),
        blocked=bool(verdicts.blocked),
    )


def price(of: Case) -> FieldStory:
    return next(story for story in field_stories(of) if story.field == "price")


def at(applied: str | None, observed: str | None) -> Binding:
    """A binding whose price was applied and seen like that."""

    def but(value: str | None) -> dict[str, Value]:
        rest: dict[str, Value] = {name: value for name, value in FIELDS.items() if name != "price"}
        return rest if value is None else {**rest, "price": value}

    return binding(applied=but(applied), observed=but(observed))


@pytest.mark.parametrize(
    ("desired", "bound", "showing", "origin", "changes", "words"),
    [
        ("9.99", at("9.99", "9.99"), "9.99", "apply", False, "all three agree"),
        ("8.99", at("9.99", "9.99"), "9.99", "apply", True, "your catalog says something else"),
        ("9.99", at("9.99", "9.99"), "1.00", "marketplace", True, "your value is put back"),
        ("8.99", at("9.99", "9.99"), "1.00", "marketplace", True, "in your catalog and at the marketplace"),
        ("8.99", at("9.99", "9.99"), "8.99", "marketplace", False, "the next apply notes it"),
        ("9.99", at("9.99", None), "1.00", "not-arrived", False, "does not show it yet"),
        ("9.99", at("9.99", "9.9"), "9.9", "apply", False, "a form of its own"),
        ("9.99", at(None, None), "1.00", "unmanaged", True, "never applied"),
        ("9.99", at(None, "1.00"), "1.00", "unmanaged", True, "never applied"),
        ("9.99", at(None, "1.00"), "2.00", "marketplace", True, "in your catalog and at the marketplace"),
    ],
)
def test_a_field_that_is_shown(
    desired: str, bound: Binding, showing: str, origin: str, changes: bool, words: str
) -> None:
    story = price(case(product(price=desired), bound, listing(price=showing)))
    assert (story.origin, story.changes) == (origin, changes)
    assert words in story.verdict


@pytest.mark.parametrize("showing", ["9.99", "1.00", "8.99", None])
@pytest.mark.parametrize("observed", ["9.99", "1.00", None])
@pytest.mark.parametrize("applied", ["9.99", "8.99", None])
def test_what_is_told_is_what_is_done(applied: str | None, observed: str | None, showing: str | None) -> None:
    """Whatever the three sides say: a field is told to change if and only if the comparison says so."""
    bound, wanted = at(applied, observed), product()
    shown = listing(price=showing or "")
    if showing is None:
        shown = replace(shown, fields={name: value for name, value in shown.fields.items() if name != "price"})
    told = price(case(wanted, bound, shown))
    assert told.changes == ("price" in {change.field for change in differences(wanted, wanted.fields, bound, shown)})
    assert told.verdict.startswith(("is set", "your value")) == told.changes


def test_fields_that_are_left_alone() -> None:
    ignoring = product(price="1.00", lifecycle=Lifecycle(ignore_changes=frozenset({"price"})))
    assert "lifecycle.ignore_changes names it" in price(case(ignoring, binding(), listing())).verdict
    unsaid = replace(product(), fields={name: value for name, value in FIELDS.items() if name != "price"})
    assert "your catalog does not say it any more" in price(case(unsaid, binding(), listing())).verdict
    drifted = replace(case(product(), binding(), listing(price="1.00")), change=None, drift="warn")
    assert "somebody changed it at the marketplace (drift: warn)" in price(drifted).verdict
    sent = binding(applied={**FIELDS, "source_product_id": "k", "stock": 9})
    stories = {story.field: story for story in field_stories(case(product(stock=9), sent, listing(stock=4)))}
    assert "sent once, at creation" in stories["source_product_id"].verdict
    assert "sales lower it" in stories["stock"].verdict
    assert stories["source_product_id"].origin == "not-shown"


def test_a_picture_that_was_uploaded_agrees_with_its_file() -> None:
    wanted = product(images=(Image("images/a.png", "abc"),))
    bound = binding(applied={**FIELDS, "images": ("/media/1",)}, observed={**FIELDS, "images": ("/media/1",)})
    told = Case(wanted, bound, listing(images=("/media/1",)), None, uploaded={"abc": "/media/1"})
    story = next(story for story in field_stories(told) if story.field == "images")
    assert (story.here, story.applied, story.verdict) == (("images/a.png",), ("/media/1",), "nothing: all three agree")


GONE = binding("k", prevent_delete=False)


@pytest.mark.parametrize(
    ("about", "where", "words"),
    [
        (case(product(), binding(), listing()), "managed", "nothing to do"),
        (case(product(price="8.99"), binding(), listing()), "managed", "is updated: price"),
        (case(product(), None, None), "new", "is created: it has no listing"),
        (case(product(), None, listing()), "new", "takes over a listing that nobody manages and that is equal"),
        (case(product(supplier_name="S"), None, listing()), "new", "what it does not show: supplier_name"),
        (case(product(price="1.00"), None, listing()), "new", "nothing, until somebody decides"),
        (case(product(), binding(), None), "missing", "nothing, until somebody decides"),
        (case(product(), binding(listed=False), None), "not-listed-yet", "nothing to do"),
        (case(None, GONE, listing()), "managed", "is deleted: its product is gone"),
        (case(None, GONE, listing(sales=2)), "managed", "and it was sold"),
        (case(None, GONE, listing(sales=None)), "managed", "it may have been sold"),
        (case(None, binding(on_remove="retire"), listing()), "managed", "on_remove is retire"),
        (case(None, binding(on_remove="keep"), listing()), "managed", "stays on sale"),
        (case(None, binding(on_remove="delete"), listing(sales=1)), "managed", "nothing: its product is gone"),
        (case(None, binding(prevent_delete=True), listing()), "managed", "until somebody decides: its product"),
        (case(None, GONE, None), "missing", "is forgotten"),
        (case(None, binding(retired="active"), listing(status="inactive")), "retired", "it returns to sale"),
        (
            case(None, binding(retired="active", observed={"status": "inactive"}), listing(status="active")),
            "retired",
            "taken off sale again",
        ),
        (Case(product(), None, None, None, doubtful=True), "in-doubt", "what became of the call in doubt"),
    ],
)
def test_the_whole(about: Case, where: str, words: str) -> None:
    assert standing(about) == where
    assert words in verdict(about)
    assert all(story.verdict for story in field_stories(about))


def test_a_product_that_is_back_is_on_sale_as_it_was_before() -> None:
    back = case(product(), binding(retired="active", observed={"status": "inactive"}), listing(status="inactive"))
    (status,) = [story for story in field_stories(back) if story.field == "status"]
    assert "becomes active, as it was before" in status.verdict
    renamed = Change("k", Action.ADOPT, "p1", None, None, renamed_from="old")
    assert "keeps the listing of old" in verdict(replace(back, change=renamed))
    dear = Change("k", Action.UPDATE, "p1", None, None, (FieldChange("price", "1.00", "9.99", "catalog"),))
    assert verdict(replace(back, change=dear, blocked=True)) == (
        "nothing, until somebody decides; then it is updated: price"
    )


def test_names_that_were_meant() -> None:
    assert several("tea-11", ["coffee", "tea-10", "tea-12"]) == ["tea-12", "tea-10"]
    assert several("x", ["coffee"]) == []
    many = [f"key-{number:05}" for number in range(50_000)]
    assert "key-31415" in several("kye-31415", many)
