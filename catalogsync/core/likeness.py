"""Whether a ticket shows what was sent: marketplaces clean texts, so that only letters and digits count."""

import re
from typing import Final

from catalogsync.core.entities import unescaped
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketChange

_TAG: Final = re.compile(r"<[^<>]*>")


def says_the_same(one: Secret | None, other: Secret | None) -> bool:
    """Whether two texts are the same but for signs, blanks and tags; one that is not there is like no other."""
    return one is not None and other is not None and _letters(one) == _letters(other)


def not_shown(ticket: Ticket, change: TicketChange) -> TicketChange:
    """What of a change a ticket does not show. A description may be a reply, and then stands among others."""
    held = change.description is None or (
        ticket.description is not None and _letters(change.description) in _letters(ticket.description)
    )
    return TicketChange(
        title=None if change.title is None or says_the_same(change.title, ticket.title) else change.title,
        description=None if held else change.description,
        status=None if change.status is None or change.status == ticket.status else change.status,
    )


def _letters(text: Secret) -> str:
    plain = unescaped(_TAG.sub("", text.reveal()))
    return "".join(sign for sign in plain.casefold() if sign.isalnum()) or plain.strip()
