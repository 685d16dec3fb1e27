"""What was meant where products are right only up to order, transposes and kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..formula.shapes import Shape
from ..formula.tree import (
    Add,
    Bound,
    Derivative,
    Each,
    Entry,
    Expr,
    Mul,
    Number,
    Total,
    Transpose,
)
from ..problem import Problem, agree
from ..worlds.world import World
from ..writing.printing import plain, written
from .arrangements import Way, arrangements
from .edits import Path, at, put
from .factors import free
from .jacobians import full_jacobian
from .remembering import Remembering
from .words import brief

MOST_TRIED = 3000


@dataclass(frozen=True)
class Exact:
    """The exact formula; `text` is it in the author's notation, `message` why it is not the line.

    rival: another arrangement of the same factors that has the right shape and is wrong, with its
    relative error, in words; "" if there is none.
    """

    expr: Expr
    text: str
    rival: str = ""
    message: str = ""


def exact_form(problem: Problem, own: World | None = None) -> Exact | None:
    """The closest exact formula for a line that is undefined as it stands, if one holds.

    own: a world of the document's own sizes, where more arrangements have the target's shape.
    """
    if (full := full_jacobian(problem)) is not None:
        return Exact(full, text(full, problem), message=jacobian_words(problem))
    if (summed := with_sums(problem)) is not None:
        return Exact(summed, text(summed, problem), message="a sum is left unwritten")
    return rearranged(problem, own)


def jacobian_words(problem: Problem) -> str:
    return f"{brief(problem.written)} is short for the whole Jacobian {brief(problem.target)}"


def text(e: Expr, problem: Problem) -> str:
    return written(e.body if isinstance(e, Each) else e, problem.notation)


def with_sums(problem: Problem) -> Expr | None:
    """Σ over the letters that stand on the right alone."""
    e = problem.written
    body = e.body if isinstance(e, Each) else e
    letters = [x for x in free(body) if not isinstance(e, Each) or x not in e.letters]
    if not letters:
        return None
    terms = body.terms if isinstance(body, Add) else (body,)
    summed = tuple(over(term, [x for x in letters if x in free(term)]) for term in terms)
    new = Add(summed) if isinstance(body, Add) else summed[0]
    for candidate in (new, over(body, letters)):
        whole = replace(e, body=candidate) if isinstance(e, Each) else candidate
        if problem.holds(whole):
            return whole
    return None


def over(e: Expr, letters: list[str]) -> Expr:
    return Total(tuple(map(Bound, letters)), e) if letters else e


@dataclass(frozen=True)
class Chain:
    """A product as its factors: numbers, and arrays with the transposes taken off."""

    path: Path
    numbers: tuple[Expr, ...]
    factors: tuple[Expr, ...]
    turned: tuple[bool, ...]
    shapes: tuple[Shape, ...]
    sign: str

    def ways(self) -> list[Way]:
        return arrangements(self.shapes, self.turned)

    def expr(self, way: Way) -> Expr:
        found = way.expr(self.factors, self.sign)
        for number in reversed(self.numbers):
            found = Mul(number, found, "matrix", self.sign)
        return found


def rearranged(problem: Problem, own: World | None) -> Exact | None:
    """The nearest arrangement of the factors of each undefined product that is right."""
    values = Remembering(problem.worlds[0], problem.author)
    chains = [c for c in found_chains(problem.written, values) if c is not None]
    undefined = [c for c in chains if values.array(closed(problem.written, c.path)) is None]
    chains = undefined or chains
    if not chains:
        return None
    rivals: list[Expr] = []
    for e in candidates(problem.written, chains):
        value = values.array(e)
        if value is None:
            continue
        if agree(value, problem.truth()) and problem.holds(e):
            rival = rivalry(problem, problem.worlds[0], rivals)
            if not rival:
                rival = rivalry(problem, problem.worlds[0], candidates(problem.written, chains))
            if not rival and own is not None:
                rival = at_own_sizes(problem, own)
            words = "right up to the order of its factors, transposes and ⊙"
            return Exact(e, text(e, problem), rival, words)
        if (full := full_jacobian(replace(problem, written=e))) is not None:
            return Exact(full, text(full, problem), message=jacobian_words(problem))
        rivals.append(e)
    return None


def candidates(e: Expr, chains: list[Chain]) -> Iterator[Expr]:
    """The formula with each chain arranged anew, the nearest arrangements first."""
    ways = [chain.ways() for chain in chains]
    together = itertools.islice(itertools.product(*ways), 20 * MOST_TRIED)
    ranked = sorted(together, key=lambda some: sum(way.cost for way in some))
    for some in ranked[:MOST_TRIED]:
        new: Any = e
        for chain, way in zip(chains, some, strict=True):
            new = put(new, chain.path, chain.expr(way))
        yield new


def rivalry(problem: Problem, world: World, some: Any, where: str = "") -> str:
    """The first arrangement with the target's shape and another value, in words."""
    truth = world.evaluate(problem.target)
    values = Remembering(world, problem.author)
    for e in some:
        value = values.array(e)
        if value is not None and value.shape == truth.shape and not agree(value, truth):
            off = np.linalg.norm(value - truth) / np.linalg.norm(truth)
            shown = plain(e.body if isinstance(e, Each) else e)
            return (
                f"{shown} has the right shape{where} too, and is wrong (relative error {off:.3g})"
            )
    return ""


