"""Why the next plan does what it does about one listing, in words: for each field, and for the whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogsync.core.compare import STOCK, desired_values
from catalogsync.core.match import SOURCE
from catalogsync.model.config import DriftPolicy
from catalogsync.model.counted import counted
from catalogsync.model.explanation import FieldStory, Origin, Standing
from catalogsync.model.fields import FIELDS, Value
from catalogsync.model.history import Setting
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Change, FieldChange
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

_CAUSES: Final = {
    "catalog": "is set: your catalog says something else than what was applied",
    "drift": "your value is put back: somebody changed it at the marketplace",
    "both": "your value is set: it was changed in your catalog and at the marketplace",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one key, and what the plan does about it.

    Attributes:
        product: desired; None where it is gone from the catalog.
        binding: recorded; None where it has no listing.
        shown: listed; None where it is not. Of a product without a listing: the one that it would take over.
        change: what the plan does; None for nothing.
        blocked: whether a safety rule says no.
        doubtful: whether nobody knows if it has a listing.
        settings: what set each field.
        uploaded: sha256 to the marketplace's path.
        drift: what to do about drift.
    """

    product: Product | None
    binding: Binding | None
    shown: Listing | None
    change: Change | None
    blocked: bool = False
    doubtful: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)
    uploaded: Mapping[str, str] = field(default_factory=dict)
    drift: DriftPolicy = "restore"


def standing(case: Case) -> Standing:
    """Where a key stands."""
    binding = case.binding
    if case.doubtful:
        return "in-doubt"
    if binding is None:
        return "new"
    if case.shown is None:
        return "missing" if binding.listed else "not-listed-yet"
    return "managed" if binding.retired is None else "retired"


def field_stories(case: Case) -> Iterator[FieldStory]:
    """Every field that the catalog says, that was applied, or that changes."""
    product, binding = case.product, case.binding
    desired = desired_values(product, case.uploaded) if product else {}
    applied = binding.applied if binding else {}
    listed = case.shown.fields if case.shown else {}
    changes = {change.field: change for change in case.change.fields} if case.change else {}
    for name in FIELDS:
        if name not in desired and name not in applied and name not in changes:
            continue
        yield FieldStory(
            field=name,
            here=product.fields.get(name) if product else None,
            place=product.field_places.get(name) if product and name in product.fields else None,
            applied=applied.get(name),
            setting=case.settings.get(name),
            showing=listed.get(name),
            origin=_origin(name, binding, listed.get(name)),
            changes=name in changes,
            verdict=_of_change(case, changes[name]) if name in changes else _unchanged(case, name, desired.get(name)),
        )


def _origin(name: str, binding: Binding | None, showing: Value | None) -> Origin:
    if showing is None:
        return "not-shown"
    applied, observed = (binding.applied.get(name), binding.observed.get(name)) if binding else (None, None)
    if applied is None and observed in {None, showing}:
        return "unmanaged"
    if showing in {applied, observed}:
        return "apply"
    return "marketplace" if observed is not None or name == STOCK else "not-arrived"


def _of_change(case: Case, change: FieldChange) -> str:
    binding, product = case.binding, case.product
    if case.change is not None and case.change.action is Action.CREATE:
        if product is not None and change.field not in product.fields:
            return "the listing is created with its key there, so that it can be found again"
        return "the listing is created with it"
    if product is None:
        again = " again: somebody put it on sale at the marketplace" if change.cause == "drift" else ""
        return f"becomes {change.after}{again}"
    if binding is None:
        return "is set: the listing that is taken over does not show it"
    if change.field not in product.fields:
        return f"becomes {change.after}, as it was before the listing was retired: the product is back"
    if change.cause == "catalog" and change.field not in binding.applied:
        return "is set: it was never applied"
    return _CAUSES[change.cause]


