"""A first configuration for a page of notes: what it states, guesses marked so, open questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...errors import ProofreadError
from ..lines import Line
from ..tree import Derivative, Each, Entry, Expr, Indicator, Number, Symbol, walk
from ..worlds import Quantity
from . import defaults, gather
from .config import Config, Settings
from .elaborate import lines
from .gather import Gathered, Use
from .guess import Axis, Guess, is_bias, is_weight
from .raw import RawEquation

LOSSES = ("L", "J", "E", "C", "loss", "ell", "H")
SCALARS = ("alpha", "eta", "lam", "gamma", "epsilon", "mu", "beta", "tau", "rho")
SIZES = ("n", "m", "N", "M", "K", "D")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus")


def draft(text: str, name: str) -> str:
    """The YAML that `gradproof check --init` writes for a document.

    Symbols that occur, sizes and shapes that are stated, the loss, what looks like data and what
    like parameters.  What is guessed is marked `# guess`, what only the author knows `# ?`.
    """
    from . import equations
    from .document import pattern

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
class Plan:
    """What the draft will say."""

    seen: Gathered
    text: str
    loss: str = ""
    functions: dict[str, str] = field(default_factory=dict)
    layers: dict[str, list[int]] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    leaves: list[str] = field(default_factory=list)
    shapes: dict[str, list[int | str]] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """The loss, sizes, functions, layers and names, before anything is elaborated."""
        seen = self.seen
        ranked = [n for n, _ in seen.differentiated.most_common() if n]
        lefts = [n for n in LOSSES if n in seen.left or n in seen.uses]
        self.loss = next((n for n in ranked if n in LOSSES), "") or (lefts or ranked or [""])[0]
        numbers = {k for use in seen.uses.values() for k in use.layers if k > 0}
        letters = {x for use in seen.uses.values() for x in use.general}
        for letter in sorted(letters - set(defaults.INDICES) - {"T"}):
            top = max(numbers, default=2)
            self.layers[letter] = [top] if letter.isupper() else [*range(1, top + 1)]
        self.sizes = dict.fromkeys(n for n in seen.sizes if n and n not in seen.bound)
        for letter in SIZES:
            if letter in seen.uses and letter != self.loss and letter not in seen.left:
                self.sizes[letter] = None
        for letter, use in seen.uses.items():
            self.settle_letter(letter, use)

    def settle_letter(self, letter: str, use: Use) -> None:
        if letter in (*gather.RESERVED, self.loss, "") or letter in self.sizes:
            return
        if letter in self.layers or letter in self.seen.bound:
            return
        if letter == "delta" and "z" in self.seen.uses:
            return  # the residuals: they are read so
        called = use.called and not (use.bare or use.layers or use.numbers or use.indices)
        if letter in defaults.FUNCTIONS:
            return
        if called and letter not in self.seen.left:
            self.functions[letter] = next((f for f in ACTIVATIONS if f in self.text.lower()), "")
            return
        if use.layers or use.general & set(self.layers):
            every = {k for values in self.layers.values() for k in values}
            if use.general:
                use.layers |= every
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(use.layers))
        elif use.bare or use.indices:
            self.names[letter] = None
        else:
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(use.numbers))

    def config(self, quantities: Iterable[Quantity] = ()) -> Config:
        """A configuration in which every name is known."""
        settings = Settings(
            losses=(self.loss,) if self.loss else (),
            functions={f: g or "sigmoid" for f, g in self.functions.items()},
            layers={x: tuple(v) for x, v in self.layers.items()},
        )
        made = tuple(quantities) or tuple(Quantity(n) for n in self.names)
        return Config(settings=settings, sizes=dict.fromkeys(self.sizes, 1), quantities=made)

    def take(self, read: list[Line]) -> None:
        """Leaves and their shapes, from the lines as they are read."""
        defined: set[str] = {self.loss}
        wanted: dict[str, None] = {}
        numbers = {self.loss, *SCALARS}
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
                    defined.add(left.name)
                if not isinstance(left, Derivative):  # what may be wrong says nothing of shapes
                    guess.equation(exprs[0], exprs[1:])
                for part in (p for e in exprs for p in walk(e)):
                    if isinstance(part, Symbol) and part.name not in self.sizes:
                        wanted[part.name] = None
                    if isinstance(part, Derivative) and isinstance(part.wrt[0], Symbol):
                        self.parameters.append(part.wrt[0].name)
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
        for name in [*self.leaves, *guess.shapes]:
            if name in numbers or name in compared:
                continue
            shape = guess.symbol(name)
            for k in (1, 0):
                if shape and guess.size(shape[k]) is None:
                    self.guessed.add(name)
                    thin = name[:1].islower() and not guess.is_inner(shape[k])
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
        out.append(f"loss: {self.loss}" if self.loss else "# ? loss: L   which letter is the loss")
        if self.layers:
            out.append("layers:  # guess: the values of general letters")
            out += [f"  {x}: {flow(v)}" for x, v in self.layers.items()]
        if self.functions:
            out.append("functions:")
            for f, g in self.functions.items():
                mark = "# guess" if g else "# ? which function is it"
                out.append(f"  {f}: {g or 'sigmoid'}  {mark}")
        if self.shapes:
            out.append("shapes:")
        for n, shape in self.shapes.items():
            mark = "  # guess" if n in self.guessed else ""
            if n in self.labels:
                out.append(f"  {n}: {{shape: [], labels: {self.labels[n]}}}{mark}")
            elif n in SCALARS:
                out.append(f"  {n}: {{shape: [], kind: positive}}  # guess: a positive number")
            else:
                out.append(f"  {n}: {flow(shape)}{mark}")
        if self.parameters:
            out.append(f"parameters: {flow(self.parameters)}")
        unread = [e for e in found if e.reason and not e.inline]
        out += [f"# ? line {e.at.line} cannot be read: {e.reason}" for e in unread]
        return "\n".join(out) + "\n"


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


def flow(values: Iterable[object]) -> str:
    return f"[{', '.join(map(str, values))}]"
