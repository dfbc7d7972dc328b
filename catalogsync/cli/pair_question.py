"""Asking, on a terminal, which listing is a product's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from catalogsync.cli.session import Session

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.importing import Pair


class Quit(Exception):
    """A person wants nothing of it to be done."""


def ask_about_pairs(session: Session, catalog: "Catalog", pairs: "Sequence[Pair]") -> dict[str, str]:
    """Show each pair, and ask. Gives key to product_id of those that belong together.

    Raises:
        Quit: the person wants nothing to be done at all.
    """
    answers: dict[str, str] = {}
    gone: set[str] = set()
    everything = False
    for number, whole in enumerate(pairs, 1):
        free = tuple(one for one in whole.candidates if one.listing.product_id not in gone)
        if not free:
            continue
        pair = replace(whole, candidates=free)
        said = "a" if everything and len(free) == 1 else _shown(session, catalog, pair, last=number == len(pairs))
        everything = everything or said == "a"
        if said != "n":
            answers[pair.key] = free[0 if said == "a" else int(said) - 1].listing.product_id
            gone.add(answers[pair.key])
    return answers


def _shown(session: Session, catalog: "Catalog", pair: "Pair", *, last: bool) -> str:
    """Show a pair, and ask about it."""
    from catalogsync.render.import_text import render_pair

    place = catalog.products[pair.key].place
    text = render_pair(
        pair, f"{place.file}:{place.line}", verbose=session.verbose, width=session.width, color=session.color
    )
    # Said even with -q: nobody can answer what was not shown.
    click.echo(text.rstrip(), err=True)
    said = _ask(len(pair.candidates), last=last)
    click.echo(err=True)
    return said


def _ask(count: int, *, last: bool) -> str:
    """`n`, `a`, or the number of a candidate, from 1.

    Raises:
        Quit: the person wants nothing to be done at all.
    """
    if count > 1:
        question = f"Which one is it? 1 to {count}, [n]one, [q]uit"
    else:
        question = f"Is it that one? The next apply changes it as shown. [y]es, [n]o,{'' if last else ' [a]ll,'} [q]uit"
    while True:
        said = str(click.prompt(question, default="", show_default=False, prompt_suffix=": ", err=True)).strip().lower()
        if said[:1] == "q":
            raise Quit
        if said in {"n", "no", "none"}:
            return "n"
        if count > 1 and said.isascii() and said.isdigit() and 1 <= int(said) <= count:
            return said
        if count == 1 and said in {"y", "yes"}:
            return "1"
        if count == 1 and said in {"a", "all"}:
            return "a"
