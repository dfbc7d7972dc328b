"""The door to whoever watches a run."""

from typing import Protocol


class Observer(Protocol):
    """Told what happens while it happens. Every text is free of secrets."""

    def stage(self, title: str, total: int | None = None) -> None:
        """A stage of the work begins. `total`: how many steps it has, or None if nobody can tell."""
        ...

    def step(self, text: str, amount: int = 1) -> None:
        """A step of the stage is done."""
        ...

    def say(self, text: str) -> None:
        """Something that a person should read."""
        ...
