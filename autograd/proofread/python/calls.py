"""Calls in a line of Python: functions of the library, methods, and the forms of the language."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..formula.tree import (
    Add,
    At,
    Bound,
    Call,
    Derivative,
    Entry,
    Expr,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Norm,
    Ones,
    Power,
    Quotient,
    Span,
    Total,
    Transpose,
    Whole,
)  # fmt: skip
from .functions import FUNCTIONS, Signature, library_name
from .names import did_you_mean, listed

if TYPE_CHECKING:
    from .reader import Reader


def call(r: Reader, node: ast.Call, at: Span) -> Expr:
    """A call as a formula.  Raises ProofreadError."""
    name, text, args, bare = target(r, node)
    spread = [a for a in node.args if isinstance(a, ast.Starred)]
    if spread or any(k.arg is None for k in node.keywords):
        raise r.error(node, "arguments are written out, without *")
    made = Called(r, node, args, {k.arg: k.value for k in node.keywords if k.arg}, text, at)
    name = r.names.functions.get(name, name)
    if name in FORMS:
        return FORMS[name](made)
    name, primes = library_name(name)
    if bare and name in ("max", "min") and len(args) == 2:
        name += "imum"  # max(0, z), as Python has it; np.max(z, 0) is along an axis
    if name in ("ones", "eye") and not (node.args or node.keywords):
        return Ones(name, at=at)  # as long as its neighbour wants it
    if name not in FUNCTIONS:
        known = [*FUNCTIONS, *FORMS, *r.names.functions]
        hint = did_you_mean(name, known) or f"; there are {listed(sorted(known), len(known))}"
        raise r.error(node.func, f"there is no function {name}{hint}")
    return made.function(name, primes)


def target(r: Reader, node: ast.Call) -> tuple[str, str, list[ast.expr], bool]:
    """A function's name, its spelling, the arguments, and whether it stands without a module."""
    func = node.func
    if isinstance(func, ast.Name):
        return func.id, func.id, node.args, True
    if isinstance(func, ast.Attribute):
        base = func.value
        if isinstance(base, ast.Attribute) and base.attr == "linalg":
            base = base.value
        if r.is_module(base):
            return func.attr, r.source.text_of(func), node.args, False
        return func.attr, f".{func.attr}", [func.value, *node.args], False
    raise r.error(func, f"{r.source.quoted(func)} is no function")


