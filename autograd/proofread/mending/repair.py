"""The smallest change that makes a line right: one edit, or two, tried nearest first."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..formula.tree import (
    Each,
    Expr,
    Number,
    walk,
)
from ..problem import Problem, agree
from ..report import Fix
from ..writing.printing import written
from .canonical import canonical
from .edits import Path, at, changes, here, put, settled
from .idle import gradients_in, idle
from .remembering import Remembering
from .words import Edit, key, vocabulary

MOST_PAIRS = 4000  # pairs of changes that are thought of
MOST_NESTED = 1000  # and changes around a changed part
MOST_WORK = 100_000, 40_000  # parts of formulas that are computed, for one change and for two
MOST_RIGHT = 12  # candidates that are right at the first point and are looked at closely
SLACK = 0.5  # how much farther-fetched another suggestion may be than the first
PER_PART = 0.06  # what each part of the mended formula costs
PER_IDLE = 0.5  # and each part that does nothing


def repairs(problem: Problem, limit: int = 3) -> tuple[Fix, ...]:
    """Changes that make the line right in every world, the closest to the written one first."""
    found = Search(problem).found(limit)
    notation = problem.notation
    return tuple(
        Fix(
            written(bare(c.expr), notation),
            tuple(edit.words for edit in c.edits),
            " and ".join(dict.fromkeys(edit.kind for edit in c.edits)),
        )
        for c in found
    )


def bare(e: Expr) -> Expr:
    return e.body if isinstance(e, Each) else e


@dataclass(frozen=True)
class Candidate:
    expr: Expr
    edits: tuple[Edit, ...]

    def settled(self) -> Candidate:
        return Candidate(settled(self.expr), self.edits)

    @property
    def cost(self) -> float:
        return sum(edit.cost for edit in self.edits)


class Search:
    """Candidates for one problem, and the test of each."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.words = vocabulary(problem)
        self.values = Remembering(problem.worlds[0], problem.author)
        self.truth = problem.truth()
        self.start = problem.written
        self.keys = {key(e) for e in gradients_in(self.start)}
        self.keys |= {key(e) for e in problem.allowed}
        self.idle = idle(self.start, self.values)
        self.evaluated = 0

    def found(self, limit: int) -> list[Candidate]:
        if not np.isfinite(self.truth).all():
            return []
        first = sorted(changes(self.start, self.words), key=lambda pair: pair[1].cost)
        singles = (Candidate(put(self.start, path, e.expr), (e,)) for path, e in first)
        if found := self.best(singles, limit, MOST_WORK[0]):
            return found
        two = heapq.merge(self.pairs(first), self.nested(first), key=lambda c: c.cost)
        return self.best(two, limit, self.values.work + MOST_WORK[1])

    def best(self, candidates: Iterable[Candidate], limit: int, most_work: int) -> list[Candidate]:
        """Those that hold, among the ones hardly farther-fetched than the first."""
        hits: dict[str, Candidate] = {}
        looked: set[str] = set()
        for c in candidates:
            if hits and c.cost > next(iter(hits.values())).cost + SLACK:
                break
            if self.values.work > most_work or len(looked) > MOST_RIGHT:
                break
            self.evaluated += 1
            value = self.values.array(c.expr)
            if value is None or not agree(value, self.truth):
                continue
            form = repr(canonical(c.expr))
            if form not in looked and self.right(c.expr):
                hits[form] = c
            looked.add(form)
        ranked = sorted(map(Candidate.settled, hits.values()), key=self.rank)
        return ranked[:limit]

    def rank(self, c: Candidate) -> tuple[float, float]:
        parts = sum(1 for _ in walk(c.expr))
        cost = c.cost + PER_PART * parts + PER_IDLE * idle(c.expr, self.values)
        return round(cost, 2), self.distance(c.expr)

    def pairs(self, first: list[tuple[Path, Edit]]) -> Iterator[Candidate]:
        """Two changes of parts that lie beside each other, the cheapest pairs first."""
        costs = [edit.cost for _, edit in first]
        heap = [(a + b, i, i + 1) for i, (a, b) in enumerate(pairwise(costs))]
        for _ in range(MOST_PAIRS):
            if not heap:
                break
            _, i, j = heapq.heappop(heap)
            (p, a), (q, b) = first[i], first[j]
            if j + 1 < len(first):
                heapq.heappush(heap, (a.cost + first[j + 1][1].cost, i, j + 1))
            if p[: len(q)] != q and q[: len(p)] != p:
                yield Candidate(put(put(self.start, p, a.expr), q, b.expr), (a, b))

    def nested(self, first: list[tuple[Path, Edit]]) -> Iterator[Candidate]:
        """A change of a part, then one of what is around it or of the part again."""
        found: list[Candidate] = []
        for path, edit in first:
            if edit.cost > 1.3 or len(found) > MOST_NESTED:
                break
            changed = put(self.start, path, edit.expr)
            for n in range(len(path), -1, -1):
                parent = at(changed, path[: n - 1]) if n else None
                for second in here(at(changed, path[:n]), parent, self.words):
                    if second.cost <= 1.3:
                        found.append(Candidate(put(changed, path[:n], second.expr), (edit, second)))
        return iter(sorted(found, key=lambda c: c.cost)[:MOST_NESTED])

    def right(self, e: Expr) -> bool:
        """Whether a candidate is the truth everywhere, and no part more of it has no effect."""
        return self.permitted(e) and self.problem.holds(e) and idle(e, self.values) <= self.idle

    def permitted(self, e: Expr) -> bool:
        """Whether it speaks of no gradient that the author hasn't got yet, nor of the target."""
        target = bare(self.problem.target)
        e = bare(e)
        parts = set(walk(e))
        if target in parts and not isinstance(target, Number):
            return False
        mine = key(target)
        for x in gradients_in(e):
            k = key(x)
            if k == mine and not any(k == key(y) for y in gradients_in(self.start)):
                return False
            if k not in self.keys and key(x.of) == (self.problem.loss,):
                return False
        return True

    def distance(self, e: Expr) -> float:
        """How unlike the written text a candidate's is."""
        a, b = (written(bare(x), self.problem.notation) for x in (self.start, e))
        return 1 - difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
