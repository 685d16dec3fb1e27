"""What all ways of writing a formula share: a piece of text, and how tightly it holds together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from ..formula.tree import Add, At, Expr, Negative, Number, Power, Quotient, Symbol

SUM, ENTRYWISE, PRODUCT, UNARY, POWER, ATOM = range(6)
Piece = tuple[str, int]  # a text, and the level of its loosest operation
PLAIN_DIGITS = 1e15  # whole numbers below it are written without exponent


class Writer:
    """A formula as text: a method for each kind of it, which returns a Piece."""

    brackets: ClassVar[tuple[str, str]] = ("(", ")")
    minus: ClassVar[str] = "-"

    def piece(self, e: Expr) -> Piece:
        found: Piece = getattr(self, f"of_{type(e).__name__.lower()}")(e)
        return found

    def text(self, e: Expr) -> str:
        return self.piece(e)[0]

    def at(self, e: Expr, level: int) -> str:
        """The text, in brackets where it holds less tightly than `level`."""
        text, own = self.piece(e)
        return text if own >= level else self.bracketed(text)

    def closed(self, e: Expr, level: int) -> str:
        """The same, with a sign inside the brackets."""
        return self.bracketed(self.text(e)) if isinstance(e, Negative) else self.at(e, level)

    def bracketed(self, text: str) -> str:
        return text.join(self.brackets)

    def listed(self, es: Iterable[Expr]) -> str:
        return ", ".join(map(self.text, es))

    def arguments(self, e: At) -> str:
        """What stands in the brackets of h(x_1, w); "" where that is no way to write it."""
        if not isinstance(e.of, Symbol) or e.of.name != e.function:
            return ""
        others = {name: Symbol(name, text) for name, text in e.parameters}
        return self.listed((others | dict(e.where)).values())

    def of_add(self, e: Add) -> Piece:
        text = self.text(e.terms[0])
        for term in e.terms[1:]:
            if isinstance(term, Negative):
                sign, term = self.minus, term.of
            else:
                sign = "+"
            text += f" {sign} {self.closed(term, ENTRYWISE)}"
        return text, SUM

    def of_negative(self, e: Negative) -> Piece:
        text, level = self.piece(e.of)
        if level < ENTRYWISE or isinstance(e.of, Negative) or text.startswith(self.minus):
            return self.minus + self.bracketed(text), UNARY
        return self.minus + text, min(level, UNARY)

    def of_number(self, e: Number) -> Piece:
        if e.value < 0:
            return self.of_negative(Negative(Number(-e.value)))
        return self.digits(e.value), ATOM

    def digits(self, value: float) -> str:
        whole = value == round(value) if abs(value) < PLAIN_DIGITS else False
        return str(round(value)) if whole else repr(float(value))


def is_literal(e: Expr) -> bool:
    """Whether a formula is a plain number, or made of such."""
    match e:
        case Number():
            return True
        case Negative(of=x):
            return is_literal(x)
        case Quotient(top=a, bottom=b) | Power(base=a, exponent=b):
            return is_literal(a) and is_literal(b)
    return False
