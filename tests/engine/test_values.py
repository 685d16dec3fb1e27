"""Forwards: every formula gives numpy's numbers, on arrays and Tensors, and can be written down."""

import re
from typing import Any

import catalogue
import numpy as np
import pytest
from catalogue import ELEMENTWISE, FORMULAS, Formula
from hypothesis import given
from hypothesis import strategies as st
from numerical import agree

import autograd as ag
from autograd import DTypeError, Tensor, no_grad, ordered
from autograd.shaping import scatter  # what indexing pulls back through: no public name

SEEDS = st.integers(0, 2**32 - 1)
every_formula = pytest.mark.parametrize("formula", FORMULAS, ids=repr)

# The list in DESIGN.md, "Public names".
FUNCTIONS = set(
    re.findall(
        r"\w+",
        """exp expm1 log log1p sqrt square abs sin cos tan arcsin arccos arctan sinh cosh tanh
    sigmoid relu leaky_relu elu gelu silu softplus maximum minimum clip where sum mean var std max
    min prod cumsum logsumexp softmax log_softmax matmul dot outer einsum transpose swapaxes reshape
    broadcast_to expand_dims squeeze concatenate stack take norm trace diag""",
    )
)
NOT_METHODS = {"where", "einsum", "concatenate", "stack"}  # their first argument is no node


def test_the_catalogue_samples_every_public_function() -> None:
    assert not FUNCTIONS - set(ag.__all__)
    assert not FUNCTIONS - {formula.public for formula in FORMULAS}
    assert len({formula.name for formula in FORMULAS}) == len(FORMULAS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS - NOT_METHODS))
def test_functions_of_a_node_are_methods_too(name: str) -> None:
    assert callable(getattr(Tensor, name))
    assert callable(getattr(ag.Value, name))


@every_formula
@given(seed=SEEDS)
def test_numpys_numbers_on_arrays_and_tensors(formula: Formula, seed: int) -> None:
    args = formula.sample(np.random.default_rng(seed))
    expected = np.asarray(formula.reference(*args))
    plain = formula.f(*args)
    assert not isinstance(plain, ag.Node)
    agree(plain, expected, rtol=1e-13)  # a few roundings: sums are taken in another order
    y = formula.f(*(Tensor(a) for a in args))
    assert isinstance(y, Tensor)
    assert y.dtype == np.float64
    assert np.array_equal(y.data, plain), "the graph computes what the plain function computes"
    with no_grad():
        leaf = formula.f(*(Tensor(a) for a in args))
    assert leaf.op is None or "unary +" in formula.name
    assert np.array_equal(leaf.data, y.data)


@pytest.mark.parametrize("formula", ELEMENTWISE, ids=repr)
def test_floats_stay_floats(formula: Formula) -> None:
    xs = [float(d.sample(np.random.default_rng(5), ())) for d in formula.domains]
    result = formula.f(*xs)
    assert type(result) is float
    agree(result, formula.reference(*xs), rtol=1e-14)


@every_formula
@given(seed=SEEDS)
def test_float32_is_kept(formula: Formula, seed: int) -> None:
    args = [a.astype(np.float32) for a in formula.sample(np.random.default_rng(seed))]
    xs = [Tensor(a) for a in args]
    y = formula.f(*xs)
    assert y.dtype == np.float32
    # single precision carries 7 digits; var, prod and poles lose two
    agree(y.data, formula.reference(*(a.astype(float) for a in args)), rtol=1e-5)
    start = np.ones(y.shape, np.float32)
    for g in ag.gradients(y, xs, seed=start):
        assert g.dtype == np.float32
    for g in ag.gradients(y, xs, seed=start, graph=True):
        assert g.dtype == np.float32


@every_formula
def test_integers_and_bools_become_float64(formula: Formula) -> None:
    args = formula.sample(np.random.default_rng(3))
    for dtype in (np.int64, np.uint8, bool):
        cast = [np.ones_like(a).astype(dtype) for a in args]
        with np.errstate(all="ignore"):
            y = formula.f(*(Tensor(a) for a in cast))
            exact = formula.f(*(a.astype(float) for a in cast))
        assert y.dtype == np.float64
        assert np.array_equal(y.data, exact, equal_nan=True)
        if formula.f is getattr(ag, str(formula.public), None):  # no operator of numpy's in it
            plain = formula.f(*cast)
            assert np.asarray(plain).dtype == np.float64
            assert np.array_equal(plain, exact, equal_nan=True)


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64, np.uint8, np.bool_])
def test_numpys_integers_become_float64(kind: Any) -> None:
    one = kind(1)
    for f in (ag.relu, ag.sigmoid, ag.silu, ag.exp, ag.gelu, ag.square):
        assert isinstance(f(one), np.float64 | np.ndarray)
        assert f(one) == f(np.ones(1))[0]
    assert ag.square(np.int8(100)) == 10_000.0


@pytest.mark.parametrize("kind", [np.float16, np.longdouble, np.complex128])
def test_numpys_other_numbers_are_refused(kind: Any) -> None:
    for f in (ag.relu, ag.sigmoid, ag.exp, ag.sum):
        with pytest.raises(DTypeError, match=str(np.dtype(kind))):
            f(kind(1))


@every_formula
def test_every_op_writes_itself_in_python_and_tex(formula: Formula) -> None:
    """The Python text, evaluated with the public functions, gives the op's own numbers."""
    args = formula.sample(np.random.default_rng(7))
    for node in ordered(formula.f(*(Tensor(a) for a in args))):
        if node.op is None:
            continue
        names = [f"x{i}" for i in range(len(node.args))]
        known: dict[str, Any] = {n: getattr(a, "data", a) if isinstance(a, ag.Node) else a
                                 for n, a in zip(names, node.args, strict=True)}  # fmt: skip
        written = node.op.write(node.op.python, *names)
        value = eval(written, {**vars(ag), "scatter": scatter, "__builtins__": {}}, known)
        agree(value, node.data, rtol=1e-15)
        tex = node.op.write(node.op.tex, *("xyz"[i % 3] for i in range(len(names))))
        assert tex.count("{") == tex.count("}")
        assert any(letter in tex for letter in "xyz")
        assert node.op.name
        assert node._op


def test_the_catalogue_is_sampled_off_the_kinks() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        even = catalogue.Domain(spans=catalogue.EVEN).sample(rng)
        odd = catalogue.Domain(spans=catalogue.ODD).sample(rng)
        assert np.min(np.abs(even[..., None] - odd.ravel())) >= 0.1
        distinct = np.sort(catalogue.Domain((3, 4), distinct=True).sample(rng).ravel())
        assert np.min(np.diff(distinct)) >= 0.1
        assert np.min(np.abs(distinct)) >= 0.02
