"""One catalogue of sample formulas with their domains; every property runs over all of it.

A formula is written twice: with autograd's public functions and with numpy's.  To add an op, add a
row.  Domains keep 0.05 off kinks and poles, which engine/test_conventions.py is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd as ag
from autograd import testing

Array = np.ndarray[Any, Any]
Span = tuple[float, float]


@dataclass(frozen=True)
class Domain:
    """Where an argument is drawn from: a shape, and spans of numbers of which each is as likely."""

    shape: tuple[int, ...] = (3, 4)
    spans: tuple[Span, ...] = ((-2.0, 2.0),)
    distinct: bool = False  # entries differ by 0.1 and more: no ties
    ramp: bool = False  # entries grow, so that no two rows or columns have the same sum

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] | None = None) -> Array:
        shape = self.shape if shape is None else shape
        size = int(np.prod(shape))
        if self.distinct:
            spread = rng.permutation(size) * 0.25 - 0.125 * size
            return (spread + rng.uniform(0.03, 0.15, size)).reshape(shape)
        if self.ramp:
            sizes = 1.3 ** np.arange(size) * rng.uniform(0.9, 1.0, size)
            return (sizes * rng.choice([-1.0, 1.0], size)).reshape(shape)
        low, high = np.array(self.spans).T
        chosen = rng.integers(len(self.spans), size=shape)
        return np.asarray(rng.uniform(low[chosen], high[chosen]))

    def elements(self) -> st.SearchStrategy[float]:
        """Numbers of it, for hypothesis."""
        return testing.spans(*self.spans)

    def arrays(self) -> st.SearchStrategy[Array]:
        """Arrays of it, for hypothesis."""
        if self.distinct:
            return testing.arrays(self.shape, ties=False)
        if self.ramp:
            sizes = 1.3 ** np.arange(np.prod(self.shape)).reshape(self.shape)
            steps = testing.arrays(self.shape, testing.spans((-1.0, -0.9), (0.9, 1.0)))
            return steps.map(lambda step: sizes * step)
        return testing.arrays(self.shape, self.elements())


@dataclass(frozen=True)
class Formula:
    name: str
    f: Callable[..., Any]  # with autograd's public functions and Python's operators
    reference: Callable[..., Any]  # with numpy's
    domains: tuple[Domain, ...]
    analytic: bool = True  # `reference` may be given complex numbers
    elementwise: bool = False
    public: str | None = None  # the public function
    rtol: float = 1e-10  # what central differences of it can give, relative

    def sample(self, rng: np.random.Generator) -> list[Array]:
        return [domain.sample(rng) for domain in self.domains]

    def arguments(self) -> st.SearchStrategy[tuple[Array, ...]]:
        """The same as `sample`, for hypothesis: what fails is made small."""
        return st.tuples(*(domain.arrays() for domain in self.domains))

    def __repr__(self) -> str:
        return self.name


FORMULAS: list[Formula] = []

ANY = ((-2.0, 2.0),)
POSITIVE = ((0.4, 3.0),)
NONZERO = ((-3.0, -0.4), (0.4, 3.0))
OFF_KINK = ((-2.0, -0.1), (0.1, 2.0))
EVEN = tuple((k + 0.05, k + 0.4) for k in (-2.0, -1.0, 0.0, 1.0))  # never within 0.1 of ODD
ODD = tuple((k + 0.55, k + 0.9) for k in (-2.0, -1.0, 0.0, 1.0))


def row(name: str, f: Any, reference: Any, *domains: Any, **options: Any) -> None:
    """Add a formula; a domain is spans (elementwise, shape 3×4), a shape, or a Domain."""
    made = []
    for d in domains:
        if isinstance(d, Domain):
            made.append(d)
        elif d and isinstance(d[0], tuple):
            made.append(Domain(spans=d))
        else:
            made.append(Domain(shape=d))
    public = name.split()[0].split("(")[0]
    options.setdefault("public", public if hasattr(ag, public) else None)
    FORMULAS.append(Formula(name, f, reference, tuple(made), **options))


def point(name: str, f: Any, reference: Any, *domains: Any, **options: Any) -> None:
    row(name, f, reference, *domains, elementwise=True, **options)


def kink(name: str, f: Any, reference: Any, *domains: Any) -> None:
    """Elementwise, and not analytic."""
    point(name, f, reference, *domains, analytic=False)


# ── operators ───────────────────────────────────────────────────────────────────────────────────
point("+", lambda a, b: a + b, np.add, ANY, ANY)
point("-", lambda a, b: a - b, np.subtract, ANY, ANY)
point("*", lambda a, b: a * b, np.multiply, ANY, ANY)
point("/", lambda a, b: a / b, np.divide, ANY, NONZERO)
point("**", lambda a, b: a**b, np.power, POSITIVE, ANY)
point("unary -", lambda x: -x, np.negative, ANY)
point("unary +", lambda x: +x, np.positive, ANY)
kink("abs()", lambda x: abs(x), np.abs, OFF_KINK)
for _name, _f in (
    ("x + 3", lambda x: x + 3), ("3 + x", lambda x: 3 + x), ("x - 3", lambda x: x - 3),
    ("3 - x", lambda x: 3 - x), ("2.5 * x", lambda x: 2.5 * x), ("x / 4", lambda x: x / 4),
    ("x**2", lambda x: x**2), ("x**3", lambda x: x**3), ("x*x", lambda x: x * x),
):  # fmt: skip
    point(_name, _f, _f, ANY)
point("3 / x", lambda x: 3 / x, lambda x: 3 / x, NONZERO)
point("x**-1", lambda x: x**-1, lambda x: 1 / x, NONZERO)
point("x**0.5", lambda x: x**0.5, lambda x: x**0.5, POSITIVE)
point("x**1", lambda x: x**1, lambda x: x, ANY)
point("x**0", lambda x: x**0, lambda x: x * 0.0 + 1.0, ANY)
point("2**x", lambda x: 2**x, lambda x: np.exp(np.log(2.0) * x), ANY)
point("(-1.5)**n in the base", lambda x: x**3.0, lambda x: x * x * x, ((-3.0, -0.4),))
point("x/x", lambda x: x / x, lambda x: x / x, NONZERO)
point("x**x", lambda x: x**x, lambda x: np.exp(x * np.log(x)), POSITIVE)

# ── elementwise functions ───────────────────────────────────────────────────────────────────────
GELU = np.sqrt(2 / np.pi)
for _name, _reference, _spans in (
    ("exp", np.exp, ANY), ("expm1", np.expm1, ANY), ("log", np.log, POSITIVE),
    ("log1p", np.log1p, ((-0.6, 3.0),)), ("sqrt", np.sqrt, POSITIVE), ("square", np.square, ANY),
    ("sin", np.sin, ANY), ("cos", np.cos, ANY), ("tan", np.tan, ((-1.1, 1.1),)),
    ("arcsin", np.arcsin, ((-0.8, 0.8),)), ("arccos", np.arccos, ((-0.8, 0.8),)),
    ("arctan", np.arctan, ANY), ("sinh", np.sinh, ANY), ("cosh", np.cosh, ANY),
    ("tanh", np.tanh, ANY),
    ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), ((-6.0, 6.0),)),
    ("silu", lambda x: x / (1 + np.exp(-x)), ((-6.0, 6.0),)),
    ("softplus", lambda x: np.log(1 + np.exp(x)), ((-6.0, 6.0),)),
    ("gelu", lambda x: x / 2 * (1 + np.tanh(GELU * (x + 0.044715 * x * x * x))), ANY),
):  # fmt: skip
    point(_name, getattr(ag, _name), _reference, _spans)
kink("abs", ag.abs, np.abs, OFF_KINK)
kink("relu", ag.relu, lambda x: np.maximum(x, 0), OFF_KINK)
kink("leaky_relu", ag.leaky_relu, lambda x: np.where(x > 0, x, 0.01 * x), OFF_KINK)
kink("leaky_relu(x, 0.3)", lambda x: ag.leaky_relu(x, 0.3),
     lambda x: np.where(x > 0, x, 0.3 * x), OFF_KINK)  # fmt: skip
kink("leaky_relu(x, slope)", ag.leaky_relu, lambda x, s: np.where(x > 0, x, s * x), OFF_KINK, ANY)
kink("elu", ag.elu, lambda x: np.where(x > 0, x, np.exp(x) - 1), OFF_KINK)
kink("elu(x, alpha)", ag.elu, lambda x, a: np.where(x > 0, x, a * np.expm1(x)), OFF_KINK, ANY)
kink("maximum", ag.maximum, np.maximum, EVEN, ODD)
kink("minimum", ag.minimum, np.minimum, EVEN, ODD)
kink("maximum with 0.5", lambda x: ag.maximum(x, 0.5), lambda x: np.maximum(x, 0.5), EVEN)
kink("minimum of 0.5", lambda x: ag.minimum(0.5, x), lambda x: np.minimum(0.5, x), EVEN)
kink("clip", lambda x: ag.clip(x, -1.0, 0.5), lambda x: np.clip(x, -1, 0.5), EVEN)
kink("clip below", lambda x: ag.clip(x, -1.0), lambda x: np.maximum(x, -1), EVEN)
kink("clip above", lambda x: ag.clip(x, None, 0.5), lambda x: np.minimum(x, 0.5), EVEN)
kink("clip(x, lo, hi)", ag.clip, np.clip, ((-2.0, -1.2), (-0.7, -0.2), (0.3, 1.0)),
     ((-1.1, -0.8),), ((-0.1, 0.2),))  # fmt: skip
MASK = np.array([[True, False, True, True]]) & np.array([[True], [False], [True]])
row("where", lambda a, b: ag.where(MASK, a, b), lambda a, b: np.where(MASK, a, b), ANY, ANY)
row("where(mask, x, 2)", lambda x: ag.where(MASK, x, 2.0), lambda x: np.where(MASK, x, 2), ANY)
kink("where(a > b, a*a, b)", lambda a, b: ag.where(a > b, a * a, b),
     lambda a, b: np.where(a > b, a * a, b), EVEN, ODD)  # fmt: skip

# ── reductions ──────────────────────────────────────────────────────────────────────────────────
BOX = (2, 3, 4)
AXES: tuple[Any, ...] = (None, 0, -1, 1, (0, 2), (-1, 0), ())
ONE_AXIS: tuple[Any, ...] = (None, 0, -2, (0, 1), (2, 0, 1))


def lse(x: Array, axis: Any, keepdims: bool) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def reduction(name: str, numpys: Any, domain: Domain, axes: Sequence[Any], **options: Any) -> None:
    ours = getattr(ag, name)
    for axis in axes:
        for keepdims in (False, True):
            row(f"{name} axis={axis}{' keepdims' * keepdims}",
                lambda x, a=axis, k=keepdims: ours(x, axis=a, keepdims=k),
                lambda x, a=axis, k=keepdims: numpys(x, axis=a, keepdims=k),
                domain, **options)  # fmt: skip


reduction("sum", np.sum, Domain(BOX), AXES)
reduction("mean", np.mean, Domain(BOX), AXES)
reduction("prod", np.prod, Domain(BOX, NONZERO), ONE_AXIS)
reduction("logsumexp", lse, Domain(BOX), ONE_AXIS)
reduction("max", np.max, Domain(BOX, distinct=True), ONE_AXIS, analytic=False)
reduction("min", np.min, Domain(BOX, distinct=True), ONE_AXIS, analytic=False)
reduction("var", np.var, Domain(BOX), ONE_AXIS, analytic=False)
reduction("std", np.std, Domain(BOX, distinct=True), ONE_AXIS, analytic=False, rtol=1e-9)
reduction("norm", np.linalg.norm, Domain(BOX, NONZERO), (None, 0, -1, (0, 2)), analytic=False)
for _ddof in (1, 0.5):
    row(f"var ddof={_ddof}", lambda x, d=_ddof: ag.var(x, axis=1, ddof=d),
        lambda x, d=_ddof: np.var(x, axis=1, ddof=d), BOX, analytic=False)  # fmt: skip
    row(f"std ddof={_ddof}", lambda x, d=_ddof: ag.std(x, axis=(0, 1), ddof=d, keepdims=True),
        lambda x, d=_ddof: np.std(x, axis=(0, 1), ddof=d, keepdims=True),
        Domain(BOX, distinct=True), analytic=False, rtol=1e-9)  # fmt: skip
for _ord in (1, 2, 3, 2.5, np.inf, -np.inf, -1):
    row(f"norm ord={_ord}", lambda x, o=_ord: ag.norm(x, ord=o, axis=1),
        lambda x, o=_ord: np.linalg.norm(x, ord=o, axis=1),
        Domain(BOX, NONZERO, ramp=not np.isfinite(_ord)), analytic=False)  # fmt: skip
for _ord in ("fro", 1, -1, np.inf, -np.inf):
    row(f"norm of a matrix ord={_ord}", lambda x, o=_ord: ag.norm(x, ord=o),
        lambda x, o=_ord: np.linalg.norm(x, ord=o),
        Domain((3, 2), ramp=True), analytic=False)  # fmt: skip
    row(f"norm of matrices ord={_ord}", lambda x, o=_ord: ag.norm(x, ord=o, axis=(2, 0)),
        lambda x, o=_ord: np.linalg.norm(x, ord=o, axis=(2, 0)),
        Domain((3, 2, 4), ramp=True), analytic=False)  # fmt: skip
for _axis in (None, 0, 1, -1):
    row(f"cumsum axis={_axis}", lambda x, a=_axis: ag.cumsum(x, axis=a),
        lambda x, a=_axis: np.cumsum(x, axis=a), BOX)  # fmt: skip
for _axis in (-1, 0, (0, 2), None):
    row(f"softmax axis={_axis}", lambda x, a=_axis: ag.softmax(x, axis=a),
        lambda x, a=_axis: np.exp(x) / np.sum(np.exp(x), axis=a, keepdims=True), BOX)  # fmt: skip
    row(f"log_softmax axis={_axis}", lambda x, a=_axis: ag.log_softmax(x, axis=a),
        lambda x, a=_axis: x - lse(x, a, True), BOX)  # fmt: skip
row("trace", ag.trace, np.trace, (3, 4))
row("trace offset=-1 of planes", lambda x: ag.trace(x, -1, 0, 2),
    lambda x: np.trace(x, -1, 0, 2), (4, 2, 3))  # fmt: skip

# ── products ────────────────────────────────────────────────────────────────────────────────────
SHAPES: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 1, 2, 3), (2, 3, 4)), ((1, 2, 3), (5, 3, 4)),
    ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((1, 1), (1, 1)),
)  # fmt: skip
for _a, _b in SHAPES:
    row(f"matmul {_a} @ {_b}", ag.matmul, np.matmul, _a, _b)
    if len(_a) < 4:
        row(f"dot {_a} . {_b}", ag.dot, np.dot, _a, _b)
row("@", lambda a, b: a @ b, np.matmul, (2, 3), (3, 4), public="matmul")
row("x @ x.T", lambda x: x @ x.T, lambda x: x @ x.T, (2, 3), public="matmul")
row("dot (), a number", ag.dot, np.dot, (), (2, 3))
row("outer", ag.outer, np.outer, (2, 2), (3,))
for _subscripts, *_shapes in (
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)),
    ("ba", (2, 3)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("iji->j", (3, 2, 3)), ("i,i->", (3,), (3,)),
    ("ij,ij->i", (2, 3), (2, 3)), ("i,j->ij", (2,), (3,)), ("i,j", (2,), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("...ij,...jk->...ik", (5, 2, 3), (1, 3, 4)),
    ("...i->...", (2, 3, 4)), ("i...,i...", (3, 2), (3, 2)), ("ij,j", (2, 3), (3,)),
    (" i j , j k -> i k ", (2, 3), (3, 4)), ("ij,jk->ik", (2, 1), (3, 4)), ("ij->i", (2, 3)),
    ("iij,jk->ik", (2, 2, 3), (3, 4)), ("i,i,i->i", (3,), (3,), (3,)), (",i->i", (), (3,)),
    ("...,...->...", (2, 1), (3,)), ("ij,kj->ik", (2, 3), (4, 3)), ("aab,bc->", (2, 2, 3), (3, 2)),
):  # fmt: skip
    row(f"einsum {_subscripts!r} {_shapes}", lambda *xs, s=_subscripts: ag.einsum(s, *xs),
        lambda *xs, s=_subscripts: np.einsum(s, *xs), *_shapes)  # fmt: skip
row("einsum 'ij,ij->' of x, x", lambda x: ag.einsum("ij,ij->", x, x),
    lambda x: np.einsum("ij,ij->", x, x), (2, 3))  # fmt: skip

# ── shapes and joining ──────────────────────────────────────────────────────────────────────────
for _name, _f, _numpy, *_shapes in (
    ("transpose", ag.transpose, np.transpose, BOX),
    ("transpose(1, 2, 0)", lambda x: ag.transpose(x, (1, 2, 0)), lambda x: x.transpose(1, 2, 0),
     BOX),
    ("transpose(-1, 0, 1)", lambda x: ag.transpose(x, (-1, 0, 1)),
     lambda x: x.transpose(-1, 0, 1), BOX),
    ("swapaxes", lambda x: ag.swapaxes(x, 0, -1), lambda x: np.swapaxes(x, 0, -1), BOX),
    ("reshape", lambda x: ag.reshape(x, (4, -1)), lambda x: np.reshape(x, (4, -1)), BOX),
    ("reshape to a vector", lambda x: ag.reshape(x, -1), lambda x: np.reshape(x, -1), BOX),
    ("broadcast_to", lambda x: ag.broadcast_to(x, (5, 3, 4)),
     lambda x: np.broadcast_to(x, (5, 3, 4)), (3, 1)),
    ("broadcast_to of a number", lambda x: ag.broadcast_to(x, (2, 3)),
     lambda x: np.broadcast_to(x, (2, 3)), ()),
    ("expand_dims", lambda x: ag.expand_dims(x, 1), lambda x: np.expand_dims(x, 1), (2, 3)),
    ("expand_dims (0, -1)", lambda x: ag.expand_dims(x, (0, -1)),
     lambda x: np.expand_dims(x, (0, -1)), (2, 3)),
    ("squeeze", ag.squeeze, np.squeeze, (1, 3, 1)),
    ("squeeze -1", lambda x: ag.squeeze(x, -1), lambda x: np.squeeze(x, -1), (1, 3, 1)),
    ("concatenate", lambda a, b: ag.concatenate([a, b]), lambda a, b: np.concatenate([a, b]),
     (2, 3), (4, 3)),
    ("concatenate axis=-1", lambda a, b: ag.concatenate((a, b, a), axis=-1),
     lambda a, b: np.concatenate((a, b, a), axis=-1), (2, 3), (2, 1)),
    ("concatenate axis=None", lambda a, b: ag.concatenate([a, b], axis=None),
     lambda a, b: np.concatenate([a, b], axis=None), (2, 3), (4,)),
    ("stack", lambda a, b: ag.stack([a, b]), lambda a, b: np.stack([a, b]), (2, 3), (2, 3)),
    ("stack axis=-1", lambda a, b: ag.stack([a, b, a], axis=-1),
     lambda a, b: np.stack([a, b, a], axis=-1), (2, 3), (2, 3)),
    ("stack of numbers", lambda a, b: ag.stack([a, b]), lambda a, b: np.stack([a, b]), (), ()),
    ("diag of a vector", ag.diag, np.diag, (3,)),
    ("diag of a matrix", ag.diag, np.diag, (3, 4)),
    ("diag k=1", lambda x: ag.diag(x, 1), lambda x: np.diag(x, 1), (3, 4)),
    ("diag k=-2 of a vector", lambda x: ag.diag(x, -2), lambda x: np.diag(x, -2), (3,)),
    ("take", lambda x: ag.take(x, [0, 5, 0]), lambda x: np.take(x, [0, 5, 0]), (2, 3)),
    ("take axis=1", lambda x: ag.take(x, [[2, 0], [-1, 2]], axis=1),
     lambda x: np.take(x, [[2, 0], [-1, 2]], axis=1), BOX),
    ("take of a number", lambda x: ag.take(x, 1, axis=-1), lambda x: np.take(x, 1, axis=-1), BOX),
):  # fmt: skip
    row(_name, _f, _numpy, *_shapes)

INDICES: dict[str, Any] = {
    "[1]": 1, "[-1]": -1, "[...]": ..., "[1:]": slice(1, None), "[::-2]": slice(None, None, -2),
    "[:, 1]": (slice(None), 1), "[..., None]": (..., None), "[None, 1, ..., 0]": (None, 1, ..., 0),
    "[1, 2, 3]": (1, 2, 3), "[[0, 0, 1]]": [0, 0, 1], "[:, [2, 0, 2]]": (slice(None), [2, 0, 2]),
    "[[1, 0], :, [3, 3]]": ([1, 0], slice(None), [3, 3]),
    "[[[1], [0]], [0, 2]]": ([[1], [0]], [0, 2]),
    "[mask]": np.arange(24).reshape(BOX) % 3 == 0, "[:, mask]": (slice(None), [True, False, True]),
    "[mask of rows]": [True, False], "[0:0]": slice(0, 0), "[np.int64]": np.int64(1),
    "[1, [0, 0], 1:3]": (1, [0, 0], slice(1, 3)), "[mask, 1]": (np.array([True, True]), 1),
}  # fmt: skip
for _name, _index in INDICES.items():
    row(f"x{_name}", lambda x, i=_index: x[i], lambda x, i=_index: x[i], BOX, public="getitem")

ELEMENTWISE = [f for f in FORMULAS if f.elementwise]
