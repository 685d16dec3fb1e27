"""Formulas in short, for messages: ∂L/∂W2, h1ᵀ dz2, Σ_i x[i]²."""

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
)  # fmt: skip
from ..python.renewing import AGAIN
from .precedence import ATOM, ENTRYWISE, POWER, PRODUCT, SUM, UNARY, Piece, Writer, is_literal

RELATIONS = {"!=": "≠", "<=": "≤", ">=": "≥", "in": "∈"}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
NAMES = {"lam": "λ", "alpha": "α", "beta": "β", "delta": "δ", "epsilon": "ε", "eta": "η",
         "gamma": "γ", "theta": "θ", "mu": "μ", "sigma": "σ", "lambda": "λ"}  # fmt: skip


class InUnicode(Writer):
    minus = "−"

    def of_symbol(self, e: Symbol) -> Piece:
        name = e.name.rstrip(AGAIN)
        return NAMES.get(name, name), ATOM

    def of_index(self, e: Index) -> Piece:
        return e.name, ATOM

    def of_whole(self, e: Whole) -> Piece:
        return ":", ATOM

    def digits(self, value: float) -> str:
        return "π" if value == math.pi else super().digits(value)

    def of_derivative(self, e: Derivative) -> Piece:
        if e.text.replace(".", "").isidentifier():
            return e.text, ATOM
        power = self.raised(len(e.wrt)) if len(e.wrt) > 1 else ""
        below = "".join(f"∂{self.at(w, ATOM)}" for w in e.wrt)
        text = f"∂{power}{self.at(e.of, ATOM)}/{below}"
        if e.scale is None:
            return text, ATOM
        return f"{self.at(e.scale, PRODUCT)} {text}", PRODUCT

    def raised(self, n: int) -> str:
        return str(n).translate(RAISED)

    def of_entry(self, e: Entry) -> Piece:
        return f"{self.at(e.of, ATOM)}[{self.listed(e.index)}]", ATOM

    def of_mul(self, e: Mul) -> Piece:
        multiple = is_literal(e.left) or is_literal(e.right)
        entrywise = e.kind in ("entrywise", "*") and not multiple
        level = ENTRYWISE if entrywise else PRODUCT
        sign = {"entrywise": " ⊙ ", "*": " · "}[e.kind] if entrywise else " "
        right = self.at(e.right, level + 1)
        if sign == " " and (right[:1].isdigit() or right.startswith(self.minus)):
            sign = " · "
        return f"{self.at(e.left, level)}{sign}{right}", level

    def of_quotient(self, e: Quotient) -> Piece:
        gap = "" if is_literal(e.top) or isinstance(e.top, Symbol) else " "
        return f"{self.at(e.top, PRODUCT)}{gap}/{gap}{self.at(e.bottom, UNARY)}", PRODUCT

    def of_power(self, e: Power) -> Piece:
        base = self.at(e.base, ATOM)
        match e.exponent:
            case Number(value=n) if n == round(n) and 0 <= n < 100:
                return f"{base}{self.raised(round(n))}", POWER
        return f"{base}^{self.at(e.exponent, ATOM)}", POWER

    def of_transpose(self, e: Transpose) -> Piece:
        return f"{self.at(e.of, ATOM)}ᵀ", ATOM

    def of_call(self, e: Call) -> Piece:
        said = () if e.text == "len" else e.options
        options = "".join(f", {name}={value}" for name, value in said)
        own = e.text.isidentifier() and not e.primes
        name = e.text if own else e.function
        return f"{name}{'′' * e.primes}({self.listed(e.args)}{options})", ATOM

    def of_opaque(self, e: Opaque) -> Piece:
        return e.text, ATOM

    def of_norm(self, e: Norm) -> Piece:
        return f"‖{self.text(e.of)}‖", ATOM

    def of_total(self, e: Total) -> Piece:
        sign = "Π" if e.product else "Σ"
        loops = "".join(f"{sign}_{self.text(b)} " for b in e.bounds) or f"{sign} "
        return f"{loops}{self.at(e.body, ENTRYWISE)}", SUM

    def of_bound(self, e: Bound) -> Piece:
        if e.low is None or e.high is None:
            return e.name, ATOM
        return f"{e.name}={self.text(e.low)}..{self.text(e.high)}", ATOM

    def of_relation(self, e: Relation) -> Piece:
        return f"{self.text(e.left)} {RELATIONS.get(e.sign, e.sign)} {self.text(e.right)}", SUM

    def of_indicator(self, e: Indicator) -> Piece:
        return f"1({self.text(e.relation)})", ATOM

    def of_cases(self, e: Cases) -> Piece:
        rows = (
            f"{self.text(x)} " + ("otherwise" if r is None else f"if {self.text(r)}")
            for x, r in e.branches
        )
        return f"{{{', '.join(rows)}}}", ATOM

    def of_ones(self, e: Ones) -> Piece:
        return "I" if e.kind == "eye" else "𝟏", ATOM

    def of_at(self, e: At) -> Piece:
        if arguments := self.arguments(e):
            return f"{self.text(e.of)}({arguments})", ATOM
        values = ", ".join(f"{name} = {self.text(x)}" for name, x in e.where)
        return f"{self.at(e.of, ATOM)} at {values}", SUM

    def of_matrix(self, e: Matrix) -> Piece:
        rows = (self.text(r) if isinstance(r, Family) else self.listed(r) for r in e.rows)
        return f"[{'; '.join(rows)}]", ATOM

    def of_family(self, e: Family) -> Piece:
        return f"{self.listed(e.body)}, …, {self.listed(e.last)}", ATOM

    def of_each(self, e: Each) -> Piece:
        return self.piece(e.body)
