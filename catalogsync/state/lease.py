"""Who may work on the state: when a run's lease is over, and what is said to those who must wait."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.state import Run, State

Alive = Callable[[str, int, str], bool]
"""Whether the process of host, pid and start may still be alive."""

_LOW: Final = 1 / 3
"""A lease is renewed when less than this share of it is left."""
_MARGIN: Final = 1 / 10
"""What must be left of it when the longest call has ended."""


def timestamp(moment: datetime) -> str:
    """A moment as records have it: ISO 8601, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def why_over(state: State, now: datetime, alive: Alive) -> str | None:
    """Why the lease of the run at work may be taken over, or None if it must be left alone.

    Taking over from a live run harms nobody: its next record is refused, so it stops before its next call. Therefore
    the wall clock may decide here, where it decides nothing else.
    """
    run = state.run
    if run is None:
        return None
    if not alive(run.host, run.pid, run.pid_started):
        return "its process is gone"
    if now > _expiry(state, run):
        return f"it wrote nothing for more than {run.ttl:.0f} s"
    return None


def must_renew(ttl: float, elapsed: float, seconds: float) -> bool:
    """Whether too little of a lease is left for a call.

    Args:
        ttl: how long a lease lasts.
        elapsed: since it was last renewed.
        seconds: how long the call may take.

    Raises:
        StateError: no lease is long enough for it.
    """
    if seconds > ttl * (1 - _MARGIN):
        raise StateError(
            f"a call of up to {seconds:.0f} s does not fit into a lease of {ttl:.0f} s",
            "lower `timeouts.call` of the marketplace",
        )
    return ttl - elapsed < max(ttl * _LOW, seconds + ttl * _MARGIN)


def locked(state: State, run: Run) -> StateLocked:
    """The error for who finds a run at work."""
    until = timestamp(_expiry(state, run))
    link = f", {run.ci_url}" if run.ci_url else ""
    return StateLocked(
        f"the state is locked: {_described(run)} has been at work since {run.at}{link}",
        f"wait until it has ended; if it was killed, this works by itself after {until}, "
        "and at once on the machine that it ran on",
    )


def fenced(run: Run | None) -> StateFenced:
    """The error for who finds that another run has taken over."""
    who = f"{_described(run)} took the state over" if run else "another run took the state over, and has ended"
    return StateFenced(
        f"{who}; this run stops here",
        "what this run has done is recorded; run the command again when the other has ended",
    )


def _described(run: Run) -> str:
    who = f" of {run.who}" if run.who else ""
    return f"`{run.command}`{who} (run {run.id}, process {run.pid} on {run.host})"


def _expiry(state: State, run: Run) -> datetime:
    return datetime.fromisoformat(state.renewed_at) + timedelta(seconds=run.ttl)
