"""What fits what, and how to say that something doesn't."""

from __future__ import annotations

from collections.abc import Mapping

from .tree import Call, Derivative, Entry, Expr, Span, Symbol, Transpose

Shape = tuple[int, ...]


class Undefined(Exception):
    """A formula that cannot be evaluated as written: shapes that don't fit, an index out of range.

    `message` says which and what would fit; `at` is where.
    """

    def __init__(self, message: str, at: Span | None = None) -> None:
        super().__init__(message)
        self.message, self.at = message, at


class Unknown(Undefined):
    """It needs a quantity without a value: the fault, if there is one, is in another line."""


def shown(shape: Shape, sizes: Mapping[str, int]) -> str:
    """(7, 4) as n×n0; generic sizes are distinct, so that a number names its size."""
    names = {value: name for name, value in reversed(list(sizes.items()))}
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of {names.get(shape[0], shape[0])}"
    return "×".join(str(names.get(n, n)) for n in shape)


def called(e: Expr) -> str:
    """A factor's short name for a message; "" for what has none."""
    if isinstance(e, Symbol):
        return e.name
    if isinstance(e, Transpose):
        inside = called(e.of)
        return f"{inside}ᵀ" if inside else ""
    if isinstance(e, Derivative):
        return f"∂{called(e.of)}/∂" + "∂".join(called(w) for w in e.wrt)
    if isinstance(e, Call):
        return f"{e.text or e.function}(…)"
    return f"an entry of {called(e.of)}" if isinstance(e, Entry) else ""


def operand(e: Expr, shape: Shape, sizes: Mapping[str, int]) -> str:
    """`W2ᵀ (n1×n2)`."""
    name = called(e)
    return f"{name} ({shown(shape, sizes)})" if name else shown(shape, sizes)


def refused(e: Expr, sign: str, left: Shape, right: Shape, sizes: Mapping[str, int]) -> Undefined:
    """The error for a product that does not exist."""
    first, second = (
        operand(side, shape, sizes) for side, shape in zip(sides(e), (left, right), strict=True)
    )
    if sign == "matrix":
        fits = [
            words
            for words, a, b in (
                ("the left one transposed", left[::-1], right),
                ("the right one transposed", left, right[::-1]),
                ("both transposed", left[::-1], right[::-1]),
                ("the other order", right, left),
            )
            if len(a) == len(b) == 2 and a[1] == b[0]
        ]
        fits += ["⊙, entry by entry"] * (left == right)
        hint = f"; shapes would fit with {' or with '.join(fits)}" if fits else ""
        return Undefined(f"the matrix product of {first} and {second} does not exist{hint}", e.at)
    return Undefined(f"{first} {sign} {second} does not exist entry by entry", e.at)


def sides(e: Expr) -> tuple[Expr, Expr]:
    return e.left, e.right  # type: ignore[attr-defined]
