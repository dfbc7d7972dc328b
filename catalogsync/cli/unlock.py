"""`catalogsync state unlock`: take the state from a run that will not end by itself."""

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.session import Session, pass_session


@click.command()
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@pass_session
def command(session: Session, auto_approve: bool) -> int:
    """Say who holds the state, and take it from that run. Safe for the state: a run that is alive stops by itself."""
    from catalogsync.render.lock_text import render_lock
    from catalogsync.state import alive

    journal = session.existing_journal(session.config())
    state = journal.state
    holder = state.run
    if holder is None:
        session.say("The state is not locked.")
        return 0
    gone = not alive(holder.host, holder.pid, holder.pid_started)
    session.say(render_lock(state, holder, session.clock.now(), gone=gone, width=session.width, color=session.color))
    if not auto_approve:
        require_person("--auto-approve unlocks without asking")
        if not confirmed(session, "Unlock the state?"):
            return 1
    journal.unlock(session.run("state unlock"), holder)
    journal.end(applied=False)
    session.tell("The state is unlocked.")
    return 0
