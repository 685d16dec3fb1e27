"""Broadcasting equals explicit tiling: values, gradients and second derivatives, in all forms."""

from typing import Any

import numpy as np
import pytest
from catalogue import ELEMENTWISE, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree, seed_like

import autograd as ag
from autograd import Tensor, gradients
from autograd.testing import arrays, broadcastable_shapes
from autograd.testing.laws import tiles_summed

SEEDS = st.integers(0, 2**32 - 1)
Shape = tuple[int, ...]
SEVERAL = [f for f in ELEMENTWISE if len(f.domains) > 1]


def compare(f: Any, args: list[Any], full: Shape, rng: np.random.Generator) -> None:
    tiled = [np.array(np.broadcast_to(a, full)) for a in args]
    xs, ts = [Tensor(a) for a in args], [Tensor(a) for a in tiled]
    y, z = f(*xs), f(*ts)
    assert y.shape == full
    assert np.array_equal(y.data, z.data)
    c = seed_like(rng, y.data)
    found, known = gradients(y, xs, seed=c), gradients(z, ts, seed=c)
    for a, g, h in zip(args, found, known, strict=True):
        agree(g, tiles_summed(h, a.shape), rtol=1e-13)
    ds = [seed_like(rng, a) for a in args]
    slope = sum_of(gradients(y, xs, seed=c, graph=True), ds)
    tiled_ds = [np.broadcast_to(d, full) for d in ds]
    tiled_slope = sum_of(gradients(z, ts, seed=c, graph=True), tiled_ds)
    pairs = zip(gradients(slope, xs), gradients(tiled_slope, ts), strict=True)
    for a, (g, h) in zip(args, pairs, strict=True):
        agree(g, tiles_summed(h, a.shape), rtol=1e-12)


def sum_of(gs: list[Any], ds: list[Any]) -> Any:
    total = Tensor(0.0)
    for g, d in zip(gs, ds, strict=True):
        total = total + (g * d).sum()
    return total


@pytest.mark.parametrize("formula", SEVERAL, ids=repr)
@given(data=st.data(), seed=SEEDS)
def test_any_shapes_that_broadcast(formula: Formula, data: st.DataObject, seed: int) -> None:
    """0-d, size 1, leading axes, both operands, empty arrays: whatever numpy broadcasts."""
    n = len(formula.domains)
    shapes = data.draw(broadcastable_shapes(n))
    numbers = [d.elements() for d in formula.domains]
    args = [data.draw(arrays(s, e)) for s, e in zip(shapes, numbers, strict=True)]
    compare(formula.f, args, np.broadcast_shapes(*shapes), np.random.default_rng(seed))


@pytest.mark.parametrize(("a", "b"), [
    ((), (3, 4)), ((3, 4), ()), ((1,), (3, 4)), ((4,), (3, 4)), ((3, 1), (1, 4)), ((3, 4), (1, 1)),
    ((1, 3, 1), (2, 1, 4)), ((), ()), ((1,), ()), ((0,), (1,)), ((3, 0), (1, 1)), ((1, 0), (3, 1)),
    ((2, 1, 1), (4,)),
])  # fmt: skip
@pytest.mark.parametrize("f", [lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a - b,
                               lambda a, b: a**b, ag.maximum,
                               lambda a, b: ag.where(MASK, a, b)],
                         ids=["*", "/", "-", "**", "maximum", "where"])  # fmt: skip
def test_every_form_by_name(f: Any, a: Shape, b: Shape) -> None:
    rng = np.random.default_rng(1)
    args = [rng.uniform(0.5, 2.0, a), rng.uniform(0.5, 2.0, b)]
    compare(f, args, np.broadcast_shapes(a, b), rng)


MASK = np.array(True)


@given(shapes=broadcastable_shapes(3), seed=SEEDS)
def test_where_with_a_mask_that_broadcasts(shapes: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random(shapes[0]) < 0.5
    args = [rng.normal(size=s) for s in shapes[1:]]
    xs = [Tensor(a) for a in args]
    y = ag.where(mask, *xs)
    assert y.shape == np.broadcast_shapes(*shapes)
    c = seed_like(rng, y.data)
    full = np.broadcast_to(mask, y.shape)
    expected = [tiles_summed(np.where(full, c, 0.0), args[0].shape),
                tiles_summed(np.where(full, 0.0, c), args[1].shape)]  # fmt: skip
    for g, e in zip(gradients(y, xs, seed=c), expected, strict=True):
        agree(g, e, rtol=1e-13)


@pytest.mark.parametrize("other", [np.ones((2, 3)), np.ones((1, 3)), np.ones(()), 2.0, 2])
def test_against_constants_of_any_shape(other: Any) -> None:
    x = Tensor(np.arange(3.0))
    for y in (x * other, other * x):
        c = np.arange(float(y.size)).reshape(y.shape)
        expected = tiles_summed(c * np.asarray(other), (3,))
        agree(gradients(y, x, seed=c), expected, rtol=1e-15)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)])
def test_empty_arrays_have_empty_gradients(shape: Shape) -> None:
    x = Tensor(np.zeros(shape))
    for y in ((x * x).sum(), ag.exp(x).sum(), ag.concatenate([x, x]).sum(), ag.prod(x),
              x.reshape(-1).sum(), ag.cumsum(x, axis=0).sum(), ag.relu(x).sum(), x.T.sum(),
              ag.norm(x, axis=0).sum(), ag.einsum("...->...", x).sum()):  # fmt: skip
        assert y.size == 1
        g = gradients(y, x)
        assert g.shape == shape
        assert gradients(y, x, graph=True).shape == shape
    y = Tensor(np.zeros((2, 0))) @ x if shape == (0, 3) else None
    if y is not None:
        assert y.data.tolist() == [[0.0] * 3] * 2
        assert gradients(y, x, seed=np.ones((2, 3))).shape == shape
