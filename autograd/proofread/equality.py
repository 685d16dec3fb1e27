"""One equality: right, carried, wrong, loose or undefined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .loose import exact_form
from .points import MORE, Points
from .problem import Problem, agree
from .recognise import recognised
from .repair import repairs
from .report import Fix, Worst
from .shapes import Undefined, shown
from .slopes import Slope
from .ties import tie_note
from .tree import Call, Cases, Derivative, Each, Expr, Indicator, walk
from .worlds import World

Array = np.ndarray[Any, Any]
ENOUGH = 60  # points in which a branch that has not been seen is looked for
PIECEWISE = {"relu", "leaky_relu", "elu", "maximum", "minimum", "max", "min", "abs", "clip", "step"}


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
    worlds = telling(points, claim)
    rests_on = resting(points, claim.written)
    problem = Problem(
        claim.target, claim.written, worlds, claim.notation, claim.loss, allowed=claim.allowed
    )
    try:
        problem.truth()
    except Undefined as error:
        return without_truth(problem, error)
    try:
        true_way = [
            agree(problem.value(claim.written, i), problem.truth(i)) for i in range(len(worlds))
        ]
    except Undefined as error:
        return undefined(problem, error, claim, rests_on)
    if not all(true_way):
        return wrong(points, problem, claim, rests_on)
    if rests_on and not replace(problem, author=True).holds(claim.written):
        return Ruling("carried", carried_words(rests_on), rests_on=rests_on, believed=True)
    note = tie_note(points, claim.target, claim.written, claim.around)
    return Ruling("right", notes=(note,) if note else ())


def carried_words(rests_on: Iterable[int]) -> str:
    lines = " and ".join(map(str, rests_on))
    return f"a right step from line {lines}, which is wrong: nothing new to mend here"


def telling(points: Points, claim: Claim) -> tuple[World, ...]:
    """Enough points: sizes as the line fixes them, and every branch of what is piecewise."""
    fixed = points.fixed((claim.target, claim.written, *claim.around))
    if not piecewise(points, claim):
        return points.few(fixed)
    worlds = list(points.few(fixed, MORE))
    seen: dict[Expr, set[bool]] = {}
    for k in range(ENOUGH):
        if k >= len(worlds):
            if all(len(s) == 2 for s in seen.values()):
                break
            worlds.append(points.at(fixed, k))
        world = worlds[k]
        world.branches.clear()
        try:
            world.evaluate(claim.written)
        except Undefined:
            break
        for e, outcomes in world.branches.items():
            seen.setdefault(e, set()).update(outcomes)
    return tuple(worlds)


def piecewise(points: Points, claim: Claim) -> bool:
    forward = (d.expr for d in points.setup.definitions)
    labels = any(q.kind in ("labels", "onehot") for q in points.setup.quantities)
    return labels or any(
        isinstance(e, Indicator | Cases) or (isinstance(e, Call) and e.function in PIECEWISE)
        for whole in (claim.target, claim.written, *forward)
        for e in walk(whole)
    )


def resting(points: Points, written: Expr) -> tuple[int, ...]:
    """The lines whose wrong results the formula uses."""
    found: set[int] = set()
    stack = [written]
    seen: set[Expr] = set()
    while stack:
        for e in walk(stack.pop()):
            if isinstance(e, Derivative) and e not in seen:
                seen.add(e)
                for target, (_, line) in points.beliefs.items():
                    if concerns(target, e):
                        found.add(line)
            elif (name := getattr(e, "name", None)) in points.auxiliary and e not in seen:
                seen.add(e)
                stack.append(points.auxiliary[str(name)])
    return tuple(sorted(found))


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


def worst_entry(written: Array, true: Array) -> Worst | None:
    """Where the two are furthest apart, counted from 1."""
    if written.shape != true.shape or not true.size:
        return None
    with np.errstate(all="ignore"):
        off = np.where(np.isfinite(written), np.abs(written - true), np.inf)
    place = np.unravel_index(int(np.argmax(off)), off.shape)
    return Worst(tuple(int(i) + 1 for i in place), float(written[place]), float(true[place]))


def wrong(points: Points, problem: Problem, claim: Claim, rests_on: tuple[int, ...]) -> Ruling:
    """It can be evaluated, and differs."""
    if isinstance(claim.target, Derivative) and (exact := abbreviated(problem, claim)):
        return exact
    i = next(
        k
        for k in range(len(problem.worlds))
        if not agree(problem.value(claim.written, k), problem.truth(k))
    )
    written, true = problem.value(claim.written, i), problem.truth(i)
    sizes = problem.worlds[i].sizes
    message, notes = "", []
    if written.shape != true.shape:
        message = f"it has shape {shown(written.shape, sizes)}, not {shown(true.shape, sizes)}"
    agreeing = sum(
        agree(problem.value(claim.written, k), problem.truth(k)) for k in range(len(problem.worlds))
    )
    if agreeing:
        notes.append(f"it agrees at {agreeing} of {len(problem.worlds)} points: not in all cases")
    if rests_on:
        lines = " and ".join(map(str, rests_on))
        if replace(problem, author=True).holds(claim.written):
            notes.append(f"with the result of line {lines} it comes out right: two mistakes cancel")
        else:
            notes.append(f"it also rests on line {lines}, which is wrong")
    if hint := coincidence(points, problem, claim):
        notes.append(hint)
    return Ruling(
        "wrong", message, worst_entry(written, true), repairs(problem), recognised(problem),
        rests_on=rests_on, notes=tuple(notes), believed=True,
    )  # fmt: skip


def coincidence(points: Points, problem: Problem, claim: Claim) -> str:
    """Why a wrong formula looks right at the document's own sizes."""
    world = points.own(points.fixed((claim.target, claim.written, *claim.around)))
    if world is None:
        return ""
    by_size: dict[int, list[str]] = {}
    for name, n in world.sizes.items():
        by_size.setdefault(n, []).append(name)
    equal = [" = ".join(names) + f" = {n}" for n, names in by_size.items() if len(names) > 1]
    own = replace(problem, worlds=(world,))
    try:
        written, true = own.value(claim.written), own.truth()
    except Undefined:
        return ""
    if agree(written, true):
        return f"at the document's own sizes it comes out right ({', '.join(equal) or 'by chance'})"
    generic = problem.value(claim.written).shape == problem.truth().shape
    if equal and written.shape == true.shape and not generic:
        return f"its shape is right only because {' and '.join(equal)}"
    return ""


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
    return Ruling("loose", exact.message, correct=exact.text)


def without_truth(problem: Problem, error: Undefined) -> Ruling:
    """The left side is a Jacobian that is no matrix, or nothing at all."""
    if isinstance(problem.target, Derivative):
        try:
            problem.worlds[0].differentiated(problem.target, {})
        except Undefined:
            return Ruling("undefined", f"on the left, {error.message}")
        exact = exact_form(problem)
        if exact is not None:
            return Ruling("loose", exact.message, correct=exact.text)
        return Ruling("wrong", f"{error.message}; nor does this stand for its entries")
    return Ruling("undefined", f"on the left, {error.message}")


def undefined(
    problem: Problem, error: Undefined, claim: Claim, rests_on: tuple[int, ...]
) -> Ruling:
    """Shapes don't fit: loose where that is allowed and an arrangement of the factors is right."""
    notes = []
    if claim.loose:
        exact = exact_form(problem)
        if exact is not None:
            rival = (exact.rival,) if exact.rival else ()
            return Ruling("loose", error.message, correct=exact.text, notes=rival)
        notes.append("no order, transposes or ⊙ of its factors gives the gradient either")
    return Ruling(
        "undefined", error.message, None, repairs(problem), recognised(problem),
        rests_on=rests_on, notes=tuple(notes),
    )  # fmt: skip
