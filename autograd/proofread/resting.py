"""Which wrong lines a formula rests on."""

from __future__ import annotations

from collections.abc import Iterator

from .formula.tree import Derivative, Each, Expr, walk
from .worlds.points import Points


def resting(points: Points, written: Expr) -> tuple[int, ...]:
    """The lines whose wrong results the formula uses."""
    found: set[int] = set()
    beliefs = points.beliefs()
    stack = [written]
    seen: set[Expr] = set()
    while stack:
        for e in insides(stack.pop()):
            if isinstance(e, Derivative) and e not in seen:
                seen.add(e)
                for target, line in beliefs.items():
                    if concerns(target, e):
                        found.add(line)
            elif (name := getattr(e, "name", None)) in points.auxiliary and e not in seen:
                seen.add(e)
                stack.append(points.auxiliary[str(name)])
    return tuple(sorted(found))


def insides(e: Expr) -> Iterator[Expr]:
    """What a formula speaks of, without what its free letters range over."""
    return walk(e.body if isinstance(e, Each) else e)


def concerns(target: Expr, used: Derivative) -> bool:
    """Whether the author's value of `target` is what `used` stands for."""
    if isinstance(target, Each):
        target = target.body
    if not isinstance(target, Derivative) or target.of != used.of:
        return False
    if len(target.wrt) != len(used.wrt) or target.wrt[:-1] != used.wrt[:-1]:
        return False
    a, b = (getattr(e.wrt[-1], "of", e.wrt[-1]) for e in (target, used))
    return bool(target.wrt[-1] == used.wrt[-1] or a == b)
