"""How a line is mended: what stands in plain sight, then the search for small changes."""

from __future__ import annotations

from ..formula.shapes import Undefined
from ..formula.slips import mended
from ..formula.tree import Each, Entry, Expr, Family, Matrix, Mul, Symbol, Transpose, mapped, walk
from ..problem import Problem
from ..report import Fix
from ..writing.printing import plain, written
from .loose import exact_form, factors_of, with_sums
from .repair import repairs

LONG = 4  # factors, of which more than one may have to move


def fixes(problem: Problem) -> tuple[Fix, ...]:
    """Repairs; first of all those that the search for small changes would not find, or late."""
    due, slips = mended(problem.written)
    if slips and problem.holds(due):
        edits = tuple(f"{plain(s.meant)} instead of {plain(s.written)}" for s in slips)
        return (fix(problem, due, edits, "index"),)
    if (summed := with_sums(problem)) is not None:
        return (fix(problem, summed, ("a sum over the index that is free",), "missing sum"),)
    shorter, gone = without_what_is_not_there(problem)
    if gone and problem.holds(shorter):
        edits = tuple(f"without {plain(e)}" for e in gone)
        return (fix(problem, shorter, edits, "index"),)
    column = Transpose(problem.written)
    if isinstance(problem.target, Symbol) and problem.target in walk(problem.written):
        return (fix(problem, column, ("transpose it",), "transpose"),) * problem.holds(column)
    if long_product(problem.written) and (exact := exact_form(problem)) is not None:
        return (Fix(exact.text, ("multiplied otherwise: ⊙, order, transposes",), "product"),)
    return repairs(problem)


def fix(problem: Problem, e: Expr, edits: tuple[str, ...], kind: str) -> Fix:
    shown = e.body if isinstance(e, Each) else e
    return Fix(written(shown, problem.notation), edits, kind)


def long_product(e: Expr) -> bool:
    """Whether a product has so many factors that more than one of them may have to move."""
    return any(isinstance(x, Mul) and len(factors_of(x)) >= LONG for x in walk(e))


def without_what_is_not_there(problem: Problem) -> tuple[Expr, list[Expr]]:
    """The formula without entries beyond an array's end that have a row to themselves."""
    gone: list[Expr] = []

    def shorten(e: Expr) -> Expr:
        if not isinstance(e, Matrix):
            return mapped(e, shorten)
        kept = []
        for row in e.rows:
            if isinstance(row, Family) or len(row) > 1 or not absent(row[0], problem):
                kept.append(row)
            else:
                gone.append(row[0])
        return Matrix(tuple(kept), at=e.at) if kept and len(kept) < len(e.rows) else e

    return shorten(problem.written), gone


def absent(e: Expr, problem: Problem) -> bool:
    if not isinstance(e, Entry):
        return False
    try:
        problem.value(e)
    except Undefined:
        return True
    return False
