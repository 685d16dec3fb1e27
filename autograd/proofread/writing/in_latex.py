"""Formulas as LaTeX, spelled as the document spells its quantities and signs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from ..formula.tree import (
    Add,
    At,
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
    Negative,
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
    mapped,
)  # fmt: skip
from .latex_names import FUNCTIONS, RELATIONS, named
from .precedence import ATOM, ENTRYWISE, POWER, PRODUCT, SUM, Piece, Writer, is_literal

FOREIGN = ("@", "np.", "dot", "matmul", "multiply", ".")  # how Python's signs begin
OPERATOR = re.compile(r"\\frac\s*\{\s*(\\partial|d|\\mathrm\s*\{\s*d\s*\})\s*(\^\S+\s*)?\}")
LONG = re.compile(r"\\frac|\\nabla|/")  # a derivative that a superscript would tear apart
TALL = re.compile(r"\\(frac|sum|prod|left|begin)")


def swallows(e: Expr) -> bool:
    """Whether a factor written after it would belong to a sum that it ends with."""
    match e:
        case Total():
            return True
        case Derivative(text=text):
            return bool(OPERATOR.match(text))
        case Mul(right=x) | Negative(of=x):
            return swallows(x)
        case Add(terms=terms):
            return swallows(terms[-1])
    return False


def beside(left: str, right: str) -> str:
    """Two factors without a sign; digits need one between them."""
    return f"{left} \\cdot {right}" if right[:1].isdigit() else f"{left} {right}"


class InLatex(Writer):
    def bracketed(self, text: str) -> str:
        return f"\\left({text}\\right)" if TALL.search(text) else f"({text})"

    def before(self, e: Expr, level: int) -> str:
        """A left factor."""
        text, own = self.piece(e)
        closed = own >= level and not swallows(e) and not isinstance(e, Negative)
        return text if closed else self.bracketed(text)

    def based(self, e: Expr) -> str:
        """What a superscript can follow."""
        text, own = self.piece(e)
        long = isinstance(e, Quotient) or (isinstance(e, Derivative) and LONG.search(text))
        return text if own >= ATOM and "^" not in text and not long else self.bracketed(text)

    def of_symbol(self, e: Symbol) -> Piece:
        return e.text or named(e.name), ATOM

    def of_index(self, e: Index) -> Piece:
        return named(e.name), ATOM

    def of_whole(self, e: Whole) -> Piece:
        return ":", ATOM

    def digits(self, value: float) -> str:
        for name, constant in (("\\pi", math.pi), ("e", math.e)):
            if value == constant:
                return name
        text = super().digits(value)
        mantissa, _, exponent = text.partition("e")
        return text if not exponent else f"{mantissa} \\cdot 10^{{{int(exponent)}}}"

    def of_derivative(self, e: Derivative) -> Piece:
        if e.text:
            return e.text, ATOM
        power = f"^{len(e.wrt)}" if len(e.wrt) > 1 else ""
        below = " ".join(f"\\partial {self.at(w, ATOM)}" for w in e.wrt)
        fraction = f"\\frac{{\\partial{power} {self.at(e.of, ATOM)}}}{{{below}}}"
        if e.scale is None:
            return fraction, ATOM
        return f"{self.before(e.scale, PRODUCT)} {fraction}", PRODUCT

    def of_entry(self, e: Entry) -> Piece:
        if e.text:
            return e.text, ATOM
        index = [Number(i.value + 1 - e.base) if isinstance(i, Number) else i for i in e.index]
        between = "" if all(isinstance(i, Index) for i in index) else ","
        holder = self.at(e.of, ATOM)
        if isinstance(e.of, Quotient | Entry) or "_" in holder.rpartition("^")[2]:
            holder = self.bracketed(holder)
        return f"{holder}_{{{between.join(map(self.text, index))}}}", ATOM

    def of_mul(self, e: Mul) -> Piece:
        entrywise = e.kind in ("entrywise", "*")
        foreign = not e.sign or (e.sign == "*" and e.kind == "*") or e.sign.startswith(FOREIGN)
        multiple = e.kind == "*" and (is_literal(e.left) or is_literal(e.right))
        level = ENTRYWISE if entrywise and not multiple else PRODUCT
        left, right = self.before(e.left, level), self.closed(e.right, level + 1)
        if isinstance(e.right, Total):
            right = self.text(e.right)
        if entrywise and not multiple:
            sign = "\\odot" if foreign else e.sign
            return f"{left} {sign} {right}", level
        if foreign or e.sign == "\\odot":
            return beside(left, right), level
        return f"{left} {e.sign} {right}", level

    def of_quotient(self, e: Quotient) -> Piece:
        return f"\\frac{{{self.text(e.top)}}}{{{self.text(e.bottom)}}}", ATOM

    def of_power(self, e: Power) -> Piece:
        base = self.text(e.base) if isinstance(e.base, Norm) else self.based(e.base)
        if isinstance(e.base, Call | At):
            base = self.bracketed(self.text(e.base))
        return f"{base}^{{{self.text(e.exponent)}}}", POWER

    def of_transpose(self, e: Transpose) -> Piece:
        return f"{self.based(e.of)}^T", POWER

    def of_call(self, e: Call) -> Piece:
        if e.function == "sqrt" and not e.primes:
            return f"\\sqrt{{{self.text(e.args[0])}}}", ATOM
        if e.function == "abs" and not e.primes:
            return f"\\left|{self.text(e.args[0])}\\right|", ATOM
        name = "" if "." in e.text or e.text == e.function else e.text
        name = name or FUNCTIONS.get(e.function, f"\\operatorname{{{e.function}}}")
        inside = self.bracketed(self.listed(e.args))
        return f"{name}{chr(39) * e.primes}{inside}", ATOM

    def of_opaque(self, e: Opaque) -> Piece:
        return f"\\text{{{e.text}}}", ATOM

    def of_norm(self, e: Norm) -> Piece:
        return f"\\lVert {self.text(e.of)} \\rVert", ATOM

    def of_total(self, e: Total) -> Piece:
        sign = "\\prod" if e.product else "\\sum"
        body = self.closed(e.body, ENTRYWISE)
        for b in reversed(e.bounds):  # one sign for each
            to = "" if b.low is None or b.high is None else f"^{{{self.text(b.high)}}}"
            start = f"={self.text(b.low)}" if to and b.low is not None else ""
            body = f"{sign}_{{{named(b.name)}{start}}}{to} {body}"
        return body if e.bounds else f"{sign} {body}", ENTRYWISE

    def of_relation(self, e: Relation) -> Piece:
        return f"{self.text(e.left)} {RELATIONS.get(e.sign, e.sign)} {self.text(e.right)}", SUM

    def of_indicator(self, e: Indicator) -> Piece:
        return f"1({self.text(e.relation)})", POWER  # a script would be that of the brackets

    def of_cases(self, e: Cases) -> Piece:
        rows = (
            f"{self.text(x)} & " + ("\\text{otherwise}" if r is None else self.text(r))
            for x, r in e.branches
        )
        return f"\\begin{{cases}} {self.rows(rows)} \\end{{cases}}", ATOM

    def of_ones(self, e: Ones) -> Piece:
        return "I" if e.kind == "eye" else "\\mathbf{1}", ATOM

    def of_at(self, e: At) -> Piece:
        if arguments := self.arguments(e):
            return f"{self.text(e.of)}{self.bracketed(arguments)}", ATOM
        values = ", ".join(f"{named(name)} = {self.text(x)}" for name, x in e.where)
        return f"\\left.{self.text(e.of)}\\right|_{{{values}}}", ATOM

    def of_matrix(self, e: Matrix) -> Piece:
        rows: list[str] = []
        for row in e.rows:
            if isinstance(row, Family):
                cells = self.cells(first(row))
                rows += [
                    cells,
                    " & ".join(["\\vdots"] * (cells.count("&") + 1)),
                    self.cells(row.last),
                ]
            else:
                rows.append(self.cells(row))
        return f"\\begin{{bmatrix}} {self.rows(rows)} \\end{{bmatrix}}", ATOM

    def rows(self, rows: Iterable[str]) -> str:
        return " \\\\ ".join(rows)

    def cells(self, row: tuple[Expr, ...]) -> str:
        return " & ".join(map(self.text, row))

    def of_family(self, e: Family) -> Piece:
        return f"{self.cells(first(e))} & \\cdots & {self.cells(e.last)}", ATOM

    def of_each(self, e: Each) -> Piece:
        return self.piece(e.body)


def first(family: Family) -> tuple[Expr, ...]:
    """The cells of a pattern's beginning."""

    def put(x: Expr) -> Expr:
        if x == Index(family.index):
            return family.low
        return mapped(x, put)

    return tuple(map(put, family.body))
