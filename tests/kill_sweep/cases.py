"""One disturbance of one run, carried out: a kill at a call, at a use of a door, or at any moment; or an error."""

import time
from dataclasses import dataclass, replace

from tests.kill_sweep.doors import Strike, Use
from tests.kill_sweep.runs import Running
from tests.kill_sweep.scenes import Scene
from tests.kill_sweep.verdict import age_drafts, check_struck, drafts, heal

LATENCY = 20
"""Milliseconds; less than `recovery.settle`, within which a call is carried out or not at all."""


@dataclass(frozen=True, slots=True)
class AtCall:
    """SIGKILL while a call is at the marketplace, before or after it did what was asked."""

    call: str
    nth: int
    when: str

    def begin(self, scene: Scene) -> Running:
        """Kill the run there."""
        market = scene.shop.market
        market.fault(call=self.call, nth=self.nth, count=1, when=self.when, kind="hang")
        running = Running(scene.words, scene.shop.root)
        try:
            market.wait_until_held(running)
        finally:
            running.kill()
        return running


@dataclass(frozen=True, slots=True)
class AtDoor:
    """A kill or an error at a use of a door to the catalog's own files."""

    use: Use
    strike: Strike

    def begin(self, scene: Scene) -> Running:
        """Start the run with somebody at the door."""
        return Running(scene.words, scene.shop.root, self.strike)


@dataclass(frozen=True, slots=True)
class AtMoment:
    """SIGKILL so many seconds after the start, at a marketplace that takes its time, also after the kill."""

    seconds: float

    def begin(self, scene: Scene) -> Running:
        """Kill the run then."""
        scene.shop.market.configure(latency_ms=LATENCY)
        running = Running(scene.words, scene.shop.root)
        time.sleep(self.seconds)
        running.kill()
        scene.shop.market.configure(latency_ms=0)
        return running


Case = AtCall | AtDoor | AtMoment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to, once all was healed.

    Attributes:
        code: the exit code of the run that was struck; -9 if it was killed.
        error: what it said on stderr.
        doubts: how many calls a person was asked about.
    """

    code: int
    error: str
    doubts: int


def carry_out(scene: Scene, case: Case) -> Outcome:
    """Bring the scene back, strike, check, heal, check again."""
    shop = scene.restore()
    struck = case.begin(scene).end()
    shop.market.delete("/faults")
    shop.market.post("/release", {"proceed": False})
    check_struck(shop, struck)
    age_drafts(shop.root)
    doubts = heal(scene)
    assert drafts(shop.root) == [], "what a killed run left was not swept"
    return Outcome(struck.code, struck.err, doubts)


def kills_at_calls(calls: list[str]) -> list[Case]:
    """Two kills for each changing call that an undisturbed run made."""
    seen: dict[str, int] = {}
    cases: list[Case] = []
    for call in calls:
        seen[call] = seen.get(call, 0) + 1
        cases += [AtCall(call, seen[call], when) for when in ("before", "after")]
    return cases


def kills_at_doors(uses: list[Use]) -> list[Case]:
    """Two kills for each use that changes a file, and a third in the midst of a write."""
    cases: list[Case] = []
    for nth, use in enumerate(uses, 1):
        if _changes(use):
            whens = ("before", "half", "after") if use.door == "write" else ("before", "after")
            cases += [AtDoor(use, Strike(nth, "KILL", when)) for when in whens]
    return cases


def errors_at_doors(uses: list[Use]) -> list[Case]:
    """For each use that changes a file an error of the hardware, and a disk that is full from then on."""
    cases: list[Case] = []
    for nth, use in enumerate(uses, 1):
        if _changes(use):
            cases.append(AtDoor(use, Strike(nth, "EIO", "after" if use.door == "link" else "before")))
            if use.door in {"open", "write", "mkdir"}:
                when = "half" if use.door == "write" else "before"
                cases.append(AtDoor(use, Strike(nth, "ENOSPC", when, lasting=True)))
    return cases


def _changes(use: Use) -> bool:
    # `head` is a hint: three more uses with each record, of which one stands for all.
    return use.door != "read" and (use.file != "head" or use.door == "rename")


def at(uses: list[Use], use: Use, share: float, strike: Strike) -> AtDoor:
    """A strike at one of the uses of a kind: the first for share 0, the last for share 1."""
    found = [nth for nth, other in enumerate(uses, 1) if other == use]
    assert found, f"{use} does not happen"
    nth = found[round(share * (len(found) - 1))]
    return AtDoor(use, replace(strike, nth=nth))
