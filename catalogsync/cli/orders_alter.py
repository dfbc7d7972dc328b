"""`catalogsync orders deliver`, `refund` and `set-status`: what a person does about one order."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import patient
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.typed import typed
from catalogsync.cli.words import ORDER
from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.model.order_plan import Alteration
    from catalogsync.model.state import Run
    from catalogsync.ports import OrderMarket
    from catalogsync.workflow.orders.desk import OrderDesk

    Do = Callable[[OrderDesk, Run, str], Alteration]
    Check = Callable[[OrderMarket], None]


_LONGEST: Final = 20_000


@click.command(short_help="Give an order accounts or a text by hand.")
@click.argument("order_id", type=ORDER, metavar="ID")
@click.option("--accounts", "count", metavar="N", type=click.IntRange(min=1), help="So many new accounts of its pool.")
@click.option("--text", metavar="TEXT", help="This text; `-` reads it from standard input, where nobody else sees it.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@patient
@pass_session
def deliver(session: Session, order_id: str, count: int | None, text: str | None, auto_approve: bool) -> int:
    """Give one order accounts of its product's pool, or a text, beside what it has."""
    from catalogsync.workflow.orders.altering import deliver_accounts, deliver_text

    if (count is None) == (text is None):
        raise UsageError(
            "say what it gets: --accounts N, or --text TEXT", "`--text -` reads the text from a file or a pipe"
        )
    if not auto_approve:
        require_person("--auto-approve delivers without asking")
    if count is not None:
        number = count
        return _alter(
            session,
            f"deliver {order_id} --accounts {number}",
            order_id,
            auto_approve=auto_approve,
            means=f"It gets {counted(number, 'new account')} of its pool.",
            question="Deliver them?" if number > 1 else "Deliver it?",
            of_pools=True,
            do=lambda desk, run, name: deliver_accounts(desk, run, name, order_id, number),
        )
    secret = _text(text or "")
    lines = counted(len(secret.reveal().splitlines()), "line")
    return _alter(
        session,
        f"deliver {order_id} --text -",
        order_id,
        auto_approve=auto_approve,
        means=f"It gets a text of {lines}, which is not shown here.",
        question="Deliver it?",
        of_pools=True,
        do=lambda desk, run, name: deliver_text(desk, run, name, order_id, secret),
    )


@click.command(short_help="Give a buyer the money back.")
@click.argument("order_id", type=ORDER, metavar="ID")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@patient
@pass_session
def refund(session: Session, order_id: str, auto_approve: bool) -> int:
    """Give the buyer of one order the whole of the money back. It cannot be taken back."""
    from catalogsync.workflow.orders.altering import refund as give_back

    def check(market: "OrderMarket") -> None:
        if not market.refunds:
            raise UsageError(
                f"{market.name} has no call for refunds",
                f"refund it there, or `catalogsync -m {market.name} orders set-status {pasted(order_id)} cancelled`",
            )

    if not auto_approve:
        require_person("--auto-approve refunds without asking")
    return _alter(
        session,
        f"refund {order_id}",
        order_id,
        auto_approve=auto_approve,
        means="Its buyer gets the whole of the money back. This cannot be taken back.",
        question="Refund it?",
        do=lambda desk, run, name: give_back(desk, run, name, order_id),
        check=check,
    )


@click.command("set-status", short_help="Set the status of an order.")
@click.argument("order_id", type=ORDER, metavar="ID")
@click.argument("status")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@patient
@pass_session
def set_status(session: Session, order_id: str, status: str, auto_approve: bool) -> int:
    """Set the status of one order to one of the marketplace's words."""
    from catalogsync.core.nearest import suggestion
    from catalogsync.workflow.orders.altering import set_status as set_to

    def check(market: "OrderMarket") -> None:
        if status not in market.statuses:
            words = f"it has {', '.join(market.statuses)}"
            raise UsageError(f"{market.name} has no status {status}", suggestion(status, market.statuses) or words)

    if not auto_approve:
        require_person("--auto-approve sets it without asking")
    return _alter(
        session,
        f"set-status {order_id} {status}",
        order_id,
        auto_approve=auto_approve,
        means=f"Its status becomes {status}.",
        question="Set it?",
        do=lambda desk, run, name: set_to(desk, run, name, order_id, status),
        check=check,
    )


def _alter(
    session: Session,
    words: str,
    order_id: str,
    *,
    auto_approve: bool,
    means: str,
    question: str,
    do: "Do",
    check: "Check" = lambda _: None,
    of_pools: bool = False,
) -> int:
    """Show an order and what will be done about it, ask, do it, and tell what came of it.

    Args:
        session: who speaks.
        words: the command's.
        order_id: the order.
        auto_approve: nobody is asked.
        means: what will be done, in words.
        question: what is asked.
        do: does it.
        check: looks at the marketplace before anything is done.
        of_pools: whether all accounts of the catalog must be at hand for it.

    Raises:
        PoolSealed: they are not.
    """
    from catalogsync.cli.order_doors import order_desk, served_alone, state_to_write
    from catalogsync.render.escape import guard
    from catalogsync.render.order_text import render_alteration, render_order
    from catalogsync.workflow.orders.listing import look_at

    catalog = session.catalog()
    if of_pools:
        catalog.open_pools()
    entry = served_alone(session, catalog.config, words)
    journal = state_to_write(session, catalog.config)
    with session.progress() as observer, order_desk(session, catalog, [entry], journal, observer) as desk:
        check(desk.markets[entry.name])
        command = f"orders {words.partition(' ')[0]}"
        look = look_at(desk, session.run(command), entry.name, order_id)
        with observer.paused():
            told = "\n".join([render_order(look, "text", width=session.width, color=False), means])
            if auto_approve:
                session.tell(told)
            else:  # whoever is asked sees what about, quiet or not
                click.echo(guard(told), err=True)
                if not confirmed(session, question):
                    return 1
        with interruptible(session.interrupted):
            done = do(desk, session.run(command), entry.name)
    session.say(render_alteration(done, width=session.width, color=session.color))
    if done.result.outcome == "applied":
        return 0
    return 3 if done.calls or done.result.outcome == "in-doubt" else 1


def _text(text: str) -> Secret:
    """What is to be delivered: as it was typed, or from standard input.

    Raises:
        UsageError: there is nothing, too much of it, or it is no text.
    """
    text = typed(text).rstrip("\r\n") if text == "-" else text
    if not text.strip():
        raise UsageError("the text is empty", "`--text -` reads it from standard input: `… --text - < text.txt`")
    if len(text) > _LONGEST:
        raise UsageError(f"the text has more than {_LONGEST:,} characters", "deliver it in parts")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UsageError("the text is not in UTF-8", "save it as UTF-8, and give it by `--text -`")
    return Secret(text)
