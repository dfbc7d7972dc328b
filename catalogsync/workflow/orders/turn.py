"""The lease of a run on orders: taken once there is something to record, so that an empty round writes nothing."""

from functools import partial
from types import TracebackType
from typing import Self

from catalogsync.model.errors import StateError, StateFenced
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.state import OF_ORDERS, Run
from catalogsync.ports import Journal
from catalogsync.workflow.orders.desk import OrderDesk


class Turn:
    """One run's turn to write. As a context, it gives the lease back at its end if it was taken.

    Args:
        desk: what the run works with.
        run: who it is.

    Attributes:
        taken: the lease is ours.
        others_wrote: between the state's last look and the lease another run was at work, so that what was read before
            the lease may be older than what that run did.
    """

    def __init__(self, desk: OrderDesk, run: Run) -> None:
        self._desk = desk
        self._run = run
        self.taken = False
        self.others_wrote = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.taken:
            self._journal.end(applied=False)

    def make_sure(self) -> None:
        """Make sure that what is read now can be recorded: there is a state, and no other run is at work on it.

        Raises:
            StateLocked: another run is.
            StateError: there is no state, or it is half recovered, or lives on elsewhere, or has an open call to an
                order of a marketplace that the config does not name any more.
        """
        if not self.taken:
            self._journal.await_free()
            self._require_whole()

    def take(self) -> Journal:
        """The journal, with the lease.

        Raises:
            StateLocked: another run holds it.
            StateError: there is no state, or it is half recovered, or lives on elsewhere, or has an open call to an
                order of a marketplace that the config does not name any more.
        """
        journal = self._journal
        if not self.taken:
            before = journal.state.serial
            journal.begin(self._run)
            self.taken = True
            self.others_wrote = journal.state.serial > before + 1
            self._require_whole()
            for name, market in self._desk.markets.items():
                market.guard(partial(_is_ours, journal, self._desk.longest_call(name)))
        return journal

    def _require_whole(self) -> None:
        state, known = self._desk.state, self._desk.catalog.config.marketplaces
        if state.recovering:
            raise StateError(*UNFINISHED)
        for op in state.ops.values():
            if op.call in OF_ORDERS and op.marketplace not in known:
                # Under its new name the order would be taken for another one, and get other accounts as well.
                raise StateError(
                    f"a {op.call} to order {op.order} at {op.marketplace} is in doubt, and catalogsync.yaml has no "
                    "marketplace of that name any more; nothing was sent",
                    "give it its name back; if it is gone for good, decide it: "
                    f"`catalogsync state resolve {op.id} --sent`, or `--not-sent`",
                )

    @property
    def _journal(self) -> Journal:
        if self._desk.journal is None:
            raise StateError(
                "there is no state yet, so that what is read of orders could not be kept",
                "make one: `catalogsync state init`",
            )
        return self._desk.journal


def _is_ours(journal: Journal, seconds: float) -> bool:
    """Whether the lease holds for another call. If it is lost, the next record, that of the call's end, says so."""
    try:
        journal.assure(seconds)
    except (StateError, StateFenced):
        return False
    return True