def at_own_sizes(problem: Problem, own: World) -> str:
    values = Remembering(own, problem.author)
    chains = [c for c in found_chains(problem.written, values) if c is not None]
    some = candidates(problem.written, chains)
    return rivalry(problem, own, some, " at the document's sizes") if chains else ""


def found_chains(e: Expr, values: Remembering) -> Iterator[Chain | None]:
    """The products that are no factors of others."""
    for path, product in products_in(e):
        numbers, factors, turned, shapes = [], [], [], []
        for factor in factors_of(product):
            bare = factor.of if isinstance(factor, Transpose) else factor
            value = values.array(with_bounds(e, path, bare))
            if value is None:
                yield None
                break
            if value.size == 1:
                numbers.append(factor)
                continue
            factors.append(bare)
            turned.append(isinstance(factor, Transpose))
            shapes.append(value.shape)
        else:
            if len(factors) > 1:
                yield Chain(
                    path, tuple(numbers), tuple(factors), tuple(turned), tuple(shapes),
                    sign_of(product),
                )  # fmt: skip


def products_in(e: Expr, path: Path = ()) -> Iterator[tuple[Path, Mul]]:
    if isinstance(e, Mul):
        yield path, e
        return
    if isinstance(e, Entry | Derivative):
        return
    for f in fields(e):
        part: Any = getattr(e, f.name)
        for i, x in enumerate(part) if isinstance(part, tuple) else ((-1, part),):
            if isinstance(x, Expr):
                yield from products_in(x, (*path, (f.name, i)))


def factors_of(e: Expr) -> list[Expr]:
    return factors_of(e.left) + factors_of(e.right) if isinstance(e, Mul) else [e]


def sign_of(e: Expr) -> str:
    """The sign that the author multiplies with, the first one that is not ⊙."""
    if not isinstance(e, Mul):
        return ""
    own = "" if e.kind == "entrywise" else e.sign
    return sign_of(e.left) or own or sign_of(e.right)


def closed(e: Expr, path: Path) -> Expr:
    return with_bounds(e, path, at(e, path))


def with_bounds(e: Expr, path: Path, part: Expr) -> Expr:
    """A part of a formula under the sums that it stands in, so that it has a value by itself."""
    found = part
    for n in range(len(path) - 1, -1, -1):
        around = at(e, path[:n])
        if isinstance(around, Total) and around.bounds:
            found = Total(around.bounds, found)
        elif isinstance(around, Each):
            found = Entry(replace(around, body=found), tuple(Number(1.0) for _ in around.letters))
    return found
