"""What is said of a function without an argument: σ′ = σ(1 − σ) is judged at any argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..formula.tree import Call, Symbol
from ..python.functions import FUNCTIONS
from ..worlds.quantity import Definition, Quantity
from . import trees
from .scope import Scope
from .tex.raw import Fraction, Letter, Raw, RawMember, Scripted
from .tex.raw import Sequence as Product

ARGUMENT = "argument"
NONE = ("sum", "mean", "max", "min", "norm", "diag", "trace", "softmax")  # not entry by entry


def function_of(members: Sequence[RawMember], scope: Scope) -> str:
    """The author's name of the function that a line beginning with f′ is about, or ""."""
    left = members[0].value
    if not isinstance(left, Scripted) or left.primes != 1 or left.sub or left.sup:
        return ""
    name = trees.name_of(left.base)
    function = scope.function(name) if name and not scope.has(name) else ""
    return name if function in FUNCTIONS and function not in NONE else ""


def value_name(name: str) -> str:
    return f"{name}_value"


def quantities(functions: dict[str, str]) -> tuple[Quantity, ...]:
    """The argument, if there is such a line."""
    return (Quantity(ARGUMENT),) if functions else ()


def definitions(functions: dict[str, str]) -> tuple[Definition, ...]:
    """What each function is there."""
    return tuple(
        Definition(value_name(name), Call(function, (Symbol(ARGUMENT),)))
        for name, function in functions.items()
    )


def at_an_argument(members: Sequence[RawMember], name: str) -> tuple[RawMember, ...]:
    """The line with the function's value for σ, and its derivative for σ′."""
    return tuple(
        m if m.value is None else replace(m, value=applied(m.value, name)) for m in members
    )


def applied(raw: Raw, name: str) -> Raw:
    if isinstance(raw, Scripted) and raw.primes == 1 and trees.name_of(raw.base) == name:
        d = Letter(raw.at, "partial")
        top, bottom = (
            Product(raw.at, (d, Letter(raw.at, of)), ("",)) for of in (value_name(name), ARGUMENT)
        )
        return Fraction(raw.at, top, bottom)
    if isinstance(raw, Letter) and trees.name_of(raw) == name:
        return Letter(raw.at, value_name(name))

    def put(x: object) -> object:
        if isinstance(x, Raw):
            return applied(x, name)
        return tuple(map(put, x)) if isinstance(x, tuple) else x

    changed: dict[str, Any] = {k: put(v) for k, v in vars(raw).items() if k != "at"}
    return replace(raw, **changed)
