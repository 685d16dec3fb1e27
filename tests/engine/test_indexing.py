"""Indexing and einsum: anything that numpy takes, with repeated entries accumulated."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numerical import agree, check_first_order, check_second_order, seed_like

import autograd as ag
from autograd import Tensor, Value, gradients

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4)


def scattered(c: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Entry by entry: what indexing sends back, by numpy's own bookkeeping."""
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    return np.bincount(
        np.ravel(places), weights=np.ravel(c), minlength=int(np.prod(shape))
    ).reshape(shape)


def check(index: Any, shape: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=shape)
    x = Tensor(a)
    y = x[index]
    assert np.array_equal(y.data, a[index])
    c = seed_like(rng, y.data)
    agree(gradients(y, x, seed=c), scattered(c, index, shape), rtol=1e-14)
    slope = gradients((y * y * c).sum(), x, graph=True)
    d = seed_like(rng, a)
    second = gradients((slope * d).sum(), x)
    agree(second, scattered(2.0 * c * d[index], index, shape), rtol=1e-13)


@given(data=st.data(), shape=SHAPES, seed=SEEDS)
def test_basic_indices(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    check(index, shape, seed)


@given(data=st.data(), shape=SHAPES, seed=SEEDS)
def test_integer_arrays(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    result = hnp.array_shapes(min_dims=0, max_dims=2, max_side=4)
    check(data.draw(hnp.integer_array_indices(shape, result_shape=result)), shape, seed)


@given(data=st.data(), shape=SHAPES, seed=SEEDS)
def test_boolean_masks(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    depth = data.draw(st.integers(1, len(shape)))
    check(data.draw(hnp.arrays(bool, shape[:depth])), shape, seed)


@given(data=st.data(), seed=SEEDS)
def test_mixed_indices(data: st.DataObject, seed: int) -> None:
    part = st.one_of(
        st.integers(-2, 1), st.slices(2), st.just(...), st.none(),
        st.lists(st.integers(-2, 1), min_size=1, max_size=3), st.just([True, False]),
        st.just(np.array([[0], [1]])),
    )  # fmt: skip
    index = tuple(data.draw(st.lists(part, max_size=4)))
    try:
        np.zeros((2, 2, 2))[index]
    except IndexError:
        assume(False)
    check(index, (2, 2, 2), seed)


@pytest.mark.parametrize("index", [5, -4, (0, 7), [0, 3], (slice(None), [9]), (0, 0, 0),
                                   [True, False], np.array([[True]]), (..., ...)],
                         ids=str)  # fmt: skip
def test_past_the_end_is_an_index_error_with_the_shape(index: Any) -> None:
    with pytest.raises(IndexError, match=r"\(3, 2\)"):
        Tensor(np.zeros((3, 2)))[index]


@pytest.mark.parametrize("index", [1.0, "a", [0.5], None.__class__, 1j], ids=str)
def test_what_is_no_index_says_what_one_is(index: Any) -> None:
    with pytest.raises(IndexError, match="ints, slices"):
        Tensor(np.zeros((3, 2)))[index]


@pytest.mark.parametrize("node", [Tensor([0, 1]), Tensor(1), Value(1.0)], ids=["array", "0-d", "v"])
def test_an_index_that_is_a_node_is_refused(node: Any) -> None:
    with pytest.raises(TypeError, match=r"index.*node.*\.data"):
        Tensor(np.zeros((3, 2)))[node]


def test_iteration_ends() -> None:
    x = Tensor([1.0, 2.0, 3.0])
    a, b, c = x
    assert gradients(a * b + c, x).tolist() == [2.0, 1.0, 1.0]
    assert len(x) == 3
    with pytest.raises(TypeError, match="0-d"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        list(Tensor(1.0))


# ── einsum with any subscripts ──────────────────────────────────────────────────────────────────
SIZES = {"a": 2, "b": 3, "c": 1, "d": 2}


@st.composite
def subscripts(draw: st.DrawFn) -> tuple[str, list[tuple[int, ...]]]:
    """Repeated letters, ellipses, spaces, implicit results, size-1 axes; up to three operands."""
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.lists(st.sampled_from("abcd"), max_size=3))
        shape = [SIZES[c] for c in letters]
        if draw(st.booleans()):  # another operand may have this axis with its full size
            shape = [1 if draw(st.integers(0, 4)) == 0 and letters.count(c) == 1 else n
                     for c, n in zip(letters, shape, strict=True)]  # fmt: skip
        if draw(st.booleans()):
            at = draw(st.integers(0, len(letters)))
            dots = draw(st.sampled_from([(), (2,), (1,), (3, 1), (1, 2), (3, 2)]))
            letters.insert(at, "...")
            shape[at:at] = dots
        terms.append("".join(letters))
        shapes.append(tuple(shape))
    text = ",".join(terms)
    used = sorted(set(text) & set("abcd"))
    if draw(st.booleans()):
        kept = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        out = list(kept)
        if "..." in text:
            out.insert(draw(st.integers(0, len(out))), "...")
        text += "->" + "".join(out)
    if draw(st.booleans()):
        text = " ".join(text).replace(". . .", "...").replace("- >", "->")
    return text, shapes


@given(case=subscripts(), seed=SEEDS)
def test_einsum_takes_what_numpy_takes(case: Any, seed: int) -> None:
    text, shapes = case
    rng = np.random.default_rng(seed)
    args = [rng.uniform(-1.0, 1.0, s) for s in shapes]
    try:
        expected = np.einsum(text, *args)
    except ValueError:
        with pytest.raises(ValueError, match="einsum"):
            ag.einsum(text, *(Tensor(a) for a in args))
        return
    f = lambda *xs: ag.einsum(text, *xs)
    agree(f(*args), expected, rtol=1e-13)
    check_first_order(f, lambda *xs: np.einsum(text, *xs), args, rng, analytic=True)
    check_second_order(f, args, rng)


@pytest.mark.parametrize(("text", "shapes"), [
    ("ij,jk", [(2, 3), (4, 5)]), ("ij", [(2,)]), ("ij,jk", [(2, 3)]), ("i->j", [(2,)]),
    ("i->ii", [(2,)]), ("i,i", [(2,), (3,)]), ("i!", [(2,)]), ("i->i->i", [(2,)]),
    ("", [(2,)]), ("i...->i", [(2, 3)]),
])  # fmt: skip
def test_einsum_refuses_by_name(text: str, shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(ag.ShapeError, match="einsum"):
        ag.einsum(text, *(Tensor(np.zeros(s)) for s in shapes))


def test_einsum_wants_a_string() -> None:
    with pytest.raises(TypeError, match="subscripts"):
        ag.einsum(Tensor([1.0]), [0])  # type: ignore[arg-type]
