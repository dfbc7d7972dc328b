"""What a server may do about a list: pages that repeat, move, are empty, or do not end."""

from collections.abc import Callable

from tests.faults.front import Document
from tests.faults.scene import Deed, Scene
from tests.marketplaces.stub import Doing, Request, answer


def pages(of: Callable[[list[Document], Scene], list[list[Document]]], total: int | None = 0, **more: str) -> Deed:
    """A list in pages.

    Args:
        of: cuts the items into pages.
        total: by how much the total is wrong; None: there is none.
        more: what else each page says; {elsewhere} and {target} are replaced.
    """

    def deed(scene: Scene, request: Request) -> Doing:
        items = scene.items(request)
        cuts = of(items, scene)
        number = int(request.query["page"])
        rows = cuts[number - 1] if number <= len(cuts) else []
        said = {} if total is None else {"count": max(0, len(items) + total)}
        links = {name: text.format(elsewhere=scene.elsewhere, target=request.target) for name, text in more.items()}
        return answer({"results": rows, **said, **links})

    return deed


def by(size: int, items: list[Document]) -> list[list[Document]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def plainly(items: list[Document], _scene: Scene) -> list[list[Document]]:
    return by(2, items)


def moving(items: list[Document], scene: Scene, until: float = 1) -> list[list[Document]]:
    """After the first page the first item has gone to the end, so that one item is on no page."""
    moved = [*items[1:], *items[:1]]
    return by(2, items)[:1] + by(2, moved)[1:] if scene.scans <= until else by(2, items)


def ever_moving(items: list[Document], scene: Scene) -> list[list[Document]]:
    return moving(items, scene, until=float("inf"))


def last_page_again(scene: Scene, request: Request) -> Doing:
    cuts = by(2, scene.items(request))
    number = min(int(request.query["page"]), len(cuts))
    return answer({"results": cuts[number - 1]})


def no_such_page(scene: Scene, request: Request) -> Doing:
    if request.query["page"] != "1":
        return answer({"detail": "Invalid page."}, 404)
    return scene.front.answer(request)


def empty_first(items: list[Document], _scene: Scene) -> list[list[Document]]:
    return [[], *by(2, items)]


def with_a_hole(items: list[Document], _scene: Scene) -> list[list[Document]]:
    cuts = by(2, items)
    return [*cuts[:1], [], *cuts[1:]]


def same_page_twice(items: list[Document], _scene: Scene) -> list[list[Document]]:
    cuts = by(2, items)
    return [*cuts[:2], *cuts[1:]]
