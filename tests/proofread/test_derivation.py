"""Derivations from recorded graphs: the graph is run again from other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula

import autograd as ag
from autograd.errors import ProofreadError, ShapeError
from autograd.proofread.derivation import RecordedSetup, recorded, redrawn, stays
from autograd.proofread.formula.shapes import Undefined
from autograd.proofread.formula.tree import Derivative, Symbol

RNG = np.random.default_rng(5)


def network() -> dict[str, Any]:
    """A softmax classifier with an L2 penalty, recorded once: samples in rows."""
    x = RNG.normal(size=(5, 3))  # plain data
    y = np.eye(4)[[0, 1, 3, 2, 1]]
    W1, b1 = ag.Tensor(RNG.normal(size=(3, 2))), ag.Tensor(np.zeros(2))
    W2 = ag.Tensor(RNG.normal(size=(2, 4)))
    n, lam = 5, 0.3
    h = ag.tanh(x @ W1 + b1)
    z = h @ W2
    p = ag.softmax(z)
    L = -ag.sum(y * ag.log(p)) / n + lam / 2 * ag.sum(W2 * W2)
    return locals()


CLAIMS = {
    "dz": "(p - y) / n",
    "dW2": "h.T @ dz + lam * W2",
    "dh": "dz @ W2.T",
    "dW1": "x.T @ (dh * (1 - h**2))",
    "db1": "sum(dh * (1 - h**2), axis=0)",
}


def verdicts(names: dict[str, Any], **changed: Any) -> dict[str, str]:
    report = ag.proofread(ag.Derivation(names["L"], names), CLAIMS | changed)
    return {mark.left: mark.verdict for mark in report.marks}


def test_a_right_derivation_of_a_recorded_graph() -> None:
    names = network()
    before = {name: np.array(names[name].data) for name in ("W1", "b1", "W2", "L")}
    assert set(verdicts(names).values()) == {"right"}
    for name, data in before.items():  # nothing of the user's is touched
        assert np.array_equal(names[name].data, data)
        assert names[name].grad is None


@pytest.mark.parametrize(
    ("left", "wrong", "carried"),
    [
        ("dz", "(y - p) / n", {"dW2": "carried", "dh": "carried"}),
        ("dz", "p - y", {"dW2": "carried", "dh": "carried"}),
        ("dW2", "h.T @ dz", {}),
        ("dW1", "x.T @ (dh * (1 - h))", {}),
        ("db1", "sum(dh, axis=0)", {}),
        ("db1", "sum(dh * (1 - h**2), axis=0) + b1", {}),  # b1 was recorded as zeros
    ],
)
def test_wrong_lines(left: str, wrong: str, carried: dict[str, str]) -> None:
    found = verdicts(network(), **{left: wrong})
    assert found[left] == "wrong"
    assert {name: found[name] for name in carried} == carried
    assert [name for name, verdict in found.items() if verdict == "wrong"] == [left]


def test_functions_are_checked_against_a_graph() -> None:
    assert verdicts(network(), dW2=lambda h, dz, W2: h.T @ dz + 0.3 * W2)["dW2"] == "right"
    assert verdicts(network(), dW2=lambda h, dz: h.T @ dz)["dW2"] == "wrong"


def test_a_graph_of_numbers() -> None:
    a, b = ag.Value(2.0, name="a"), ag.Value(-3.0, name="b")
    e = a * b
    e.name = "e"
    loss = ag.tanh(e + a)
    report = ag.proofread(
        ag.Derivation(loss), ["de = 1 - L**2", "da = (1 - L**2) * (b + 1)", "db = de * a", "db = a"]
    )
    assert [mark.verdict for mark in report.marks] == ["right", "right", "right", "wrong"]


def test_points_differ_and_keep_what_has_a_meaning() -> None:
    names = network()
    setup = recorded(names["L"], names)
    first, second, again = (setup.world({}, seed) for seed in (0, 1000, 0))
    assert not np.allclose(first.value("W1"), second.value("W1"))
    assert not np.allclose(first.value("W1"), names["W1"].data)
    assert np.any(first.value("b1"))  # zeros are no point that is like others
    assert np.array_equal(first.value("W1"), again.value("W1"))
    for world in (first, second):
        for name in ("x", "y", "n", "lam"):
            assert np.array_equal(world.value(name), names[name])
        assert np.allclose(world.value("z"), world.value("h") @ world.value("W2"))
    assert setup.losses == ("L",)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_every_op_is_run_again(formula: Formula) -> None:
    """From the numbers it was recorded from, a graph gives what it gave."""
    args = [ag.Tensor(a) for a in formula.sample(np.random.default_rng(3))]
    result = formula.f(*args)
    weights = np.random.default_rng(4).normal(size=np.shape(result.data))
    loss = ag.sum(result * weights)
    setup = recorded(loss, {f"x{i}": a for i, a in enumerate(args)} | {"result": result})
    same = setup.at({}, {x: x.data for x in setup.order if x.op is None})
    assert np.allclose(same.value("result"), result.data, rtol=1e-14, equal_nan=True)
    for i, a in enumerate(args):
        slope = same.evaluate(Derivative(Symbol("L"), (Symbol(f"x{i}"),)))
        assert np.allclose(slope, ag.gradients(loss, a), rtol=1e-12)
    assert np.all(np.isfinite(setup.world({}, 0).value("L")))


def test_a_point_outside_the_domain_is_drawn_nearer() -> None:
    w = ag.Tensor([0.5, -0.9], name="w")
    loss = ag.sum(ag.log(1.0 + w))
    setup = recorded(loss, {})
    for seed in range(30):
        world = setup.world({}, seed)
        assert np.isfinite(world.value("L"))
        assert not np.any(world.value("w") == w.data)
    assert ag.proofread(ag.Derivation(loss), ["dw = 1 / (1 + w)"]).ok


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ([[0.0, 1.0], [1.0, 0.0]], True),
        ([[0.2, 0.8], [0.5, 0.5]], True),
        ([[0.3, 0.4], [0.7, 0.6]], True),  # columns
        ([0.0, 0.0], False),
        ([1.0, 1.0], False),
        ([1.0, 2.0], False),
        ([-1.0, 1.0], False),
        (1.0, False),
        (0.0, False),
    ],
)
def test_which_leaves_stay(data: Any, kept: bool) -> None:
    array = np.asarray(data)
    assert stays(array) is kept
    other = redrawn(array, np.random.default_rng(0))
    assert other.shape == array.shape
    assert np.array_equal(other, array) is kept
    if np.all(array > 0):
        assert np.all(other > 0)


def test_the_report_says_what_stays_as_recorded() -> None:
    names = network()
    names["y"] = ag.Tensor(names["y"])
    names["L"] = -ag.sum(names["y"] * ag.log(names["p"]))
    report = ag.proofread(ag.Derivation(names["L"], names), ["dz = p - y"])
    assert report.ok
    assert "as recorded: y" in report.conventions
    assert any("two equal sizes" in text for text in report.conventions)


def test_plain_data_has_no_derivative() -> None:
    names = network()
    mark = ag.proofread(ag.Derivation(names["L"], names), ["dlam = 0"]).marks[0]
    assert mark.verdict == "undefined"
    assert "lam is plain data in the graph" in mark.message
    world = recorded(names["L"], names).world({}, 0)
    with pytest.raises(Undefined, match="make it a Tensor before the forward pass"):
        world.evaluate(Derivative(Symbol("L"), (Symbol("x"),)))


def test_gradients_elsewhere() -> None:
    w = ag.Tensor([0.5, -0.9], name="w")
    v = ag.Tensor([1.5, 2.0])
    derivation = ag.Derivation(ag.sum(w * w * v), {"v": v})
    claims = ["at(dw, w=3 * w) = 3 * dw", "at(dw, w=3 * w) = 9 * dw"]
    assert [m.verdict for m in ag.proofread(derivation, claims).marks] == ["right", "wrong"]


def test_a_step_with_a_rate_beside_the_graph() -> None:
    names = network()
    claims = ["W2 -= rate * dW2", "W2 += rate * dW2"]
    report = ag.proofread(ag.Derivation(names["L"], names | {"rate": 0.1}), claims)
    assert [mark.verdict for mark in report.marks] == ["right", "wrong"]


def test_names() -> None:
    x = ag.Tensor([1.0, 2.0], name="layer.x")
    loss = ag.sum(x * x)
    assert ag.proofread(ag.Derivation(loss), ["dlayer_x = 2 * layer_x"]).ok
    assert ag.proofread(ag.Derivation(loss, {"q": x, "J": loss}), ["dJ_dq = 2 * q"]).ok
    assert repr(ag.Derivation(loss, {"q": x})) == "Derivation(L, layer_x, q)"
    setup = recorded(loss, {"L": 3.0})
    assert setup.losses == ("loss",)
    assert isinstance(setup, RecordedSetup)


def test_misuse() -> None:
    x = ag.Tensor([1.0, 2.0], name="x")
    with pytest.raises(ProofreadError, match="takes a loss, a Tensor or Value; got"):
        ag.Derivation(3.0)
    with pytest.raises(ShapeError, match=r"a loss of one number; got shape \(2,\)"):
        ag.Derivation(x * x)
    other = ag.Tensor([1.0, 2.0], name="x")
    with pytest.raises(ProofreadError, match="two nodes of the graph are called x"):
        ag.Derivation(ag.sum(x * other))
    assert ag.proofread(ag.Derivation(ag.sum(x * other), {"x": x}), ["L >= -1e9"]).ok
    with pytest.raises(ProofreadError, match="leave out `shapes`"):
        ag.proofread(ag.Derivation(ag.sum(x * x)), ["dx = x"], {"x": (2,)})
    with pytest.raises(ProofreadError, match="y is not known"):
        ag.proofread(ag.Derivation(ag.sum(x * x)), ["dx = y"])
