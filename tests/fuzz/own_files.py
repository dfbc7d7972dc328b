"""Files that the program itself writes, made wrong: plans and records of the state."""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from catalogsync.model.errors import StateError, UsageError
from catalogsync.render.plan_json import digest_of, plan_document
from catalogsync.render.plan_reading import plan_of, read_plan_document
from catalogsync.state.codec import decode
from catalogsync.state.keyless import fold_unproven
from catalogsync.state.replay import Replay
from tests.fuzz.mutating import mutated
from tests.fuzz.mutating_json import dumped, mutated_json
from tests.fuzz.trial import Target, Trial, Wrong, said
from tests.harness.fake_shop import KEY
from tests.harness.hostile import HOSTILE
from tests.harness.hostile import plan_of as hostile_plan

_CORPUS: Final = Path(__file__).parent / "corpus"


def targets() -> tuple[Target, ...]:
    """Each kind of file."""
    return (
        Target("plan", 6, _plan),
        Target("record", 8, _record),
    )


@cache
def _plans() -> Sequence[Any]:
    texts = ("seat", "p1", *list(HOSTILE.values())[:6])
    return [json.loads(json.dumps(plan_document(hostile_plan(text)))) for text in texts]


def _plan(dice: Random) -> Trial:
    document = dice.choice(_plans())
    if dice.random() < 0.8:
        document = mutated_json(document, _plans(), dice)
    if dice.random() < 0.7 and isinstance(document, dict):
        with suppress(TypeError, ValueError):  # it may hold what no plan can
            document = {**document, "digest": digest_of(document)}
    text = dumped(document, dice).decode("utf-8", "surrogatepass")
    if dice.random() < 0.25:
        seeds = [text.encode("utf-8", "replace")]
        text = mutated(seeds[0], seeds, dice).decode("utf-8", "replace")

    def run() -> None:
        try:
            read = read_plan_document(text)
            plan = plan_of(read)
        except UsageError as error:
            said(error)
            return
        if plan_document(plan) != read:
            raise Wrong("a plan was taken for another one")

    return Trial(text, run)


@cache
def _logs() -> Sequence[Sequence[bytes]]:
    """The beginnings of states of simulated worlds: written down, since every record holds a number of chance."""
    return [path.read_bytes().splitlines() for path in sorted(_CORPUS.glob("log-*.jsonl"))]


def _record(dice: Random) -> Trial:
    log = dice.choice(_logs())
    number = dice.randrange(len(log))
    if dice.random() < 0.5:
        data = mutated(log[number], log, dice)
        return Trial(data, lambda: _authentic(data, log))
    envelope = json.loads(log[number])
    donors = [json.loads(dice.choice(log))["body"]]
    envelope["body"] = mutated_json(envelope["body"], donors, dice)
    if dice.random() < 0.2:
        envelope = mutated_json(envelope, donors, dice)
    data = dumped(envelope, dice)
    return Trial(data, lambda: _keyless(log[:number], data))


def _authentic(data: bytes, log: Sequence[bytes]) -> None:
    try:
        record = decode(data, KEY, "record 1 of the state")
    except StateError as error:
        said(error)
        return
    if not any(record == decode(written, KEY, "") for written in log):
        raise Wrong("a record was taken for authentic that nobody wrote")


def _keyless(before: Sequence[bytes], data: bytes) -> None:
    """Who has no key cannot tell a record that somebody made from one that was written."""
    first = decode(before[0] if before else data, None, "record 1") if before else None
    try:
        replay = Replay(first.lineage if first else "")
        for written in before:
            replay.fold(decode(written, None, "the state"))
        fold_unproven(replay, decode(data, None, "the state"), "the state")
    except StateError as error:
        said(error)
