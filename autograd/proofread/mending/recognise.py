"""What somebody has computed who has not computed the target: another gradient, a multiple, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..formula.shapes import Undefined
from ..formula.tree import Derivative, Each, Expr, Symbol
from ..problem import Array, Problem, agree
from ..worlds.world import World
from ..writing.printing import plain
from .words import key

Values = list[Array]  # one for each world
UNNAMED = "a factor that is the same for all entries"


def recognised(problem: Problem) -> str:
    """A short sentence about what the written formula is instead; "" if that is not known."""
    try:
        mine = [problem.value(problem.written, i) for i in range(len(problem.worlds))]
        true = [problem.truth(i) for i in range(len(problem.worlds))]
    except Undefined:
        return ""
    if not all(np.isfinite(x).all() for x in (*mine, *true)):
        return ""
    name = plain(unnamed(problem.target))
    for look in (transposed, multiple, elsewhere, summed, penalty, lacking, partly):
        if found := look(problem, mine, true, name):
            return found
    return ""


def unnamed(e: Expr) -> Expr:
    """∂L/∂z2, whatever the author calls it."""
    e = e.body if isinstance(e, Each) else e
    return replace(e, text="") if isinstance(e, Derivative) else e


def same(a: Values, b: Values) -> bool:
    return len(a) == len(b) and all(map(agree, a, b))


def transposed(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "the transpose of ∂L/∂W2", the right entries in another shape."""
    if any(x.ndim == 2 and min(x.shape) > 1 for x in true) and same([x.T for x in mine], true):
        return f"this is the transpose of {name}"
    pairs = list(zip(mine, true, strict=True))
    if all(a.size == b.size and a.shape != b.shape for a, b in pairs) and same(
        [a.reshape(b.shape) for a, b in pairs], true
    ):
        return f"the right entries, as {form(mine[0])} instead of {form(true[0])}"
    return ""


def form(x: Array) -> str:
    if x.ndim == 2 and 1 in x.shape:
        return "a column" if x.shape[1] == 1 else "a row"
    if x.ndim == 1:
        return "a vector"
    return "×".join(map(str, x.shape)) if x.ndim else "a number"


