"""What a record says, as JSON and as events: the only place that knows both forms."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, replace
from functools import cache
from operator import attrgetter
from sys import intern
from typing import Final, TypeVar

from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Forgotten,
    Intended,
    Intent,
    Marked,
    Noted,
    Observed,
    OrdersSeen,
    Recovered,
    Recovering,
    Released,
    Remembered,
    Renamed,
    Resolved,
    Said,
    Seen,
    Tallied,
    Told,
    Uploaded,
    Verdict,
)
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.order import KeptOrder
from catalogsync.model.row import NOTHING, Row
from catalogsync.model.state import Binding, Call, Deletion, Execution, Keepsake, Op, Run, TrackRecord
from catalogsync.state.codec import JSON

T = TypeVar("T")

TYPES: Final[Mapping[type, str]] = {
    Intended: "intent",
    Ended: "outcome",
    Uploaded: "upload",
    Observed: "observe",
    Bound: "bind",
    Renamed: "rename",
    Forgotten: "forget",
    Remembered: "remember",
    Marked: "mark",
    Resolved: "resolve",
    Released: "release",
    OrdersSeen: "orders",
    Tallied: "tally",
    Told: "tell",
    Recovering: "recovery",
    Recovered: "recover",
}


_NO_KEEPSAKE: Final = Keepsake()


def body_of(event: Event) -> JSON:
    """An event as the body of a record."""
    match event:
        case Intended(intents) | Recovered(intents):
            return {"intents": [_intent_out(intent) for intent in intents]}
        case Ended(endings):
            return {"endings": [plain(ending) for ending in endings]}
        case Uploaded(marketplace, images):
            return {"marketplace": marketplace, "images": dict(images)}
        case Observed(seen):
            track = {"marketplace": event.marketplace, "exact": event.exact, "odd": event.odd}
            return {"seen": [plain(one) for one in seen], **(track if event.marketplace else {})}
        case Bound(bindings):
            return {"bindings": [binding_out(binding) for binding in bindings]}
        case Renamed(keys):
            return {"keys": dict(keys)}
        case Forgotten(keys):
            return {"keys": list(keys)}
        case Remembered(keepsakes):
            return {"keepsakes": {key: plain(keepsake) for key, keepsake in keepsakes.items()}}
        case Marked() | Resolved() | Released():
            return _said_out(event)
        case OrdersSeen() | Tallied() | Told():
            return _noted_out(event)
        case Recovering(done):
            return {"done": done}


def event_of(record_type: str, body: JSON) -> Event | None:
    """The event that a record's body says; None if this version knows no such type of event.

    Raises:
        KeyError, TypeError, ValueError: the body has another form than this version's.
    """
    read = _READERS.get(record_type)
    return read(**body) if read else None


def halves(event: Event) -> tuple[Event, Event] | None:
    """An event as two that say the same, one after the other; None if it cannot be divided."""
    match event:
        case Intended(intents) if len(intents) > 1:
            return Intended(intents[: len(intents) // 2]), Intended(intents[len(intents) // 2 :])
        case Ended(endings) if len(endings) > 1:
            return Ended(endings[: len(endings) // 2]), Ended(endings[len(endings) // 2 :])
        case Observed(seen) if len(seen) > 1:
            return replace(event, seen=seen[: len(seen) // 2]), Observed(seen[len(seen) // 2 :])
        case Bound(bindings) if len(bindings) > 1:
            return Bound(bindings[: len(bindings) // 2]), Bound(bindings[len(bindings) // 2 :])
        case Forgotten(keys) if len(keys) > 1:
            return Forgotten(keys[: len(keys) // 2]), Forgotten(keys[len(keys) // 2 :])
        case Released(places, who) if len(places) > 1:
            return Released(places[: len(places) // 2], who), Released(places[len(places) // 2 :], who)
        case Uploaded(marketplace, images) if len(images) > 1:
            first, second = _halve(images)
            return Uploaded(marketplace, first), Uploaded(marketplace, second)
        case OrdersSeen() | Tallied() | Told():
            return _noted_halves(event)
        case Remembered(keepsakes) if len(keepsakes) > 1:
            first_kept, second_kept = _halve(keepsakes)
            return Remembered(first_kept), Remembered(second_kept)
        case Recovered(intents):
            return _recovered_halves(intents)
        case Marked(pool, Batch(count=count) as batch, users, contents, more) if count > 1:
            middle = count // 2
            cut = middle * FINGERPRINT
            first_batch = replace(batch, id=f"{batch.id}.1", count=middle)
            second_batch = replace(batch, id=f"{batch.id}.2", count=count - middle)
            return (
                Marked(pool, first_batch, users[:cut], contents[:cut], more=True),
                Marked(pool, second_batch, users[cut:], contents[cut:], more),
            )
        case _:
            return None


def _recovered_halves(intents: tuple[Intent, ...]) -> tuple[Event, Event] | None:
    if len(intents) > 1:
        return Recovered(intents[: len(intents) // 2]), Recovered(intents[len(intents) // 2 :])
    if not intents or intents[0].op.count < 2:
        return None
    op, users, contents = intents[0].op, intents[0].users, intents[0].contents
    middle = op.count // 2
    cut = middle * FINGERPRINT
    return (
        Recovered((Intent(replace(op, count=middle), users[:cut], contents[:cut]),)),
        Recovered((Intent(replace(op, count=op.count - middle), users[cut:], contents[cut:]),)),
    )


def _noted_halves(event: Noted) -> tuple[Event, Event] | None:
    match event:
        case OrdersSeen(orders, closed) if len(orders) + len(closed) > 1:
            middle, end = len(orders) // 2, (len(closed) + 1) // 2
            return OrdersSeen(orders[:middle], closed[:end]), OrdersSeen(orders[middle:], closed[end:])
        case Tallied(sales) if len(sales) > 1:
            first, second = _halve(sales)
            return Tallied(first), Tallied(second)
        case Told(topics) if len(topics) > 1:
            return Told(topics[: len(topics) // 2]), Told(topics[len(topics) // 2 :])
        case _:
            return None


def plain(
    noun: (
        Op
        | Binding
        | Batch
        | Deletion
        | Execution
        | KeptOrder
        | Keepsake
        | Run
        | TrackRecord
        | Ending
        | Seen
        | Resolved
    ),
) -> JSON:
    """A noun's fields as JSON; those that hold their default are left out."""
    out: JSON = {}
    kind: type = type(noun)
    names, defaults, values_in = _form(kind)
    for name, default, value in zip(names, defaults, values_in(noun), strict=True):
        if value is not default and value != default:
            out[name] = value if type(value) is str else _plain_value(value)
    return out


