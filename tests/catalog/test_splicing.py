"""The law of editing: whatever a document looks like, one entry changes and every other character stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog.product_file import ProductFile
from catalogsync.catalog.yaml_text import Style, spell
from catalogsync.model.fields import Value, normalize

odd = st.text(st.sampled_from("ab \n\t#:-'\"\\|>[]{},&*!%@é🎉\u00a0\u2028"), max_size=12) | st.sampled_from(
    ["no", "010", "<p>One.</p>\n\n  <p>Two.</p>", "# no comment", "--- a", "- item\n- item", "word " * 40, "a\n \n\tb"]
)
texts = odd.map(lambda raw: str(normalize("description", raw)))
lines = st.sampled_from(
    ["Pottery, a seat", "yes", "Clay: a seat", "x # y", "It's", 'the "best"', "Größe 🎉", "{a}", "1.5"]
)
values: dict[str, st.SearchStrategy[Value]] = {
    "title": lines,
    "description": texts,
    "price": st.sampled_from(["9.90", "120.00", "0.01"]),
    "min_quantity": st.integers(1, 9),
    "status": lines,
    "images": st.lists(st.sampled_from(["images/a.png", "/media/a.webp", "https://a.example/b?c#d", "no"])).map(tuple),
    "supplier_name": texts,
    "stock": st.integers(0, 99),
}
comments = st.sampled_from(["", " # ours", "\t# theirs: no", "  #"])
below = st.sampled_from(["", "", "\n", "# status: none\n", "\n# more\n\n"])
styles = st.sampled_from(Style)


@dataclass
class Written:
    """A document, cut into pieces: each entry is what stands before its value, the value, and what is behind it."""

    pieces: list[str]
    names: dict[str, int]
    content: dict[str, Any]


def _spelled(draw: st.DrawFn, name: str, value: Value, indent: int, *, flow: bool) -> tuple[str, str, str]:
    """The value up to a comment behind it, the comment with the line's end, and the lines below, as people write it."""
    style = draw(styles) if name not in {"key", "price"} else draw(st.sampled_from([Style.PLAIN, Style.DOUBLE]))
    spelling = spell(name, value, indent + draw(st.integers(1, 4)), style, flow=flow or draw(st.booleans()))
    head, comment = spelling.head, draw(comments)
    if head in {"|", ">"} and draw(st.booleans()):
        head += draw(st.sampled_from("+-"))
    elif not flow and not spelling.below and " " in head and head[0] not in "|>[" and head.find(" ") == head.rfind(" "):
        head = head.replace(" ", draw(st.sampled_from([" ", "\n" + " " * (indent + 3)])))
    return head, comment + "\n", "".join(f"{line}\n" for line in spelling.below)


def _name(draw: st.DrawFn, name: str) -> str:
    quote = draw(st.sampled_from(["", "", '"', "'"]))
    return f"{quote}{name}{quote}:"


@st.composite
def blocks(draw: st.DrawFn) -> Written:
    """A document of lines."""
    indent = draw(st.sampled_from([0, 0, 2, 5]))
    written = Written([draw(below)], {}, {})
    for name in ["key", *draw(st.permutations(list(values)))[: draw(st.integers(1, len(values)))]]:
        value: Value = "seat" if name == "key" else draw(values[name])
        if name == "images" and value and draw(st.booleans()):
            step = draw(st.sampled_from([0, 2]))
            items = spell(name, value, indent + step, draw(styles)).below
            head, comment, rest = "\n" + "\n".join(items), draw(comments) + "\n", ""
        else:
            head, comment, rest = _spelled(draw, name, value, indent, flow=False)
        gap = "" if head.startswith("\n") or not head else draw(st.sampled_from([" ", "   ", "\t"]))
        written.names[name] = len(written.pieces) + 1
        written.pieces += [" " * indent + _name(draw, name) + gap, head, comment, rest, draw(below)]
        written.content[name] = value
    return written


@st.composite
def flows(draw: st.DrawFn) -> Written:
    """A document in braces."""
    comma = draw(st.sampled_from([", ", ",", ",\n  ", ", # ours\n  "]))
    if comma == ",":
        comma = ", "
    first = draw(st.sampled_from(["", " "])) if "\n" not in comma else "\n  "
    written = Written([draw(below) + "{" + first], {}, {})
    for name in ["key", *draw(st.permutations(list(values)))[: draw(st.integers(1, len(values)))]]:
        value: Value = "seat" if name == "key" else draw(values[name])
        head, _, _ = _spelled(draw, name, value, 2, flow=True)
        written.names[name] = len(written.pieces) + 1
        written.pieces += [_name(draw, name) + " ", head, "", "", comma]
        written.content[name] = value
    last = draw(st.sampled_from(["", ",", " # last"])) if "\n" in comma else ""
    written.pieces[-1] = last + ("\n" if "\n" in comma else " ") + "}\n"
    return written


