"""What an import would do: which listings become products, which belong to one already, and what is taken over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from catalogsync.core.compare import desired_values, differences, without_ignored
from catalogsync.core.decide import renames
from catalogsync.core.match import SOURCE, find_matches, source_of
from catalogsync.core.pairing import told_apart
from catalogsync.core.pasting import pasted
from catalogsync.core.select import fits
from catalogsync.core.sequence import creations, kind_of
from catalogsync.model.errors import UsageError
from catalogsync.model.importing import Asked, Candidate, LeftOut, Pair, Proposal
from catalogsync.model.listing import Listing
from catalogsync.model.plan import FieldChange
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call
from catalogsync.ports import CatalogWriter
from catalogsync.workflow.accepting import Takeover
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.drafting import why_unwritable
from catalogsync.workflow.marking import binding_as_shown
from catalogsync.workflow.planning import read_listings, require_whole_state


def propose(desk: Desk, writer: CatalogWriter, asked: Asked) -> Proposal:
    """Look what is there, and what of it was asked for. Changes nothing.

    Raises:
        UsageError: a product_id that was named is not there.
        StateError: the state does not fit the catalog, or is half recovered.
        MarketplaceError: the listings could not be read, or were not proven complete.
    """
    require_whole_state(desk)
    listings = read_listings(desk).by_id
    desk.observer.stage("Comparing")
    managed = {
        binding.product_id: binding
        for binding in desk.state.bindings.values()
        if binding.marketplace == desk.settings.name
    }
    unknown = [one for one in asked.product_ids if one not in listings and one not in managed]
    if unknown:
        raise UsageError(
            f"the marketplace lists no product_id {', '.join(unknown)}", "nothing was changed; check for typing errors"
        )
    if asked.accept:
        return Takeover(desk, listings, managed, asked).proposal()
    takeover = Takeover(desk, listings, managed, replace(asked, only=())).proposal()
    return _Newcomers(desk, listings, managed, asked).proposal(writer, takeover)


class _Newcomers:
    """Listings that are not managed, and the products that they may belong to."""

    def __init__(
        self, desk: Desk, listings: Mapping[str, Listing], managed: Mapping[str, Binding], asked: Asked
    ) -> None:
        self._desk = desk
        self._asked = asked
        self._listings = listings
        self._managed = managed
        self._uploaded = desk.state.images.get(desk.settings.name, {})
        self._waiting = dict(self._why_waiting())
        strangers = {one: shown for one, shown in listings.items() if one not in managed and one not in self._waiting}
        self._products = {product.key: product for product in self._without_listing()}
        self._matches = find_matches(list(self._products.values()), strangers.values(), self._uploaded)
        self._strangers = strangers

    def proposal(self, writer: CatalogWriter, takeover: Proposal) -> Proposal:
        """What is to be written, bound and asked, besides what is taken over."""
        asked = self._asked
        named = [one for one in asked.product_ids if one not in self._managed]
        wanted = named if asked.product_ids else [one for one in self._listings if one not in self._managed]
        left_out = [LeftOut(one, self._waiting[one]) for one in wanted if one in self._waiting and self._meant(one)]
        equal = self._equal(set(wanted))
        open_pairs = {
            key: match.product_ids for key, match in self._matches.items() if match.equal is None and key not in equal
        }
        offered = set(wanted) - set(equal.values())
        chosen = {
            key: [one for one in ids if one in offered and self._meant(one, key)]
            for key, ids in sorted(open_pairs.items())
        }
        alike = {one for ids in open_pairs.values() for one in ids}
        new: dict[str, str] = {}
        spare: dict[str, str] = {}
        titles = {one: self._title(one) for one in wanted if one in self._strangers and one in offered}
        for product_id, key in writer.keys_for(titles, self._taken_keys()).items():
            if not self._meant(product_id, key):
                continue
            if why := why_unwritable(self._strangers[product_id]):
                left_out.append(LeftOut(product_id, why))
            elif product_id in alike:
                spare[key] = product_id
            else:
                new[key] = product_id
        return replace(
            takeover,
            asked=asked,
            new=new,
            spare=spare,
            equal={key: one for key, one in equal.items() if self._meant(one, key)},
            pairs=tuple(self._pair(key, ids) for key, ids in chosen.items() if ids),
            left_out=(*takeover.left_out, *left_out),
        )

    def _meant(self, product_id: str, key: str = "") -> bool:
        """Whether a listing is among those that `only` asks for."""
        title = self._title(product_id).casefold()
        only = self._asked.only
        return not only or fits(key, only) or fits(product_id, only) or fits(title, map(str.casefold, only))

    def _title(self, product_id: str) -> str:
        return str(self._listings[product_id].fields.get("title", ""))

    def _why_waiting(self) -> Iterator[tuple[str, str]]:
        """Listings of which a call of ours may still make something else."""
        state, name = self._desk.state, self._desk.settings.name
        for deletion in state.deletions.values():
            if deletion.confirmed and deletion.destination.startswith(f"{name}/"):
                yield (
                    deletion.product_id,
                    "the marketplace said that it deleted it, and still lists it; try again later",
                )
        for op in state.ops.values():
            if op.call is Call.DELETE and op.marketplace == name and op.product_id:
                why = "it is being deleted: the next `catalogsync apply` looks what became of that"
                yield op.product_id, why
        doubts = creations(state, name)
        for product_id, listing in self._listings.items() if doubts else ():
            made = doubts.get(kind_of(listing.fields))
            if made is not None and product_id not in made.alike and product_id not in self._managed:
                yield (
                    product_id,
                    f"a call that is in doubt may have created it for {made.key}: `catalogsync state doubts` tells "
                    f"more, and `catalogsync state bind {made.key} {pasted(product_id)}` says that it is that one",
                )

    def _without_listing(self) -> Iterator[Product]:
        """Products that have no listing, and for which none may have been created."""
        state, products = self._desk.state, self._desk.catalog.products
        renamed = renames(products, state, self._desk.settings.name)
        bound = {binding.key for binding in self._managed.values()} | renamed.keys()
        doubtful = {op.key for op in state.ops.values() if op.call is Call.CREATE}
        return (product for key, product in products.items() if key not in bound and key not in doubtful)

    def _taken_keys(self) -> set[str]:
        """Keys that mean something already, although the catalog has no product of that name."""
        state = self._desk.state
        earlier = {product.previous_key for product in self._desk.catalog.products.values() if product.previous_key}
        return {*state.bindings, *(op.key for op in state.ops.values() if op.key), *earlier}

    def _equal(self, wanted: set[str]) -> dict[str, str]:
        """Products and the listings that are equal to them, also where several share a title."""
        found = {key: match.equal.product_id for key, match in self._matches.items() if match.equal is not None}
        alike = [self._products[key] for key, match in self._matches.items() if match.equal is None]
        ids = {one for product in alike for one in self._matches[product.key].product_ids if one in wanted}
        values = {one.key: desired_values(one, self._uploaded) for one in alike}
        shown = [_without_empty_source(self._strangers[one]) for one in sorted(ids)]
        told = told_apart(values, shown, same={one.key for one in alike if one.pool is None}, spare=True)
        found |= {key: one for key, one in told.items() if self._may_be(self._products[key], one)}
        return {key: one for key, one in found.items() if one in wanted}

    def _may_be(self, product: Product, product_id: str) -> bool:
        """Whether a listing looks like a product, and no other catalog has made it."""
        source = self._strangers[product_id].fields.get(SOURCE, "")
        return product_id in self._matches[product.key].product_ids and source in {"", source_of(product)}

    def _pair(self, key: str, product_ids: Iterable[str]) -> Pair:
        product = self._products[key]
        listings = [self._strangers[one] for one in product_ids]
        return Pair(key, tuple(Candidate(one, would_change(self._desk, product, one)) for one in listings))


def would_change(desk: Desk, product: Product, listing: Listing) -> tuple[FieldChange, ...]:
    """What a plan would change in a listing, were it bound to a product as it is."""
    values = without_ignored(desired_values(product, desk.state.images.get(desk.settings.name, {})), product)
    return tuple(differences(product, values, binding_as_shown(desk, desk.state, product, listing), listing))


def _without_empty_source(listing: Listing) -> Listing:
    if listing.fields.get(SOURCE):
        return listing
    return replace(listing, fields={name: value for name, value in listing.fields.items() if name != SOURCE})
