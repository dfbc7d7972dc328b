"""What somebody is told of a run: which messages follow from what it came to, and which were said before.

| news | topic | how often |
|---|---|---|
| products that will soon have nothing to sell | `low/KEY` | once a day, each |
| an apply that failed, or came short | none | every time |
| an order that cannot be filled, or not whole | `order/MARKETPLACE/ID` | once a day, each |
| a call of which nobody knows whether it arrived | `doubt/ID` | once |
| the day's digest | `digest` | once a day |

Days are those of UTC. What a run could not say, because everything of it was said before, makes no message.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogsync.core.digest import DIGEST, digest
from catalogsync.model.counted import counted
from catalogsync.model.errors import CatalogsyncError, PlanBlocked
from catalogsync.model.message import Kind, Message
from catalogsync.model.order_plan import OrderAction, OrderReport
from catalogsync.model.plan import Notice
from catalogsync.model.report import Report
from catalogsync.model.state import State

RUNNING_DRY: Final = "running-dry"
"""The code of a plan's warning that a product will soon have nothing to sell."""

_UNFILLED: Final = frozenset(
    {"pool-empty", "partial", "pool-unknown", "no-pool", "no-product", "not-mapped", "odd-order"}
)
"""Why an order is not filled, or not whole, where a person can do something about it that nobody is told otherwise."""
_SHORT: Final = "short"
_LINES: Final = 20
"""So many things are named in one message, and the others counted."""
_WIDTH: Final = 240
_SIGNS: Final = str.maketrans({"@": "＠", "<": "‹", ">": "›"})
"""What a service might take for markup, or for the name of somebody who is to be woken, and what is written instead."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A message, and what is not to be told again so soon once it was."""

    message: Message
    topics: tuple[str, ...] = ()


def of_apply(report: Report, state: State, doubts: Mapping[str, Notice], now: str) -> tuple[Telling, ...]:
    """What an apply that came to its end has to tell.

    Args:
        report: what it came to.
        state: as it is then.
        doubts: what there is to say of each open call, by its id.
        now: ISO 8601, UTC.
    """
    dry = [notice for notice in report.plan.warnings if notice.code == RUNNING_DRY]
    place = report.plan.marketplace
    done = sum(1 for result in report.results.values() if result.outcome == "applied")
    came_to = f"{done:,} of {counted(len(report.results), 'change')} done" if report.results else "nothing to change"
    found = (
        _incomplete(report, state),
        _running_dry(place, dry, state, now),
        _doubtful(place, doubts, state),
        _daily(place, f"This apply: {came_to}", [notice.key for notice in dry if notice.key], state, now),
    )
    return tuple(telling for telling in found if telling)


def of_orders(report: OrderReport, state: State, doubts: Mapping[str, Notice], now: str) -> tuple[Telling, ...]:
    """What a run that filled orders has to tell; arguments as in `of_apply`."""
    place = ", ".join(report.plan.marketplaces)
    empty = sorted({use.key for use in report.plan.pools if not use.left})
    filled = sum(1 for result in report.results.values() if result.outcome == "applied")
    waiting = sum(1 for change in report.plan.changes if change.code in _UNFILLED)
    came_to = f"This run: {counted(filled, 'order')} served, {waiting:,} that cannot be filled as bought"
    found = (
        _unfilled(place, report, state, now),
        _doubtful(place, doubts, state),
        _daily(place, came_to, empty, state, now),
    )
    return tuple(telling for telling in found if telling)


def of_failure(command: str, error: Exception, log: str | None) -> Message:
    """What to tell of a run that an error ended. One of another kind than ours may hold anything, and is not quoted.

    Args:
        command: what it was to do, such as `apply`.
        error: what ended it.
        log: where its output is to be read, or None.
    """
    said = [f"It ended with an error that should not happen: {type(error).__name__}."]
    if isinstance(error, CatalogsyncError):
        said = [_line(error.message)]
        if isinstance(error, PlanBlocked):
            said += [*_listed(error.rules), "`catalogsync plan` shows what lets each of these pass."]
        elif error.hint:
            said.append(f"What to do: {_line(error.hint)}")
    return Message(f"catalogsync {command} failed", "\n".join([*said, *_logged(log)]), Kind.FAILURE)


