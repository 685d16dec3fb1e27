"""A step of gradient descent: W = W − α(…), where = means "becomes"."""

from __future__ import annotations

from .equality import Claim, Ruling, ruled
from .lines import Line, Member
from .points import Points
from .tree import Add, Derivative, Expr, Mul, Negative, Symbol, walk


def updated(
    points: Points, left: Member, member: Member, line: Line, given: frozenset[Expr]
) -> Ruling:
    """Right if it subtracts a multiple of the gradient of a loss, by a number with a name."""
    steps = step_sizes(points, member.expr)
    if not steps:
        return Ruling("wrong", "nothing in it is a step size: a number that the loss has not")
    claims = []
    for loss in points.setup.losses:
        slope = Derivative(Symbol(loss), (left.expr,))
        for alpha in steps:
            step = Mul(alpha, slope, "matrix")
            target = Add((left.expr, Negative(step)))
            claim = Claim(
                target, member.expr, (member.expr,), line.notation, loss, line.loose, given
            )
            claims.append(claim)
            with points.comparing():
                ruling = ruled(points, claim)
            if ruling.verdict in ("right", "carried"):
                return ruling
    if not claims:
        return Ruling("wrong", "there is no loss whose gradient it could subtract")
    return ruled(points, claims[0])


def step_sizes(points: Points, e: Expr) -> list[Symbol]:
    """Numbers with a name that no forward quantity uses."""
    forward = {
        s.name for d in points.setup.definitions for s in walk(d.expr) if isinstance(s, Symbol)
    }
    numbers = {q.name for q in points.setup.quantities if not q.shape}
    found: dict[Symbol, None] = {}
    for s in walk(e):
        if isinstance(s, Symbol) and s.name in numbers - forward:
            found[s] = None
    return list(found)
