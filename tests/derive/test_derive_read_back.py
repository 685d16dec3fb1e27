"""Every formula that is emitted evaluates to the gradient that it claims to be."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from networks_derived import NETS, derived
from reading import Reader, read_back

import autograd as ag
from autograd import Tensor, Value, derive, gradients
from autograd.derive.evaluate import value
from autograd.derive.tree import Sym
from autograd.expression import Expression

STYLES = ("steps", "delta", "final")


def trees_agree(derivation: Any) -> None:
    """The formulas as trees against the values that the engine gave."""
    for line in derivation.lines:
        want = derivation.values[line.left]
        for e in line.members:
            got = value(e, derivation.values)
            np.testing.assert_allclose(np.broadcast_to(got, np.shape(want)), want, 1e-9, 1e-11)


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("net", NETS)
def test_the_networks(net: str, style: str, layout: str) -> None:
    loss, names = derived(net)
    derivation = derive(loss, layout=layout, style=style, names=names)
    trees_agree(derivation)
    assert read_back(derivation, loss.name) >= 20


@pytest.mark.parametrize("net", NETS)
def test_gradients_are_the_engines(net: str) -> None:
    loss, names = derived(net)
    derivation = derive(loss, names=names)
    for line in derivation.lines:
        if line.target is not None:
            want = gradients(loss, line.target)
            assert np.allclose(derivation.values[line.left], want)
            e = value(line.members[0], derivation.values)
            assert np.allclose(np.reshape(e, np.shape(want)), want, rtol=1e-10)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_the_catalogue(formula: Formula) -> None:
    rng = np.random.default_rng(3)
    xs = [Tensor(a, name=n) for a, n in zip(formula.sample(rng), "xyzw", strict=False)]
    y = formula.f(*xs)
    c = rng.standard_normal(y.shape)
    loss = ag.sum(y * c)
    for style in STYLES:
        derivation = derive(loss, xs, style=style, names={"c": c})
        trees_agree(derivation)
        read_back(derivation, "L")
        wanted = [line for line in derivation.lines if line.target in set(xs)]
        assert len(wanted) == len(xs)
        for line in wanted:
            got = value(line.members[-1], derivation.values)
            want = gradients(loss, line.target)
            shape = np.shape(derivation.values[line.left])
            assert np.allclose(np.broadcast_to(got, shape).reshape(want.shape), want, rtol=1e-9)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_the_catalogue_in_the_other_layout(formula: Formula) -> None:
    rng = np.random.default_rng(4)
    xs = [Tensor(a, name=n) for a, n in zip(formula.sample(rng), "xyzw", strict=False)]
    y = formula.f(*xs)
    c = rng.standard_normal(y.shape)
    recorded = derive(ag.sum(y * c), xs, names={"c": c})
    if recorded.layout is None:
        other = "columns"
        with pytest.raises(ValueError, match="leave layout out"):
            derive(ag.sum(y * c), xs, layout=other, names={"c": c})
        return
    other = "columns" if recorded.layout == "rows" else "rows"
    derivation = derive(ag.sum(y * c), xs, layout=other, names={"c": c})
    trees_agree(derivation)
    read_back(derivation, "L")


def scalar_graphs() -> Iterator[tuple[str, Value]]:
    point = {"w": 0.7, "x": -1.3, "y": 0.4, "z": 1.9}
    for text in (
        "1/(1+exp(-(w*x+y)))", "x*x + exp(x)*x", "sigmoid(w*x+y)**2", "log(z)/y", "tanh(x*y)*x*y",
        "max(x, y)*z + min(w, 2)", "relu(w*z)-abs(x)", "sqrt(z)**3", "sin(x)*cos(x)+tan(y)",
        "softplus(x)+elu(x)+leaky_relu(y)", "z**y", "clip(x, -1, 1)*z",
    ):  # fmt: skip
        expression = Expression(text)
        yield text, expression.at({n: point[n] for n in expression.names})[0]


@pytest.mark.parametrize("text", [text for text, _ in scalar_graphs()])
@pytest.mark.parametrize("style", ["steps", "final"])
def test_numbers(text: str, style: str) -> None:
    loss = dict(scalar_graphs())[text]
    derivation = derive(loss, style=style)
    trees_agree(derivation)
    read_back(derivation, "L", rounded=True)
    leaves = [node for node in ag.ordered(loss) if node.op is None]
    shown = {line.target: derivation.values[line.left] for line in derivation.lines
             if isinstance(line.left, Sym) and line.left.of is None}  # fmt: skip
    if style == "final":
        assert [shown[leaf] for leaf in leaves] == gradients(loss, leaves)


def test_a_wrong_formula_is_noticed() -> None:
    loss, names = derived("testnet")
    derivation = derive(loss, names=names)
    right = Reader(derivation, "J", False).value("W⁽²⁾ᵀ (∂J/∂a⁽²⁾)")
    wrong = Reader(derivation, "J", False).value("W⁽²⁾ᵀ (p − 1(y=j))")
    assert right.shape == wrong.shape
    assert not np.allclose(right, wrong)
    with pytest.raises(ValueError, match="left over"):
        Reader(derivation, "J", False).value("p )")


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_mean_of_sums_over_the_outputs_is_one_sum(layout: str) -> None:
    """What most people write first: np.mean(np.sum((y - t)**2, axis=1))."""
    rng = np.random.default_rng(0)
    x, t = Tensor(rng.normal(size=(6, 3)), name="x"), rng.normal(size=(6, 2))
    y = x @ Tensor(rng.normal(size=(3, 2)), name="W")
    y.name = "y"
    errors = ag.square(y - t)
    transposed = ag.sum(ag.transpose(errors), axis=0)
    for each in (ag.sum(errors, axis=1), ag.sum(errors, axis=1, keepdims=True), transposed):
        derivation = derive(ag.mean(each), layout=layout, names={"t": t})
        sign = {"rows": "ᵢⱼ", "columns": "ⱼᵢ"}[layout]
        assert f"L = (1/m) Σ{sign} (y{sign} − t{sign})²" in derivation
        assert "∂L/∂y = (2/m) (y − t)" in derivation
        trees_agree(derivation)


def test_a_mean_over_all_entries_has_one_number_of_samples() -> None:
    x = Tensor(np.arange(20.0).reshape(5, 4), name="x")
    r = x @ Tensor(np.eye(4) + 0.1, name="W")
    r.name = "r"
    derivation = derive(ag.mean((r - x) ** 2))
    assert "L = (1/(4 m)) Σᵢⱼ (rᵢⱼ − xᵢⱼ)²" in derivation
    assert "∂L/∂r = (1/(2 m)) (r − x)" in derivation
    trees_agree(derivation)
