"""Who may work on the state: when a run's lease is over, and what is said to those who must wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.state import Moved, Run, State
from catalogsync.ports.clock import Clock

Alive = Callable[[str, int, str], bool]
"""Whether the process of host, pid and start may still be alive."""
Age = Callable[[], float | None]
"""Seconds since the last record was written, by the store's clock; None if it has none."""

_LOW: Final = 1 / 3
"""A lease is renewed when less than this share of it is left."""
_MARGIN: Final = 1 / 10
"""What must be left of it when the longest call has ended."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, by both clocks of this machine."""

    ticks: float
    wall: datetime

    def passed(self, clock: Clock) -> float:
        """Seconds since, by the clock that counts more: one does not move while a machine sleeps, the other is set."""
        return max(clock.monotonic() - self.ticks, (clock.now() - self.wall).total_seconds())


def moment(clock: Clock) -> Moment:
    """This moment."""
    return Moment(clock.monotonic(), clock.now())


def timestamp(moment: datetime) -> str:
    """A moment as records have it: ISO 8601, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def why_over(state: State, run: Run, now: datetime, alive: Alive, age: Age) -> str:
    """Why the lease of the run at work may be taken over.

    Time alone allows it only where two clocks agree: this machine's and the store's. Either may be a day wrong. A store
    without a clock is granted as long a time again: then a clock that is wrong by up to a lease takes nothing from a
    run that is alive.

    Args:
        state: the state, read to its end.
        run: the run at work.
        now: the wall clock of this machine.
        alive: whether a process may still be alive.
        age: how long ago the last record was written, by the store's clock.

    Raises:
        StateLocked: it must be left alone.
    """
    if not alive(run.host, run.pid, run.pid_started):
        return "its process is gone"
    until = datetime.fromisoformat(state.renewed_at) + timedelta(seconds=run.ttl)
    if now > until:
        passed = age()
        if passed is None:
            passed = (now - until).total_seconds()
        if passed > run.ttl:
            return f"it wrote nothing for more than {run.ttl:.0f} s"
        until = now + timedelta(seconds=run.ttl - passed)
    link = f", {run.ci_url}" if run.ci_url else ""
    raise StateLocked(
        f"the state is locked: {described(run)} has been at work since {run.at}{link}",
        "wait until it has ended (`--lock-timeout 10m` does); if it was killed, this works by itself after "
        f"{timestamp(until)}, at once on the machine that it ran on, and anywhere after `catalogsync state unlock`",
    )


def why_unlocked(run: Run) -> str:
    """What the records say of a lease that a person ended."""
    return f"unlocked by hand{f' by {run.who}' if run.who else ''}, with `{run.command}`"


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


def fenced(run: Run | None) -> StateFenced:
    """The error for who finds that another run has taken over."""
    who = f"{described(run)} took the state over" if run else "another run took the state over, and has ended"
    return StateFenced(
        f"{who}; this run stops here",
        "what this run has done is recorded; run the command again when the other has ended",
    )


def moved_away(moved: Moved) -> tuple[str, str]:
    """What is said of a state that lives on elsewhere: message and hint."""
    return (
        f"the state was moved away from {moved.place} at {moved.at}{f' by {moved.who}' if moved.who else ''}",
        "bring your catalog up to date (`git pull`): `state:` in its catalogsync.yaml should name the new place. If "
        "you are moving it right now, name the new place there, and then `catalogsync state push FILE`",
    )


def described(run: Run) -> str:
    """Who a run is, in words."""
    who = f" of {run.who}" if run.who else ""
    return f"`{run.command}`{who} (run {run.id}, process {run.pid} on {run.host})"
