"""Writing formulas: what LaTeX and text have in common is where parentheses go."""

from __future__ import annotations

import math
from fractions import Fraction

from .algebra import negated
from .tree import Call, Chain, Expr, Filled, Mat, Name, Num, Ones, Prod, Sum, Sym, T, Total, parts

# How tightly a text binds, loosest first.
SUM, PRODUCT, MATRIX, APPLIED, POWER, ATOM = range(6)
Text = tuple[str, int]
Power = tuple[Expr, float]


class Printer:
    """One way of writing formulas; subclasses say how each piece looks.

    With `entry` a formula is written for one entry of the array: t_{ij} − h_{ij}.
    """

    def __init__(self, loss: Name, shapes: bool, sized: dict[Expr, str], entry: str = "ij") -> None:
        self.loss = loss
        self.shapes = shapes
        self.sized = sized  # arrays of ones -> how their size is told
        self.pattern = entry
        self.entry = ""

    # ── what subclasses say ─────────────────────────────────────────────────────────────────────
    def symbol(self, s: Sym) -> Text:
        raise NotImplementedError

    def ones(self, e: Ones) -> Text:
        raise NotImplementedError

    def number(self, x: float) -> Text:
        raise NotImplementedError

    def group(self, text: str) -> str:
        raise NotImplementedError

    def fraction(self, top: Text, bottom: Text) -> Text:
        raise NotImplementedError

    def powered(self, base: Expr, exponent: float) -> Text:
        raise NotImplementedError

    def transpose(self, e: T) -> Text:
        raise NotImplementedError

    def summed(self, of: Expr) -> Text:
        raise NotImplementedError

    def called(self, e: Call) -> Text:
        raise NotImplementedError

    hadamard = dot = minus = juxtaposed = times = ""

    # ── the tree ────────────────────────────────────────────────────────────────────────────────
    def write(self, e: Expr) -> str:
        """The formula."""
        return self.text(e)[0]

    def at(self, e: Expr, level: int) -> str:
        """The formula in parentheses if it binds less tightly than its place asks."""
        text, own = self.text(e)
        return text if own >= level else self.group(text)

    def text(self, e: Expr) -> Text:
        if isinstance(e, Num):
            return self.number(e.value)
        if isinstance(e, Sym):
            return self.symbol(e)
        if isinstance(e, Chain):
            return self.paths([[self.symbol(s)[0] for s in path] for path in e.paths])
        if isinstance(e, Filled):
            return self.paths([[self.rounded(x) for x in path] for path in e.paths])
        if isinstance(e, Ones):
            return ("1", ATOM) if self.entry else self.ones(e)
        if isinstance(e, Sum):
            return self.terms(e)
        if isinstance(e, Prod):
            return self.factors(e)
        if isinstance(e, Total):
            return self.summed(e.of)
        if self.entry and isinstance(e, Mat | T):
            return self.entry_of(e)
        if isinstance(e, Mat):
            return self.juxtaposed.join(self.operand(f) for f in e.factors), MATRIX
        if isinstance(e, T):
            return self.transpose(e)
        assert isinstance(e, Call)
        return self.called(e)

    def paths(self, paths: list[list[str]]) -> Text:
        """Products with a sign between the factors, negative numbers in parentheses."""
        alone = len(paths) == len(paths[0]) == 1
        products = [
            f" {self.times} ".join(self.group(x) if x[0] in "-−" and not alone else x for x in path)
            for path in paths
        ]
        return " + ".join(products), SUM

    def rounded(self, x: float) -> str:
        """A number in four digits."""
        return self.number(float(f"{x:.4g}"))[0] if math.isfinite(x) else str(x)

    def operand(self, e: Expr) -> str:
        """A factor of a matrix product."""
        return self.at(e, APPLIED)

    def entry_of(self, e: Expr) -> Text:
        raise NotImplementedError

    def without_entry(self, e: Expr) -> str:
        entry, self.entry = self.entry, ""
        try:
            return self.at(e, ATOM)
        finally:
            self.entry = entry

    def terms(self, e: Sum) -> Text:
        out = self.write(e.terms[0])
        for t in e.terms[1:]:
            if parts(t)[0] < 0:
                out += f" {self.minus} " + self.at(negated(t), PRODUCT)
            else:
                out += " + " + self.at(t, PRODUCT)
        return out, SUM

    def factors(self, e: Prod) -> Text:
        """The sign, a fraction of numbers and named scalars, then all else."""
        number = (
            Fraction(abs(e.coef)).limit_denominator(64) if math.isfinite(e.coef) else Fraction(0)
        )
        exact = float(number) == abs(e.coef) and number.numerator < 10**6
        upper = [] if exact else [self.number(abs(e.coef))[0]]
        upper += [str(number.numerator)] if exact and number.numerator != 1 else []
        lower = [str(number.denominator)] if exact and number.denominator != 1 else []
        whole = any(p < 0 and not isinstance(f, Sym) for f, p in e.factors) or any(
            p < 0 and f.shape for f, p in e.factors
        )
        bottom = [(f, -p) for f, p in e.factors if p < 0]
        whole = whole or not (lower or bottom)
        rest = [(f, p) for f, p in e.factors if p > 0 and (whole or not plain(f))]
        upper += [self.factor(f, p) for f, p in e.factors if p > 0 and not whole and plain(f)]
        if whole or not rest:
            out = self.quotient(upper, rest, lower, bottom)
        else:
            lead = self.quotient(upper, [], lower, bottom)[0]
            out = self.prefixed(lead, self.chain(rest)), PRODUCT
        return (f"{self.minus}{self.under(out, PRODUCT)}", SUM) if e.coef < 0 else out

    def quotient(
        self, upper: list[str], tops: list[Power], lower: list[str], bottoms: list[Power]
    ) -> Text:
        """All in one fraction, or no fraction if nothing is below."""
        top = (self.scalars([*upper, self.chain(tops)]), PRODUCT) if upper and tops else (
            self.single(tops) if tops else (self.scalars(upper or ["1"]), PRODUCT)
        )  # fmt: skip
        if len(upper) + len(tops) < 2 and not tops:
            top = (top[0], ATOM)
        if not lower and not bottoms:
            return top
        below = self.scalars([*lower, self.chain(bottoms)]) if lower and bottoms else ""
        bottom = (below, PRODUCT) if below else (
            self.single(bottoms) if bottoms else (lower[0], ATOM)
        )  # fmt: skip
        return self.fraction(top, bottom)

    def single(self, fs: list[Power]) -> Text:
        """Factors without a number: one of them keeps its own level."""
        if len(fs) > 1:
            return self.chain(fs), PRODUCT
        f, p = fs[0]
        return self.text(f) if p == 1.0 else self.powered(f, p)

    def chain(self, fs: list[Power]) -> str:
        """Factors side by side: scalars, then arrays with ⊙ between them."""
        if len(fs) == 1:
            f, p = fs[0]
            level = PRODUCT if isinstance(f, Total) else MATRIX
            return self.at(f, level) if p == 1.0 else self.powered(f, p)[0]
        scalars = [self.factor(f, p) for f, p in fs if not f.shape]
        arrays = [(f, p) for f, p in fs if f.shape]
        if self.entry or not arrays:
            return self.scalars([self.factor(f, p) for f, p in fs])
        if len(arrays) == 1:
            return self.scalars([*scalars, self.factor(*arrays[0])])
        many = f" {self.hadamard} ".join(self.factor(f, p) for f, p in arrays)
        return self.scalars([*scalars, many]) if scalars else many

    def factor(self, f: Expr, p: float) -> str:
        return self.at(f, APPLIED) if p == 1.0 else self.powered(f, p)[0]

    def under(self, text: Text, level: int) -> str:
        return text[0] if text[1] >= level else self.group(text[0])

    def prefixed(self, lead: str, rest: str) -> str:
        """A fraction in front of all else."""
        raise NotImplementedError

    def scalars(self, texts: list[str]) -> str:
        """Numbers and scalars side by side."""
        raise NotImplementedError


def plain(f: Expr) -> bool:
    """A named scalar, which may stand in the fraction in front."""
    return isinstance(f, Sym) and not f.shape
