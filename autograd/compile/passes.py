"""The passes: small, pure, and each right for every input, NaN and ±inf included.

`optimised` runs them until nothing changes.  The sign of a zero may differ from the eager result
(x + 0 is x), and sums and products are not reordered except for constant factors and for chains of
matrix products, where the cheaper order is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..linalg import MATMUL
from ..op import scalar_result
from ..reductions import SUM
from ..shaping import RESHAPE, TRANSPOSE
from ..softmaxes import SOFTMAX
from .columns import columns
from .joined import joined
from .program import Program, Step, dead, dtype_of, elementwise, readers, shape_of
from .rewrite import Rule, rewritten

ADD, SUB, MUL, DIV, NEG, RELU = (
    TABLE[name].op for name in ("add", "sub", "mul", "div", "neg", "relu")
)
LARGEST_FOLD = 1 << 16  # entries: a larger constant is worked out at each call, not kept


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


def kept_masks(program: Program) -> Program:
    """1(x > 0) as 1(relu(x) > 0) where the relu is there: x itself can then be written over."""
    relus = {step.args[0]: step for step in program.steps if step.op is RELU}

    def rule(step: Step) -> Any:
        x = step.args[0]
        return like(step, step.op, relus[x]) if type(x) is Step and x in relus else None

    return rewritten(program, {"step": (rule,)}) if relus else program


SCALAR: dict[str, Sequence[Rule]] = {**LOCAL, "*": (folded,)}  # the others are about shapes


# ── with a look at who reads a step ─────────────────────────────────────────────────────────────
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
