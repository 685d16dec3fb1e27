"""Formulas as Python, such that `pythonic.expression` reads the same formula back."""

from __future__ import annotations

import math

from ..formula.tree import (
    At,
    Bound,
    Call,
    Cases,
    Derivative,
    Each,
    Entry,
    Expr,
    Family,
    Index,
    Indicator,
    Matrix,
    Mul,
    Norm,
    Number,
    Ones,
    Opaque,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
    Whole,
    walk,
)  # fmt: skip
from ..python.functions import FUNCTIONS, PRIME, library_name
from ..python.renewing import AGAIN
from .precedence import ATOM, POWER, PRODUCT, SUM, UNARY, Piece, Writer, is_literal

RELATIONS = {"=": "=="}
TUPLED = ("ones", "zeros", "reshape")  # take a shape
AS_CALLS = {"@": ("dot", "matmul"), "*": ("multiply",)}


class InPython(Writer):
    def digits(self, value: float) -> str:
        return "pi" if value == math.pi else super().digits(value)

    def of_symbol(self, e: Symbol) -> Piece:
        return e.name.rstrip(AGAIN), ATOM

    def of_index(self, e: Index) -> Piece:
        return e.name, ATOM

    def of_whole(self, e: Whole) -> Piece:
        return ":", ATOM

    def of_derivative(self, e: Derivative) -> Piece:
        if e.text:
            return e.text, ATOM
        scale = "" if e.scale is None else f", scale={self.text(e.scale)}"
        return f"d({self.listed((e.of, *e.wrt))}{scale})", ATOM

    def of_entry(self, e: Entry) -> Piece:
        letters = any(isinstance(part, Index) for i in e.index for part in walk(i))
        back = e.base if letters else 0  # beside letters, the reader moves plain numbers along
        numbers = [i.value for i in e.index if isinstance(i, Number)]
        if (e.base and not letters) or any(n < back for n in numbers):
            return f"entry({self.listed((e.of, *e.index))})", ATOM
        index = (Number(i.value - back) if isinstance(i, Number) else i for i in e.index)
        return f"{self.holder(e.of)}[{self.listed(index)}]", ATOM

    def holder(self, e: Expr) -> str:
        """What an attribute or an index can follow: 2.T is no Python."""
        return self.bracketed(self.text(e)) if isinstance(e, Number) else self.at(e, ATOM)

    def of_mul(self, e: Mul) -> Piece:
        matrix = e.kind in ("@", "matrix") and not (is_literal(e.left) or is_literal(e.right))
        sign = "@" if matrix or e.kind == "@" else "*"
        if e.sign.rpartition(".")[2] in AS_CALLS[sign]:
            return self.applied(e.sign, (e.left, e.right)), ATOM
        return f"{self.at(e.left, PRODUCT)} {sign} {self.at(e.right, UNARY)}", PRODUCT

    def of_quotient(self, e: Quotient) -> Piece:
        return f"{self.at(e.top, PRODUCT)} / {self.at(e.bottom, UNARY)}", PRODUCT

    def of_power(self, e: Power) -> Piece:
        return f"{self.at(e.base, ATOM)} ** {self.at(e.exponent, UNARY)}", POWER

    def of_transpose(self, e: Transpose) -> Piece:
        return f"{self.holder(e.of)}.T", ATOM

    def applied(self, name: str, args: tuple[Expr, ...], options: str = "") -> str:
        """name(args, options), or .name after the first."""
        if name.startswith("."):
            inside = ", ".join(filter(None, (self.listed(args[1:]), options)))
            return f"{self.holder(args[0])}{name}({inside})"
        return f"{name}({', '.join(filter(None, (self.listed(args), options)))})"

    def of_call(self, e: Call) -> Piece:
        name, options = self.spelt(e), dict(e.options)
        if name == ".shape":
            return f"{self.holder(e.args[0])}.shape[{options['axis']}]", ATOM
        if name == ".size":
            return f"{self.holder(e.args[0])}.size", ATOM
        if name == "[]":
            return f"{self.holder(e.args[0])}[{':, ' * options['axis']}None]", ATOM
        said = () if name == "len" else e.options
        if e.function in TUPLED and not name.startswith(".") and len(e.args) > 1:
            of = () if e.function != "reshape" else e.args[:1]
            sizes = self.listed(e.args[len(of) :])
            return f"{name}({', '.join((*map(self.text, of), f'({sizes})'))})", ATOM
        return self.applied(name, e.args, ", ".join(f"{k}={v!r}" for k, v in said)), ATOM

    def spelt(self, e: Call) -> str:
        """The author's name of a function, unless the function has been changed."""
        special = {".shape": "size", ".size": "size", "len": "size", "[]": "expand_dims"}
        if special.get(e.text) == e.function and (e.text == ".size") != bool(e.options):
            return e.text
        known, primes = library_name(e.text.rpartition(".")[2])
        if known in ("max", "min") and len(e.args) == 2 and "." not in e.text:
            known += "imum"
        own = e.text and e.text not in special and known not in FUNCTIONS  # the author's g
        if own or (known, primes) == (e.function, e.primes):
            return e.text
        return e.function + PRIME * e.primes

    def of_opaque(self, e: Opaque) -> Piece:
        return e.text, ATOM

    def of_norm(self, e: Norm) -> Piece:
        return f"norm({self.text(e.of)})", ATOM

    def of_total(self, e: Total) -> Piece:
        if not e.bounds:
            return f"{'prod' if e.product else 'sum'}({self.text(e.body)})", ATOM
        name = "product" if e.product else "total"
        return f"{name}({self.listed((e.body, *e.bounds))})", ATOM

    def of_bound(self, e: Bound) -> Piece:
        if e.low is None or e.high is None:
            return e.name, ATOM
        return f"({e.name}, {self.text(e.low)}, {self.text(e.high)})", ATOM

    def of_relation(self, e: Relation) -> Piece:
        sign = RELATIONS.get(e.sign, e.sign)
        return f"{self.at(e.left, SUM)} {sign} {self.at(e.right, SUM)}", SUM

    def of_indicator(self, e: Indicator) -> Piece:
        return self.bracketed(self.text(e.relation)), ATOM

    def of_cases(self, e: Cases) -> Piece:
        (branch, relation), *rest = e.branches
        if relation is None:
            return self.piece(branch)
        others = self.text(Cases(tuple(rest))) if rest else "0"
        return f"where({self.text(relation)}, {self.text(branch)}, {others})", ATOM

    def of_ones(self, e: Ones) -> Piece:
        return f"{e.kind}()", ATOM

    def of_at(self, e: At) -> Piece:
        values = ", ".join(f"{name}={self.text(x)}" for name, x in e.where)
        return f"at({self.text(e.of)}, {values})", ATOM

    def of_matrix(self, e: Matrix) -> Piece:
        rows = (f"[{self.text(r) if isinstance(r, Family) else self.listed(r)}]" for r in e.rows)
        return f"array([{', '.join(rows)}])", ATOM

    def of_family(self, e: Family) -> Piece:
        return f"{self.listed(e.body)}, …, {self.listed(e.last)}", ATOM

    def of_each(self, e: Each) -> Piece:
        return self.piece(e.body)
