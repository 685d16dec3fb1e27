"""Formulas and claims written in Python: `dW2 = h1.T @ dz2`.

Python's own parser reads them, and a walk over its tree takes what `Reader.read` knows.  Nothing is
evaluated as code, and every part keeps its place in the text.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace

from ...errors import ProofreadError
from ..formula.tree import (
    Add,
    Call,
    Cases,
    Derivative,
    Entry,
    Expr,
    Index,
    Indicator,
    Mul,
    Negative,
    Number,
    Power,
    Quotient,
    Relation,
    Span,
    Symbol,
    Transpose,
    Whole,
    walk,
)  # fmt: skip
from .calls import call
from .names import Names, index_letters
from .source import Source

RELATIONS = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
PRODUCTS = {ast.Mult: "*", ast.MatMult: "@"}
ALLOWED = "numbers, names, + - * @ / **, x.T, x[i, j], comparisons and functions such as exp(x)"


def expression(
    text: str,
    names: Collection[str] | None = None,
    *,
    loss: str = "",
    functions: Mapping[str, str] | None = None,
    line: int = 1,
) -> Expr:
    """The formula that `text` is.

    names: the quantities that it may speak of, sizes among them; None allows any.
    loss: what `dz2` is the derivative of.
    functions: the author's names of functions -> the library's.
    line: the number of the text's first line, for messages and places.

    Raises ProofreadError, with the line and the column, for anything else than a formula.

    >>> expression("-(W @ x)", ["W", "x"])  # doctest: +NORMALIZE_WHITESPACE
    Negative(of=Mul(left=Symbol(name='W', text=''), right=Symbol(name='x', text=''), kind='@',
    sign='@'))
    """
    source = Source(text, line)
    return parsed(source, 0, len(text), Names(names, loss, functions or {}))


def parsed(source: Source, start: int, end: int, names: Names) -> Expr:
    """The formula that is a piece of a text."""
    tree = source.tree(start, end)
    try:
        return Reader(source, names.within(index_letters(tree, names))).read(tree)
    except RecursionError:
        raise source.error("it is nested too deeply", start) from None


class Reader:
    """Python's syntax tree -> a formula."""

    def __init__(self, source: Source, names: Names) -> None:
        self.source, self.names = source, names

    def within(self, letters: Collection[str]) -> Reader:
        """The same where some letters are indices."""
        return Reader(self.source, self.names.within(letters))

    def error(self, node: ast.AST, message: str) -> ProofreadError:
        return self.source.error(message, self.source.offsets(node)[0])

    def read(self, node: ast.expr) -> Expr:
        """Raises ProofreadError for what is no part of a formula."""
        at = self.source.span(*self.source.offsets(node))
        match node:
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float() as number):
                return Number(self.number(node, number), at=at)
            case ast.Name(id=name):
                return self.name(node, name, at)
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return Negative(self.read(x), at=at)
            case ast.UnaryOp(op=ast.UAdd(), operand=x):
                return self.read(x)
            case ast.BinOp():
                return self.binary(node, at)
            case ast.Compare():
                return Indicator(self.relation(node), at=at)
            case ast.IfExp(test=ast.Compare() as test, body=a, orelse=b):
                return self.cases(self.relation(test), a, b, at)
            case ast.Attribute():
                return self.attribute(node, at)
            case ast.Subscript(value=x, slice=index):
                return self.entry(x, index, at)
            case ast.Call():
                return call(self, node, at)
        what = self.source.quoted(node)
        raise self.error(node, f"{what} cannot be read: a formula holds {ALLOWED}")

    def number(self, node: ast.expr, number: float) -> float:
        try:
            return float(number)
        except OverflowError:
            raise self.error(node, "this number is too large for a float") from None

    def name(self, node: ast.expr, name: str, at: Span) -> Expr:
        found = self.names.find(name)
        if found is None:
            raise self.error(node, f"{name} is not known{self.names.suggestion(name)}")
        return replace(found, at=at)

    def binary(self, node: ast.BinOp, at: Span) -> Expr:
        op = node.op
        if not isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.MatMult | ast.Div | ast.Pow):
            hint = "write ** for a power" if isinstance(op, ast.BitXor) else "use + - * @ / **"
            what = self.source.quoted(node)
            raise self.error(node, f"{what} has an operator that no formula has: {hint}")
        a, b = self.read(node.left), self.read(node.right)
        match op:
            case ast.Add() | ast.Sub():
                terms = a.terms if isinstance(a, Add) else (a,)
                return Add((*terms, b if isinstance(op, ast.Add) else Negative(b, at=b.at)), at=at)
            case ast.Pow():
                return Power(a, b, at=at)
        return self.product(op, a, b, at)

    def product(self, op: ast.operator, a: Expr, b: Expr, at: Span) -> Expr:
        if isinstance(a, Negative):  # −a·b is −(a·b), whichever brackets were meant
            return Negative(self.product(op, a.of, b, at), at=at)
        if isinstance(op, ast.Div):
            return Quotient(a, b, at=at)
        sign = PRODUCTS[type(op)]
        return Mul(a, b, sign, sign, at=at)

    def relation(self, node: ast.Compare) -> Relation:
        if len(node.ops) > 1:
            raise self.error(node, "write one comparison at a time, and multiply them")
        sign = RELATIONS.get(type(node.ops[0]))
        if sign is None:
            raise self.error(node, "compare with == != < <= > or >=")
        at = self.source.span(*self.source.offsets(node))
        return Relation(self.read(node.left), sign, self.read(node.comparators[0]), at=at)

    def cases(self, relation: Relation, a: ast.expr, b: ast.expr, at: Span) -> Cases:
        """a where the relation holds, else b, which may go on with cases of its own."""
        rest = self.read(b)
        others = rest.branches if isinstance(rest, Cases) else ((rest, None),)
        return Cases(((self.read(a), relation), *others), at=at)

    def attribute(self, node: ast.Attribute, at: Span) -> Expr:
        if isinstance(node.value, ast.Name) and node.attr == "pi" and self.is_module(node.value):
            return self.name(node, "pi", at)
        if node.attr in ("T", "mT"):
            return Transpose(self.read(node.value), at=at)
        if node.attr == "size":
            return Call("size", (self.read(node.value),), text=".size", at=at)
        if node.attr == "grad" and self.names.loss:
            of = Symbol(self.names.loss)
            return Derivative(of, (self.read(node.value),), text=self.source.text_of(node), at=at)
        what = self.source.quoted(node)
        raise self.error(
            node, f"{what} cannot be read: of attributes there are .T, .size and .shape[0]"
        )

    def is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.names.is_module(node.id)

    def entry(self, of: ast.expr, index: ast.expr, at: Span) -> Expr:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        if isinstance(of, ast.Attribute) and of.attr == "shape":
            axis = self.literal(index)
            if not isinstance(axis, int):
                raise self.error(index, "which axis? write x.shape[0]")
            return Call("size", (self.read(of.value),), 0, (("axis", axis),), ".shape", at=at)
        if any(map(self.is_new, parts)):
            return self.expanded(of, parts, at)
        found = tuple(self.index(part) for part in parts)
        return Entry(self.read(of), *based(found), at=at)

    def is_new(self, node: ast.expr) -> bool:
        """Whether it is None or np.newaxis."""
        if isinstance(node, ast.Attribute):
            return node.attr == "newaxis"
        return isinstance(node, ast.Constant) and node.value is None

    def index(self, node: ast.expr) -> Expr:
        if isinstance(node, ast.Slice):
            if node.lower or node.upper or node.step:
                raise self.error(node, "of slices, there is only : for a whole axis")
            return Whole(at=self.source.span(*self.source.offsets(node)))
        return self.read(node)

    def expanded(self, of: ast.expr, parts: list[ast.expr], at: Span) -> Call:
        """x[:, None]: an axis of size 1."""
        new = [self.is_new(part) for part in parts]
        if new.count(True) != 1 or not all(
            n or isinstance(self.index(part), Whole) for n, part in zip(new, parts, strict=True)
        ):
            raise self.error(parts[0], "write one None among :, as in x[:, None]")
        options = (("axis", new.index(True)),)
        return Call("expand_dims", (self.read(of),), 0, options, "[]", at=at)

    def literal(self, node: ast.expr) -> object:
        """A plain number, tuple or None.  Raises ProofreadError."""
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError):
            raise self.error(node, f"{self.source.quoted(node)} is no plain number") from None


def based(index: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], int]:
    """Python counts from 0, letters from 1: where there is one, the plain numbers move along."""
    if not any(isinstance(part, Index) for i in index for part in walk(i)):
        return index, 0
    return tuple(Number(i.value + 1, at=i.at) if isinstance(i, Number) else i for i in index), 1
