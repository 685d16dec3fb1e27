"""What a formula can be changed with: the quantities of its world, spelled as its author would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..formula.tree import (
    Add,
    Derivative,
    Each,
    Entry,
    Expr,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Number,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
    behind,
    walk,
)
from ..problem import Problem
from ..writing.printing import plain

LONGEST = 60  # characters of a formula inside a sentence


@dataclass(frozen=True)
class Edit:
    """A formula after one change.

    `said` says what to do, in words and formulas; `cost` is how far-fetched that is.
    """

    expr: Expr
    kind: str
    said: str | tuple[str | Expr, ...]
    cost: float

    @property
    def words(self) -> str:
        if isinstance(self.said, str):
            return self.said
        return " ".join(x if isinstance(x, str) else brief(x) for x in self.said)


def brief(e: Expr) -> str:
    """A formula, or what it is if it is long."""
    shown = plain(e)
    if len(shown) <= LONGEST:
        return shown
    names = {Matrix: "the matrix", Mul: "the product", Add: "the sum", Total: "the sum"}
    return names.get(type(e), "this")


@dataclass(frozen=True)
class Vocabulary:
    """Quantities (arrays), numbers (λ, α), sizes and derivatives that a change may bring in."""

    quantities: tuple[Symbol, ...]
    numbers: tuple[Symbol, ...]
    sizes: tuple[Symbol, ...]
    derivatives: tuple[Derivative, ...]
    target: Expr
    wrt: str  # the variable of the target's derivative, "" if it is none
    latex: bool
    shapes: dict[str, tuple[int, ...]]

    def matrix(self, a: Expr, b: Expr) -> Mul:
        return Mul(a, b, "matrix") if self.latex else Mul(a, b, "@", "@")

    def entrywise(self, a: Expr, b: Expr) -> Mul:
        return Mul(a, b, "entrywise", "\\odot") if self.latex else Mul(a, b, "*", "*")

    def times(self, number: Expr, e: Expr) -> Mul:
        return Mul(number, e, "matrix") if self.latex else Mul(number, e, "*", "*")

    def over(self, e: Expr, n: Expr) -> Expr:
        """e/n, as 1/n · e in LaTeX."""
        return self.times(Quotient(Number(1.0), n), e) if self.latex else Quotient(e, n)

    def is_number(self, e: Expr) -> bool:
        """Whether a formula is seen to be a number at a glance."""
        if isinstance(e, Symbol):
            return self.shapes.get(e.name, (0,)) == ()
        if isinstance(e, Quotient):
            return self.is_number(e.top) and self.is_number(e.bottom)
        return isinstance(e, Number)


def vocabulary(problem: Problem) -> Vocabulary:
    world = problem.worlds[0]
    spell = Spelling(problem)
    later = consequences(problem)
    near = related(problem)
    shapes = {
        name: shape
        for name, shape in world.quantities().items()
        if name != problem.loss and name not in later and (near is None or name in near)
    }
    symbols = {name: spell(name) for name in shapes}
    arrays = tuple(s for s in symbols.values() if shapes[s.name] != ())
    numbers = tuple(
        s for s in symbols.values() if shapes[s.name] == () and s.name not in world.sizes
    )
    sizes = tuple(spell(name) for name in world.sizes)
    shapes |= dict.fromkeys(world.sizes, ())
    allowed = sorted(problem.allowed, key=plain)
    used = (e for e in walk(problem.written) if isinstance(e, Derivative))
    known = dict.fromkeys((*used, *allowed))
    if near is not None:
        known = {d: None for d in known if key(d)[0] in near}
    mine = key(problem.target) if isinstance(problem.target, Derivative | Entry) else None
    return Vocabulary(
        arrays, numbers, sizes,
        tuple(d for d in known if key(d) != mine and isinstance(d, Derivative)),
        problem.target, _variable(problem.target), problem.notation == "latex", shapes,
    )  # fmt: skip


def consequences(problem: Problem) -> set[str]:
    """The quantities that come from the target, where it is one, and that the line lacks."""
    target = problem.target.body if isinstance(problem.target, Each) else problem.target
    names = key(target)
    if len(names) != 1:
        return set()
    found = {names[0]}
    for d in problem.worlds[0].setup.definitions:
        if any(isinstance(x, Symbol) and x.name in found for x in walk(d.expr)):
            found.add(d.name)
    return found - {x.name for x in walk(problem.written) if isinstance(x, Symbol)}


def related(problem: Problem) -> set[str] | None:
    """What the target and the line are computed from; None where no formulas say that."""
    world = problem.worlds[0]
    formulas = {d.name: d.expr for d in world.setup.definitions} | world.auxiliary
    return behind((problem.target, problem.written), formulas) if formulas else None


def negative(e: Expr) -> Expr:
    return e.of if isinstance(e, Negative) else Negative(e)


def less(e: Expr) -> Add:
    """1 − e."""
    return Add((Number(1.0), negative(e)))


def square(e: Expr) -> Power:
    return Power(e, Number(2.0))


def mask(e: Expr) -> Indicator:
    """1 where e > 0: the slope of a relu."""
    return Indicator(Relation(e, ">", Number(0.0)))


def key(e: Expr) -> tuple[str, ...]:
    """What a derivative is of and by, without entries: ("L", "W2") of ∂L/∂W2[1, 1] too."""
    while isinstance(e, Entry | Transpose):
        e = e.of
    if isinstance(e, Symbol):
        return (e.name,)
    if isinstance(e, Derivative):
        return (*key(e.of), *(name for w in e.wrt for name in key(w)))
    return (repr(e),)


def _variable(target: Expr) -> str:
    names = key(target)
    return names[1] if isinstance(target, Derivative | Entry | Transpose) and names[1:] else ""


def general(e: Symbol) -> bool:
    """Whether a quantity of one layer is spelled as one of any: W^{(l)} for W2."""
    layer = re.search(r"\d+$", e.name)
    return layer is not None and layer[0] not in e.text


class Spelling:
    """Symbols spelled as the author spells them, or would: z^{(1)} where there is an h^{(1)}."""

    def __init__(self, problem: Problem) -> None:
        own = set(walk(problem.written))
        seen = [
            e
            for part in (problem.written, problem.target, *problem.allowed)
            for e in walk(part)
            if isinstance(e, Symbol) and e.text and (not general(e) or e in own)
        ]
        self.text = {s.name: s.text for s in seen}
        self.patterns = sorted(set(_patterns(seen)))
        mine = [e for e in own if isinstance(e, Symbol)]
        self.own = {s.name for s in mine}
        self.general = sorted(set(_general(mine)))

    def __call__(self, name: str) -> Symbol:
        if name in self.text and (name in self.own or not self.general):
            return Symbol(name, text=self.text[name])
        if m := re.fullmatch(r"([A-Za-z]+)(\d+)", name):
            for before, letter, layer, after in self.general:
                shift = int(m[2]) - layer
                layers = letter + (f"{shift:+d}" if shift else "")
                return Symbol(name, text=f"{m[1]}{before}{layers}{after}")
            for before, after in self.patterns:
                return Symbol(name, text=f"{m[1]}{before}{m[2]}{after}")
        return Symbol(name, text=self.text.get(name, ""))


def _general(seen: list[Symbol]) -> Iterator[tuple[str, str, int, str]]:
    """Of a^{(l-1)} for a0: what is before the letter, the letter, its value, what is after."""
    for s in seen:
        m = re.fullmatch(r"([A-Za-z]+)(\d+)", s.name)
        if m and s.text.startswith(m[1]):
            t = re.fullmatch(r"([\^_]\{\(?)([a-zA-Z])([+-]\d+)?(\)?\})", s.text[len(m[1]) :])
            if t:
                yield t[1], t[2], int(m[2]) - int(t[3] or 0), t[4]


def _patterns(seen: list[Symbol]) -> Iterator[tuple[str, str]]:
    for s in seen:
        m = re.fullmatch(r"([A-Za-z]+)(\d+)", s.name)
        if m and s.text.startswith(m[1]) and s.text.count(m[2]) == 1:
            before, after = s.text[len(m[1]) :].split(m[2])
            yield before, after


@lru_cache(maxsize=65536)
def respelled(text: str, old: str, new: str) -> str:
    """The text of an entry or derivative with another quantity in it; "" if that isn't plain."""
    if not (text and old and new):
        return ""
    if old in text:
        return text.replace(old, new)
    if old[1:] == new[1:] and old[0].isalpha() and text.count(old[0]) == 1:
        return text.replace(old[0], new[0])
    return ""
