"""The filters of the lists beside List Products, and what becomes of those that are not understood."""

from collections.abc import Sequence

from catalogsync.sandbox.accplanet.door import refuse
from catalogsync.sandbox.wire.answers import Call

_PAGING = ("page", "page_size")


class Filters:
    """The conditions that a list's query makes; texts from the call travel as values only.

    Args:
        call: the call that asks.
        known: the filters that the document names.

    Attributes:
        values: what goes with `where`.

    Raises:
        Refused: there is another parameter, and the settings make that a refusal.
    """

    def __init__(self, call: Call, known: Sequence[str]) -> None:
        self._query = {} if call.settings.filters == "none" else call.query
        self._style = call.settings.filters
        self._conditions = ["1"]
        self.values: list[object] = []
        for name in call.query:
            if self._style == "strict" and name not in (*known, *_PAGING):
                raise refuse(400, "Invalid filter.", {name: ["Unknown parameter."]})

    @property
    def where(self) -> str:
        """The conditions for SQL."""
        return " AND ".join(self._conditions)

    def word(self, column: str, words: Sequence[str]) -> None:
        """A column that must have the word that was asked for.

        Raises:
            Refused: the word is none that is known, and the settings make that a refusal.
        """
        word = self._query.get(column)
        if not word:
            return
        if word not in words and self._style == "lenient":
            return
        if word not in words and self._style == "strict":
            raise refuse(400, "Invalid filter.", {column: [f"Choose one of: {', '.join(words)}."]})
        self._conditions.append(f"{column} = ?")
        self.values.append(word)

    def search(self, exact: Sequence[str], within: Sequence[str]) -> None:
        """Columns of which one must be, or hold, the text that was searched for."""
        if text := self._query.get("search"):
            holds = [f"{column} = ?" for column in exact] + [f"instr(lower({column}), ?)" for column in within]
            self._conditions.append(f"({' OR '.join(holds)})")
            self.values += [text] * len(exact) + [text.lower()] * len(within)
