"""Plans that stand for what suppliers meet, built by hand so that every room can change without them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogsync.model.fields import Value
from catalogsync.model.plan import (
    Action,
    Allotment,
    Blocked,
    Cause,
    Change,
    FieldChange,
    Ground,
    Notice,
    Plan,
    Selection,
    Summary,
)
from catalogsync.model.report import Report, Result

EMPTY = Plan(
    tool_version="0.1.0",
    created_at="2026-11-21T12:00:00Z",
    marketplace="accplanet",
    ground=Ground("6f1c2a7e-5b0d-4c8e-9a43-2d1f0e7b9c55", 12),
    selection=Selection(),
    summary=Summary(unchanged=12, unmanaged=3),
    changes=(),
)

LONG = """<h2>StreamHub, 12 months</h2>
<p>A licence key for one year of StreamHub on five screens at once.
The key arrives by e-mail within a minute and can be redeemed everywhere.</p>
<ul><li>4K where the film has it</li><li>Downloads for the train</li></ul>
<p>If a key does not work we replace it for 30 days.</p>"""


def field(name: str, before: Value | None, after: Value | None, cause: Cause = "catalog") -> FieldChange:
    return FieldChange(name, before, after, cause)


def change(key: str, action: Action, *fields: FieldChange, accounts: Allotment | None = None) -> Change:
    gone = action in {Action.DELETE, Action.RETIRE, Action.FORGET}
    return Change(
        key,
        action,
        None if action is Action.CREATE else f"p-{key}",
        None if gone else f"products/{key}.yaml",
        None if gone else 3,
        fields,
        accounts,
    )


def plan(*changes: Change, **rest: object) -> Plan:
    """A plan of some changes, its summary counted."""
    counts = {action.value: sum(1 for one in changes if one.action is action) for action in Action}
    accounts = sum(one.accounts.new or 0 for one in changes if one.accounts)
    drifted = sum(1 for one in changes if any(field.cause != "catalog" for field in one.fields))
    made = replace(EMPTY, changes=tuple(sorted(changes, key=lambda one: one.key)), **rest)  # type: ignore[arg-type]
    summary = replace(EMPTY.summary, **counts, accounts=accounts, drifted=drifted, blocked=len(made.blocked))
    return replace(made, summary=summary)


def created(key: str, title: str, price: str, accounts: int = 0) -> Change:
    values: dict[str, Value] = {
        "title": title,
        "category_id": "65f0c0ffee",
        "description": f"<p>{title}.</p>\n<p>The key arrives by e-mail.</p>",
        "price": price,
        "min_quantity": 1,
        "images": ("images/keys.png", "images/box.png"),
        "source_product_id": key,
    }
    allotment = Allotment(key, accounts, 0) if accounts else None
    return change(key, Action.CREATE, *(field(name, None, value) for name, value in values.items()), accounts=allotment)


def first_plan() -> Plan:
    return replace(
        plan(
            created("keybox-office-1y", "Keybox Office, one year, 1 PC", "29.90", 40),
            created("learnwell-python-seat", "LearnWell: Python from zero, one seat", "49.00", 5),
            created("voucher-gamehall-20", "Gamehall voucher, 20 credits", "18.50", 250),
            created("coffee-guide", "咖啡指南 ☕ for beginners", "3.00"),
        ),
        ground=None,
    )


def everyday_plan() -> Plan:
    price = field("price", "9.99", "8.99")
    longer = LONG.replace("five screens", "six screens").replace("30 days", "60 days")
    return plan(
        created("vpnfox-1m", "VPNFox, 1 month", "4.50", 25),
        change("streamhub-12m", Action.UPDATE, price, field("description", LONG, longer)),
        change("streamhub-1m", Action.UPDATE, field("title", "StreamHub, 1 month", "StreamHub, one month")),
        change("learnwell-sql-seat", Action.UPDATE, field("price", "35.00", "49.00", "drift")),
        change(
            "keybox-antivirus",
            Action.UPDATE,
            field("images", ("/media/1f.webp", "/media/2e.webp"), ("/media/1f.webp", "images/shield.png"), "both"),
            accounts=Allotment("antivirus-keys", 20, 140),
        ),
        change("keybox-office-1y", Action.APPEND, accounts=Allotment("keybox-office-1y", 60, 40)),
        change("gamehall-50", Action.RETIRE, field("status", "active", "inactive")),
        change("gamehall-10", Action.DELETE),
        warnings=(
            Notice(
                "pool-plaintext",
                None,
                "pool vpnfox-1m is in clear text in pools/vpnfox.yaml; `catalogsync pools encrypt` hides it",
            ),
        ),
    )


def blocked_plan() -> Plan:
    gone = [change(f"seat-{number:02}", Action.DELETE) for number in range(5)]
    return plan(
        *gone,
        change("keybox-office-1y", Action.UPDATE, field("price", "29.90", "2.99")),
        blocked=(
            Blocked(
                "max_deletes",
                None,
                "5 listings would be deleted or retired, more than 3 (30% of 12 managed); "
                "if that is meant, `--allow max_deletes=5`",
            ),
            Blocked(
                "max_price_change",
                "keybox-office-1y",
                "price 29.90 → 2.99 moves by 90%, more than 50%; if that is meant, `--allow max_price_change=90%`",
            ),
        ),
        selection=Selection(only=("seat-*", "keybox-*"), exclude=("seat-99",)),
    )


def sale_plan() -> Plan:
    """A new price for many, a new warranty and supplier for many others."""
    cheaper = [change(f"streamhub-{n:02}m", Action.UPDATE, field("price", "9.99", "8.99")) for n in range(37)]
    terms = (field("warranty_period_days", 30, 60), field("supplier_name", None, "Keys & Co"))
    longer = [change(f"voucher-{n:02}", Action.UPDATE, *terms) for n in range(12)]
    gone = [change(f"old-{n:02}", Action.DELETE) for n in range(9)]
    return plan(*cheaper, *longer, *gone, selection=Selection(allow={"max_deletes": "9"}))


def offline_plan() -> Plan:
    return plan(
        change("keybox-office-1y", Action.APPEND, accounts=Allotment("office-keys", None, 0)),
        change("learnwell-sql-seat", Action.ADOPT),
        replace(change("vpnfox-6m", Action.ADOPT), renamed_from="vpnfox-half-year"),
        change("gamehall-10", Action.FORGET),
        change("gamehall-20", Action.FORGET),
    )


def texts_plan() -> Plan:
    """Texts that are hard to compare by eye."""
    return plan(
        change("accents", Action.UPDATE, field("title", "Cafe\u0301 guide", "Café guide")),
        change("blanks", Action.UPDATE, field("description", "<p>One.</p>\n<p>Two.</p>", "<p>One.</p>  <p>Two.</p>")),
        change("emptied", Action.UPDATE, field("source_product_url", "https://example.com/a", "")),
        change(
            "rewritten",
            Action.UPDATE,
            field("description", LONG, "<p>Something else altogether, and much shorter than before.</p>"),
        ),
        change(
            "scattered",
            Action.UPDATE,
            field(
                "description",
                " ".join(f"word{n}" for n in range(90)),
                " ".join(f"word{n}{'!' * (n % 9 == 4)}" for n in range(90)),
            ),
        ),
        change(
            "order",
            Action.UPDATE,
            field("images", ("/media/1.webp", "/media/2.webp"), ("/media/2.webp", "/media/1.webp")),
        ),
    )


def report_of(plan: Plan, *, dry_run: bool = False, **odd: Result) -> Report:
    """A report in which everything was applied but the odd ones (`_` for `-` in their keys)."""
    if dry_run:
        return Report(plan, dry_run=True, sketch=("POST /create/ title=VPNFox, 1 month price=4.50", "POST /p1/delete/"))
    results = {one.key: Result("applied") for one in plan.changes}
    results |= {key.replace("_", "-"): result for key, result in odd.items()}
    return Report(plan, results, calls=len(results))


def finished_report() -> Report:
    return report_of(everyday_plan())


def unfinished_report() -> Report:
    refused = Result("failed", "the marketplace refused it: the title is too long")
    report = report_of(
        everyday_plan(),
        streamhub_1m=refused,
        streamhub_12m=refused,
        gamehall_10=Result("applied", performed=Action.RETIRE),
        keybox_office_1y=Result("in-doubt", "its answer never came"),
        vpnfox_1m=Result("skipped", "not started: the marketplace cannot be reached"),
    )
    short = "the marketplace took 18 of 20 accounts; the others may be there already, so they are not sent again"
    return replace(report, notices=(Notice("short", "keybox-antivirus", short),))


PLANS: dict[str, Callable[[], Plan]] = {
    "no-changes": lambda: EMPTY,
    "first": first_plan,
    "everyday": everyday_plan,
    "blocked": blocked_plan,
    "sale": sale_plan,
    "offline": offline_plan,
    "texts": texts_plan,
}

REPORTS: dict[str, Callable[[], Report]] = {
    "finished": finished_report,
    "unfinished": unfinished_report,
    "interrupted": lambda: replace(unfinished_report(), interrupted=True),
    "nothing-to-do": lambda: report_of(EMPTY),
    "dry-run": lambda: report_of(everyday_plan(), dry_run=True),
    "dry-run-blocked": lambda: report_of(blocked_plan(), dry_run=True),
}


@pytest.fixture(params=PLANS)
def any_plan(request: pytest.FixtureRequest) -> Plan:
    """Each of the plans."""
    return PLANS[request.param]()


@pytest.fixture(params=REPORTS)
def any_report(request: pytest.FixtureRequest) -> Report:
    """Each of the reports."""
    return REPORTS[request.param]()


@pytest.fixture
def everyday() -> Plan:
    return everyday_plan()


@pytest.fixture
def plans() -> dict[str, Callable[[], Plan]]:
    return PLANS


@pytest.fixture
def reports() -> dict[str, Callable[[], Report]]:
    return REPORTS
