"""What each op is in numpy's calls: one rule per op that takes more than its own ufunc."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import elementwise, linalg, reductions, shaping, softmaxes
from .calls import GENERAL, Lowering, Var, lowers
from .program import Program, Step

ZEROS = 1 << 17  # entries
FEW = 96  # entries up to which numpy's reciprocal is as fast as its division
SHORT = 32  # entries of a row up to which its maximum is better taken among columns


def lowered(program: Program) -> Lowering:
    """The program as numpy's calls."""
    return Lowering(program)


@lowers(GENERAL)
def general(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    """A ufunc by its name; anything else by calling what the op computes with."""
    op = step.op
    assert op is not None
    if isinstance(op.compute, np.ufunc) and all(a.dtype != object for a in args):
        return lowering.ufunc(op.compute.__name__, *args, dtype=step.dtype)
    name = home(lowering, op)
    if name in lowering.objects:  # a user's own: it may give any kind of number
        kind = "float" if step.dtype == np.float64 else f"np.{step.dtype.name}"
        text = f"np.asarray({name}({', '.join(f'{{{i}}}' for i in range(len(args)))}), {kind})"
    else:
        text = f"{name}({', '.join(f'{{{i}}}' for i in range(len(args)))})"
    return lowering.fresh(step, text, args)


def home(lowering: Lowering, op: Any) -> str:
    """How the text names the function that an op computes with, which it has to import."""
    if op.name in elementwise.TABLE and elementwise.TABLE[op.name].op is op:
        lowering.imports["from autograd.elementwise import TABLE"] = None
        return f'TABLE["{op.name}"].op.compute'
    for module in (reductions, shaping, linalg, softmaxes):
        for name, value in vars(module).items():
            if value is op:
                lowering.imports[f"from {module.__name__} import {name}"] = None
                return f"{name}.compute"
    name = f"{op.name}_" if op.name.isidentifier() else "primitive_"
    while name in lowering.objects and lowering.objects[name] is not op.compute:
        name += "_"
    lowering.objects[name] = op.compute
    return name


# ── elementwise ─────────────────────────────────────────────────────────────────────────────────
@lowers("power")
def power(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    return lowering.ufunc("power", *args, dtype=step.dtype)


@lowers("div")
def div(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    a, b = args
    if a.constant is not None and not a.shape and a.constant == 1.0 and step.shape:
        return reciprocal(lowering, b)
    return lowering.ufunc("true_divide", a, b, dtype=step.dtype)


def reciprocal(lowering: Lowering, x: Var) -> Var:
    """1 / x.  numpy takes half the time for a division as for its reciprocal, of many entries."""
    if math.prod(x.shape) <= FEW:
        return lowering.ufunc("reciprocal", x)
    return lowering.ufunc("true_divide", lowering.number(1.0, x), x)


@lowers("sigmoid")
def sigmoid(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    """1 / (1 + e⁻ˣ); e⁻ˣ may overflow to inf, and 1/inf is the right 0."""
    (x,) = args
    e = lowering.quiet("exp", lowering.ufunc("negative", x))
    return reciprocal(lowering, lowering.ufunc("add", e, lowering.number(1.0, x)))


@lowers("silu")
def silu(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    return lowering.ufunc("multiply", args[0], sigmoid(lowering, step, args))


@lowers("relu")
def relu(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    """max(x, 0); against an array of zeros, which numpy takes two to four times as fast."""
    (x,) = args
    size = math.prod(x.shape)
    zero = lowering.filled(0.0, x.shape, x.dtype) if 1 < size <= ZEROS else lowering.number(0.0, x)
    return lowering.ufunc("maximum", x, zero)


@lowers("softplus")
def softplus(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    return lowering.ufunc("logaddexp", args[0], lowering.number(0.0, args[0]))


COMPARISON = {
    "step": "greater", "zero": "equal", "same": "equal", "greater": "greater",
    "at_least": "greater_equal", "differ": "not_equal",
}  # fmt: skip


@lowers(*COMPARISON)
def comparison(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    """1.0 where it holds, else 0.0; numpy writes a mask into an array of floats as such."""
    assert step.op is not None
    name = COMPARISON[step.op.name]
    a = args[0]
    b = args[1] if len(args) == 2 else lowering.number(0.0, a)
    if not step.shape:
        y = Var((), step.dtype)
        text = lowering.scalar(f"np.{name}({{0}}, {{1}})", step.dtype)
        return lowering.add(y, text, [a, b], "number")
    if only_multiplied(lowering, step):  # numpy multiplies by the mask itself: no array of floats
        mask = Var(step.shape, bool)
        return lowering.add(
            mask, f"np.{name}({{0}}, {{1}})", [a, b], "product", f"np.{name}({{0}}, {{1}}, {{out}})"
        )
    y = Var(step.shape, step.dtype)
    text = f"np.{name}({{0}}, {{1}}).astype({step.dtype.name!r})"
    return lowering.add(y, text, [a, b], "product", f"np.{name}({{0}}, {{1}}, {{out}})")


def only_multiplied(lowering: Lowering, step: Step) -> bool:
    return step not in lowering.results and all(
        reader.op is not None
        and reader.op.name == "mul"
        and all(a is step or is_array(a, step.dtype) for a in reader.args)
        and reader.args[0] is not reader.args[1]
        for reader in lowering.readers.get(step, [])
    )


def is_array(arg: Any, dtype: Any) -> bool:
    """Whether an operand is an array of that dtype, and no mask."""
    if type(arg) is not Step or not arg.shape or arg.dtype != dtype:
        return False
    return arg.op is None or arg.op.name not in COMPARISON


@lowers("clip")
def clip(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    y, lo, hi = args
    if lo.constant is not None or lo.dtype != object:
        y = lowering.ufunc("maximum", y, lo)
    if hi.constant is not None or hi.dtype != object:
        y = lowering.ufunc("minimum", y, hi)
    return y


@lowers("where")
def where(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    return lowering.fresh(step, "np.where({0}, {1}, {2})", args)


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────
@lowers("reshape")
def reshape(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    x = args[0]
    if not step.shape:
        text = lowering.scalar("{0}.item()", x.dtype) if lowering.single else "{0}.item()"
        return lowering.add(Var((), x.dtype), text if x.shape else "{0}", [x], "number")
    if not x.shape:
        dtype = "" if x.dtype == np.float64 else f", np.{x.dtype.name}"
        text = f"np.full({step.shape}, {{0}}{dtype})"
        return lowering.add(Var(step.shape, x.dtype), text, [x], "fresh")
    shape = step.shape if len(step.shape) != 1 else -1
    return lowering.view(x, f"{{0}}.reshape({shape})", step.shape)


@lowers("transpose")
def transpose(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    axes = args[1].constant
    if axes is None or axes == tuple(reversed(range(len(step.shape)))):
        return lowering.view(args[0], "{0}.T", step.shape)
    return lowering.view(args[0], f"{{0}}.transpose({axes})", step.shape)


@lowers("broadcast_to")
def broadcast_to(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    text = f"np.broadcast_to({{0}}, {step.shape})"
    return lowering.add(Var(step.shape, step.dtype), f"np.array({text})", args[:1], "fresh")


@lowers("getitem")
def getitem(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    key = args[1].constant
    if any(isinstance(i, np.ndarray) for i in key):
        return general(lowering, step, args)
    text = ", ".join(spelled(i) for i in key) + ("," if len(key) == 1 else "") or "()"
    if not args[0].shape and not step.shape:  # a number, of which x[()] and x[...] are all
        return lowering.add(Var((), step.dtype), "np.positive({0})", args[:1], "number")
    if not args[0].shape:  # a number that gets axes
        return lowering.fresh(step, f"np.array({{0}})[{text}]", args[:1])
    if not step.shape:
        # x[..., 0] is a view of x even where it has no axes; [()] is the number in it
        number = f"{{0}}[{text.rstrip(',')}]" + ("[()]" if Ellipsis in key else "")
        return lowering.add(Var((), step.dtype), number, args[:1], "number")
    return lowering.view(args[0], f"{{0}}[{text}]", step.shape)


def spelled(i: Any) -> str:
    if isinstance(i, slice):
        ends = ["" if e is None else str(e) for e in (i.start, i.stop, i.step)]
        return ":".join(ends if ends[2] else ends[:2])
    return "..." if i is Ellipsis else str(i)


@lowers("concatenate")
def concatenate(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    parts = ", ".join(f"{{{i}}}" for i in range(1, len(args)))
    return lowering.fresh(step, f"np.concatenate(({parts},), {{0}})", args)


# ── reductions ──────────────────────────────────────────────────────────────────────────────────
@lowers("sum", "mean")
def total(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    """Sums by BLAS where it can: of a product, and along one axis of a matrix."""
    assert step.op is not None
    x, axes, keepdims = args[0], args[1].constant, bool(args[2].constant)
    y = summed(lowering, step, x, axes, keepdims)
    if step.op.name == "sum":
        return y
    n = math.prod(x.shape if axes is None else (x.shape[a] for a in axes))
    return lowering.ufunc("true_divide", y, lowering.number(float(n), x), dtype=step.dtype)


def summed(lowering: Lowering, step: Step, x: Var, axes: Any, keepdims: bool) -> Var:
    ndim = len(x.shape)
    axes = tuple(range(ndim)) if axes is None else axes
    if not ndim or not axes:
        return x
    last = lowering.calls[-1] if lowering.calls else None
    everything = len(axes) == ndim and not keepdims
    if everything and last and last.y is x and last.text == "np.multiply({0}, {1})":
        a, b = last.args
        alike = a.shape == b.shape == x.shape and a.dtype == b.dtype == x.dtype
        if alike and lowering.uses[step.args[0]] == 1:
            lowering.calls.pop()
            return lowering.dot(lowering.flat(a), lowering.flat(b))
    if ndim == 2 and len(axes) == 1 and x.dtype.kind == "f":
        n = x.shape[axes[0]]
        if axes[0] == 0 and not keepdims:
            return lowering.dot(lowering.ones((n,), x.dtype), x)
        if axes[0] == 0:
            return lowering.dot(lowering.ones((1, n), x.dtype), x)
        return lowering.dot(x, lowering.ones((n, 1) if keepdims else (n,), x.dtype))
    return lowering.reduce("add", x, axes, keepdims)


@lowers("max", "min", "prod")
def extreme(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    assert step.op is not None
    name = {"max": "maximum", "min": "minimum", "prod": "multiply"}[step.op.name]
    x, axes, keepdims = args[0], args[1].constant, bool(args[2].constant)
    if not x.shape:
        return x
    return lowering.reduce(name, x, axes, keepdims)


# ── softmax and its kin ─────────────────────────────────────────────────────────────────────────
def centred(lowering: Lowering, x: Var, axes: Any) -> tuple[Var, Var]:
    """The largest entry, kept finite so that ∞ − ∞ is never formed; and x minus it."""
    key = ("centred", x, axes)
    if key not in lowering.known:
        largest = float(np.finfo(x.dtype).max)
        turned = len(x.shape) == 2 and axes == (1,) and x.shape[1] <= SHORT <= x.shape[0]
        given = transposed(lowering, x) if turned else x
        m = lowering.reduce("maximum", given, (0,) if turned else axes, True)
        m = lowering.ufunc("minimum", m, lowering.number(largest, x))
        if turned:
            m = lowering.view(m, f"{{0}}.reshape({(x.shape[0], 1)})", (x.shape[0], 1))
        lowering.known["peak", x, axes] = m
        lowering.known[key] = lowering.quiet("subtract", x, m)
    return lowering.known["peak", x, axes], lowering.known[key]


def transposed(lowering: Lowering, x: Var) -> Var:
    """A copy with the axes of a matrix exchanged: numpy reduces short rows one by one."""
    y = Var(x.shape[::-1], x.dtype)
    return lowering.add(y, "{0}.T.copy()", [x], "product", "np.copyto({out}, {0}.T)")


def exponentials(lowering: Lowering, x: Var, axes: Any) -> tuple[Var, Var]:
    """eˣ⁻ᵐ and its sum along the axes, kept with size 1."""
    key = ("exp", x, axes)
    if key not in lowering.known:
        e = lowering.quiet("exp", centred(lowering, x, axes)[1])
        lowering.known[key] = e
        rows = len(x.shape) == 2 and axes == (1,)
        lowering.known["total", x, axes] = (
            lowering.dot(e, lowering.ones((x.shape[1], 1), x.dtype))
            if rows
            else lowering.reduce("add", e, axes, True)
        )
    return lowering.known[key], lowering.known["total", x, axes]


def log_total(lowering: Lowering, x: Var, axes: Any) -> Var:
    key = ("log", x, axes)
    if key not in lowering.known:
        lowering.known[key] = lowering.ufunc("log", exponentials(lowering, x, axes)[1])
    return lowering.known[key]


@lowers("softmax")
def softmax(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    if not step.shape:
        return general(lowering, step, args)
    e, s = exponentials(lowering, args[0], args[1].constant)
    return lowering.ufunc("true_divide", e, s)


@lowers("log_softmax")
def log_softmax(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    if not step.shape:
        return general(lowering, step, args)
    x, axes = args[0], args[1].constant
    return lowering.ufunc("subtract", centred(lowering, x, axes)[1], log_total(lowering, x, axes))


# ── products ────────────────────────────────────────────────────────────────────────────────────
@lowers("matmul")
def matmul(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    a, b = args
    if len(a.shape) <= 2 and len(b.shape) <= 2:
        return lowering.dot(a, b)
    y = Var(step.shape, step.dtype)
    out = "np.matmul({0}, {1}, {out})"
    return lowering.add(y, "np.matmul({0}, {1})", args, "product", out)


@lowers("beside")
def beside(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    return lowering.add(Var(step.shape, step.dtype), "", args, "beside")


@lowers("with_ones")
def with_ones(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    y = Var(step.shape, step.dtype)
    if args[0] in lowering.made_elementwise:
        return lowering.add(y, "", args, "with ones")
    ones = lowering.ones((1, step.shape[1]), step.dtype)
    return lowering.add(y, "np.concatenate(({0}, {1}))", [args[0], ones], "fresh")


@lowers("einsum")
def einsum(lowering: Lowering, step: Step, args: list[Var]) -> Var:
    operands = ", ".join(f"{{{i}}}" for i in range(1, len(args)))
    optimize = ", optimize=True" if len(args) > 3 else ""
    return lowering.fresh(step, f"np.einsum({{0}}, {operands}{optimize})", args)
