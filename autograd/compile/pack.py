"""Steps of a batch that can run together, as rows of one array.

Sums of products with the same operands are one matrix product: a layer written neuron by neuron is
`W @ H + b` again.  Steps of the same op at the same depth are one call on a pack of rows.  Nothing
is added that the program does not have, so inf and NaN stay in their rows, and a sum is reordered
only where nobody else reads its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..elementwise import TABLE
from ..op import Op
from .program import Program, Step

ADD, SUB, MUL, NEG, SQUARE = (TABLE[n].op for n in ("add", "sub", "mul", "neg", "square"))
LINEAR = (ADD, SUB, NEG)
COLUMNS = (ADD, SUB, MUL, TABLE["div"].op)  # their numbers may differ from row to row


@dataclass
class Sum:
    """Σ coefficient·atom + constant."""

    terms: dict[Step, Any] = field(default_factory=dict)
    constant: Any = None
    parts: int = 0  # steps that went into it


@dataclass
class Total:
    """An output summed over the samples: Σ coefficient·Σₛ a·b + constant; b None is 1."""

    terms: list[tuple[Any, Step, Step | None]]
    constant: Any


@dataclass
class Pack:
    """Steps that run as one operation; `sums` if they are sums over the same atoms."""

    steps: list[Step]
    sums: list[Sum] | None


@dataclass
class Plan:
    packs: list[Pack]
    outputs: list[Any]  # a Total, or the step or number itself
    once: list[Step]  # what does not depend on the batch; negated coefficients among it
    batched: set[Step]
    needed: set[Step]  # by the outputs


def planned(program: Program, inputs: Iterable[Step], reduce: bool) -> Plan:
    """What to compute for all samples, in which packs, and how the outputs follow from that."""
    batched = set(inputs)
    once: list[Step] = []
    for step in program.steps:
        if any(a in batched for a in step.operands()):
            batched.add(step)
        else:
            once.append(step)
    reader = Reader(batched, program.uses(), once)
    outputs = list(program.outputs)
    if reduce:
        outputs = [reader.total(y) if y in batched else y for y in outputs]
    wanted = needed(outputs)
    direct = set(wanted)
    found: dict[Step, Sum | None] = {}
    for step in reversed(program.steps):
        if step in wanted and step in batched:
            form = reader.sum_of(step)
            found[step] = form
            wanted.update(form.terms if form else step.operands())
    order = [step for step in program.steps if step in found]
    return Plan(packed(order, found, batched), outputs, once, batched, direct)


def needed(outputs: list[Any]) -> set[Step]:
    wanted: set[Step] = set()
    for y in outputs:
        if isinstance(y, Total):
            wanted.update(x for _, *pair in y.terms for x in pair if x is not None)
        elif type(y) is Step:
            wanted.add(y)
    return wanted


class Reader:
    """Reads steps as sums; `once` takes what is computed for their coefficients."""

    def __init__(self, batched: set[Step], uses: dict[Step, int], once: list[Step]) -> None:
        self.batched, self.uses, self.once = batched, uses, once

    def sum_of(self, root: Step) -> Sum | None:
        """`root` as a sum of more than one step, through steps that it alone reads.

        A sum that has an operand twice stays in pieces: merging the terms would round differently.
        """
        form = self.walked(root, deep=True)
        return form if form and form.parts > 1 else None

    def total(self, root: Step) -> Total:
        """The sum of `root` over the samples, with products as dot products."""
        form = None
        if self.uses[root] == 1:
            form = self.walked(root, deep=True) or self.walked(root, deep=False)
        form = form or Sum({root: 1.0})
        return Total([(c, *self.product(x)) for x, c in form.terms.items()], form.constant)

    def product(self, x: Step) -> tuple[Step, Step | None]:
        if self.uses[x] == 1 and x.op is SQUARE:
            return x.args[0], x.args[0]
        if self.uses[x] == 1 and x.op is MUL and all(a in self.batched for a in x.args):
            return x.args[0], x.args[1]
        return x, None

    def walked(self, root: Step, deep: bool) -> Sum | None:
        form = Sum()
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            x, minus = stack.pop()
            if x not in self.batched:
                if form.constant is not None:
                    return None
                form.constant = self.signed(x, minus)
                continue
            inner = x is root or (deep and self.uses[x] == 1)
            if inner and x.op in LINEAR:
                form.parts += 1
                stack.extend(operands_of(x, minus))
                continue
            factor: Any = 1.0
            if inner and x.op is MUL and sum(a in self.batched for a in x.args) == 1:
                form.parts += 1
                a, b = x.args
                x, factor = (a, b) if a in self.batched else (b, a)
            if x in form.terms:
                return None
            form.terms[x] = self.signed(factor, minus)
        return form

    def signed(self, x: Any, minus: bool) -> Any:
        if not minus:
            return x
        if type(x) is not Step:
            return -x
        self.once.append(Step(NEG, (x,)))
        return self.once[-1]


def operands_of(x: Step, minus: bool) -> list[tuple[Any, bool]]:
    """The operands of a sum, a difference or a negation with their signs, the first one last."""
    if x.op is NEG:
        return [(x.args[0], not minus)]
    a, b = x.args
    return [(b, minus != (x.op is SUB)), (a, minus)]


def packed(order: list[Step], found: dict[Step, Sum | None], batched: set[Step]) -> list[Pack]:
    """The steps in packs: level by level, and in a level by what they do."""
    level: dict[Step, int] = {}
    packs: dict[Any, Pack] = {}
    for step in order:
        form = found[step]
        operands = form.terms if form else step.operands()
        at = level[step] = 1 + max(level.get(a, 0) for a in operands)
        key = (at, *kind(step, form, batched))
        pack = packs.setdefault(key, Pack([], [] if form else None))
        pack.steps.append(step)
        if form and pack.sums is not None:
            pack.sums.append(form)
    return [packs[key] for key in sorted(packs, key=lambda key: key[0])]


def kind(step: Step, form: Sum | None, batched: set[Step]) -> tuple[Any, ...]:
    """What steps of one pack have in common."""
    op = step.op
    assert op is not None
    if form:
        return (frozenset(form.terms), form.constant is None)
    if not is_row_wise(op):
        return (step,)
    columns = op in COLUMNS
    return (op, *("row" if a in batched else "column" if columns else a for a in step.args))


def is_row_wise(op: Op) -> bool:
    """Whether rows may be stacked: an op of our own, of a fixed number of arguments."""
    return op.name in TABLE and TABLE[op.name].op is op and isinstance(op.rules, tuple)
