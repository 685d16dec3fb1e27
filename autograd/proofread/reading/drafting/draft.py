"""A first configuration for a page of notes: what it states, guesses marked so, open questions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ....errors import ProofreadError
from ...formula.tree import (
    Call,
    Derivative,
    Each,
    Entry,
    Expr,
    Indicator,
    Mul,
    Negative,
    Number,
    Symbol,
    Transpose,
    walk,
)  # fmt: skip
from ...lines import Line
from ..elaborate import lines
from ..tex.raw import RawEquation
from . import gather, habits
from .guess import Axis, Guess, is_bias, is_weight
from .letters import SCALARS, Letters, flow


def draft(text: str, name: str) -> str:
    """The YAML that `gradproof check --init` writes for a document.

    Symbols that occur, sizes and shapes that are stated, the loss, what looks like data and what
    like parameters.  What is guessed is marked `# guess`, what only the author knows `# ?`.
    """
    from .. import equations
    from ..document import pattern

    kind = name.rpartition(".")[2].lower() or "md"
    found = equations(text, kind)
    plan = Plan(gather.gathered(found), text)
    plan.settle()
    try:
        _, read = lines(found, plan.config(), text, pattern)
    except ProofreadError:
        read = []
    plan.take(read)
    return plan.written(name, found)


@dataclass
class Plan(Letters):
    """What the draft will say."""

    leaves: list[str] = field(default_factory=list)
    shapes: dict[str, list[int | str]] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)
    weighed: set[str] = field(default_factory=set)  # the y of y log p
    solved: dict[int, str] = field(default_factory=dict)  # lines that choose a parameter
    used: set[str] = field(default_factory=set)  # sizes, in formulas
    counts: list[str] = field(default_factory=list)  # of them, those that are no axis

    @property
    def softmax(self) -> bool:
        """Whether the page has one, by name or written out."""
        return bool(re.search(r"softmax|frac\s*\{\s*(e\s*\^|\\exp)[^$]*?\\sum", self.text))

    def take(self, read: list[Line]) -> None:
        """Leaves and their shapes, from the lines as they are read."""
        defined: set[str] = {*self.losses}
        wanted: dict[str, None] = {}
        numbers = {*self.losses, *SCALARS}
        guess = Guess(frozenset(numbers), frozenset(self.sizes))
        compared: dict[str, None] = {}
        for line in sorted(read, key=lambda line: line.kind != "shape"):
            for instance in line.instances:
                if instance.trouble:
                    continue
                if line.kind == "shape" and instance.members:
                    self.stated(guess, instance.members[0].expr, line.shape)
                    continue
                exprs = [stripped(m.expr) for m in instance.members]
                left = exprs[0].of if isinstance(exprs[0], Entry) else exprs[0]
                if line.kind == "equation" and isinstance(left, Symbol):
                    if left.name in self.parameters and is_weight(left) and line.at:
                        self.solved[line.at.line] = left.name
                        continue
                    defined.add(left.name)
                if not isinstance(left, Derivative):  # what may be wrong says nothing of shapes
                    guess.equation(exprs[0], exprs[1:])
                for part in (p for e in exprs for p in walk(e)):
                    if isinstance(part, Symbol) and part.name not in self.sizes:
                        wanted[part.name] = None
                    elif isinstance(part, Symbol):
                        self.used.add(part.name)
                    if isinstance(part, Derivative) and isinstance(part.wrt[0], Symbol):
                        self.parameters.append(part.wrt[0].name)
                    if isinstance(part, Mul) and is_log(part.right):
                        self.weighed |= names_in(part.left)
                    if isinstance(part, Indicator):
                        compared |= dict.fromkeys(
                            s.name for s in walk(part.relation.left) if isinstance(s, Symbol)
                        )
        self.leaves = [n for n in wanted if n not in defined and n != "pm"]
        self.parameters = [
            n
            for n in self.leaves
            if n[:1] not in "xXyYt"
            and (n in self.parameters or is_weight(Symbol(n)) or is_bias(Symbol(n)))
        ]
        self.settle_shapes(guess, numbers, list(compared))

    def stated(self, guess: Guess, e: Expr, shape: tuple[Expr, ...]) -> None:
        sizes = [
            int(s.value) if isinstance(s, Number) else s.name if isinstance(s, Symbol) else ""
            for s in shape
        ]
        if "" in sizes or not isinstance(e, Symbol | Entry) or not 1 <= len(sizes) <= 2:
            return
        sizes += [1] * (2 - len(sizes))
        guess.equal(guess.of(e), tuple(guess.axis(n) for n in sizes))

    def settle_shapes(self, guess: Guess, numbers: set[str], compared: list[str]) -> None:
        """A size for every axis that nothing gives one."""
        fresh = Fresh({*self.sizes, *self.names})
        self.settle_batch(guess)
        for name in [*self.leaves, *guess.shapes]:
            if name in numbers or name in compared:
                continue
            shape = guess.symbol(name)
            for k in (1, 0):
                if shape and guess.size(shape[k]) is None:
                    self.guessed.add(name)
                    small = name[:1].islower() and not guess.is_matrix(name)
                    thin = small and not guess.is_inner(shape[k])
                    size = self.fresh(name, k, shape, thin, guess, fresh)
                    guess.same(shape[k], guess.axis(size))
        for name in self.leaves:
            if name in compared:
                self.labels[name] = fresh.name("k")
                self.shapes[name] = []
                self.guessed.add(name)
                continue
            shape = guess.symbol(name) if name not in numbers else ()
            self.shapes[name] = [guess.size(a) or 1 for a in shape]

    def settle_batch(self, guess: Guess) -> None:
        """The n of 1/n, which no shape has: it counts the samples, so the data's other axis."""
        given = {guess.size(a) for shape in guess.shapes.values() for a in shape}
        data = [n for letters in ("Xx", "YyTt") for n in self.leaves if n[:1] in letters]
        for size in [s for s in self.sizes if s not in given and s in self.used]:
            free = ((n, a) for n in data for a in guess.symbol(n)[::-1] if guess.is_free(a))
            name, axis = next(free, ("", None))
            if axis is None:
                self.counts.append(size)
                continue
            guess.same(axis, guess.axis(size))
            self.guessed.add(name)

    def fresh(
        self, name: str, k: int, shape: tuple[Axis, ...], thin: bool, guess: Guess, fresh: Fresh
    ) -> int | str:
        """One column for what is written small, else a new name for a size."""
        if thin and k == 1 and guess.size(shape[0]) != 1:
            return 1
        layer = re.sub(r"\D", "", name)
        return fresh.name(f"n{layer}" if layer and k == 0 else "n" if k == 0 else "m")

    def written(self, name: str, found: list[RawEquation]) -> str:
        """The YAML."""
        out = [
            f"# How {name} is to be read, drafted by gradproof check --init.",
            "# `# guess` marks what the document does not say; `# ?` asks for what it leaves open.",
        ]
        out += self.head()
        if self.shapes or self.counts:
            out.append("shapes:")
        for n, shape in self.shapes.items():
            mark = "  # guess" if n in self.guessed else ""
            if n in self.labels:
                out.append(f"  {n}: {{shape: [], labels: {self.labels[n]}}}{mark}")
            elif n in self.weighed and self.softmax and len(shape) == 2:
                axis = int(habits.samples(self.seen, self.text) == "rows")
                kind = f"kind: onehot, axis: {axis}"
                out.append(f"  {n}: {{shape: {flow(shape)}, {kind}}}  # guess: one-hot")
            elif n in SCALARS:
                out.append(f"  {n}: {{shape: [], kind: positive}}  # guess: a positive number")
            else:
                out.append(f"  {n}: {flow(shape)}{mark}")
        for n in self.counts:
            out.append(f"  {n}: {{shape: [], kind: positive}}  # guess: a positive number")
        if self.parameters:
            out.append(f"parameters: {flow(self.parameters)}")
        out += ["skip:"] if self.solved else []
        for line, x in self.solved.items():
            out.append(f"  {line}: it chooses {x}, and holds for no other  # guess")
        unread = [e for e in found if e.reason and not e.inline]
        out += [f"# ? line {e.at.line} cannot be read: {e.reason}" for e in unread]
        return "\n".join(out) + "\n"


def is_log(e: Expr) -> bool:
    return isinstance(e, Call) and e.function == "log"


def names_in(e: Expr) -> set[str]:
    """The quantity that a factor is, or is an entry or the transpose of."""
    while isinstance(e, Entry | Transpose | Negative):
        e = e.of
    return {e.name} if isinstance(e, Symbol) else set()


def stripped(e: Expr) -> Expr:
    """z_i for what is said of every i."""
    return e.body if isinstance(e, Each) else e


class Fresh:
    """Names that are not taken."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def name(self, wanted: str) -> str:
        found, k = wanted, 1
        while found in self.taken:
            found, k = f"{wanted}_{k}", k + 1
        self.taken.add(found)
        return found
