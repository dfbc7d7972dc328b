"""The heart: from what is desired, recorded and listed to what is done about each key.

| desired | recorded | listed | verdict |
|---|---|---|---|
| x | - | - | create |
| x | - | x, equal | adopt, without a call |
| x | - | x, alike but not equal | `look-alike`: blocked, a person decides |
| x | x | - | `missing-listing`: blocked, a person decides; `not-listed-yet` if it never was |
| x | x | x | update what differs; append what is new; or nothing |
| - | x | x | delete or retire, by sales and `on_remove` |
| - | x | - | forget |
| - | - | x | unmanaged: counted, never touched |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.core import objections
from catalogsync.core.allocate import Stocktake, allot, lying
from catalogsync.core.compare import STOCK, desired_values, differences, in_step, unseen, without_ignored
from catalogsync.core.duplicates import duplicates
from catalogsync.core.limits import allowed_count
from catalogsync.core.match import SOURCE, find_matches, source_of
from catalogsync.core.removal import removed
from catalogsync.core.renamed import maybe_renamed
from catalogsync.core.select import selected
from catalogsync.core.sequence import creations, kind_of, waiting_for
from catalogsync.core.verdicts import Verdicts
from catalogsync.model.config import DriftPolicy
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Action, Allotment, Change, FieldChange, Notice, Selection
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call, Op, State


@dataclass(frozen=True, slots=True)
class Facts:
    """The three sides, and the settings that verdicts depend on.

    Attributes:
        products: desired, by key.
        stocktakes: each pool against the ledger, by pool.
        state: recorded.
        listings: listed, complete.
        marketplace: the marketplace's name.
        retired_status: its word for "taken off sale".
        drift: what to do about drift.
        selection: which keys, and what is let pass.
        wanted: by pool, for how many accounts paid orders of other marketplaces wait.
    """

    products: Mapping[str, Product]
    stocktakes: Mapping[str, Stocktake]
    state: State
    listings: Listings
    marketplace: str
    retired_status: str = "inactive"
    drift: DriftPolicy = "restore"
    selection: Selection = Selection()
    wanted: Mapping[str, int] = field(default_factory=dict)


def renames(products: Mapping[str, Product], state: State, marketplace: str) -> dict[str, str]:
    """Which products that have a listing, or may have one, are called otherwise now: new key to old key.

    Args:
        products: desired, by key.
        state: recorded.
        marketplace: the marketplace's name.
    """
    known = {key for key, binding in state.bindings.items() if binding.marketplace == marketplace}
    known |= {op.key for op in state.ops.values() if op.call is Call.CREATE and op.marketplace == marketplace}
    return {
        key: product.previous_key
        for key, product in products.items()
        if product.previous_key in known and product.previous_key not in products and key not in known
    }


def decide(facts: Facts) -> Verdicts:
    """Decide about every selected key."""
    bindings = {
        key: binding for key, binding in facts.state.bindings.items() if binding.marketplace == facts.marketplace
    }
    renamed = renames(facts.products, facts.state, facts.marketplace)
    for new, old in renamed.items():
        if old in bindings:
            bindings[new] = bindings.pop(old)
    listed, verdicts = facts.listings.by_id, Verdicts(wanted=facts.wanted)
    desk = _Desk(facts, verdicts, renamed, bindings)
    for key in sorted(facts.products.keys() | bindings.keys()):
        if selected(key, facts.selection):
            desk.consider(key, facts.products.get(key), bindings.get(key))
    bound = {binding.product_id for binding in bindings.values()}
    touched = {change.product_id for change in verdicts.changes}
    asked = {key: binding for key, binding in bindings.items() if selected(key, facts.selection)}
    claimed = {product_id for match in desk.matches.values() for product_id in match.product_ids}
    verdicts.warnings += duplicates(asked, listed, bound | claimed, desk.creations)
    verdicts.warnings += maybe_renamed(verdicts.changes, facts.products, bindings, listed.keys(), desk.uploaded)
    verdicts.unmanaged = len(listed.keys() - bound - touched)
    return verdicts


class _Desk:
    """One pass over the keys, with everything that it looks at and writes to."""

    def __init__(
        self, facts: Facts, verdicts: Verdicts, renamed: Mapping[str, str], bindings: Mapping[str, Binding]
    ) -> None:
        self.facts = facts
        self.verdicts = verdicts
        self.renamed = renamed
        self.uploaded = facts.state.images.get(facts.marketplace, {})
        self.open = {(op.key, op.call) for op in facts.state.ops.values()}
        self.filling = {op.destination for op in facts.state.ops.values() if op.call is Call.APPEND}
        # An order that waits takes what comes to its listing, and might get what is bound to it as well.
        self.filling |= {
            f"{op.marketplace}/{op.product_id}" for op in facts.state.ops.values() if op.call is Call.DELIVER
        }
        self.creations = creations(facts.state, facts.marketplace)
        listed = facts.listings.by_id
        bound = {binding.product_id for binding in bindings.values()}
        new = [product for key, product in facts.products.items() if key not in bindings]
        # What the marketplace said it deleted, and still lists, is on its way out: it is not to be taken over.
        gone = {deletion.product_id for deletion in facts.state.deletions.values() if deletion.confirmed}
        strangers = [listing for id_, listing in listed.items() if id_ not in bound and id_ not in gone]
        self.matches = find_matches(new, strangers, self.uploaded)
        self.alike = sum(
            1
            for key, match in self.matches.items()
            if match.equal is None and not self._doubtful(key) and not self._twin(key) and self._asked(key)
        )
        self.missing = sum(
            1
            for key, binding in bindings.items()
            if key in facts.products and self._asked(key) and binding.listed and binding.product_id not in listed
        )

    def consider(self, key: str, product: Product | None, binding: Binding | None) -> None:
        """Decide about one key."""
        if self._doubtful(key):
            return  # its doubt is a warning of the plan; nothing else can be decided until that is settled
        shown = self.facts.listings.by_id.get(binding.product_id) if binding else None
        if binding is not None and shown is None and (binding.key, Call.DELETE) in self.open:
            return  # likewise: it is gone because it was deleted, or only seems so
        if product is None:
            if binding is not None:
                removed(binding, shown, self.facts.retired_status, self.facts.drift, self.verdicts)
        elif binding is None:
            self._unbound(product)
        else:
            self._bound(product, binding, shown)

    def _asked(self, key: str) -> bool:
        return selected(key, self.facts.selection)

    def _doubtful(self, key: str) -> bool:
        """Whether a listing may have been created for a key, and nobody knows."""
        return (key, Call.CREATE) in self.open or (self.renamed.get(key), Call.CREATE) in self.open

    def _twin(self, key: str) -> Op | None:
        """What may have been created, and could not be told from this product's listing."""
        return self.creations.get(kind_of(self.facts.products[key].fields))

    def _waits(self, product: Product) -> bool:
        twin = self._twin(product.key)
        if twin is not None:
            self._warn("twin-waits", product.key, waiting_for(twin))
        return twin is not None

    def _filling(self, key: str) -> bool:
        """Whether it is open what became of accounts that were sent for a key."""
        return (key, Call.APPEND) in self.open or (self.renamed.get(key), Call.APPEND) in self.open

    def _unbound(self, product: Product) -> None:
        if self._waits(product):
            return
        match = self.matches.get(product.key)
        if match is not None and match.equal is not None:
            self._adopt(product, match.equal)
        elif match is not None and self.alike > allowed_count(self.facts.selection, "look-alike"):
            self.verdicts.blocked.append(objections.look_alike(match, product.key, self.alike))
        else:
            self._create(product)

    def _create(self, product: Product) -> None:
        fields = [FieldChange(name, None, value, "catalog") for name, value in product.fields.items()]
        if SOURCE not in product.fields:
            # Sent at creation only.
            fields.append(FieldChange(SOURCE, None, source_of(product), "catalog"))
        self._change(product, Action.CREATE, None, tuple(fields), self._accounts(product, None, unsold=0))

    def _adopt(self, product: Product, shown: Listing) -> None:
        # What the marketplace does not show cannot be equal or unequal: it is set, as the catalog says.
        hidden = tuple(
            FieldChange(name, None, value, "catalog")
            for name, value in product.fields.items()
            if name not in shown.fields and name != STOCK and name not in product.lifecycle.ignore_changes
        )
        accounts = self._accounts(product, None, unsold=shown.stock)
        if accounts and not shown.untouched and product.pool not in self.facts.state.marked_pools:
            self.verdicts.blocked.append(objections.unknown_pool(product, shown.product_id))
            accounts = None
        self._change(product, Action.UPDATE if hidden else Action.ADOPT, shown.product_id, hidden, accounts)

    def _bound(self, product: Product, binding: Binding, shown: Listing | None) -> None:
        if shown is None:
            if binding.listed:
                self._missing(product, binding)
                return
            self._warn(
                "not-listed-yet",
                product.key,
                f"listing {binding.product_id} was created but is not listed yet; "
                "the next `catalogsync plan` looks again",
            )
        fields = self._differing(product, binding, shown)
        accounts = None if shown is None else self._accounts(product, binding, unsold=shown.stock)
        # What was said of a pool while it was another listing's says nothing of this one.
        marked = product.pool in self.facts.state.marked_pools and product.pool == binding.keepsake.pool
        if accounts and binding.stocked and not marked:
            self.verdicts.blocked.append(objections.unknown_pool(product, binding.product_id))
            accounts = None
        self._settle_action(product, binding, fields, accounts)

    def _differing(self, product: Product, binding: Binding, shown: Listing | None) -> tuple[FieldChange, ...]:
        values = desired_values(product, self.uploaded)
        if shown is not None and binding.retired is None and in_step(values, binding, shown):
            return ()
        values = without_ignored(values, product)
        if binding.retired is not None and "status" not in values:
            values = {**values, "status": binding.retired}
        fields = self._without_drift(product, tuple(differences(product, values, binding, shown)))
        if shown is not None and (late := unseen(values, binding, shown)):
            told = f"applied, but the listing does not show it: {', '.join(late)}"
            self._warn("not-shown", product.key, f"{told}; `catalogsync why {product.key}` tells more")
        return fields

    def _settle_action(
        self, product: Product, binding: Binding, fields: tuple[FieldChange, ...], accounts: Allotment | None
    ) -> None:
        if fields:
            action = Action.UPDATE
        elif accounts:
            action = Action.APPEND
        elif product.key in self.renamed:
            action = Action.ADOPT
        else:
            self.verdicts.unchanged += 1
            return
        self._change(product, action, binding.product_id, fields, accounts)

    def _without_drift(self, product: Product, fields: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
        if any(change.cause != "catalog" for change in fields):
            self.verdicts.drifted += 1
        drifted = [change.field for change in fields if change.cause == "drift"]
        if not drifted or self.facts.drift == "restore":
            return fields
        if self.facts.drift == "warn":
            names = ", ".join(drifted)
            told = f"changed at the marketplace and left so: {names}; with `drift: restore` it is put back"
            self._warn("drift", product.key, told)
        return tuple(change for change in fields if change.cause != "drift")

    def _accounts(self, product: Product, binding: Binding | None, *, unsold: int | None) -> Allotment | None:
        if product.pool is None or product.delivery != "auto":
            return None
        destination = f"{self.facts.marketplace}/{binding.product_id}" if binding else ""
        if destination in self.filling or self._filling(product.key):
            return None
        if unsold is None and product.pool_level is not None:
            self._warn(
                "stock-not-shown",
                product.key,
                "`pool_level` needs the stock, which the marketplace does not show; without it all accounts are sent",
            )
            return None
        stocktake = self.facts.stocktakes[product.pool]
        unsold = lying(binding, unsold, self.facts.state.ledger)
        if objection := objections.already_sent(stocktake, product.key, destination):
            self.verdicts.blocked.append(objection)
        return allot(stocktake, product.pool_level, unsold or 0, self.facts.wanted.get(product.pool, 0))

    def _missing(self, product: Product, binding: Binding) -> None:
        if self.missing <= allowed_count(self.facts.selection, "missing-listing"):
            if not self._waits(product):
                self._create(product)
            return
        self.verdicts.blocked.append(objections.missing_listing(binding, product.key, self.missing))

    def _change(
        self,
        product: Product,
        action: Action,
        product_id: str | None,
        fields: tuple[FieldChange, ...],
        accounts: Allotment | None,
    ) -> None:
        place, old = product.place, self.renamed.get(product.key)
        change = Change(product.key, action, product_id, place.file, place.line, fields, accounts, old)
        self.verdicts.changes.append(change)

    def _warn(self, code: str, key: str, message: str) -> None:
        self.verdicts.warnings.append(Notice(code, key, message))
