"""What happens to a listing whose product is gone from the catalog."""

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.config import DriftPolicy
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Blocked, Cause, Change, FieldChange, Notice
from catalogsync.model.state import Binding


def removed(
    binding: Binding, shown: Listing | None, retired_status: str, drift: DriftPolicy, verdicts: Verdicts
) -> None:
    """Decide about a managed listing that is desired no more.

    Args:
        binding: what is recorded.
        shown: the listing, or None where it is not listed.
        retired_status: the marketplace's word for "taken off sale".
        drift: what to do about a retired listing that somebody put on sale again.
        verdicts: where the verdict goes.
    """
    keep = binding.keepsake
    if shown is None or keep.on_remove == "keep":
        if shown is None and not binding.listed and binding.retired is None:
            # It was created and may yet appear; forgotten, it would be on sale and nobody would know.
            verdicts.warnings.append(
                Notice(
                    "not-listed-yet",
                    binding.key,
                    f"listing {binding.product_id} has no product any more but is not listed yet; "
                    "it is removed once it shows; the next `catalogsync apply` looks again",
                )
            )
            return
        verdicts.changes.append(_change(binding, Action.FORGET))
    elif binding.retired is not None:
        _retired(binding, shown, retired_status, drift, verdicts)
    elif keep.prevent_delete:
        verdicts.blocked.append(
            Blocked(
                "prevent_delete",
                binding.key,
                f"listing {binding.product_id} has no product any more, but lifecycle.prevent_delete protects it; "
                f"bring the product back{f' (it was in {keep.file})' if keep.file else ''}. If the listing is to go, "
                "apply the product once with `lifecycle: {prevent_delete: false}`, then remove it again",
            )
        )
    elif keep.on_remove == "retire" or (keep.on_remove == "auto" and shown.sales != 0):
        _retire(binding, shown, retired_status, "catalog", verdicts)
    elif shown.sales != 0:
        sold = "was sold" if shown.sales else "may have been sold"
        verdicts.warnings.append(
            Notice(
                "delete-impossible",
                binding.key,
                f"listing {binding.product_id} {sold} and cannot be deleted, and on_remove: delete forbids to retire "
                "it; it stays on sale. To take it off sale, apply the product once with "
                "`lifecycle: {on_remove: auto}`, then remove it again",
            )
        )
    else:
        verdicts.changes.append(_change(binding, Action.DELETE))


def _retired(binding: Binding, shown: Listing, retired_status: str, drift: DriftPolicy, verdicts: Verdicts) -> None:
    showing, seen = shown.fields.get("status"), binding.observed.get("status")
    if showing in {None, retired_status} or seen is None or showing == seen:
        return
    verdicts.drifted += 1
    if drift == "restore":
        _retire(binding, shown, retired_status, "drift", verdicts)
    elif drift == "warn":
        verdicts.warnings.append(
            Notice(
                "drift",
                binding.key,
                f"retired listing {binding.product_id} was put on sale at the marketplace; with `drift: restore` it is "
                "retired again",
            )
        )


def _retire(binding: Binding, shown: Listing, retired_status: str, cause: Cause, verdicts: Verdicts) -> None:
    before = shown.fields.get("status", binding.applied.get("status"))
    if before == retired_status:
        return  # off sale already; it stays managed, so that its product can come back
    change = FieldChange("status", before, retired_status, cause)
    verdicts.changes.append(_change(binding, Action.RETIRE, (change,)))


def _change(binding: Binding, action: Action, fields: tuple[FieldChange, ...] = ()) -> Change:
    return Change(binding.key, action, binding.product_id, None, None, fields)