def _unchanged(case: Case, name: str, desired: Value | None) -> str:
    product, binding = case.product, case.binding
    if case.doubtful:
        return "nothing, until it is known what became of the call in doubt"
    if product is None:
        deleted = case.change is not None and case.change.action is Action.DELETE
        return "goes with the listing" if deleted else "stays as it is: its product is gone from the catalog"
    if name in product.lifecycle.ignore_changes and binding is not None:
        return "stays as it is: lifecycle.ignore_changes names it"
    if desired is None:
        once = name == SOURCE and binding is not None and binding.applied.get(name) in {product.key, binding.key}
        return f"stays as it is: {'it was sent once, at creation' if once else 'your catalog does not say it any more'}"
    if binding is None:
        equal = case.shown is not None and case.shown.fields.get(name) == desired
        return (
            "nothing: the listing that is taken over shows it already" if equal else "nothing, until it has a listing"
        )
    return _agreeing(case, binding, name, desired)


def _agreeing(case: Case, binding: Binding, name: str, desired: Value) -> str:
    """Why a managed field that the catalog says is left as it is."""
    showing = case.shown.fields.get(name) if case.shown else None
    observed = binding.observed.get(name)
    if showing is None and desired == binding.applied.get(name):
        what = "does not show it" if case.shown else "does not list it"
        return f"nothing: what your catalog says was applied, and the marketplace {what}"
    if showing is None:
        return "nothing, until it has a listing"
    if desired == showing:
        if desired == binding.applied.get(name):
            return "nothing: all three agree"
        return "nothing: the marketplace shows what your catalog says, and the next apply notes it"
    if name == STOCK:
        return "nothing: what your catalog says was applied, and sales lower it"
    if observed is None:
        return "nothing: it was applied, and the listing does not show it yet"
    if observed == showing:
        return "nothing: the marketplace keeps it in a form of its own"
    return f"stays as it is, though somebody changed it at the marketplace (drift: {case.drift})"


def verdict(case: Case) -> str:
    """What the plan does about the whole listing, and why."""
    change = case.change
    if case.doubtful:
        return "nothing, until it is known what became of the call in doubt"
    if case.product is None:
        return _of_gone(case)
    if change is None:
        return "nothing, until somebody decides" if case.blocked else "nothing to do"
    accounts = counted(change.accounts.new or 0, "account") if change.accounts else ""
    fields = ", ".join(entry.field for entry in change.fields)
    match change.action:
        case Action.CREATE:
            why = (
                "it has no listing, and no unmanaged one looks like it"
                if case.binding is None
                else "its listing is gone"
            )
            done = f"is created: {why}"
        case Action.ADOPT if change.renamed_from is not None:
            done = f"keeps the listing of {change.renamed_from}, as it was called"
        case Action.ADOPT:
            done = "takes over a listing that nobody manages and that is equal"
        case Action.UPDATE if case.binding is None:
            done = f"takes over a listing that nobody manages and that is equal; set is what it does not show: {fields}"
        case Action.UPDATE:
            done = f"is updated: {fields}"
        case _:
            return f"gets {accounts}"
    done = f"{done}; gets {accounts}" if accounts else done
    return f"nothing, until somebody decides; then it {done}" if case.blocked else done


def _of_gone(case: Case) -> str:
    """What becomes of a listing whose product is gone."""
    binding, change = case.binding, case.change
    keep = binding.keepsake if binding else None
    gone = f"its product is gone from the catalog{f' (it was in {keep.file})' if keep and keep.file else ''}"
    sold = case.shown.sales if case.shown else None
    match change.action if change else None:
        case Action.DELETE:
            return f"is deleted: {gone}, and none was ever sold"
        case Action.RETIRE if binding is not None and binding.retired is not None:
            return "is taken off sale again: it was retired, and somebody put it on sale at the marketplace"
        case Action.RETIRE:
            asked = keep is not None and keep.on_remove == "retire"
            why = "on_remove is retire" if asked else "it was sold" if sold else "it may have been sold"
            return f"is taken off sale: {gone}, and {why}"
        case Action.FORGET if case.shown is None:
            return f"is forgotten: {gone}, and its listing from the marketplace"
        case Action.FORGET:
            return f"is let go of, and stays on sale: {gone}, and on_remove is keep"
        case _:
            pass
    if case.blocked:
        return f"nothing, until somebody decides: {gone}"
    if binding is not None and binding.retired is not None:
        return f"nothing: {gone}, and it is retired; it returns to sale if its product comes back"
    return f"nothing: {gone}"
