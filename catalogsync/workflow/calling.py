"""Intent, call, end: the one way in which anything is changed at a marketplace."""

from collections.abc import Callable, Sequence

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.events import Ended, Ending, Intended, Intent, Verdict
from catalogsync.model.state import Op
from catalogsync.workflow.calls import Calls
from catalogsync.workflow.settling import PATIENT


def ending_of(intent: Intent, answer: Answer) -> Ending | None:
    """What a call to a listing came to by its answer; None: it stays open."""
    op = intent.op
    match answer.kind:
        case AnswerClass.CONFIRMED:
            short = op.count - (answer.imported if answer.imported is not None else op.count)
            return Ending(op.id, Verdict.COMMITTED, answer.product_id, short=short, confirmed=True)
        case AnswerClass.NEVER:
            return Ending(op.id, Verdict.ABORTED, evidence=answer.reason)
        case AnswerClass.REFUSED:
            verdict = Verdict.REFUSED if op.call in PATIENT else Verdict.ABORTED
            return Ending(op.id, verdict, evidence=answer.reason)
        case AnswerClass.UNKNOWN:
            return None


def send(
    work: Calls,
    intents: Sequence[Intent],
    call: Callable[[Op], Answer],
    ending: Callable[[Intent, Answer], Ending | None] = ending_of,
) -> dict[str, Answer]:
    """Record intents, make their calls, record their ends.

    What is in doubt stays open. So does a refused append or create, until the listings confirm that nothing was done.
    The accounts of an append are ended as answers come, everything else once for all: a create that was answered
    but not recorded is found again in the List, an append would be a question for a person.

    Returns:
        The answer to each operation by its id.
    """
    work.journal.assure(work.desk.longest_call)
    work.journal.write(Intended(tuple(intents)))
    answers: dict[str, Answer] = {}
    endings: list[Ending] = []
    for answered in work.answers(intents, lambda intent: call(intent.op)):
        at_once: list[Ending] = []
        for intent, answer in answered:
            answers[intent.op.id] = answer
            end = ending(intent, answer)
            if end is not None:
                (at_once if intent.users else endings).append(end)
        if at_once:
            work.journal.write(Ended(tuple(at_once)))
    if endings:
        work.journal.write(Ended(tuple(endings)))
    return answers
