"""The elementwise ops that `Value` and `Tensor` share: one row each.

To add one, add a row here and a sample to the catalogue in `tests/catalogue.py`.  Kinks are settled
in docs/conventions.md.  Formulas that are not school calculus name their source.
"""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Callable
from contextvars import Context
from typing import Any

import numpy as np
from numpy import ndarray

from .op import ZERO, Function, Op, Rules, Template, function

Compute = Callable[..., Any]
TABLE: dict[str, Function] = {}
FIT = "sizes have to be equal or 1, counted from the last axis (reshape an operand)"


def row(
    signature: str,
    compute: Compute,
    scalar: Compute,
    rules: Rules,
    python: Template | None,
    tex: Template,
    doc: str,
    **options: Any,
) -> Function:
    """Declare `name(arguments)`; the result is the public function."""
    name, _, arguments = signature.rstrip(")").partition("(")
    if isinstance(compute, np.ufunc):
        options["numpy"] = (compute, *options.get("numpy", ()))
    if python is None:
        assert isinstance(rules, tuple)
        python = f"{name}({', '.join('{}' for _ in rules)})"
    op = Op(name, compute, rules, scalar=scalar, python=python, tex=tex, elementwise=True,
            hint=FIT, **options)  # fmt: skip
    TABLE[name] = function(op, arguments, doc)
    return TABLE[name]


def flat(
    signature: str, compute: Compute, scalar: Compute, arity: int, tex: str, doc: str
) -> Function:
    """Declare a piecewise constant function: what a rule needs to choose, itself without slope."""
    return row(signature, compute, scalar, (ZERO,) * arity, None, tex, doc, analytic=False)


# ── arithmetic ──────────────────────────────────────────────────────────────────────────────────
add = row("add(a, b)", np.add, operator.add,
    (lambda g, y, a, b: g,
     lambda g, y, a, b: g),
    "{} + {}", "{} + {}", "a + b", symbol="+", linear=True)  # fmt: skip
sub = row("sub(a, b)", np.subtract, operator.sub,
    (lambda g, y, a, b: g,
     lambda g, y, a, b: -g),
    "{} - {}", "{} - {}", "a − b", symbol="-", linear=True)  # fmt: skip
mul = row("mul(a, b)", np.multiply, operator.mul,
    (lambda g, y, a, b: g * b,
     lambda g, y, a, b: g * a),
    "{} * {}", r"{} \odot {}", "a · b, elementwise", symbol="*")  # fmt: skip
div = row("div(a, b)", np.true_divide, operator.truediv,
    (lambda g, y, a, b: g / b,
     lambda g, y, a, b: -(g * y) / b),
    "{} / {}", r"\frac{{{}}}{{{}}}", "a / b", symbol="/")  # fmt: skip
neg = row("neg(x)", np.negative, operator.neg, (lambda g, y, x: -g,),
    "-{}", "-{}", "−x", symbol="neg", linear=True)  # fmt: skip


NUMBER = (int, float)
# By itemsize; as arrays they are taken faster than floats.
NOUGHT = {8: np.array(0.0), 4: np.array(0.0, np.float32)}
ONE = {8: np.array(1.0), 4: np.array(1.0, np.float32)}


def base_rule(g: Any, y: Any, a: Any, b: Any) -> Any:
    """b·aᵇ⁻¹; where both are 0 it is 0, though 0⁻¹ is inf."""
    if isinstance(b, NUMBER):
        if b == 2.0:  # the power that is met most often
            return g * (2.0 * a)
        return g * (b * power(a, b - 1.0)) if b else g * 0.0
    return g * (b * power(a, where(zero(a) * zero(b), 1.0, b - 1.0)))


power: Function = row("power(a, b)", operator.pow, math.pow,
    (base_rule,
     # aᵇ·ln a; at a = 0 the limit for b > 0, which is 0
     lambda g, y, a, b: g * (y * log(where(zero(a), 1.0, a)))),
    "{} ** {}", "{{{}}}^{{{}}}", "aᵇ", symbol="**",
    numpy=(np.power,))  # fmt: skip

# ── powers, exponentials, logarithms ────────────────────────────────────────────────────────────
square = row("square(x)", np.square, lambda x: x * x, (lambda g, y, x: g * (2.0 * x),),
    None, "{{{}}}^2", "x²")  # fmt: skip
sqrt = row("sqrt(x)", np.sqrt, math.sqrt, (lambda g, y, x: g / (2.0 * y),),
    None, r"\sqrt{{{}}}", "√x; the derivative at 0 is inf")  # fmt: skip