def op_of(raw: JSON) -> Op:
    """An operation from its plain form."""
    return Op(
        **{
            **raw,
            "call": Call(raw["call"]),
            "fields": values_of(raw.get("fields", {})),
            "before": values_of(raw.get("before", {})),
            "alike": tuple(raw.get("alike", ())),
            "keepsake": _keepsake_of(raw.get("keepsake")),
        }
    )


def binding_out(binding: Binding) -> JSON:
    """A binding in its plain form; of what was seen as it was applied only the names are written, under `same`.

    Mostly that is all of it, and texts are long.
    """
    out, applied, observed = plain(binding), binding.applied, binding.observed
    same = [name for name, value in observed.items() if applied.get(name) == value]
    if same:
        out["observed"] = {name: value for name, value in observed.items() if applied.get(name) != value}
        out["same"] = same
    return out


def binding_of(raw: JSON) -> Binding:
    """A binding from its plain form, with or without `same`."""
    out = raw.copy()
    applied = out["applied"] = values_of(raw["applied"])
    seen, same = raw["observed"], out.pop("same", ())
    # What was seen as it was applied lies in memory once.
    if same and not seen:
        out["observed"] = applied.only(tuple(same))
    elif same:
        out["observed"] = Row.of({**applied.only(tuple(same)), **values_of(seen)})
    else:
        out["observed"] = applied if seen == raw["applied"] else values_of(seen)
    out["before"] = values_of(raw["before"]) if "before" in raw else NOTHING
    out["keepsake"] = _keepsake_of(raw.get("keepsake"))
    return Binding(**out)


def _keepsake_of(raw: JSON | None) -> Keepsake:
    return Keepsake(**raw) if raw else _NO_KEEPSAKE


def batch_of(raw: JSON) -> Batch:
    """A batch from its plain form."""
    return Batch(**{**raw, "fate": Fate(raw["fate"])})


def execution_of(raw: JSON) -> Execution:
    """What became of a saved plan, from its plain form."""
    return Execution(**{**raw, "run": Run(**raw["run"])})