class Called:
    """One call: its arguments, those by name, and how the author spells the function."""

    def __init__(
        self,
        reader: Reader,
        node: ast.Call,
        args: list[ast.expr],
        named: dict[str, ast.expr],
        text: str,
        at: Span,
    ) -> None:
        self.reader, self.node, self.args = reader, node, args
        self.named, self.text, self.at = named, text, at

    def error(self, message: str) -> Exception:
        return self.reader.error(self.node, f"{self.text.lstrip('.')}: {message}")

    def read(self, count: int | None = None, words: str = "") -> tuple[Expr, ...]:
        """The arguments, which have to be so many and nothing else."""
        if count is not None and len(self.args) != count:
            raise self.error(f"it takes {words or count}; got {len(self.args)}")
        if self.named:
            raise self.error(f"it has no option {next(iter(self.named))}")
        return tuple(map(self.reader.read, self.args))

    def function(self, name: str, primes: int) -> Expr:
        """A function of the library."""
        takes = FUNCTIONS[name]
        args, options = self.divided(takes)
        if not takes.least <= len(args) <= takes.most:
            raise self.error(f"it takes {takes.words}; got {len(args)}")
        if name == "where":
            return self.where(args)
        read = tuple(map(self.reader.read, args))
        if self.text == "len":
            options = (("axis", 0),)
        if name == "norm" and not options:
            return Norm(read[0], at=self.at)
        return Call(name, read, primes, options, self.text, at=self.at)

    def divided(self, takes: Signature) -> tuple[list[ast.expr], tuple[tuple[str, Any], ...]]:
        """Formulas, and options with the values that are not the default."""
        args = list(self.args)
        if args and takes.most > 2 and isinstance(args[-1], ast.Tuple):  # ones((n, 1))
            args[-1:] = args[-1].elts
        given = dict(zip(takes.options, args[takes.most :], strict=False))
        if len(args) > takes.most + len(given):
            raise self.error(f"it takes {takes.words}; got {len(args)}")
        for name, value in self.named.items():
            if name not in takes.options:
                allowed = f"; it has {listed(takes.options)}" if takes.options else ""
                hint = did_you_mean(name, takes.options) or allowed
                raise self.error(f"it has no option {name}{hint}")
            given[name] = value
        found = [(name, self.option(given[name])) for name in takes.options if name in given]
        options = tuple((name, x) for name, x in found if x is not None and x is not False)
        return args[: takes.most], options

    def option(self, node: ast.expr) -> Any:
        value = self.reader.literal(node)
        if not isinstance(value, int | float | tuple | None):
            raise self.reader.error(node, "an option is a plain number, True or a tuple of numbers")
        return value

    def where(self, args: list[ast.expr]) -> Expr:
        condition, a, b = args
        if isinstance(condition, ast.Compare):
            return self.reader.cases(self.reader.relation(condition), a, b, self.at)
        return Call("where", tuple(map(self.reader.read, args)), text=self.text, at=self.at)

    # ── the forms ───────────────────────────────────────────────────────────────────────────────
    def derivative(self) -> Expr:
        scale = self.named.pop("scale", None)
        args = self.read()
        if len(args) < 2:
            raise self.error("it takes what is differentiated and for what, as in d(L, W1)")
        factor = None if scale is None else self.reader.read(scale)
        return Derivative(args[0], args[1:], factor, at=self.at)

    def entry(self) -> Expr:
        if len(self.args) < 2 or self.named:
            raise self.error("it takes an array and indices from 1, as in entry(W, 1, 2)")
        of, *index = map(self.reader.index, self.args)
        if isinstance(of, Whole):
            raise self.error("it takes an array and indices from 1, as in entry(W, 1, 2)")
        return Entry(of, tuple(index), 1, at=self.at)

    def total(self, product: bool) -> Expr:
        if len(self.args) < 2 or self.named:
            raise self.error("it takes a formula and index letters, as in total(x[i], i)")
        letters = [self.letter(node) for node in self.args[1:]]
        inside = self.reader.within(letters)
        bounds = tuple(self.bound(inside, node) for node in self.args[1:])
        return Total(bounds, inside.read(self.args[0]), product, at=self.at)

    def letter(self, node: ast.expr) -> str:
        first = node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node
        if not isinstance(first, ast.Name):
            raise self.reader.error(node, "an index is a letter such as i, or (i, 1, n)")
        return first.id

    def bound(self, inside: Reader, node: ast.expr) -> Bound:
        at = self.reader.source.span(*self.reader.source.offsets(node))
        ends = [inside.read(x) for x in node.elts[1:]] if isinstance(node, ast.Tuple) else []
        if len(ends) not in (0, 2):
            raise self.reader.error(node, "a range has a letter and two ends: (i, 1, n)")
        return Bound(self.letter(node), *ends, at=at)

    def indicator(self) -> Expr:
        if len(self.args) != 1 or self.named or not isinstance(self.args[0], ast.Compare):
            raise self.error("it takes a comparison, as in indicator(y == j)")
        return Indicator(self.reader.relation(self.args[0]), at=self.at)

    def at_values(self) -> Expr:
        where = tuple((name, self.reader.read(value)) for name, value in self.named.items())
        if len(self.args) != 1 or not where:
            raise self.error("it takes a formula and new values, as in at(L, x=1000 * x)")
        for name, node in self.named.items():
            if self.reader.names.known is not None and not self.reader.names.has(name):
                raise self.reader.error(
                    node, f"{name} is not known{self.reader.names.suggestion(name)}"
                )
        return At(self.reader.read(self.args[0]), where, at=self.at)

    def product(self, kind: str) -> Expr:
        a, b = self.read(2, "two factors")
        return Mul(a, b, kind, self.text, at=self.at)

    def binary(self, make: Callable[[Expr, Expr], Expr]) -> Expr:
        return make(*self.read(2, "two arguments"))

    def array(self) -> Expr:
        """array([[a, b], [c, d]])"""
        rows = (
            self.args[0].elts if len(self.args) == 1 and isinstance(self.args[0], ast.List) else []
        )
        if not rows or not all(isinstance(row, ast.List) and row.elts for row in rows):
            raise self.error("it takes rows of formulas, as in array([[a, b], [c, d]])")
        return Matrix(
            tuple(
                tuple(map(self.reader.read, row.elts)) for row in rows if isinstance(row, ast.List)
            ),
            at=self.at,
        )


FORMS: dict[str, Callable[[Called], Expr]] = {
    "d": Called.derivative,
    "entry": Called.entry,
    "total": lambda c: c.total(product=False),
    "product": lambda c: c.total(product=True),
    "indicator": Called.indicator,
    "at": Called.at_values,
    "array": Called.array,
    "dot": lambda c: c.product("@"),
    "matmul": lambda c: c.product("@"),
    "multiply": lambda c: c.product("*"),
    "add": lambda c: c.binary(lambda a, b: Add((a, b), at=c.at)),
    "subtract": lambda c: c.binary(lambda a, b: Add((a, Negative(b, at=b.at)), at=c.at)),
    "divide": lambda c: c.binary(lambda a, b: Quotient(a, b, at=c.at)),
    "power": lambda c: c.binary(lambda a, b: Power(a, b, at=c.at)),
    "negative": lambda c: Negative(*c.read(1, "one argument"), at=c.at),
    "transpose": lambda c: Transpose(*c.read(1, "one argument, no axes"), at=c.at),
}