exp = row("exp(x)", np.exp, math.exp, (lambda g, y, x: g * y,),
    None, "e^{{{}}}", "eˣ")  # fmt: skip
expm1 = row("expm1(x)", np.expm1, math.expm1, (lambda g, y, x: g * (y + 1.0),),
    None, "e^{{{}}} - 1", "eˣ − 1, accurate near 0")  # fmt: skip
log: Function = row("log(x)", np.log, math.log, (lambda g, y, x: g / x,),
    None, r"\ln {}", "ln x")  # fmt: skip
log1p = row("log1p(x)", np.log1p, math.log1p, (lambda g, y, x: g / (1.0 + x),),
    None, r"\ln (1 + {})", "ln(1 + x), accurate near 0")  # fmt: skip

# ── trigonometric and hyperbolic ────────────────────────────────────────────────────────────────
sin = row("sin(x)", np.sin, math.sin, (lambda g, y, x: g * cos(x),),
    None, r"\sin {}", "sin x, x in radians")  # fmt: skip
cos: Function = row("cos(x)", np.cos, math.cos, (lambda g, y, x: g * -sin(x),),
    None, r"\cos {}", "cos x, x in radians")  # fmt: skip
tan = row("tan(x)", np.tan, math.tan, (lambda g, y, x: g * (1.0 + y * y),),
    None, r"\tan {}", "tan x, x in radians")  # fmt: skip
arcsin = row("arcsin(x)", np.arcsin, math.asin, (lambda g, y, x: g / sqrt(1.0 - x * x),),
    None, r"\arcsin {}", "arcsin x in radians, |x| ≤ 1")  # fmt: skip
arccos = row("arccos(x)", np.arccos, math.acos, (lambda g, y, x: -g / sqrt(1.0 - x * x),),
    None, r"\arccos {}", "arccos x in radians, |x| ≤ 1")  # fmt: skip
arctan = row("arctan(x)", np.arctan, math.atan, (lambda g, y, x: g / (1.0 + x * x),),
    None, r"\arctan {}", "arctan x in radians")  # fmt: skip
sinh = row("sinh(x)", np.sinh, math.sinh, (lambda g, y, x: g * cosh(x),),
    None, r"\sinh {}", "sinh x")  # fmt: skip
cosh: Function = row("cosh(x)", np.cosh, math.cosh, (lambda g, y, x: g * sinh(x),),
    None, r"\cosh {}", "cosh x")  # fmt: skip
tanh = row("tanh(x)", np.tanh, math.tanh, (lambda g, y, x: g * (1.0 - y * y),),
    None, r"\tanh {}", "tanh x")  # fmt: skip

# ── piecewise constant: what the rules below choose by ──────────────────────────────────────────
# A NaN operand gives NaN in `sign` and 0 in the others; the function itself gives NaN there.
sign = flat("sign(x)", np.sign, lambda x: x if x != x else float((x > 0) - (x < 0)), 1,
    r"\operatorname{{sign}} {}", "−1, 0 or 1")  # fmt: skip
step = flat("step(x)",
    lambda x: as_real(np.greater(x, NOUGHT[x.itemsize]), x), lambda x: 1.0 if x > 0 else 0.0, 1,
    r"\mathbb 1({} > 0)", "1 where x > 0, else 0")  # fmt: skip
zero: Function = flat("zero(x)", lambda x: as_real(x == 0, x), lambda x: 1.0 if x == 0 else 0.0, 1,
    r"\mathbb 1({} = 0)", "1 where x is 0, else 0")  # fmt: skip
share = flat("share(a, b)",
    lambda a, b: as_real(a > b, a, b) + 0.5 * as_real(a == b, a, b),
    lambda a, b: 1.0 if a > b else 0.5 if a == b else 0.0, 2,
    r"\mathbb 1({} \geq {})", "a's share of maximum(a, b): 1, 0, or ½ at a tie")  # fmt: skip
detached = flat("detached(x)", np.copy, operator.pos, 1,
    "{}", "x as a constant: no cotangent flows through")  # fmt: skip
same = flat("same(a, b)", lambda a, b: as_real(a == b, a, b), lambda a, b: float(a == b), 2,
    r"\mathbb 1({} = {})", "1 where a = b, else 0")  # fmt: skip