def values_of(raw: JSON) -> Row:
    """Field values from JSON, which has lists where the model has tuples."""
    if not raw:
        return NOTHING
    # Equal texts of all bindings, of the catalog and of the listings are one object: `shared`, without its call.
    each = [intern(one) if type(one) is str else tuple(one) if type(one) is list else one for one in raw.values()]
    return Row(tuple(raw), each)


def blob(data: bytes) -> str:
    """Bytes as JSON."""
    return base64.b64encode(data).decode("ascii")


def unblob(text: str) -> bytes:
    """Bytes from JSON."""
    return base64.b64decode(text, validate=True)


@cache
def _form(noun: type) -> tuple[tuple[str, ...], tuple[object, ...], Callable[[object], tuple[object, ...]]]:
    """A noun's fields: their names, their defaults, and what reads them all."""
    names = tuple(field.name for field in fields(noun))
    defaults = tuple(
        field.default_factory() if field.default_factory is not MISSING else field.default for field in fields(noun)
    )
    return names, defaults, attrgetter(*names)


def _plain_value(value: object) -> object:
    if isinstance(value, str):
        return value  # To ask for a Mapping takes its time.
    if isinstance(value, (Keepsake, Run)):
        return plain(value)
    # Of its items, for to look each name up anew takes its time.
    return dict(value.items()) if isinstance(value, Mapping) else value


def _halve(mapping: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    items = list(mapping.items())
    return dict(items[: len(items) // 2]), dict(items[len(items) // 2 :])


def _said_out(event: Said) -> JSON:
    match event:
        case Marked(pool, batch, users, contents, more):
            accounts = {"batch": plain(batch), "users": blob(users), "contents": blob(contents)} if batch else {}
            return {"pool": pool, **accounts, **({"more": True} if more else {})}
        case Resolved():
            return plain(event)
        case Released(destinations, who):
            return {"destinations": list(destinations), "who": who}


def _noted_out(event: Noted) -> JSON:
    match event:
        case OrdersSeen(orders, closed):
            return {"orders": [plain(order) for order in orders], **({"closed": list(closed)} if closed else {})}
        case Tallied(sales):
            return {"sales": dict(sales)}
        case Told(topics):
            return {"topics": list(topics)}


def _intent_out(intent: Intent) -> JSON:
    out: JSON = {"op": plain(intent.op)}
    if intent.users or intent.contents:
        out |= {"users": blob(intent.users), "contents": blob(intent.contents)}
    return out


def _intent_of(op: JSON, users: str = "", contents: str = "") -> Intent:
    return Intent(op_of(op), unblob(users), unblob(contents))


def _ending_of(raw: JSON) -> Ending:
    return Ending(**{**raw, "verdict": Verdict(raw["verdict"])})


def _seen_of(raw: JSON) -> Seen:
    return Seen(**{**raw, "observed": values_of(raw.get("observed", {}))})


def _marked_of(pool: str, batch: JSON | None = None, users: str = "", contents: str = "", more: bool = False) -> Marked:
    return Marked(pool, batch_of(batch) if batch else None, unblob(users), unblob(contents), more)


def _each(read: Callable[[JSON], T], raw: Iterable[JSON]) -> tuple[T, ...]:
    return tuple(read(one) for one in raw)


_READERS: Final[Mapping[str, Callable[..., Event]]] = {
    "intent": lambda intents: Intended(_each(lambda raw: _intent_of(**raw), intents)),
    "outcome": lambda endings: Ended(_each(_ending_of, endings)),
    "upload": Uploaded,
    "observe": lambda seen, **track: Observed(_each(_seen_of, seen), **track),
    "bind": lambda bindings: Bound(_each(binding_of, bindings)),
    "rename": Renamed,
    "forget": lambda keys: Forgotten(tuple(keys)),
    "remember": lambda keepsakes: Remembered({key: Keepsake(**raw) for key, raw in keepsakes.items()}),
    "mark": _marked_of,
    "resolve": Resolved,
    "release": lambda destinations, who: Released(tuple(destinations), who),
    "orders": lambda orders, closed=(): OrdersSeen(_each(lambda raw: KeptOrder(**raw), orders), tuple(closed)),
    "tally": Tallied,
    "tell": lambda topics: Told(tuple(topics)),
    "recovery": Recovering,
    "recover": lambda intents: Recovered(_each(lambda raw: _intent_of(**raw), intents)),
}
