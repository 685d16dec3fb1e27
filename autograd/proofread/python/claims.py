"""Claims written in Python: equations, chains, inequalities, shapes, assignments, functions."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from ...errors import ProofreadError
from ..formula.tree import Add, Each, Expr, Index, Mul, Negative, Opaque, Quotient, Symbol, walk
from ..lines import Instance, Line, Member
from .names import CONSTANTS, INDICES, Names, did_you_mean
from .reader import Reader, parsed
from .source import Source

SIGN = re.compile(r"==|!=|<=|>=|[-+*/@]=|//=|\*\*=|[=<>]")
SPELLED = {"==": "="}
UPDATES: dict[str, Callable[[Expr, Expr], Expr]] = {
    "+=": lambda x, y: Add((x, y)),
    "-=": lambda x, y: Add((x, Negative(y))),
    "*=": lambda x, y: Mul(x, y, "*", "*"),
    "/=": lambda x, y: Quotient(x, y),
}
Piece = tuple[str, int, int]
Notes = tuple[str, ...]
OPENING, CLOSING = "([{", ")]}"


def line(
    text: str,
    number: int,
    known: Collection[str] | None = None,
    loss: str = "",
    functions: Mapping[str, str] | None = None,
) -> Line:
    """The claim that `text` makes, such as `dW2 = h1.T @ dz2`.

    `a = b = c` is a chain, `a <= b` an inequality, `W.shape == (n1, n0)` a shape, and `W -= a * dW`
    or `W = W - a * dW` a step.  A name that is not known, alone on the left, is defined by the
    claim.  `known`, `loss` and `functions` are as for `expression`.  Raises ProofreadError.
    """
    source = Source(text)
    names = Names(known, loss, functions or {})
    pieces = split(source)
    if len(pieces) < 2:
        raise source.error("this claims nothing: an equation has = in it, as in dW = x.T @ dz", 0)
    sizes: tuple[Expr, ...] = ()
    if (shape := stated_shape(source, pieces, names)) is not None:
        of, sizes = shape
        members, kind, notes = [Member("", of, source.code.strip(), of.at)], "shape", Notes()
    else:
        members, kind, notes = chain(source, pieces, names)
    at = source.span(0, len(text))
    instances = (Instance(tuple(members)),)
    return Line(number, text, at, kind, instances, (), sizes, notation="python", notes=notes)


def chain(source: Source, pieces: list[Piece], names: Names) -> tuple[list[Member], str, Notes]:
    """The members of an equation, an inequality or a step; which it is, and remarks."""
    _, start, end = pieces[0]
    whole(source, pieces)
    left, notes = target(source, start, end, names)
    members = [member(source, "", left, start, end)]
    kind = "equation"
    for sign, start, end in pieces[1:]:
        found = member(source, sign, parsed(source, start, end, names), start, end)
        if sign in UPDATES:
            if not isinstance(left, Symbol) or not names.has(left.name) or len(pieces) > 2:
                raise source.error(f"{sign} changes a quantity: write what the whole is", start)
            text = f"{left.name} {sign[0]} ({found.text})"
            found = Member("=", UPDATES[sign](left, found.expr), text, found.at)
        members.append(found)
    itself = isinstance(left, Symbol) and any(part == left for part in walk(members[1].expr))
    if itself and len(members) == 2 and members[1].sign == "=":
        kind = "assignment"
    if letters := tuple(dict.fromkeys(e.name for e in walk(left) if isinstance(e, Index))):
        members = [replace(m, expr=Each(letters, m.expr, left, at=m.at)) for m in members]
    return members, kind, notes


def member(source: Source, sign: str, e: Expr, start: int, end: int) -> Member:
    """A side with its text and its place, without the space around it."""
    text = source.code[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return Member(SPELLED.get(sign, sign), e, text, source.span(start, start + len(text)))


def split(source: Source) -> list[Piece]:
    """The sides of a claim: the sign before each, where it begins and where it ends."""
    found: list[Piece] = []
    sign, start, depth, i = "", 0, 0, 0
    code = source.code
    while i < len(code):
        depth += (code[i] in OPENING) - (code[i] in CLOSING)
        if depth < 0:
            raise source.error(f"{code[i]} closes no bracket", i)
        if depth == 0 and (match := SIGN.match(code, i)):
            found.append((sign, start, i))
            sign, start = match[0], match.end()
            i = start
        else:
            i += 1
    return [*found, (sign, start, len(code))]


def whole(source: Source, pieces: list[Piece]) -> None:
    """Raise ProofreadError for dh[h <= 0] = 0: what changes some entries is no formula of all."""
    (_, start, end), (sign, *_), *_ = pieces
    node = source.tree(start, end)
    if not isinstance(node, ast.Subscript) or not (sign == "=" or sign in UPDATES):
        return
    picks = any(isinstance(x, ast.Compare | ast.Call) for x in ast.walk(node.slice))
    if picks or sign in UPDATES:
        name = ast.unparse(node.value)
        raise source.error(
            f"this changes some entries of {name}: write what the whole of it is, as "
            f"{name} * (h > 0) for {name}[h <= 0] = 0, or p - Y with a one-hot Y", start
        )  # fmt: skip


def target(source: Source, start: int, end: int, names: Names) -> tuple[Expr, Notes]:
    """The left side, where a name alone may be new."""
    name = source.code[start:end].strip()
    if name in CONSTANTS and not names.has(name):
        raise source.error(f"{name} is a number and cannot be defined", start)
    if not name.isidentifier() or (names.find(name) is not None and name not in INDICES):
        return parsed(source, start, end, names), ()
    at = source.span(start + source.code[start:end].index(name), end)
    return Symbol(name, at=at), new_name(name, names)


def new_name(name: str, names: Names) -> Notes:
    """What to say of a new name that looks like that of a derivative."""
    stem = name.rstrip("0123456789")
    alike = [f"d{q}" for q in names.known or () if f"d{q}".rstrip("0123456789") == stem]
    if not names.loss or not alike:
        return ()
    hint = did_you_mean(name, alike)
    return (f"there is no {name[1:]}, so {name} is taken for a new name{hint}",)


def stated_shape(
    source: Source, pieces: list[Piece], names: Names
) -> tuple[Expr, tuple[Expr, ...]] | None:
    """W.shape == (n1, n0): of what, and the sizes; None for another claim."""
    (_, start, end), (sign, right, stop), *rest = pieces
    left = source.tree(start, end)
    if (
        rest
        or sign not in ("=", "==")
        or not isinstance(left, ast.Attribute)
        or left.attr != "shape"
    ):
        return None
    of = Reader(source, names).read(left.value)
    sizes = source.tree(right, stop)
    if not isinstance(sizes, ast.Tuple):
        raise source.error("a shape is a tuple of sizes such as (n1, n0) or (n,)", right)
    return of, tuple(map(Reader(source, names).read, sizes.elts))


def function_line(
    name: str,
    function: Callable[..., Any],
    number: int,
    known: Collection[str] | None = None,
    loss: str = "",
) -> Line:
    """The claim that `name` is what a Python function of quantities and derivatives returns.

    Its parameters say what it is called with, by the names that `expression` knows.  Nobody looks
    into it: a repair of it cannot be offered.
    """
    names = Names(known, loss)
    source = Source(name)
    left, notes = target(source, 0, len(name), names)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise ProofreadError(f"{name}: {function!r} has no parameters to go by", number) from None
    args = tuple(argument(p, name, number, names) for p in parameters if p.default is p.empty)
    label = function.__name__.strip("<>") if hasattr(function, "__name__") else "f"
    right = f"{label}({', '.join(p.name for p in parameters if p.default is p.empty)})"
    members = Member("", left, name), Member("=", Opaque(function, args, right), right)
    return Line(
        number, f"{name} = {right}", None, instances=(Instance(members),), notation="python",
        notes=notes,
    )  # fmt: skip


def argument(p: inspect.Parameter, name: str, number: int, names: Names) -> Expr:
    found = names.find(p.name)
    if p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) or found is None:
        what = f"the parameter {p} of the function for {name}"
        raise ProofreadError(f"{what} is not known{names.suggestion(p.name)}", number)
    return found