befores = st.sampled_from(
    ["", "---\n", "%YAML 1.2\n---\n", "key: one\ntitle: One # one\n# last\n---\n", "{key: one}\n...\n---\n"]
)
afters = st.sampled_from(["", "", "---\nkey: z\ntitle: |\n  Z\n", "...\n# end\n---\n# z\n{key: z}"])
ends = st.sampled_from(["\n", "\r\n"])
edits = st.sampled_from(list(values)).flatmap(lambda name: st.tuples(st.just(name), st.none() | values[name]))


def outer(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts begin and end with alike."""
    before = _alike(one, other)
    return before, _alike(one[before:][::-1], other[before:][::-1])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


@given(
    blocks() | flows(),
    befores,
    afters,
    edits,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
)
def test_one_entry_changes(
    written: Written, before: str, after: str, edit: tuple[str, Value | None], end: str, mark: str, ended: bool
) -> None:
    name, value = edit
    pieces = [mark + before, *written.pieces, after]
    if not ended and (last := max(number for number, piece in enumerate(pieces) if piece)) > 3:
        pieces[last] = pieces[last].removesuffix("\n")
    source = "".join(pieces).replace("\n", end)
    file = ProductFile("seat.yaml", source.encode())
    there = file.document("seat")
    assert there is not None, source
    assert {field: _normal(field, raw) for field, raw in there.items()} == written.content
    if value is None:
        file.remove("seat", name)
    else:
        file.write("seat", (name,), name, value, lambda raw: _normal(name, raw) == value)
    result = file.data.decode()
    assert mark + result.removeprefix(mark) == result
    assert end == "\n" or "\n" not in result.replace("\r\n", "")
    number = written.names.get(name)
    if number is None:
        head, tail = outer(source, result)
        # Behind a comment the comma of the entry above stands apart.
        assert head + tail == len(source) or " # last" in result
        assert (len(result) > len(source)) == (value is not None)
        return
    # In the pieces the document before the first comes first.
    above = "".join(pieces[: number + 1]).replace("\n", end)
    comment = pieces[number + 2].removesuffix("\n")
    rest = "".join(pieces[number + 4 :]).replace("\n", end)
    if value is None:
        head, tail = outer(source, result)
        assert head + tail == len(result)
        assert head >= len("".join(pieces[:number]).replace("\n", end)) - len(end) or "{" in pieces[1]
    else:
        assert result.startswith(above.rstrip("\t ")), "above"
        # The last item's comment goes where that goes.
        assert comment in result[len(above.rstrip()) :] or pieces[number + 1].startswith("\n")
        if not pieces[number + 1].startswith(("|+", ">+")):
            assert result.endswith(rest)
    again = ProductFile("seat.yaml", file.data).document("seat")
    assert again is not None
    expected = {**written.content, **({} if value is None else {name: value})}
    assert {field: _normal(field, raw) for field, raw in again.items()} == {
        field: item for field, item in expected.items() if value is not None or field != name
    }


refs = st.lists(st.sampled_from(["a.png", "b.png", "/media/c.webp", "no"]), min_size=1, max_size=5)


@given(refs, refs, st.sampled_from(["", "  "]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_items_that_stay_keep_their_lines(old: list[str], new: list[str], indent: str, end: str, ended: bool) -> None:
    items = [f'{indent}- "{ref}" # {n}{end}' for n, ref in enumerate(old)]
    above, below = f"title: A{end}images: # all{end}", f"stock: 3{end}" if ended else ""
    source = above + "".join(items) + below
    file = ProductFile("seat.yaml", (source if ended else source.removesuffix(end)).encode())
    file.write("seat", ("images",), "images", tuple(new), lambda raw: raw == new)
    result = file.data.decode() + ("" if ended else end)
    before, after = _alike(old, new), 0
    while after < min(len(old), len(new)) - before and old[-1 - after] == new[-1 - after]:
        after += 1
    assert result.startswith(above + "".join(items[:before]))
    assert result.endswith("".join(items[len(items) - after :]) + below)
    assert result.count(end) == source.count(end) + len(new) - len(old)


def _normal(field: str, raw: Any) -> Any:
    return raw if field == "key" else normalize(field, raw)
