"""What a page says first: the verdict, the counts, and what the plan was limited to."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from catalogsync.model.counted import counted
from catalogsync.model.plan import Action, Plan
from catalogsync.model.report import Report
from catalogsync.render.html.words import SIGNS
from catalogsync.render.listed import listed
from catalogsync.render.tally import DONE, applied, left_alone, let_pass, limits, outcomes

Tone = Literal["good", "bad", "warn", "calm"]
SIGN_OF = {"good": "✓", "bad": "✗", "warn": "!", "calm": "~"}


@dataclass(frozen=True, slots=True)
class Count:
    """One of the counts below the verdict: a sign, a number, and what is counted; `name` is that of its colour."""

    name: str
    sign: str
    number: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page says first.

    Attributes:
        tone: how it looks.
        kind: what the page is: a plan, the report of an apply, or of a dry run.
        title: the verdict.
        lead: what follows from it; commands stand between backticks.
        counts: what is done, by action, or what came of it.
        facts: what else there is at the marketplace, and what the plan was limited to.
    """

    tone: Tone
    kind: str
    title: str
    lead: tuple[str, ...]
    counts: tuple[Count, ...]
    facts: tuple[str, ...]

    @property
    def sign(self) -> str:
        """A sign for the tone, since colour alone tells nothing."""
        return SIGN_OF[self.tone]


def verdict_of(subject: Plan | Report) -> Verdict:
    """The verdict on a plan, or on what came of it."""
    plan = subject if isinstance(subject, Plan) else subject.plan
    if isinstance(subject, Plan):
        tone, title, lead = _of_plan(plan)
        return Verdict(tone, "Plan", title, lead, _planned(plan), _facts(plan))
    if subject.dry_run:
        tone, title, lead = _of_dry_run(subject)
        return Verdict(tone, "Dry run", title, lead, _planned(plan), _facts(plan))
    tone, title, lead = _of_report(subject)
    return Verdict(tone, "Apply", title, lead, _came_of(subject), _facts(plan))


def _of_plan(plan: Plan) -> tuple[Tone, str, tuple[str, ...]]:
    if plan.blocked:
        rules = counted(len({rule.rule for rule in plan.blocked}), "safety rule")
        return "bad", f"Blocked by {rules}", ("Nothing will be applied until what is named below is settled.",)
    if plan.offline:
        return "calm", _changes(plan), ("Made from the state alone, without the marketplace. It cannot be applied.",)
    if not plan.changes:
        return "good", "No changes", ("The marketplace shows what the catalog wants.",)
    return "calm", _changes(plan), ("This is a plan. Nothing has been changed yet.",)


def _changes(plan: Plan) -> str:
    return f"{counted(len(plan.changes), 'change')} to make" if plan.changes else "No changes"


def _of_dry_run(report: Report) -> tuple[Tone, str, tuple[str, ...]]:
    calls = counted(len(report.sketch), "call")
    if report.plan.blocked:
        return "bad", "Dry run: blocked", (f"Nothing would be sent. Let pass, it would be {calls}.",)
    return "calm", f"Dry run: {calls} would be sent", ("Nothing was changed.",)


def _of_report(report: Report) -> tuple[Tone, str, tuple[str, ...]]:
    if report.interrupted:
        said = f"{', '.join(outcomes(report))}." if report.results else "Nothing was begun."
        return "bad", "Interrupted", (said, "What was done is recorded; `catalogsync apply` goes on from there.")
    if report.earlier:
        return "good", "Already applied", ("An earlier run did all of this. Nothing was done now.",)
    if report.complete:
        return ("good", "Everything is applied", ()) if report.results else ("good", "Nothing to do", ())
    lead = [
        f"{', '.join(outcomes(report))}.",
        "`catalogsync apply` can be run again at any time: it does what is left, and nothing twice.",
    ]
    if report.in_doubt or any(notice.code == "in-doubt" for notice in report.notices):
        lead.append("`catalogsync state doubts` shows what is known of the calls in doubt, and asks what is not.")
    return "bad", "Not everything is done", tuple(lead)


def _planned(plan: Plan) -> tuple[Count, ...]:
    counts = [
        Count(action.value, SIGNS[action], f"{count:,}", f"to {action.value}")
        for action in Action
        if (count := getattr(plan.summary, action.value))
    ]
    if any(change.accounts is not None and change.accounts.new is None for change in plan.changes):
        counts.append(Count("append", ">", "?", "accounts to send (not counted: no state key)"))
    elif plan.summary.accounts:
        what = "account to send" if plan.summary.accounts == 1 else "accounts to send"
        counts.append(Count("append", ">", f"{plan.summary.accounts:,}", what))
    return tuple(counts)


def _came_of(report: Report) -> tuple[Count, ...]:
    changes = applied(report)
    done = Counter(report.results[change.key].performed or change.action for change in changes)
    counts = [Count("applied", "✓", f"{done[action]:,}", word) for action, word in DONE.items() if done[action]]
    if accounts := sum(change.accounts.new or 0 for change in changes if change.accounts):
        counts.append(Count("applied", "✓", f"{accounts:,}", "account sent" if accounts == 1 else "accounts sent"))
    came = Counter(result.outcome for result in report.results.values())
    named = (("failed", "✗", "failed"), ("in-doubt", "?", "in doubt"), ("skipped", "·", "not done"))
    return (
        *counts,
        *(Count(name, sign, f"{came[name]:,}", what) for name, sign, what in named if came[name]),  # type: ignore[index]
    )


def _facts(plan: Plan) -> tuple[str, ...]:
    facts = left_alone(plan)
    if parts := limits(plan):
        facts.append(f"only part of the catalog: {listed(parts, len(parts))}")
    if passed := let_pass(plan):
        facts.append(f"let pass: {listed(passed, len(passed))}")
    return tuple(facts)