def multiple(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "off by the factor n": one number in each world, that has a name."""
    factor = ratio(mine, true)
    if factor and all(x.size == 1 for x in true) and named(factor, problem) == UNNAMED:
        return ""
    word = named(factor, problem) if factor else ""
    return "the sign is wrong" if word == "the sign" else f"off by {word}" if word else ""


def ratio(mine: Values, true: Values) -> list[float]:
    """The number c with mine = c·true in each world; [] if there is none."""
    found = []
    for a, b in zip(mine, true, strict=True):
        if a.shape != b.shape or not np.any(b):
            return []
        with np.errstate(all="ignore"):
            c = float(np.vdot(b, a) / np.vdot(b, b))
        if c == 0 or not agree(a, c * b):
            return []
        found.append(c)
    return found


def named(factor: list[float], problem: Problem) -> str:
    """What a factor is called in all worlds: a fraction, a size, one over it, λ, or "a factor"."""
    sizes = [w.sizes for w in problem.worlds]
    scalars = [
        {name: float(w.value(name)) for name in w.scalars() if name != problem.loss}
        for w in problem.worlds
    ]
    first = Fraction(factor[0]).limit_denominator(24)
    if np.allclose(factor, float(first), rtol=1e-9):
        return "the sign" if first == -1 else f"the factor {first}".replace("-", "−")
    found: list[tuple[int, str]] = []  # 15/n is d where n and d have the sizes 3 and 5 in turns
    for values in (sizes, scalars):
        for x in values[0]:
            c = [v[x] for v in values]
            for power in (1, -1, 2, -2):
                by = Fraction(factor[0] / c[0] ** power).limit_denominator(8)
                if by and np.allclose(factor, [float(by) * k**power for k in c], rtol=1e-9):
                    length = abs(by.numerator) + by.denominator + abs(power)
                    found.append((length, f"the factor {product(by, plain(Symbol(x)), power)}"))
    return min(found, default=(0, UNNAMED), key=lambda pair: pair[0])[1]


def product(by: Fraction, x: str, power: int) -> str:
    sign = "−" if by < 0 else ""
    by = abs(by)
    top = "" if by.numerator == 1 else f"{by.numerator}"
    x2 = x if abs(power) == 1 else f"{x}²"
    if power > 0:
        return f"{sign}{top}{x2}" + (f"/{by.denominator}" if by.denominator != 1 else "")
    bottom = x2 if by.denominator == 1 else f"({by.denominator}{x2})"
    return f"{sign}{top or 1}/{bottom}"


def elsewhere(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "this is ∂L/∂a2, not ∂L/∂z2"; up to a transpose, a factor."""
    own = key(unnamed(problem.target))
    ways: tuple[tuple[str, Callable[[Array], Array]], ...] = (
        ("", lambda x: x), ("the transpose of ", lambda x: x.T),
    )  # fmt: skip
    others = [x for x in (*derivatives(problem), *quantities(problem)) if key(x[0]) != own]
    data = {q.name for q in problem.worlds[0].setup.quantities if q.kind != "parameter"}
    steps: list[tuple[Expr, Values]] = []
    given: list[tuple[Expr, Values]] = []  # ∂L/∂t is hardly a step of anybody's
    for what, values in others:
        (given if data.intersection(key(what)[1:]) else steps).append((what, values))
    for some in (steps, given):
        for words, way in ways:
            for what, values in some:
                if same(mine, [way(x) for x in values]):
                    return f"this is {words}{plain(what)}, not {name}"
        for what, values in some:
            if isinstance(what, Derivative) and same(mine, [-x for x in values]):
                return f"this is −{plain(what)}, not {name}"
    return ""


def derivatives(problem: Problem) -> Iterator[tuple[Expr, Values]]:
    """The true gradients of the loss for all quantities."""
    worlds = problem.worlds
    for name in worlds[0].quantities():
        e = Derivative(Symbol(problem.loss), (Symbol(name),))
        if name != problem.loss and (values := everywhere(worlds, e)):
            yield e, values


def quantities(problem: Problem) -> Iterator[tuple[Expr, Values]]:
    for name, shape in problem.worlds[0].quantities().items():
        if shape and name != problem.loss and (values := everywhere(problem.worlds, Symbol(name))):
            yield Symbol(name), values


def everywhere(worlds: tuple[World, ...], e: Expr) -> Values:
    try:
        return [w.evaluate(e) for w in worlds]
    except Undefined:
        return []


def summed(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "the sum over axis 0 is missing", "the mean instead of the sum"."""
    for axis in (0, 1):
        if any(x.ndim <= axis for x in mine):
            continue
        for f, word in ((np.sum, "sum"), (np.mean, "mean")):
            for keep in (True, False):
                if same([f(x, axis=axis, keepdims=keep) for x in mine], true):
                    return f"the {word} over {('the rows', 'the columns')[axis]} is missing"
    return ""


def penalty(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "λW2 is missing", "λW2 is too much", in whatever multiple."""
    gap = [b - a for a, b in zip(mine, true, strict=True) if a.shape == b.shape]
    if len(gap) != len(true):
        return ""
    for what, values in (*quantities(problem), *derivatives(problem)):
        if key(what) == key(problem.target) or any(
            x.shape != g.shape for x, g in zip(values, gap, strict=True)
        ):
            continue
        factor = ratio(gap, values)
        if factor and (word := coefficient(factor, problem)) is not None:
            term = f"{word.lstrip('−')}{plain(what)}"
            return f"{term} is too much" if word.startswith("−") else f"{term} is missing"
    return ""


def coefficient(factor: list[float], problem: Problem) -> str | None:
    """A factor in front of a term: "", "−", "2 ", "λ ", None if it has no name."""
    word = named(factor, problem)
    if word == UNNAMED:
        return None
    if word == "the sign":
        return "−"
    number = word.removeprefix("the factor ")
    return "" if number == "1" else f"{number} "


def lacking(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "lacks the factor h2(1−h2)": a known quantity in every entry's ratio."""
    if any(a.shape != b.shape or a.ndim == 0 for a, b in zip(mine, true, strict=True)):
        return ""
    with np.errstate(all="ignore"):
        missing = [b / a for a, b in zip(mine, true, strict=True)]
        extra = [a / b for a, b in zip(mine, true, strict=True)]
    for what, values in quantities(problem):
        q = plain(what)
        slopes: tuple[tuple[str, Callable[[Array], Array]], ...] = (
            (q, lambda x: x), (f"{q}(1 − {q})", lambda x: x * (1 - x)),
            (f"(1 − {q})", lambda x: 1 - x), (f"(1 − {q}²)", lambda x: 1 - x**2),
        )  # fmt: skip
        for word, slope in slopes:
            factors = [slope(x) for x in values]
            for gap, verb in ((missing, "lacks the factor"), (extra, "has the factor")):
                if all(map(close, gap, factors)):
                    return f"it {verb} {word}" + (" too much" if verb.startswith("has") else "")
    return ""


def close(ratio: Array, factor: Array) -> bool:
    return ratio.shape == factor.shape and bool(np.allclose(ratio, factor, rtol=1e-8, atol=1e-12))


def partly(problem: Problem, mine: Values, true: Values, name: str) -> str:
    """ "right in row 1, wrong in the others"."""
    a, b = mine[0], true[0]
    if a.shape != b.shape or a.ndim != 2 or min(a.shape) == 0:
        return ""
    scale = 1e-9 * max(float(np.max(np.abs(b))), 1e-3)
    good = np.abs(a - b) <= scale
    for axis, word in ((1, "row"), (0, "column")):
        lines = good.all(axis=axis)
        if lines.any() and len(lines) > 1:
            where = [str(k + 1) for k in np.flatnonzero(lines)]
            plural = "s" if len(where) > 1 else ""
            return f"right in {word}{plural} {', '.join(where)}, wrong in the others"
    if 2 * good.sum() > good.size and not good.all():
        return f"right in {int(good.sum())} of {good.size} entries"
    return ""
