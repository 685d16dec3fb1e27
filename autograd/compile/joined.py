"""Biases inside the matrix product: W x + b as [W b] [x; 1].

In columns a bias is broadcast over every row, and numpy's broadcasting costs about three calls.
Where x is an array of the program's own, its memory gets one more row that stays 1; then copying
the small W and b side by side is all that the bias costs, and the batch is passed once less.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..linalg import MATMUL
from ..op import Op
from ..shaping import GETITEM, RESHAPE, TRANSPOSE
from .program import Program, Step, shape_of

BESIDE = Op("beside", lambda a, b: np.concatenate((a, b), axis=1), (), python="", tex="")
WITH_ONES = Op("with_ones", lambda x: np.concatenate((x, np.ones((1, x.shape[1]), x.dtype))), (),
    python="", tex="")  # fmt: skip
VIEWS = (TRANSPOSE, RESHAPE, GETITEM)
LONG = 8  # columns from which on it pays
SMALL = 1 << 12  # entries of [W b] up to which it pays


def joined(program: Program) -> Program:
    """The program with its biases inside the products, where that is cheap."""
    uses = program.uses()
    results = {owner(y) for y in program.outputs if type(y) is Step}
    new: dict[Step, Step] = {}
    steps: list[Step] = []
    rows: dict[Any, Any] = {}  # x with its row of ones, made once
    for step in program.steps:
        args = tuple([new.get(a, a) if type(a) is Step else a for a in step.args])
        own = Step(step.op, args, step.shape, step.dtype, step.name)
        found = product_and_bias(step, uses, results)
        if found:
            W, x, b = (new.get(v, v) if type(v) is Step else v for v in found)
            k, j = shape_of(W)
            beside = Step(BESIDE, (W, b), (k, j + 1), step.dtype)
            key = x if type(x) is Step else id(x)
            if key not in rows and type(x) is Step:
                rows[key] = Step(WITH_ONES, (x,), (j + 1, step.shape[1]), step.dtype)
                steps.append(rows[key])
            elif key not in rows:
                rows[key] = WITH_ONES.compute(x)
            own = Step(MATMUL, (beside, rows[key]), step.shape, step.dtype, step.name)
            steps.append(beside)
        new[step] = own
        steps.append(own)
    outputs = [new.get(y, y) if type(y) is Step else y for y in program.outputs]
    return program.with_steps(steps, outputs)


def owner(step: Step) -> Step:
    """The step whose memory is seen when this one is a view."""
    while step.op in VIEWS and type(step.args[0]) is Step:
        step = step.args[0]
    return step


def product_and_bias(step: Step, uses: dict[Step, int], results: set[Step]) -> Any:
    """(W, x, b) of a step W x + b that can be one product."""
    if step.op is None or step.op.name != "add" or len(step.shape) != 2 or step.shape[1] < LONG:
        return None
    for product, b in (step.args, step.args[::-1]):
        if type(product) is not Step or product.op is not MATMUL or uses[product] != 1:
            continue
        W, x = product.args
        k, n = step.shape
        if shape_of(b) != (k, 1) or len(shape_of(W)) != 2 or product.shape != (k, n):
            continue
        dtypes = {a.dtype for a in (W, x, b)}
        if k * (shape_of(W)[1] + 1) > SMALL or dtypes != {step.dtype}:
            continue
        own = type(x) is Step and x.op is not None and x.op.elementwise and x not in results
        if own or isinstance(x, np.ndarray):
            return W, x, b
    return None