greater = flat("greater(a, b)", lambda a, b: as_real(a > b, a, b), lambda a, b: float(a > b), 2,
    r"\mathbb 1({} > {})", "1 where a > b, else 0")  # fmt: skip
at_least = flat("at_least(a, b)",
    lambda a, b: as_real(a >= b, a, b), lambda a, b: float(a >= b), 2,
    r"\mathbb 1({} \geq {})", "1 where a ≥ b, else 0")  # fmt: skip
differ = flat("differ(a, b)", lambda a, b: as_real(a != b, a, b), lambda a, b: float(a != b), 2,
    r"\mathbb 1({} \neq {})", "1 where a and b differ, else 0")  # fmt: skip
tally = row("tally(y, *xs)",
    lambda y, *xs: np.maximum(1.0, np.sum([np.equal(x, y) for x in xs], axis=0)),
    lambda y, *xs: max(1.0, math.fsum(x == y for x in xs)),
    lambda g, y, *xs: [lambda: None] * len(xs),
    lambda *xs: f"tally({', '.join(xs)})", lambda *xs: rf"\#({', '.join(xs)})",
    "how many of xs equal y, at least 1", analytic=False)  # fmt: skip


def as_real(mask: Any, *likes: Any) -> Any:
    """A mask as 1.0 and 0.0 in the float type of the arrays in `likes`."""
    if len(likes) == 1 and type(likes[0]) is ndarray is type(mask):
        return mask.astype(likes[0].dtype)
    arrays = [x for x in likes if isinstance(x, np.ndarray | np.generic)]
    return np.asarray(mask).astype(np.result_type(*arrays) if arrays else np.float64)


# ── activations ─────────────────────────────────────────────────────────────────────────────────
class Arithmetic(threading.local):
    """`ARITHMETIC.run(f, *args)` is f(*args) where numpy takes floats' exceptions as it says here.

    As within np.errstate(…), for 0.1 of its 0.85 µs: numpy keeps the error state in a context
    variable, and each thread has a context here that it was set in once.
    """

    def __init__(self, **what: Any) -> None:
        self.run = Context().run
        self.run(np.seterr, **what)


QUIET = Arithmetic(all="ignore")  # where infinities are wanted: nothing warns of them
STRICT = Arithmetic(all="ignore", invalid="raise")  # the same, but for ∞ − ∞
NEGATIVE, EXP, ADD, DIVIDE = np.negative, np.exp, np.add, np.divide  # found in half the time


def sigmoid_array(x: Any) -> Any:
    # exp may overflow to inf, which 1/(1 + inf) turns into the right 0.  One buffer for all steps:
    # on large arrays most of the time of a naive 1/(1 + exp(-x)) goes into fresh memory.
    e = NEGATIVE(x)
    if type(e) is not ndarray:
        e = np.asarray(e)
    QUIET.run(EXP, e, e)
    one = ONE[e.itemsize]
    ADD(e, one, e)
    return DIVIDE(one, e, e)  # half the time of numpy's reciprocal


def sigmoid_float(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


sigmoid = row("sigmoid(x)", sigmoid_array, sigmoid_float, (lambda g, y, x: g * (y * (1.0 - y)),),
    None, r"\sigma({})", "σ(x) = 1/(1 + e⁻ˣ), stable for any x")  # fmt: skip
FEW, MANY = 2**11, 2**16  # entries
ZEROS = {t.itemsize: np.zeros(MANY, t) for t in map(np.dtype, (np.float64, np.float32))}


def relu_array(x: Any) -> Any:
    """max(x, 0).  With a number for the 0, numpy takes up to 2.5 times as long on many entries."""
    n = x.size
    if FEW < n <= MANY and x.flags.c_contiguous:
        return np.maximum(x, ZEROS[x.itemsize][:n].reshape(x.shape))
    return np.maximum(x, NOUGHT[x.itemsize])


relu = row("relu(x)", relu_array, lambda x: 0.0 if x <= 0.0 else x,
    (lambda g, y, x: g * step(x),),
    None, r"\operatorname{{ReLU}}({})", "max(x, 0); the derivative at 0 is 0",
    symbol="ReLU", analytic=False)  # fmt: skip
leaky_relu_op = row("leaky_relu(x, slope)",
    lambda x, slope: np.where(x > 0, x, slope * x), lambda x, slope: x if x > 0 else slope * x,
    (lambda g, y, x, slope: where(step(x), g, g * slope),
     lambda g, y, x, slope: g * minimum(x, 0.0)),
    None, r"\operatorname{{LeakyReLU}}_{{{1}}}({0})", "x where x > 0, else slope·x",
    analytic=False)  # fmt: skip
elu_op = row("elu(x, alpha)",
    lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0))),
    lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
    (lambda g, y, x, alpha: where(step(x), g, g * (alpha * exp(minimum(x, 0.0)))),
     lambda g, y, x, alpha: g * expm1(minimum(x, 0.0))),
    None, r"\operatorname{{ELU}}_{{{1}}}({0})", "x where x > 0, else α(eˣ − 1)",
    analytic=False)  # fmt: skip
