"""What edits have made of a catalog: the changes, and whether they are the ones that were wanted, and no others."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from catalogsync.core.categories import category_names
from catalogsync.core.safety import check
from catalogsync.model.catalog import Catalog
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change, FieldChange, Notice, Selection
from catalogsync.model.product import Product
from catalogsync.model.sheet import Fault
from catalogsync.model.writing import Edit


def changes_between(before: Catalog, after: Catalog) -> tuple[Change, ...]:
    """The fields of products that differ, by key; categories by their names."""
    names = category_names(after.config.categories)
    found = []
    for key, product in sorted(before.products.items()):
        later = after.products.get(key)
        if later is None or later.fields == product.fields:
            continue
        fields = tuple(_field_changes(product.fields, later.fields, names))
        found.append(Change(key, Action.UPDATE, None, product.place.file, product.place.line, fields))
    return tuple(found)


def unlike(before: Catalog, after: Catalog, edits: Iterable[Edit]) -> list[Fault]:
    """Where the outcome is not what the edits say: a field that kept another value, or one that nobody edited."""
    wanted = {(edit.key, edit.field): edit.value for edit in edits}
    faults = [
        _fault(before.products[key], f"{key}: `{field}` cannot be edited where it stands", field)
        for (key, field), value in wanted.items()
        if key not in after.products or after.products[key].fields.get(field) != value
    ]
    for key in before.products.keys() | after.products.keys():
        product, later = before.products.get(key), after.products.get(key)
        if product is None or later is None:
            faults.append(Fault(key, "this product would come or go", "edit its file by hand"))
        elif product.fields != later.fields:
            faults += [
                _fault(product, f"{key}: `{field}` would change as well", field)
                for field in sorted(product.fields.keys() | later.fields.keys())
                if product.fields.get(field) != later.fields.get(field) and (key, field) not in wanted
            ]
    return faults


def edit_notices(before: Catalog, changes: Iterable[Change]) -> list[Notice]:
    """What a plan would say of such changes, as far as the catalog alone can tell."""
    told = list(changes)
    safety = replace(before.config.safety, max_updates=None, max_deletes=None)
    blocked = check(told, before.products, {}, safety, Selection())
    notices = [Notice(rule.rule, rule.key, f"a plan would block this: {rule.message}") for rule in blocked]
    for change in told:
        ignored = before.products[change.key].lifecycle.ignore_changes
        notices += [
            Notice(
                code="ignore_changes",
                key=change.key,
                message=f"`{field.field}` is ignored once the listing is there",
            )
            for field in change.fields
            if ("category_id" if field.field == "category" else field.field) in ignored
        ]
    return notices


def _field_changes(
    before: Mapping[str, Value], after: Mapping[str, Value], names: Mapping[str, str]
) -> Iterable[FieldChange]:
    for field in [*before, *(field for field in after if field not in before)]:
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        if field == "category_id":
            yield FieldChange("category", names.get(str(old), old), names.get(str(new), new), "catalog")
        else:
            yield FieldChange(field, old, new, "catalog")


def _fault(product: Product, message: str, field: str) -> Fault:
    return Fault(str(product.field_places.get(field, product.place)), message, "edit the file by hand")
