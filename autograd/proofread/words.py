"""What a report says around its marks: what it judged by, and how."""

from __future__ import annotations

from collections.abc import Sequence

from .lines import Line
from .problem import TOLERANCE
from .report import Mark
from .worlds.points import MORE, POINTS, Points
from .worlds.world import Setup
from .writing.printing import plain

SEVERAL = 3  # undefined products that suggest that a section means them loosely


def described(setup: Setup, lines: Sequence[Line]) -> str:
    """The losses, as the author defines them."""
    by_number = {line.number: line for line in lines}
    found = []
    for name in setup.losses:
        for d in setup.definitions:
            if d.name == name:
                line = by_number.get(d.line) if d.line is not None else None
                formula = plain(d.expr)
                found.append(f"{name} = {formula}" + (f" (line {line.number})" if line else ""))
    return "; ".join(found)


def conventions(setup: Setup) -> tuple[str, ...]:
    """How products, shapes and derivatives are read."""
    found = ["derivatives are total: along all paths to the loss"]
    if setup.exact_shapes:
        found.append("a product without a sign is a matrix product; ⊙ is entry by entry")
        found.append("a power of an array is entry by entry, but A⁻¹ of a square one its inverse")
        found.append("rows and columns are told apart; only a bias is repeated")
    else:
        found.append("numpy's rules for shapes and broadcasting")
    layout = (
        "rows are the numerator's entries" if setup.numerator else "columns are the numerator's"
    )
    found.append(f"a Jacobian that stands as a matrix: {layout}")
    if setup.zero_padded:
        found.append("entries beyond an array's edge are 0")
    return (*found, *setup.remarks)


def method(points: Points, confirmed: tuple[int, int]) -> tuple[str, ...]:
    """How it was judged: numerically, and what that does not promise."""
    exact, rough = confirmed
    told = [
        f"each line evaluated at {POINTS} random points ({MORE} or more where it is piecewise), "
        f"in sizes that differ from each other, to {TOLERANCE:g} of the largest entry: "
        "agreement in numbers, not a symbolic proof",
    ]
    if exact or rough:
        by = [f"{exact} by complex steps"] * bool(exact)
        by += [f"{rough} by differences, where a function has kinks"] * bool(rough)
        told.append(f"the true gradients are the engine's, confirmed: {', '.join(by)}")
    return tuple(told)


def advised(marks: Sequence[Mark]) -> tuple[str, ...]:
    """About the whole: where many products don't fit, they may be meant loosely."""
    undefined = [m for m in marks if m.verdict == "undefined" and "matrix product" in m.message]
    if len(undefined) < SEVERAL:
        return ()
    places = [m.at.line if m.at else m.line for m in undefined]
    return (
        f"{len(undefined)} products between lines {min(places)} and {max(places)} do not exist "
        "as written: if their order and transposes are left to the reader there, say "
        "`products: loose` for these lines",
    )
