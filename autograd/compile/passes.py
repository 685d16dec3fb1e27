"""The passes over whole programs, and the order in which they run.

They are small, pure, and right for every input, NaN and ±inf included.  `optimised` runs them until
nothing changes.  Sums and products are not reordered except for constant factors and for chains of
matrix products, where the cheaper order is taken.
"""

from __future__ import annotations

import math
from typing import Any

from ..elementwise import TABLE
from ..linalg import MATMUL
from .columns import columns
from .identities import LOCAL, NEG, SCALAR, SUB, like, made_by
from .joined import joined
from .program import Program, Step, dead, readers, shape_of
from .rewrite import rewritten

RELU = TABLE["relu"].op


def optimised(program: Program) -> Program:
    """The program after all passes."""
    program = simplified(program)
    return program if program.scalar else simplified(joined(simplified(columns(program))))


def simplified(program: Program) -> Program:
    """The program after all passes that keep its layout."""
    if program.scalar:  # long, and one run finds nearly all: a second costs as much again
        return dead(rewritten(program, SCALAR))
    before = None
    while (now := effort(program)) != before:
        before = now
        program = dead(rewritten(program, LOCAL))
        program = dead(rewritten(reassociated(kept_masks(flipped(program))), LOCAL))
    return program


def effort(program: Program) -> tuple[int, int]:
    """What the passes bring down: the number of steps, and multiplications in matrix products."""
    products = [step for step in program.steps if step.op is MATMUL]
    return len(program.steps), sum([cost(*step.args) for step in products])


# ── with a look at who reads a step ─────────────────────────────────────────────────────────────
def kept_masks(program: Program) -> Program:
    """1(x > 0) as 1(relu(x) > 0) where the relu is there: x itself can then be written over."""
    relus = {step.args[0]: step for step in program.steps if step.op is RELU}

    def rule(step: Step) -> Any:
        x = step.args[0]
        return like(step, step.op, relus[x]) if type(x) is Step and x in relus else None

    return rewritten(program, {"step": (rule,)}) if relus else program


EVEN = {"mul", "abs", "cos", "cosh"}


def flipped(program: Program) -> Program:
    """a − b as b − a where everybody wants its negative, or its square."""
    read, outputs = readers(program), {y for y in program.outputs if type(y) is Step}

    def even(reader: Step, step: Step) -> bool:
        assert reader.op is not None
        return reader.op.name in EVEN and all(a is step for a in reader.args)

    flips = {
        step
        for step in program.steps
        if step.op is SUB
        and step not in outputs
        and any(made_by(r, NEG) for r in read.get(step, []))
        and all(made_by(r, NEG) or even(r, step) for r in read[step])
    }
    if not flips:
        return program
    names = {r.args[0]: r.name for r in program.steps if made_by(r, NEG) and r.name}
    new: dict[Step, Any] = {}
    steps = []
    for step in program.steps:
        args = tuple([new.get(a, a) if type(a) is Step else a for a in step.args])
        if step in flips:
            own = Step(SUB, (args[1], args[0]), step.shape, step.dtype, names.get(step))
        elif step.op is NEG and step.args[0] in flips:
            new[step] = args[0]
            continue
        else:
            own = (
                Step(step.op, args, step.shape, step.dtype, step.name)
                if any(x is not y for x, y in zip(args, step.args, strict=True))
                else step
            )
        new[step] = own
        steps.append(own)
    return program.with_steps(
        steps, [new.get(y, y) if type(y) is Step else y for y in program.outputs]
    )


def reassociated(program: Program) -> Program:
    """(A B) C as A (B C), or the other way, where that takes fewer multiplications."""
    uses = program.uses()

    def rule(step: Step) -> Any:
        a, b = step.args
        if len(step.shape) > 2 or len(shape_of(a)) > 2:
            return None
        if made_by(a, MATMUL) and uses.get(a, 2) == 1 and len(shape_of(a.args[0])) == 2:
            x, y = a.args
            if len(shape_of(y)) == 2 and cost(y, b) + product_cost(
                shape_of(x), product_shape(y, b)
            ) < cost(x, y) + cost(a, b):
                return like(step, MATMUL, x, Step(MATMUL, (y, b), product_shape(y, b), step.dtype))
        if made_by(b, MATMUL) and uses.get(b, 2) == 1 and len(shape_of(b)) == 2:
            x, y = b.args
            if cost(a, x) + product_cost(product_shape(a, x), shape_of(y)) < cost(x, y) + cost(
                a, b
            ):
                return like(step, MATMUL, Step(MATMUL, (a, x), product_shape(a, x), step.dtype), y)
        return None

    return rewritten(program, {"matmul": (rule,)})


def product_shape(a: Any, b: Any) -> tuple[int, ...]:
    return (*shape_of(a)[:-1], *shape_of(b)[1:])


def cost(a: Any, b: Any) -> int:
    return product_cost(shape_of(a), shape_of(b))


def product_cost(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return math.prod(a) * math.prod(b[1:])
