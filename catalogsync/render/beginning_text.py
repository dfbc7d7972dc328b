"""The files with which a catalog begins, before they are written: all by name, and what two of them will say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from catalogsync.model.config import StateConfig
from catalogsync.model.counted import counted
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page, cells
from catalogsync.render.messages import told
from catalogsync.render.palette import Span, Style

_FOLDERS: Final = 8
_LINES: Final = 30
_BRANCH: Final = StateConfig().branch
_CONFIG: Final = "catalogsync.yaml"
_DEFAULTS: Final = "_defaults.yaml"
_WHAT: Final = {".schemas": ", for help in your editor"}


def render_beginning(
    root: str,
    files: Mapping[str, str],
    beside: Sequence[str] = (),
    remote: str | None = None,
    *,
    width: int,
    color: bool,
) -> str:
    """A tree of the files with counts, `catalogsync.yaml` in full, and one product as an example.

    Args:
        root: the catalog's folder, as it is called.
        files: name, relative to the folder, and content of each.
        beside: names, relative to the repository, of files for CI.
        remote: the git remote that gets the state; None: it stays in the folder.
        width: columns of the screen.
        color: whether there may be colours.
    """
    page = Page(width, color=color)
    page.put(Span(f"What will be written into {inline(root)}", Style.STRONG))
    here = (".catalogsync/", "the state: what was done; not for git")
    there = (f"branch {_BRANCH} at {remote}", "the state: what was done; pushed now")
    _put_tree(page, [*_entries(files), (0, *(there if remote else here))])
    if beside:
        page.gap()
        page.put(Span("And for CI, at the top of the repository", Style.STRONG))
        _put_tree(page, [(0, name, "") for name in beside])
    _put_file(page, _CONFIG, files[_CONFIG])
    products = [name for name in files if is_product(name)]
    for name in products[:1]:
        more = f", and {len(products) - 1:,} more like it" if len(products) > 1 else ""
        _put_file(page, name, files[name], more)
        defaults = f"{name.rpartition('/')[0]}/{_DEFAULTS}"
        if defaults in files:
            _put_file(page, defaults, files[defaults], ": what all products in this folder share")
    return page.text()


def render_steps(steps: Sequence[str], *, width: int, color: bool) -> str:
    """What to do next, step by step; what is to be typed stands in backticks."""
    page = Page(width, color=color)
    page.put(Span("Next", Style.STRONG))
    for number, step in enumerate(steps, 1):
        page.put(f"{number}. ", *told(step), indent=2, hang=3)
    return page.text()


def is_product(name: str) -> bool:
    """Whether a file is a product's, and not what several share."""
    return name.startswith("products/") and not name.endswith(f"/{_DEFAULTS}")


def _entries(files: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Depth, name and remark of each line of the tree."""
    lines = [(0, name, "") for name in sorted(files) if "/" not in name]
    for folder in sorted({name.partition("/")[0] for name in files if "/" in name}):
        inside = [name for name in files if name.startswith(f"{folder}/")]
        products = [name for name in inside if is_product(name)]
        if not products:
            what = _WHAT.get(folder, "")
            lines.append((0, f"{folder}/", f"{counted(len(inside), 'file')}{what}"))
            continue
        shared = f", and what they share ({_DEFAULTS})" if len(inside) > len(products) else ""
        lines.append((0, f"{folder}/", f"{counted(len(products), 'product')}{shared}"))
        below = Counter(name.split("/")[1] for name in products if name.count("/") > 1)
        lines += [(1, f"{name}/", f"{count:,}") for name, count in sorted(below.items())[:_FOLDERS]]
        if len(below) > _FOLDERS:
            lines.append((1, f"… and {counted(len(below) - _FOLDERS, 'more folder')}", ""))
    return lines


def _put_tree(page: Page, lines: Sequence[tuple[int, str, str]]) -> None:
    column = max((2 * depth + cells(inline(name)) for depth, name, remark in lines if remark), default=0)
    for depth, name, remark in lines:
        text = inline(name)
        gap = " " * max(2, column + 2 - 2 * depth - cells(text)) if remark else ""
        page.put(text, Span(f"{gap}{remark}", Style.FAINT), indent=2 + 2 * depth, hang=4)


def _put_file(page: Page, name: str, text: str, more: str = "") -> None:
    page.gap()
    page.put(Span(inline(name), Style.STRONG), more)
    lines = text.splitlines()
    shown = lines if name == _CONFIG or len(lines) <= _LINES + 2 else lines[:_LINES]
    for line in shown:
        blanks = len(line) - len(line.lstrip(" "))
        page.put(Span("│ ", Style.FAINT), f"{' ' * blanks}{inline(line.lstrip(' '))}", indent=2, hang=blanks + 4)
    if len(shown) < len(lines):
        page.put(Span(f"│ … and {counted(len(lines) - len(shown), 'more line')}", Style.FAINT), indent=2)
