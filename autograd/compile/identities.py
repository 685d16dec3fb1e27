"""The local identities: rules that look at one step and say what may stand in its place.

Each is right for every input, NaN and ±inf included.  The sign of a zero may differ from the eager
result (x + 0 is x), and factors are reordered only where they are constants.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..op import scalar_result
from ..reductions import SUM
from ..shaping import RESHAPE, TRANSPOSE
from ..softmaxes import SOFTMAX
from .program import Step, dtype_of, elementwise, shape_of
from .rewrite import Rule

ADD, SUB, MUL, DIV, NEG = (TABLE[name].op for name in ("add", "sub", "mul", "div", "neg"))
LARGEST_FOLD = 1 << 16  # entries: a larger constant is worked out at each call, not kept


# ── constants ───────────────────────────────────────────────────────────────────────────────────
def folded(step: Step) -> Any:
    """A step over constants alone is one."""
    for a in step.args:
        if type(a) is Step:
            return None
    op = step.op
    if op is None or math.prod(step.shape) > LARGEST_FOLD:
        return None
    with np.errstate(all="ignore"):
        if op.scalar is not None and all(a is None or isinstance(a, float) for a in step.args):
            return scalar_result(op, step.args)
        return np.asarray(op.compute(*step.args), dtype=step.dtype)


def weakened(step: Step) -> Any:
    """An array constant of equal entries in an elementwise step is a number."""
    if not (step.op and step.op.elementwise):
        return None
    for i, arg in enumerate(step.args):
        if isinstance(arg, np.ndarray) and arg.size and arg.dtype != bool:
            first = arg.flat[0]
            rest = [a for k, a in enumerate(step.args) if k != i and a is not None]
            signs = np.signbit(arg)  # x / [0, −0] is [∞, −∞]
            if not ((arg == first).all() and (signs == signs.flat[0]).all()):
                continue
            if not any(type(a) is Step for a in rest):
                continue
            if np.broadcast_shapes(*map(shape_of, rest)) != step.shape:
                continue
            if np.result_type(*map(dtype_of, rest), 1.0) != step.dtype:
                continue
            args = (*step.args[:i], float(first), *step.args[i + 1 :])
            return Step(step.op, args, step.shape, step.dtype, step.name)
    return None


# ── identities ──────────────────────────────────────────────────────────────────────────────────
def same_kind(step: Step, x: Any) -> bool:
    return type(x) is Step and x.shape == step.shape and x.dtype == step.dtype


def is_number(x: Any, number: float) -> bool:
    return type(x) is float and x == number


def made_by(x: Any, op: Any) -> bool:
    return type(x) is Step and x.op is op


def like(step: Step, op: Any, *args: Any) -> Step:
    return Step(op, args, step.shape, step.dtype, step.name)


def passed_on(step: Step) -> Any:
    """identity(x) and detached(x) are x: in a program nobody writes into either."""
    return step.args[0]


def sums(step: Step) -> Any:
    """x + 0, x + x, a + (−b), (−a) + b."""
    a, b = step.args
    if is_number(b, 0.0) and same_kind(step, a):
        return a
    if is_number(a, 0.0) and same_kind(step, b):
        return b
    if a is b:
        return like(step, MUL, 2.0, a)
    if made_by(b, NEG):
        return like(step, SUB, a, b.args[0])
    if made_by(a, NEG):
        return like(step, SUB, b, a.args[0])
    return None


def differences(step: Step) -> Any:
    """x − 0, 0 − x, a − (−b)."""
    a, b = step.args
    if is_number(b, 0.0) and same_kind(step, a):
        return a
    if is_number(a, 0.0) and same_kind(step, b):
        return like(step, NEG, b)
    if made_by(b, NEG):
        return like(step, ADD, a, b.args[0])
    return None


def products(step: Step) -> Any:
    """1·x, −1·x, c₁·(c₂·x), c₁·(x/c₂), c·(−x), (−a)·(−b); a constant factor stands in front."""
    a, b = step.args
    if type(b) is float and type(a) is Step:
        return like(step, MUL, b, a)
    if type(a) is not float:
        return (
            like(step, MUL, a.args[0], b.args[0]) if made_by(a, NEG) and made_by(b, NEG) else None
        )
    if a == 1.0 and same_kind(step, b):
        return b
    if a == -1.0 and same_kind(step, b):
        return like(step, NEG, b)
    if made_by(b, MUL) and type(b.args[0]) is float:
        return scaled(step, a * b.args[0], b.args[1])
    if made_by(b, DIV) and type(b.args[1]) is float and b.args[1]:
        return scaled(step, a / b.args[1], b.args[0])
    if made_by(b, NEG):
        return scaled(step, -a, b.args[0])
    return None


def scaled(step: Step, factor: float, x: Any) -> Any:
    """factor · x, unless joining the factors left the range of normal floats of the dtype."""
    limits = np.finfo(step.dtype)
    fits = limits.smallest_normal <= abs(factor) <= limits.max
    return like(step, MUL, factor, x) if fits else None


def quotients(step: Step) -> Any:
    """x / 1, (c₁·x) / c₂, x / c for a power of two; 0-d divisors of arrays become factors."""
    a, b = step.args
    if type(b) is not float or type(a) is not Step or not b:
        return None
    if b == 1.0 and same_kind(step, a):
        return a
    if made_by(a, MUL) and type(a.args[0]) is float:
        return scaled(step, a.args[0] / b, a.args[1])
    if made_by(a, NEG):
        return like(step, DIV, a.args[0], -b)
    return scaled(step, 1.0 / b, a) if math.frexp(b)[0] in (0.5, -0.5) else None


def negatives(step: Step) -> Any:
    """−(−x), −(c·x), −(a − b)."""
    (x,) = step.args
    if made_by(x, NEG):
        return x.args[0]
    if made_by(x, MUL) and type(x.args[0]) is float:
        return like(step, MUL, -x.args[0], x.args[1])
    return None


def powers(step: Step) -> Any:
    """x¹, x², x³ and x⁻¹ by multiplication and division."""
    x, p = step.args
    if type(p) is not float or type(x) is not Step or x.dtype != step.dtype:
        return None
    if p == 1.0:
        return x
    if p == 2.0:
        return like(step, MUL, x, x)
    if p == 3.0:
        return like(step, MUL, x, elementwise(MUL, x, x))
    return like(step, DIV, 1.0, x) if p == -1.0 else None


def squares(step: Step) -> Any:
    (x,) = step.args
    return like(step, MUL, x, x)


def exponentials(step: Step) -> Any:
    """e^(ln softmax x) is softmax x."""
    (x,) = step.args
    if type(x) is Step and x.op is not None and x.op.name == "log_softmax":
        return like(step, SOFTMAX, *x.args)
    return None


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────
def reshapes(step: Step) -> Any:
    """To the shape that x has; of a reshape; of a sum, to where its axes are kept."""
    x = step.args[0]
    if type(x) is not Step:
        return None
    if x.shape == step.shape:
        return x
    if made_by(x, RESHAPE):
        return like(step, RESHAPE, x.args[0], step.shape)
    if made_by(x, SUM) and not x.args[2] and x.args[1] is not None:
        inner, axes, _ = x.args
        if step.shape == tuple(1 if a in axes else n for a, n in enumerate(shape_of(inner))):
            return like(step, SUM, inner, axes, True)
    return None


def transposes(step: Step) -> Any:
    """Of at most one axis; of a transpose; that leaves the order."""
    x, axes = step.args
    if type(x) is not Step:
        return None
    order = tuple(reversed(range(len(step.shape)))) if axes is None else axes
    if order == tuple(range(len(order))):
        return x
    if not made_by(x, TRANSPOSE):
        return None
    inner = tuple(reversed(range(len(order)))) if x.args[1] is None else x.args[1]
    joined = tuple(inner[a] for a in order)
    return like(step, TRANSPOSE, x.args[0], joined)


def kept_sums(step: Step) -> Any:
    """A sum along axes of size 1 alone is a reshape."""
    x, axes, _ = step.args
    if type(x) is Step and all(
        x.shape[a] == 1 for a in (range(len(x.shape)) if axes is None else axes)
    ):
        return like(step, RESHAPE, x, step.shape)
    return None


def means(step: Step) -> Any:
    """A mean is a sum divided: sums are what batches in columns and in pieces know."""
    x, axes, keepdims = step.args
    shape = shape_of(x)
    n = math.prod(shape if axes is None else [shape[a] for a in axes])
    return like(step, DIV, Step(SUM, (x, axes, keepdims), step.shape, step.dtype), float(n))


def broadcasts(step: Step) -> Any:
    """To the shape that x has."""
    x = step.args[0]
    return x if type(x) is Step and x.shape == step.shape else None


def unexpanded(step: Step) -> Any:
    """An elementwise step broadcasts by itself."""
    if not (step.op and step.op.elementwise):
        return None
    for i, arg in enumerate(step.args):
        if type(arg) is Step and arg.op is not None and arg.op.name == "broadcast_to":
            args = (*step.args[:i], arg.args[0], *step.args[i + 1 :])
            if np.broadcast_shapes(*(shape_of(a) for a in args if a is not None)) == step.shape:
                return Step(step.op, args, step.shape, step.dtype, step.name)
    return None


EVERYWHERE: Sequence[Rule] = (folded, weakened, unexpanded)
LOCAL: dict[str, Sequence[Rule]] = {
    "*": EVERYWHERE,
    "identity": (passed_on,),
    "detached": (passed_on,),
    "add": (sums,),
    "sub": (differences,),
    "mul": (products,),
    "div": (quotients,),
    "neg": (negatives,),
    "power": (powers,),
    "square": (squares,),
    "exp": (exponentials,),
    "reshape": (reshapes,),
    "transpose": (transposes,),
    "sum": (kept_sums,),
    "mean": (means,),
    "broadcast_to": (broadcasts,),
}
SCALAR: dict[str, Sequence[Rule]] = {**LOCAL, "*": (folded,)}  # the others are about shapes
