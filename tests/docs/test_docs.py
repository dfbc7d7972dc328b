"""The documentation's links lead somewhere, and its commands can be typed."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from catalogsync.cli.main import cli
from tests.docs.pages import FENCE, PAGES, ROOT, SPAN, page, prose, section

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(name: str) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    titles = re.findall(r"^#+ (.*)$", prose(name), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for target in _LINK.findall(prose(name)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.resolve().relative_to(ROOT).as_posix()), target


def commands(name: str) -> Iterator[str]:
    """Every command that a page shows: in shell blocks, in consoles after `$`, and in the text."""
    for language, text in FENCE.findall(page(name)):
        for line in text.splitlines():
            shown = line.strip().removeprefix("$ ") if language == "console" else line.strip()
            prompted = language == "sh" or line.startswith("$ ")
            if prompted and shown.startswith("catalogsync "):
                yield shown
    yield from (span for span in SPAN.findall(prose(name)) if span.startswith("catalogsync "))


def words_of(line: str) -> list[str]:
    """The words of a command, up to a redirection or a comment."""
    words = shlex.split(line, comments=True)
    end = next((number for number, word in enumerate(words) if word in {"<", ">", "|", "&&", ";"}), len(words))
    return words[1:end]


def options_of(command: click.Command) -> dict[str, click.Parameter]:
    """A command's options by each of their names."""
    options = [param for param in command.params if isinstance(param, click.Option)]
    named = {name: option for option in options for name in (*option.opts, *option.secondary_opts)}
    return {**named, "--help": click.Option(["--help"], is_flag=True)}


def why_impossible(words: list[str]) -> str | None:
    """Why a command cannot be typed, or None."""
    command: click.Command = cli
    context = click.Context(cli)
    rest = list(words)
    arguments = 0
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            option = options_of(command).get(word if word.startswith("--") else word[:2])
            if not isinstance(option, click.Option):
                return f"{command.name} has no {word}"
            if option.is_flag or option.count:
                continue
            if not rest:
                return f"{word} lacks its value"
            value = rest.pop(0)
            if isinstance(option.type, click.Choice) and value not in option.type.choices:
                return f"{word} cannot be {value}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                return f"{command.name} has no command {word}"
            command = found
        else:
            arguments += 1
    known = [param for param in command.params if isinstance(param, click.Argument)]
    if any(param.nargs < 0 for param in known) or arguments <= len(known):
        return None
    return f"{command.name} takes {len(known)} words, not {arguments}"


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands that do something, with their words."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*words, name))


@pytest.mark.parametrize("name", PAGES)
def test_every_command_exists_with_its_flags(name: str) -> None:
    wrong = [(line, why) for line in commands(name) if (why := why_impossible(words_of(line)))]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "possible"),
    [
        ("catalogsync -vv -C shop plan --only 'a*' --format json > plan.json", True),
        ("catalogsync state resolve ID --not-sent", True),
        ("catalogsync plan --frobnicate", False),
        ("catalogsync plan --format xml", False),
        ("catalogsync frobnicate", False),
        ("catalogsync state list KEY", False),
    ],
)
def test_the_check_of_commands_finds_what_is_wrong(line: str, possible: bool) -> None:
    assert (why_impossible(words_of(line)) is None) == possible


@pytest.mark.parametrize("name", PAGES)
def test_every_flag_in_the_text_exists(name: str) -> None:
    known = {option for _, command in leaves(cli) for option in options_of(command)} | options_of(cli).keys()
    flags = {flag for span in SPAN.findall(prose(name)) for flag in re.findall(r"^--[a-z][a-z-]+", span)}
    assert flags <= known


def test_every_command_has_its_exit_codes() -> None:
    table = section("docs/plan.md", "Exit codes")
    for words, _ in leaves(cli):
        assert f"`catalogsync {' '.join(words)}`" in table, words


def test_every_page_stands_in_the_index() -> None:
    listed = {(ROOT / "docs" / target.partition("#")[0]).resolve() for target in _LINK.findall(prose("docs/README.md"))}
    pages = {ROOT / name for name in PAGES if name.startswith("docs/")} - {ROOT / "docs/README.md"}
    assert sorted(path.name for path in pages - listed) == []


def test_guides_are_short() -> None:
    assert [name for name in PAGES if name.startswith("docs/guides/") and page(name).count("\n") > 60] == []