def _incomplete(report: Report, state: State) -> Telling | None:
    short = [notice for notice in report.notices if notice.code == _SHORT]
    if not (report.failed or short):
        return None
    failed = [
        (key, result.error or result.outcome)
        for key, result in sorted(report.results.items())
        if result.outcome in {"failed", "skipped"}
    ]
    counts = [f"{report.failed:,} of {counted(len(report.results), 'change')} not done"] if failed else []
    counts += [f"{counted(len(short), 'listing')} took fewer accounts than were sent"] if short else []
    counts += [f"{report.in_doubt:,} in doubt"] if report.in_doubt else []
    lines = [*failed, *((notice.key or "", notice.message) for notice in short)]
    body = [f"{'; '.join(counts)}.", *_listed(lines), "Running `catalogsync apply` again is safe.", *_log(state)]
    return Telling(Message(f"{report.plan.marketplace}: the apply is not complete", "\n".join(body), Kind.FAILURE))


def _running_dry(place: str, dry: Sequence[Notice], state: State, now: str) -> Telling | None:
    named = [notice for notice in dry if notice.key]
    news = {f"low/{notice.key}": notice for notice in named if _is_news(f"low/{notice.key}", state, now)}
    if not news:
        return None
    title = f"{place}: {counted(len(news), 'product')} running dry"
    body = _listed((notice.key or "", notice.message) for notice in news.values())
    body += [_line(notice.message) for notice in dry if not notice.key]
    return Telling(Message(title, "\n".join(body), Kind.WARNING), tuple(news))


def _doubtful(place: str, doubts: Mapping[str, Notice], state: State) -> Telling | None:
    news = {f"doubt/{op}": op for op in doubts if f"doubt/{op}" not in state.told}
    if not news:
        return None
    title = f"{place}: {counted(len(news), 'call')} of which nobody knows whether it arrived"
    said = _listed((_subject(state, op), doubts[op].message) for op in news.values())
    body = [*said, "`catalogsync state doubts` shows what is known of them.", *_log(state)]
    return Telling(Message(title, "\n".join(body), Kind.WARNING), tuple(news))


def _subject(state: State, op_id: str) -> str:
    op = state.ops[op_id]
    return f"order {op.order} at {op.marketplace}" if op.order is not None else op.key


def _unfilled(place: str, report: OrderReport, state: State, now: str) -> Telling | None:
    news: dict[str, tuple[str, str]] = {}
    for change in report.plan.changes:
        topic = f"order/{change.marketplace}/{change.order_id}"
        result = report.results.get((change.marketplace, change.order_id))
        why = change.why if change.code in _UNFILLED else ""
        if result is not None and result.outcome in {"failed", "skipped"}:
            why = result.error or result.outcome
        elif change.action is OrderAction.RESEND:
            continue
        if why and _is_news(topic, state, now):
            product = f", {change.key}" if change.key else ""
            news[topic] = (f"order {change.order_id} at {change.marketplace}{product}", why)
    if not news:
        return None
    title = f"{place}: {counted(len(news), 'order')} cannot be filled as bought"
    body = [*_listed(news.values()), "`catalogsync orders plan` shows all of them.", *_log(state)]
    return Telling(Message(title, "\n".join(body), Kind.WARNING), tuple(news))


def _daily(place: str, run: str, dry: Sequence[str], state: State, now: str) -> Telling | None:
    if not _is_news(DIGEST, state, now):
        return None
    body = "\n".join(_line(line) for line in (*digest(state, dry, now), run))
    return Telling(Message(f"{place}: the day's digest, {now[:10]}", body), (DIGEST,))


def _is_news(topic: str, state: State, now: str) -> bool:
    """Whether it was not told today."""
    return state.told.get(topic, "")[:10] != now[:10]


def _listed(items: Iterable[tuple[str, str]]) -> list[str]:
    lines = [_line(f"- {name}: {what}" if name else f"- {what}") for name, what in items]
    more = len(lines) - _LINES
    return [*lines[:_LINES], f"and {more:,} more"] if more > 0 else lines


def _log(state: State) -> list[str]:
    return _logged(state.run.ci_url if state.run else None)


def _logged(log: str | None) -> list[str]:
    return [_line(f"Log: {log}")] if log else []


def _line(text: str) -> str:
    """A text as one line of bounded length, in which nothing is hidden and nothing commands the service."""
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[: 4 * _WIDTH])
    line = " ".join(shown.split()).translate(_SIGNS).replace("](", "] (")
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
