"""`catalogsync init`: begin a catalog, for the shop that you have or for a new one."""

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.session import Session, pass_session
from catalogsync.core.choosing import ALL, NONE, by_category, chosen, unmet
from catalogsync.model.counted import counted
from catalogsync.model.errors import StateError, UsageError

if TYPE_CHECKING:
    from catalogsync.cli.new_ci import Automation, Choice
    from catalogsync.model.config import MarketplaceConfig
    from catalogsync.model.listing import Listing
    from catalogsync.state import RecordJournal
    from catalogsync.workflow.beginning import FirstLook

_URL = "https://accplanet.com"
_VARIABLE = "ACCPLANET_API_KEY"
_FEW = 5
"""So many reasons are told before the question; all of them afterwards."""


@click.command(short_help="Begin a catalog, for the shop you have or a new one.")
@click.argument("folder", metavar="[DIR]", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", help=f"The marketplace's address (default: {_URL}).")
@click.option("--api-key-env", metavar="NAME", help=f"The NAME of the key's variable (default: {_VARIABLE}).")
@click.option(
    "--manage",
    multiple=True,
    metavar="all|none|GLOB|category:NAME",
    help="Which listings to take over; GLOB is matched against titles (default: none).",
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    help="Files for CI: plans at pull requests, apply on merge (default: what the git repository has).",
)
@click.option("--auto-approve", is_flag=True, help="Ask nothing, take the defaults.")
@pass_session
def command(
    session: Session,
    folder: Path,
    url: str | None,
    api_key_env: str | None,
    manage: tuple[str, ...],
    ci: "Choice | None",
    auto_approve: bool,
) -> int:
    """Begin a catalog in DIR: files for the listings of the shop you have, or a sample to begin with.

    On a terminal it asks. With any of its flags, or without a terminal, it asks nothing. Nothing is overwritten, and
    nothing at the marketplace is changed.
    """
    from catalogsync.catalog.new_catalog import new_marketplace

    if session.marketplace is not None:
        raise UsageError("-m chooses among the marketplaces of a catalog, and here is none yet", "leave it out")
    session.root = session.root / folder
    settings = new_marketplace(url or _URL, api_key_env or _VARIABLE)
    flags = url is not None or api_key_env is not None or bool(manage) or ci is not None or auto_approve
    beginning = _Beginning(session)
    asked = not flags and not session.environ.get("CI") and is_terminal(sys.stdin) and is_terminal(sys.stderr)
    if asked:
        return beginning.ask(settings)
    return beginning.make(settings, manage or (NONE,), ci)


class _Beginning:
    """One catalog that begins, from the first look to the next steps."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._root = session.root

    def ask(self, settings: "MarketplaceConfig") -> int:
        """Ask for everything, show what will be written, and write it if that is agreed to."""
        from catalogsync.catalog.new_catalog import new_files, room_beside, room_for
        from catalogsync.cli.first_import import foresee
        from catalogsync.cli.interview import Interview
        from catalogsync.cli.new_ci import Surroundings
        from catalogsync.render.beginning_text import render_beginning

        interview = Interview(self._session)
        room_for(self._root, new_files(settings, sample=False))
        interview.say(
            f"A catalog in {self._name}: your shop as files. Nothing at the marketplace is changed, and nothing is "
            "written before you have seen it and said yes. Enter takes what stands in brackets, ? explains, Ctrl-C "
            "leaves."
        )
        settings, look = interview.shop(settings, self._look)
        listings = look.listings.by_id
        wanted = interview.listings(listings)
        surroundings = Surroundings(self._session)
        automation = surroundings.automation(interview.ci(surroundings), settings)
        beside = room_beside(automation.top, automation.files)
        files, lacking = room_for(self._root, new_files(settings, sample=not wanted, remote=automation.remote))
        shown, unwritten = foresee(self._session, files, wanted) if wanted else (files, ())
        width, color = self._session.width, self._session.color
        interview.show(render_beginning(self._name, shown, tuple(beside), automation.remote, width=width, color=color))
        if unwritten:
            interview.say(f"{counted(len(unwritten), 'listing')} can have no file, and will not be managed:")
            for why in unwritten[:_FEW]:
                interview.say(why, indent=2)
        if stocked := sum(not listings[one].untouched for one in wanted):
            interview.say(
                f"{stocked:,} of these listings {'has' if stocked == 1 else 'have'} stock or sales, which stay as they "
                "are. If you give such a listing a pool of accounts later, the plan stops once, until you have said "
                "which of those the marketplace has already."
            )
        if not interview.agree("Write these files?"):
            interview.say("Nothing was written.")
            return 1
        return self._begin(files, lacking, wanted, automation)

    def make(self, settings: "MarketplaceConfig", words: tuple[str, ...], ci: "Choice | None") -> int:
        """Ask nothing; the marketplace is looked at only where listings are to be taken over."""
        from catalogsync.catalog.new_catalog import new_files, room_beside, room_for
        from catalogsync.cli.new_ci import Surroundings

        room_for(self._root, new_files(settings, sample=False))
        surroundings = Surroundings(self._session)
        automation = surroundings.automation(ci or surroundings.service(), settings)
        if ci is not None and automation.lacking and surroundings.remote:
            raise UsageError(
                f"{automation.lacking}, and CI needs a state that it can reach, sealed with that key",
                "`openssl rand -base64 32` makes one: keep it in your password manager, export it, and run this again; "
                "or leave CI out with `--ci none`",
            )
        room_beside(automation.top, automation.files)
        wanted: tuple[str, ...] = ()
        if set(words) != {NONE}:
            if self._in_ci:
                raise UsageError(
                    "in CI no listings can be taken over: the state would be lost",
                    "run this on your machine and commit what it writes",
                )
            listings = self._look(settings).listings.by_id
            _require_met(listings, words)
            wanted = chosen(listings, words)
        files, lacking = room_for(self._root, new_files(settings, sample=not wanted, remote=automation.remote))
        return self._begin(files, lacking, wanted, automation)

    def _begin(
        self, files: Mapping[str, str], lacking: tuple[str, ...], wanted: tuple[str, ...], automation: "Automation"
    ) -> int:
        from catalogsync.catalog import write_lineage
        from catalogsync.catalog.new_catalog import room_beside, take_back, write_new
        from catalogsync.cli.first_import import begun
        from catalogsync.cli.next_steps import next_steps
        from catalogsync.render.beginning_text import render_steps
        from catalogsync.render.escape import inline

        session = self._session
        # Products that lie there already are of the new catalog, too, and may have errors.
        begun(self._session, self._root, files).outcome()
        beside = room_beside(automation.top, automation.files)
        made = write_new(self._root, files)
        try:
            made += write_new(automation.top, beside)
        except UsageError:
            take_back(made)
            raise
        if lacking:
            ignoring = inline(str(self._root / ".gitignore"))
            session.tell(f"{ignoring} is left as it is; please add to it: {'  '.join(lacking)}")
        if automation.include:
            session.tell(f"Please add to .gitlab-ci.yml:\n  include:\n    - local: {automation.include}")
        if self._in_ci:
            session.tell("In CI no state is made: run `catalogsync state init` on your machine, and commit that.")
            session.say(f"A new catalog is in {inline(self._name)}.")
            return 0
        try:
            journal = session.new_journal(session.config())
        except StateError:
            take_back(made)
            raise
        write_lineage(self._root, journal.state.lineage)
        names: Collection[str] = files
        in_step = True
        if wanted:
            names, in_step = self._take_over(journal, wanted)
        else:
            session.say(f"A new catalog is in {inline(self._name)}.")
        steps = next_steps(session, names, automation, sample=not wanted)
        session.tell(f"\n{render_steps(steps, width=session.width, color=session.color)}".rstrip("\n"))
        return 0 if in_step else 1

    def _take_over(self, journal: "RecordJournal", wanted: tuple[str, ...]) -> tuple[list[str], bool]:
        """Write, bind and prove; gives the names of the files that were written, and whether there is nothing to do."""
        from catalogsync.cli.first_import import first_plan, take_over
        from catalogsync.render.import_text import render_imported
        from catalogsync.render.plan_text import render_plan_text

        session = self._session
        imported = take_over(session, journal, wanted)
        if imported.complete and not imported.remarks:
            session.tell(f"{counted(len(imported.new), 'listing')} written into files, and managed from now on.")
        else:
            session.tell(render_imported(imported, width=session.width, color=session.color))
        plan = first_plan(session, journal)
        session.say(render_plan_text(plan, verbose=session.verbose, width=session.width, color=session.color))
        return [change.name for change in imported.files], not (plan.changes or plan.blocked)

    @property
    def _name(self) -> str:
        return "this folder" if self._root == Path() else str(self._root)

    @property
    def _in_ci(self) -> bool:
        return bool(self._session.environ.get("CI"))

    def _look(self, settings: "MarketplaceConfig") -> "FirstLook":
        from catalogsync.workflow.beginning import first_look

        with self._session.progress() as observer, self._session.connected(settings) as marketplace:
            return first_look(marketplace, observer)


def _require_met(listings: "Mapping[str, Listing]", words: tuple[str, ...]) -> None:
    """Refuse words that mean no listing; `all` of an empty shop is fine."""
    if missed := unmet(listings, [word for word in words if word != ALL]):
        names = ", ".join(name for name, _ in by_category(listings.values())[:5]) or "none"
        raise UsageError(
            f"--manage {missed[0]} means none of the {counted(len(listings), 'listing')}",
            f"a GLOB is matched against whole titles, such as '*voucher*'; the largest categories are: {names}",
        )
