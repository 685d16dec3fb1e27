"""A step of gradient descent: W = W − α(…), where = means "becomes"."""

from __future__ import annotations

from dataclasses import replace

from .equality import Claim, Ruling, ruled
from .formula.tree import Add, Derivative, Each, Expr, Mul, Negative, Symbol, walk
from .lines import Line, Member
from .worlds.points import Points

RENAME = "give what it is from here on a name of its own"


def updated(
    points: Points, left: Member, member: Member, line: Line, given: frozenset[Expr]
) -> Ruling:
    """Right if it subtracts a multiple of the gradient of a loss, by a number with a name."""
    defined = {*(d.name for d in points.setup.definitions), *points.auxiliary}
    if isinstance(left.expr, Symbol) and left.expr.name in defined:
        name = left.expr.name
        return Ruling("not read", f"{name} is defined before, and changes here: {RENAME}")
    steps = step_sizes(points, member.expr)
    if not steps:
        return Ruling("wrong", "nothing in it is a step size: a number that the loss has not")
    claims = []
    for loss in points.setup.losses:
        for alpha in steps:
            target = stepped(left.expr, loss, alpha)
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
    named = (c for c in claims if Symbol(c.loss) in walk(member.expr))
    return ruled(points, next(named, claims[0]))


def stepped(x: Expr, loss: str, alpha: Symbol) -> Expr:
    """x − α ∂loss/∂x; of entries, for each."""
    if isinstance(x, Each):
        return replace(x, body=stepped(x.body, loss, alpha))
    slope = Derivative(Symbol(loss), (x,))
    return Add((x, Negative(Mul(alpha, slope, "matrix"))))


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
