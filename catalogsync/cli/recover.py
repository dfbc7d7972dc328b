"""`catalogsync state recover`: rebuild a state that is lost, or of which only an old copy is left."""

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import patient, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import StateError


@click.command(short_help="Rebuild a lost or old state from the marketplace.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@patient
@pass_session
def command(session: Session, auto_approve: bool) -> int:
    """Rebuild the state from what the marketplace shows, where it is lost or only an old copy is left.

    Afterwards no account counts as new: those that orders show are recorded as sent, and of all others you are asked.
    Changes nothing at the marketplace. Killed at any moment, it can be run again.
    """
    from catalogsync.catalog import write_lineage
    from catalogsync.render.recovery_text import render_recovery
    from catalogsync.state import passing_fingerprints
    from catalogsync.workflow.recovering import gather, recover, rehearse

    if session.environ.get("CI"):
        raise StateError(
            "this is CI, where the recovered state, or the line that names it, would be lost",
            "run `catalogsync state recover` where the state is kept, and commit catalogsync.yaml",
        )
    if not auto_approve:
        require_person("--auto-approve recovers without asking")
    catalog = session.catalog()
    catalog.open_pools()
    journal = session.journal_to_recover(catalog.config)
    with session.progress() as observer, session.desk(catalog, journal, observer, selection()) as desk:
        evidence = gather(desk)
    prints = journal.fingerprints if journal else passing_fingerprints()
    session.say(
        render_recovery(
            rehearse(desk, desk.state, prints, evidence),
            known=journal is not None and bool(journal.state.bindings or journal.state.ledger.batches),
            verbose=session.verbose,
            width=session.width,
            color=session.color,
        )
    )
    if not auto_approve and not confirmed(session, "Recover the state so?"):
        return 1
    ours = journal or session.journal_anew(catalog.config)

    def name() -> None:
        write_lineage(session.root, ours.state.lineage, instead=True)

    with interruptible(session.interrupted):
        recover(desk, ours, ours.fingerprints, session.run("state recover"), evidence, name)
    session.renew_witness(ours)
    if ours.state.lineage != catalog.config.state.lineage:
        session.tell(f"catalogsync.yaml: state.lineage is now {ours.state.lineage}. Commit this.")
    session.tell("The state is recovered. `catalogsync state doubts` asks what it cannot tell; then plan.")
    return 0
