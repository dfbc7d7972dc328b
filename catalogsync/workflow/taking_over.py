"""Carrying an import out: files first, then the state. Killed at any moment, it can be run again.

What is in the files and not bound yet is equal to its listing, so the next import only binds it. The paths of pictures
are recorded before a file names them: without that such a product would not be equal to its listing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogsync.core.compare import IMAGES, desired_values, differences
from catalogsync.core.sequence import creations, kind_of
from catalogsync.model.catalog import Catalog
from catalogsync.model.errors import PlanStale
from catalogsync.model.events import Bound, Uploaded
from catalogsync.model.fields import Value
from catalogsync.model.importing import Imported, LeftOut, Proposal, Taken
from catalogsync.model.state import Binding, Run, State
from catalogsync.model.writing import Edit, Remark
from catalogsync.ports import CatalogWriter, Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.drafting import draft
from catalogsync.workflow.marking import binding_as_shown, unknown_pools
from catalogsync.workflow.pictures import Pictures

CHUNK: Final = 500
"""How many listings are bound by one record."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An import that only has to be written.

    Attributes:
        proposal: what was proposed.
        catalog: the catalog as it will be.
        new: key to product_id of the products that will be written.
        bound: key to product_id of products that are there already.
        taken: values that go into products, with their places.
        pictures: sha256 to the marketplace's path of pictures that became files.
        remarks: what cannot be written as it is shown.
    """

    proposal: Proposal
    catalog: Catalog
    new: Mapping[str, str]
    bound: Mapping[str, str]
    taken: tuple[Taken, ...]
    pictures: Mapping[str, str]
    remarks: tuple[Remark, ...]

    @property
    def writes(self) -> bool:
        """Whether there is anything to be done."""
        return bool(self.new or self.bound or self.taken)


def prepare(desk: Desk, writer: CatalogWriter, proposal: Proposal, answers: Mapping[str, str]) -> Prepared:
    """Make everything ready to be written. Of all files only pictures are written by now.

    Args:
        desk: what to work with.
        writer: writes the catalog.
        proposal: what is to be done.
        answers: key to product_id of pairs that a person said belong together.

    Raises:
        CatalogError: the catalog would have errors.
        Interrupted: somebody asked the run to stop.
    """
    proposal = replace(proposal, new={**proposal.new, **_left_over(proposal, answers)})
    pictures = Pictures(desk, writer)
    if proposal.asked.images:
        pictures.fetch(_refs(proposal))
    shown = proposal.listings
    remarks: list[Remark] = []
    if proposal.new:
        desk.observer.stage("Composing the files")
        remarks += writer.add([draft(key, shown[one], pictures) for key, one in proposal.new.items()])
    taken = [_as_written(one, pictures) for one in proposal.taken]
    if taken:
        remarks += writer.edit([Edit(one.key, one.change.field, one.change.after) for one in taken])
    catalog = writer.outcome() if proposal.new or taken else desk.catalog
    refused = {(one.key, one.field) for one in remarks}
    new = {key: one for key, one in proposal.new.items() if key in catalog.products}
    for key, one in new.items():
        images = shown[one].fields.get(IMAGES)
        if isinstance(images, tuple):
            remarks += pictures.remarks(key, images)
    return Prepared(
        proposal,
        catalog,
        new,
        {**proposal.equal, **answers},
        tuple(
            replace(one, place=catalog.products[one.key].field_places.get(one.change.field))
            for one in taken
            if not {(one.key, one.change.field), (one.key, None)} & refused
        ),
        pictures.kept,
        tuple(remarks),
    )


def carry_out(desk: Desk, journal: Journal, writer: CatalogWriter, run: Run, prepared: Prepared) -> None:
    """Write the files, then bind.

    Args:
        desk: what was worked with.
        journal: the state.
        writer: the one that prepared it.
        run: who does it.
        prepared: what is to be done.

    Raises:
        StateLocked: another run is at work; nothing was written.
        PlanStale: another run has bound one of these meanwhile, or may have created it; nothing was written.
        CatalogError: a file was changed meanwhile, or cannot be written.
        StateError: the state could not be written; the same import, run again, goes on from there.
    """
    name = desk.settings.name
    journal.begin(run)
    try:
        _require_as_it_was(journal.state, name, prepared)
        if prepared.pictures:
            journal.write(Uploaded(name, prepared.pictures))
        desk.observer.stage("Writing the files")
        writer.save()
        desk.observer.stage("Binding the listings")
        bindings = list(_bindings(replace(desk, catalog=prepared.catalog), journal.state, prepared))
        for start in range(0, len(bindings), CHUNK):
            journal.write(Bound(tuple(bindings[start : start + CHUNK])))
    finally:
        journal.end(applied=False)


def outcome(desk: Desk, writer: CatalogWriter, prepared: Prepared, answers: Mapping[str, str]) -> Imported:
    """What became of an import, with the proof that a plan has nothing to do about what was written.

    Args:
        desk: what was worked with, and the state as it is now.
        writer: the one that wrote.
        prepared: what was done.
        answers: as for `prepare`.
    """
    proposal = prepared.proposal
    dropped = [one for one in prepared.remarks if one.field is None]
    return Imported(
        files=tuple(writer.changes()) if prepared.writes else (),
        new=prepared.new,
        bound=prepared.bound,
        taken=prepared.taken,
        unchanged=proposal.unchanged,
        remarks=tuple(one for one in prepared.remarks if one.field is not None),
        left_out=(*proposal.left_out, *(LeftOut(proposal.new.get(one.key, one.key), one.message) for one in dropped)),
        pairs=tuple(pair for pair in proposal.pairs if pair.key not in answers),
        unknown_pools=unknown_pools(prepared.catalog, desk.state, prepared.bound),
        stocked=tuple(key for key, one in prepared.new.items() if not proposal.listings[one].untouched),
        odd=_odd(desk, prepared),
    )


def _left_over(proposal: Proposal, answers: Mapping[str, str]) -> dict[str, str]:
    """Listings that looked like products which turned out to have others: they become products of their own."""
    asked_about = {one.listing.product_id for pair in proposal.pairs for one in pair.candidates}
    still_open = {
        one.listing.product_id for pair in proposal.pairs if pair.key not in answers for one in pair.candidates
    }
    free = asked_about - still_open - set(answers.values())
    return {key: one for key, one in proposal.spare.items() if one in free}


def _refs(proposal: Proposal) -> Iterator[str]:
    for one in proposal.new.values():
        images = proposal.listings[one].fields.get(IMAGES, ())
        yield from images if isinstance(images, tuple) else ()
    for taken in proposal.taken:
        if isinstance(taken.change.after, tuple):
            yield from taken.change.after


def _as_written(taken: Taken, pictures: Pictures) -> Taken:
    after = taken.change.after
    if not isinstance(after, tuple):
        return taken
    return replace(taken, change=replace(taken.change, after=pictures.refs(after)))


def _require_as_it_was(state: State, marketplace: str, prepared: Prepared) -> None:
    """Refuse where another run has bound something of this, or may have made it, while a person thought about it."""
    owners = {one.product_id: key for key, one in state.bindings.items() if one.marketplace == marketplace}
    doubts = creations(state, marketplace)
    doubtful = {op.key for op in doubts.values()}
    listings = prepared.proposal.listings
    for key, product_id in {**prepared.new, **prepared.bound}.items():
        if key in state.bindings or product_id in owners:
            raise _stale(owners.get(product_id, key))
        made = doubts.get(kind_of(listings[product_id].fields))
        if key in doubtful or (made is not None and product_id not in made.alike):
            raise _stale(made.key if made is not None else key)
    for taken in prepared.taken:
        if owners.get(taken.product_id) != taken.key:
            raise _stale(taken.key)


def _stale(key: str) -> PlanStale:
    return PlanStale(f"another run was at work on {key} meanwhile; nothing was written", "run the same import again")


def _bindings(desk: Desk, state: State, prepared: Prepared) -> Iterator[Binding]:
    listings = prepared.proposal.listings
    for key, product_id in {**prepared.new, **prepared.bound}.items():
        yield binding_as_shown(desk, state, prepared.catalog.products[key], listings[product_id])
    fields: dict[str, list[str]] = {}
    for taken in prepared.taken:
        fields.setdefault(taken.key, []).append(taken.change.field)
    uploaded = state.images.get(desk.settings.name, {})
    for key, names in fields.items():
        binding = state.bindings[key]
        values = desired_values(prepared.catalog.products[key], uploaded)
        shown = listings[binding.product_id].fields
        # Counts as applied and as seen: a plan right after has nothing to do about it.
        agreed: dict[str, Value] = {name: shown[name] for name in names if values.get(name) == shown[name]}
        yield replace(
            binding,
            applied={**binding.applied, **agreed},
            observed={**binding.observed, **agreed},
            before={name: value for name, value in binding.before.items() if name not in agreed},
        )


def _odd(desk: Desk, prepared: Prepared) -> dict[str, tuple[str, ...]]:
    """The proof: what a plan would see in that which was written, where it should see nothing."""
    uploaded = desk.state.images.get(desk.settings.name, {})
    fields: dict[str, set[str] | None] = dict.fromkeys(prepared.new)
    for taken in prepared.taken:
        names = fields.setdefault(taken.key, set())
        if names is not None:
            names.add(taken.change.field)
    found: dict[str, tuple[str, ...]] = {}
    for key, names in fields.items():
        product, binding = prepared.catalog.products[key], desk.state.bindings[key]
        shown = prepared.proposal.listings[binding.product_id]
        differing = (one.field for one in differences(product, desired_values(product, uploaded), binding, shown))
        if odd := tuple(name for name in differing if names is None or name in names):
            found[key] = odd
    return found
