"""One equality: right, carried, wrong, loose or undefined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .coincidence import coincidence, fitting_by_chance, worst_entry
from .formula.shapes import Undefined, Unknown, shown
from .formula.slopes import Slope
from .formula.tree import Derivative, Expr, walk
from .mending.loose import exact_form
from .mending.recognise import recognised
from .mending.ways import fixes
from .problem import Problem
from .report import Fix, Worst
from .resting import resting
from .ties import tie_note
from .worlds.points import Points, open_index
from .worlds.telling import telling
from .worlds.world import World
from .writing.printing import plain

Array = np.ndarray[Any, Any]
ABBREVIATED = "short for the Jacobian, which has an entry for each pair of entries"
NOWHERE = (
    "at none of the points has the left side a value: say which quantities are positive, "
    "or probabilities"
)


@dataclass(frozen=True)
class Ruling:
    """The verdict on an equality, with what there is to say."""

    verdict: str
    message: str = ""
    worst: Worst | None = None
    fixes: tuple[Fix, ...] = ()
    recognised: str = ""
    correct: str = ""
    rests_on: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    believed: bool = False  # what the author now takes for the target is not the truth


@dataclass(frozen=True)
class Claim:
    """`written` is said to be `target`, in a line that mentions `around`."""

    target: Expr
    written: Expr
    around: tuple[Expr, ...]
    notation: str
    loss: str
    loose: bool = False
    allowed: frozenset[Expr] = field(default_factory=frozenset)


def ruled(points: Points, claim: Claim) -> Ruling:
    """The verdict on a claim."""
    worlds = tuple(telling(points, claim.target, claim.written, claim.around))
    if not worlds:
        return Ruling("not read", NOWHERE)
    rests_on = resting(points, claim.written)
    problem = Problem(
        claim.target, claim.written, worlds, claim.notation, claim.loss, allowed=claim.allowed
    )
    try:
        problem.truth()
    except Undefined as error:
        return without_truth(problem, error)
    try:
        true_way = [problem.agrees(claim.written, i) for i in range(len(worlds))]
    except Undefined as error:
        return undefined(points, problem, error, claim, rests_on)
    if not all(true_way):
        return wrong(points, problem, claim, rests_on)
    if rests_on and not replace(problem, author=True).holds(claim.written):
        return Ruling("carried", carried_words(rests_on), rests_on=rests_on, believed=True)
    note = tie_note(points, claim.target, claim.written, claim.around)
    return Ruling("right", notes=(note,) if note else ())


def carried_words(rests_on: Iterable[int]) -> str:
    lines = " and ".join(map(str, rests_on))
    return f"a right step from line {lines}, which is wrong: nothing new to mend here"


def own_world(points: Points, claim: Claim) -> World | None:
    return points.own(points.fixed((claim.target, claim.written, *claim.around)))


def wrong(points: Points, problem: Problem, claim: Claim, rests_on: tuple[int, ...]) -> Ruling:
    """It can be evaluated, and differs."""
    if isinstance(claim.target, Derivative) and (exact := abbreviated(problem, claim)):
        return exact
    i = next(k for k in range(len(problem.worlds)) if not problem.agrees(claim.written, k))
    written, true = problem.value(claim.written, i), problem.truth(i)
    sizes = problem.worlds[i].sizes
    message, notes = "", []
    if written.shape != true.shape and not written.size == true.size == 1:
        message = f"it has shape {shown(written.shape, sizes)}, not {shown(true.shape, sizes)}"
    agreeing = sum(problem.agrees(claim.written, k) for k in range(len(problem.worlds)))
    if agreeing:
        notes.append(f"it agrees at {agreeing} of {len(problem.worlds)} points: not in all cases")
    if rests_on:
        lines = " and ".join(map(str, rests_on))
        if replace(problem, author=True).holds(claim.written):
            notes.append(f"with the result of line {lines} it comes out right: two mistakes cancel")
        else:
            notes.append(f"it also rests on line {lines}, which is wrong")
    if hint := coincidence(own_world(points, claim), problem):
        notes.append(hint)
    notes += independent(problem)
    return Ruling(
        "wrong", message, worst_entry(written, true), *said(points, problem),
        rests_on=rests_on, notes=tuple(notes), believed=True,
    )  # fmt: skip


def independent(problem: Problem) -> list[str]:
    """The derivatives in a line that are 0, of one thing by another that it has not in it."""
    found = {}
    for e in walk(problem.written):
        if isinstance(e, Derivative) and len(e.wrt) == 1 and not open_index(e):
            slope = problem.worlds[0].differentiated(e, {})
            if isinstance(slope, Slope) and not slope.data.any():
                of, wrt = plain(e.of), plain(e.wrt[0])
                found[e] = f"{plain(e)} is 0: {of} does not depend on {wrt}"
    return list(found.values())


def said(points: Points, problem: Problem) -> tuple[tuple[Fix, ...], str]:
    """How to mend it, and what it is instead; nothing while ways to read are compared."""
    return (fixes(problem), recognised(problem)) if points.explaining else ((), "")


def abbreviated(problem: Problem, claim: Claim) -> Ruling | None:
    """A Jacobian given by less than itself, as x is short for ∂(Wx)/∂W."""
    target = claim.target
    assert isinstance(target, Derivative)
    slope = problem.worlds[0].differentiated(target, {})
    if not isinstance(slope, Slope) or 1 in (slope.data.size, np.prod(slope.of_shape)):
        return None
    exact = exact_form(problem)
    if exact is None:
        return None
    return Ruling("loose", ABBREVIATED, correct=exact.text)


def without_truth(problem: Problem, error: Undefined) -> Ruling:
    """The left side is a Jacobian that is no matrix, or nothing at all."""
    if isinstance(problem.target, Derivative):
        try:
            problem.worlds[0].differentiated(problem.target, {})
        except Undefined as missing:
            return unevaluated(missing, "on the left, ")
        exact = exact_form(problem)
        if exact is not None:
            return Ruling("loose", ABBREVIATED, correct=exact.text)
        return Ruling("wrong", f"{error.message}; nor does this stand for its entries")
    return unevaluated(error, "on the left, ")


def unevaluated(error: Undefined, where: str = "") -> Ruling:
    """The fault of this line, unless it only needs what another line leaves without a value."""
    if isinstance(error, Unknown):
        return Ruling("not read", error.message)
    return Ruling("undefined", where + error.message)


def undefined(
    points: Points, problem: Problem, error: Undefined, claim: Claim, rests_on: tuple[int, ...]
) -> Ruling:
    """Shapes don't fit: loose where that is allowed and an arrangement of the factors is right."""
    if isinstance(error, Unknown):
        return unevaluated(error)
    notes = []
    if claim.loose:
        exact = exact_form(problem)
        if exact is not None:
            rival = (exact.rival,) if exact.rival else ()
            return Ruling("loose", error.message, correct=exact.text, notes=rival)
        notes.append("no order, transposes or ⊙ of its factors gives the gradient either")
    verdict, worst = "undefined", None
    if (hidden := fitting_by_chance(own_world(points, claim), problem)) is not None:
        note, worst = hidden
        notes.append(note)
        verdict = "wrong"
    return Ruling(
        verdict, error.message, worst, *said(points, problem),
        rests_on=rests_on, notes=tuple(notes), believed=verdict == "wrong",
    )  # fmt: skip