silu = row("silu(x)", lambda x: x * sigmoid_array(x), lambda x: x * sigmoid_float(x),
    (lambda g, y, x: g * (sigmoid(x) * (1.0 + x * sigmoid(-x))),),
    None, r"\operatorname{{SiLU}}({})", "x·σ(x)")  # fmt: skip
softplus = row("softplus(x)", lambda x: np.logaddexp(0.0, x),
    lambda x: (x if x > 0 else 0.0) + math.log1p(math.exp(-abs(x))),
    (lambda g, y, x: g * sigmoid(x),),
    None, r"\ln (1 + e^{{{}}})", "ln(1 + eˣ), stable for any x")  # fmt: skip

GELU_A, GELU_B = math.sqrt(2.0 / math.pi), 0.044715  # Hendrycks & Gimpel 2016, section 2


GELU_FLAT = 30.0  # beyond it tanh is ±1 to the last digit, and x³ would overflow some day


def gelu_rule(g: Any, y: Any, x: Any) -> Any:
    c = clip(x, -GELU_FLAT, GELU_FLAT)
    t = tanh(GELU_A * (c + GELU_B * (c * c * c)))
    inner = GELU_A * (1.0 + 3.0 * GELU_B * (c * c))
    return g * (0.5 * (1.0 + t) + 0.5 * x * ((1.0 - t * t) * inner))


def gelu_array(x: Any) -> Any:
    c = np.clip(x, -GELU_FLAT, GELU_FLAT)
    return 0.5 * x * (1.0 + np.tanh(GELU_A * (c + GELU_B * (c * c * c))))


def gelu_float(x: float) -> float:
    c = clip_float(x, -GELU_FLAT, GELU_FLAT)
    return 0.5 * x * (1.0 + math.tanh(GELU_A * (c + GELU_B * (c * c * c))))


gelu = row("gelu(x)", gelu_array, gelu_float, (gelu_rule,),
    None, r"\operatorname{{GELU}}({})",
    "the tanh form: ½x(1 + tanh(√(2/π)(x + 0.044715x³)))", analytic=False)  # fmt: skip


# ── choices ─────────────────────────────────────────────────────────────────────────────────────
absolute = row("abs(x)", np.abs, abs, (lambda g, y, x: g * sign(x),),
    None, r"\left|{}\right|", "|x|; the derivative at 0 is 0", analytic=False)  # fmt: skip
maximum = row("maximum(a, b)", np.maximum, lambda a, b: a if a > b or a != a else b,
    (lambda g, y, a, b: g * share(a, b),
     lambda g, y, a, b: g * share(b, a)),
    None, r"\max({}, {})", "the larger of a and b; a tie shares the gradient equally",
    analytic=False)  # fmt: skip
minimum: Function = row("minimum(a, b)", np.minimum, lambda a, b: a if a < b or a != a else b,
    (lambda g, y, a, b: g * share(b, a),
     lambda g, y, a, b: g * share(a, b)),
    None, r"\min({}, {})", "the smaller of a and b; a tie shares the gradient equally",
    analytic=False)  # fmt: skip


def extreme_rules(g: Any, y: Any, *xs: Any) -> list[Any]:
    """g times each argument's share of the extreme y: equal for ties, and they sum to 1."""
    part = g / tally(y, *xs)
    return [lambda x=x: part * same(x, y) for x in xs]


# The scalar graph's max and min over many Values; arrays have ops of their own (reductions.py).
greatest = row("greatest(*xs)", lambda *xs: np.max(np.stack(np.broadcast_arrays(*xs)), axis=0),
    lambda *xs: math.nan if any(x != x for x in xs) else max(xs), extreme_rules,
    lambda *xs: f"greatest({', '.join(xs)})", lambda *xs: rf"\max({', '.join(xs)})",
    "the largest of all arguments; ties share equally", analytic=False)  # fmt: skip
