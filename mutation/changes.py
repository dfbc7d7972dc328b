"""The changes that are made to a file: in each one a condition, a value, a verdict or a step is another one.

Texts for people are left alone: what is said is held by the tests of render and by golden files, and is no decision.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

MEMBERS: Final = {
    "AnswerClass": ("NEVER", "REFUSED", "CONFIRMED", "UNKNOWN"),
    "Verdict": ("COMMITTED", "ABORTED", "HELD"),
    "Fate": ("BOUND", "SENT", "HELD", "FREE"),
    "Call": ("CREATE", "UPDATE", "RETIRE", "DELETE", "APPEND"),
    "Action": ("CREATE", "UPDATE", "APPEND", "RETIRE", "DELETE", "ADOPT", "FORGET"),
}
"""For each enumeration its members: each is exchanged for the next one."""
COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
REPLACED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
SWAPPED: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        number: which one of its file.
        where: the function or method, or the empty text for what stands outside of all.
        line: where it begins.
        before: the changed part as it was.
        after: and as it is.
    """

    number: int
    where: str
    line: int
    before: str
    after: str


def changes(source: str) -> Iterator[tuple[Change, ast.Module]]:
    """Every change of a file, with the whole file as it is then. The tree is good until the next one is asked for."""
    tree = ast.parse(source)
    number = 0
    for where, holder, name, index, node in _places(tree, ""):
        for new in _variants(node):
            _put(holder, name, index, new)
            number += 1
            change = Change(number, where, getattr(node, "lineno", 0), *_texts(node, new))
            yield change, ast.fix_missing_locations(tree)
        _put(holder, name, index, node)


def _texts(before: ast.AST, after: ast.AST) -> tuple[str, str]:
    if isinstance(before, ast.Match) and isinstance(after, ast.Match):
        missing = next(case for case in before.cases if case not in after.cases)
        return f"case {ast.unparse(missing.pattern)}", "(left out)"
    return ast.unparse(before).strip(), ast.unparse(after).strip()


def _put(holder: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(holder, name, node)
    else:
        getattr(holder, name)[index] = node


def _places(holder: ast.AST, where: str) -> Iterator[tuple[str, ast.AST, str, int | None, ast.AST]]:
    """Every node below one, with the place that it has; what is no code, or only text, is passed over."""
    for name, value in ast.iter_fields(holder):
        if name in {"annotation", "returns", "decorator_list", "bases", "ctx"}:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_passed_over(node, where):
                continue
            inner = where
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not (where and isinstance(holder, ast.FunctionDef)):
                inner = f"{where}.{node.name}" if where else node.name
            yield inner, holder, name, index, node
            yield from _places(node, inner)


def _is_passed_over(node: ast.AST, where: str) -> bool:
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.AnnAssign) and "." not in where and where[:1].isupper():
        return True  # a field of a class
    return isinstance(node, ast.Assign) and not where and isinstance(node.value, ast.Subscript | ast.Name)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.expr):
        yield from _conditions(node)
        yield from _values(node)
    elif isinstance(node, ast.comprehension):
        for rest in _less_one(node.ifs):
            yield ast.comprehension(node.target, node.iter, rest, node.is_async)
    elif isinstance(node, ast.MatchOr):
        for some in _less_one(node.patterns):
            yield some[0] if len(some) == 1 else ast.MatchOr(some)


def _less_one(nodes: list[T]) -> Iterator[list[T]]:
    return ([*nodes[:index], *nodes[index + 1 :]] for index in range(len(nodes)))


def _conditions(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            for index, op in enumerate(node.ops):
                for other in COMPARED[type(op)]:
                    yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for left in _less_one(node.values):
                yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.IfExp() if not isinstance(node.test, ast.Compare):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _values(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp() if type(node.op) in REPLACED:
            yield ast.BinOp(node.left, REPLACED[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node)
        case ast.Attribute(value=ast.Name(id=owner)) if node.attr in MEMBERS.get(owner, ()):
            members = MEMBERS[owner]
            yield ast.Attribute(node.value, members[(members.index(node.attr) + 1) % len(members)], node.ctx)
        case ast.Call():
            yield from _calls(node)
        case ast.Dict() if len(node.keys) > 1:
            for keys, values in zip(_less_one(node.keys), _less_one(node.values), strict=True):
                yield ast.Dict(keys, values)
        case ast.Set() if len(node.elts) > 1:
            yield from (ast.Set(some) for some in _less_one(node.elts))
        case ast.List(ctx=ast.Load()) if len(node.elts) > 1:
            yield from (ast.List(some, ast.Load()) for some in _less_one(node.elts))


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and value and " " not in value:
        yield ast.Constant(f"{value}*")


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield ast.Call(ast.Name(SWAPPED[node.func.id], ast.Load()), node.args, node.keywords)
    for some in _less_one(node.keywords):
        yield ast.Call(node.func, node.args, some)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If() | ast.While() if isinstance(node.test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
            turned = ast.UnaryOp(ast.Not(), node.test)
            yield type(node)(turned, node.body, node.orelse)
        case ast.Return() if node.value is not None and not _is_none(node.value):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Delete() | ast.AugAssign() | ast.Continue() | ast.Break() | ast.Expr():
            yield ast.Pass()
        case ast.Assign() if not isinstance(node.targets[0], ast.Name | ast.Tuple):
            yield ast.Pass()
        case ast.Match() if len(node.cases) > 1:
            yield from (ast.Match(node.subject, some) for some in _less_one(node.cases))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
