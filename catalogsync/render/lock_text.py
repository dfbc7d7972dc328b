"""Who holds the state, and what follows if it is taken from that run."""

from datetime import datetime

from catalogsync.model.state import Run, State
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.messages import told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style

_FOLLOWS = (
    "If that run is dead, nothing is lost by unlocking: the next run can begin.",
    "If it is still alive, it stops before its next call, with exit code 3. What it has under way by then becomes a "
    "doubt, and the next `catalogsync apply` looks what became of it.",
)
_GONE = "Its process is gone: nothing needs unlocking, the next run on this machine goes on by itself."


def render_lock(state: State, holder: Run, now: datetime, *, gone: bool, width: int = 100, color: bool = False) -> str:
    """Who holds the lease.

    Args:
        state: the state.
        holder: the run at work.
        now: the wall clock.
        gone: its process is known to be dead.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    page = Page(width, color=color)
    page.put(Span("The state is locked.", Style.BAD))
    facts = [
        ("run", f"{inline(holder.command)}, run {inline(holder.id)}"),
        ("by", inline(holder.who)),
        ("machine", f"{inline(holder.host)}, process {holder.pid}"),
        ("since", moment(holder.at)),
        ("last wrote", f"{moment(state.renewed_at)}{_ago(state.renewed_at, now)}"),
        ("log", inline(holder.ci_url or "")),
    ]
    page.rows([(name, [text]) for name, text in facts if text], indent=2)
    page.gap()
    for text in (_GONE,) if gone else _FOLLOWS:
        page.put(*told(text))
    return page.text()


def _ago(text: str, now: datetime) -> str:
    minutes = round((now - datetime.fromisoformat(text)).total_seconds() / 60)
    if minutes < 0:
        return " (the clock of this machine is behind)"
    return f", {minutes:,} min ago" if minutes else ", just now"