least = row("least(*xs)", lambda *xs: np.min(np.stack(np.broadcast_arrays(*xs)), axis=0),
    lambda *xs: math.nan if any(x != x for x in xs) else min(xs), extreme_rules,
    lambda *xs: f"least({', '.join(xs)})", lambda *xs: rf"\min({', '.join(xs)})",
    "the smallest of all arguments; ties share equally", analytic=False)  # fmt: skip


def where_array(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


where_op = row("where(condition, a, b)", where_array, lambda c, a, b: a if c else b,
    (ZERO,
     lambda g, y, c, a, b: where(c, g, 0.0),
     lambda g, y, c, a, b: where(c, 0.0, g)),
    None, r"\text{{where}}({}, {}, {})", "a where the condition holds, else b",
    numpy=(np.where,))  # fmt: skip


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where `condition` holds, else b; shapes broadcast.

    The gradient of the branch that was not taken is 0.  The condition itself has no derivative.

    >>> from autograd import Tensor
    >>> x = Tensor([-1.0, 2.0])
    >>> where(x > 0, x, 0.1 * x).data
    array([-0.1,  2. ])
    """
    if condition is True or condition is False:  # the scalar case, also inside rules
        condition = float(condition)
    return where_op(condition, a, b)


def clip_array(x: Any, lo: Any, hi: Any) -> Any:
    x = x if lo is None else np.maximum(x, lo)
    return x if hi is None else np.minimum(x, hi)


def clip_float(x: float, lo: float | None, hi: float | None) -> float:
    x = x if lo is None or x > lo or x != x else lo
    return x if hi is None or x < hi or x != x else hi


LOW, HIGH = -math.inf, math.inf


def bounded(test: Compute) -> tuple[Compute, Compute]:
    """`test(x, lo, hi)` for arrays and for floats, with None as no bound."""

    def ends(lo: Any, hi: Any) -> tuple[Any, Any]:
        return LOW if lo is None else lo, HIGH if hi is None else hi

    return (
        lambda x, lo, hi: as_real(test(x, *ends(lo, hi)), x),
        lambda x, lo, hi: float(test(x, *ends(lo, hi))),
    )


within = flat("within(x, lo, hi)", *bounded(lambda x, lo, hi: (x >= lo) & (x <= hi)), 3,
    r"\mathbb 1({1} \leq {0} \leq {2})", "1 on the closed interval, else 0")  # fmt: skip
below = flat("below(x, lo, hi)", *bounded(lambda x, lo, hi: (x < lo) & (lo <= hi)), 3,
    r"\mathbb 1({0} < {1})", "1 where clip gives lo, else 0")  # fmt: skip
above = flat("above(x, lo, hi)", *bounded(lambda x, lo, hi: (x > hi) | (lo > hi)), 3,
    r"\mathbb 1({0} > {2})", "1 where clip gives hi, else 0")  # fmt: skip
clip_op = row("clip(x, lo, hi)", clip_array, clip_float,
    (lambda g, y, x, lo, hi: g * within(x, lo, hi),
     lambda g, y, x, lo, hi: g * below(x, lo, hi),
     lambda g, y, x, lo, hi: g * above(x, lo, hi)),
    None, r"\operatorname{{clip}}({}, {}, {})", "x limited to [lo, hi]",
    analytic=False)  # fmt: skip

# A copy of a node in the graph: what a transform differentiates when its argument is a node.
identity = row("identity(x)", np.positive, operator.pos, (lambda g, y, x: g,),
    "+{}", "{}", "x", linear=True)  # fmt: skip


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """x where x > 0, else slope·x; the derivative at 0 is the slope."""
    return leaky_relu_op(x, slope)


def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x where x > 0, else α(eˣ − 1); the derivative at 0 is α."""
    return elu_op(x, alpha)


def clip(x: Any, lo: Any = None, hi: Any = None) -> Any:
    """x limited to [lo, hi]; None is no limit.  The derivative in x is 1 on the closed interval."""
    return clip_op(x, lo, hi)


# Rows that are no public functions: operators' ops, what rules choose by, and ops whose public
# function (above, or where `max` is) takes its arguments in another way.
INTERNAL = {
    "add", "sub", "mul", "div", "neg", "power", "identity", "detached",
    "sign", "step", "zero", "share", "same", "greater", "at_least", "differ", "tally",
    "within", "below", "above", "greatest", "least", "where", "clip", "leaky_relu", "elu",
}  # fmt: skip
