"""Plans and reports counted in words: what is to be done, what was left alone, what was done and what was not."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Action, Change, Plan
from catalogsync.model.report import Report

DONE: Final[Mapping[Action, str]] = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.APPEND: "appended",
    Action.RETIRE: "retired",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.FORGET: "forgotten",
}
"""What an action is called once it is done."""


def planned(plan: Plan) -> list[str]:
    """`1 to create`, `25 accounts to send`: what a plan would do; nothing where there is no change."""
    parts = [f"{count:,} to {action.value}" for action in Action if (count := getattr(plan.summary, action.value))]
    if any(change.accounts is not None and change.accounts.new is None for change in plan.changes):
        parts.append("accounts to send (not counted: no state key)")
    elif plan.summary.accounts:
        parts.append(f"{counted(plan.summary.accounts, 'account')} to send")
    return parts


def left_alone(plan: Plan) -> list[str]:
    """`12 unchanged`, `3 not managed and left alone`: what else there is at the marketplace."""
    summary = plan.summary
    counts = [
        (summary.unchanged, "unchanged"),
        (summary.drifted, "changed at the marketplace"),
        (summary.unmanaged, "not managed and left alone"),
    ]
    return [f"{count:,} {what}" for count, what in counts if count]


def takeover(plan: Plan) -> str | None:
    """How to keep what somebody set at the marketplace, for the first field; None where nothing would be set back."""
    for change in plan.changes:
        for field in change.fields:
            if field.cause != "catalog" and change.file is not None:
                return f"To keep what is there instead: `catalogsync import --accept {field.field} --only {change.key}`"
    return None


def limits(plan: Plan) -> list[str]:
    """`--only seat-*`: what the plan was limited to, as it was typed."""
    selection = plan.selection
    return [f"--only {pattern}" for pattern in selection.only] + [f"--exclude {name}" for name in selection.exclude]


def let_pass(plan: Plan) -> list[str]:
    """`max_deletes=9`: the rules that were let pass, and up to which number."""
    return [f"{rule}={most}" for rule, most in sorted(plan.selection.allow.items())]


def applied(report: Report) -> list[Change]:
    """The changes that were applied, in the plan's order."""
    return [
        change
        for change in report.plan.changes
        if (result := report.results.get(change.key)) and result.outcome == "applied"
    ]


def done(report: Report) -> list[str]:
    """`1 created`, `25 accounts sent`: of what was really applied."""
    changes = applied(report)
    counts = Counter(report.results[change.key].performed or change.action for change in changes)
    parts = [f"{counts[action]:,} {word}" for action, word in DONE.items() if counts[action]]
    accounts = sum(change.accounts.new or 0 for change in changes if change.accounts)
    return [*parts, f"{counted(accounts, 'account')} sent"] if accounts else parts


def outcomes(report: Report) -> list[str]:
    """`5 of 8 changes applied`, `2 failed`: of a run that did not do everything."""
    counts = Counter(result.outcome for result in report.results.values())
    noticed = Counter(notice.code for notice in report.notices)
    changes = len(report.plan.changes)
    parts = [f"{counts['applied']:,} of {counted(changes, 'change')} applied"] if changes else []
    named = (
        ("failed", counts["failed"]),
        ("in doubt", max(counts["in-doubt"], noticed["in-doubt"])),
        ("short of accounts", noticed["short"]),
        ("not done", counts["skipped"]),
    )
    return parts + [f"{count:,} {name}" for name, count in named if count]


def next_steps(report: Report) -> list[str]:
    """What to do about a run that did not do everything; commands stand between backticks."""
    if report.interrupted:
        return ["What was done is recorded; `catalogsync apply` goes on from there."]
    steps = ["`catalogsync apply` can be run again at any time: it does what is left, and nothing twice."]
    if report.in_doubt or any(notice.code == "in-doubt" for notice in report.notices):
        steps.append("`catalogsync state doubts` shows what is known of the calls in doubt, and asks what is not.")
    return steps
