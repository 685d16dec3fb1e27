"""Single uses as formulas: each is turned into numbers again, and compared with the engine's."""

from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula

import autograd as ag
from autograd import Node, Tensor, Value, gradients, ordered
from autograd.derive.local import Step


def uses(root: Node) -> list[tuple[Any, int]]:
    return [(node, i) for node in ordered(root) if node.op is not None
            for i, arg in enumerate(node.args) if isinstance(arg, Node)]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_every_op_says_what_it_does_to_a_cotangent(formula: Formula) -> None:
    root = formula.f(*(Tensor(a) for a in formula.sample(np.random.default_rng(0))))
    for node, i in uses(root):
        found = ag.local_derivative(node, i, root)
        flows = node.op.rule(i)(Tensor(np.ones(node.shape)), node, *node.args) is not None
        assert (found is not None) == flows
        if found is not None:
            assert found.text
            assert r"\mathrel{+}=" in found.latex


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x, w: x @ ag.Tensor(w.data.T, name="v"), "· vᵀ"),
        (lambda x, w: ag.sigmoid(x), "· ⊙ y ⊙ (1 − y)"),
        (lambda x, w: x * w, "· ⊙ w"), (lambda x, w: x / w, "·/w"), (lambda x, w: -x, "−·"),
        (lambda x, w: ag.exp(x), "· ⊙ y"), (lambda x, w: x.T, "·ᵀ"), (lambda x, w: x**2, "2 · ⊙ x"),
    ],
    ids=["matmul", "sigmoid", "mul", "div", "neg", "exp", "transpose", "square"],
)  # fmt: skip
def test_the_formula_is_the_textbooks(f: Any, text: str) -> None:
    x, w = Tensor(np.ones((2, 3)), name="x"), Tensor(np.full((2, 3), 2.0), name="w")
    assert str(ag.local_derivative(f(x, w), 0)) == text


def test_the_step_is_the_same_computation() -> None:
    """What is derived is the op on copies of its arguments: the same result, the same gradient."""
    x, w = Tensor([[1.0, -2.0]], name="x"), Tensor([[0.5], [3.0]], name="w")
    y = x @ w
    step = Step(y, 1, {})
    assert np.array_equal(step.y.data, y.data)
    assert np.array_equal(gradients(step.root, step.leaf), gradients(y.sum(), w))


def test_names_of_nodes_and_of_the_loss_are_used() -> None:
    x = Tensor([1.0, 2.0])
    y = ag.tanh(x)
    loss = y.sum()
    found = ag.local_derivative(y, 0, loss, {y: "h1", x: "z1", loss: "J"})
    assert found is not None
    assert found.text == "· ⊙ (1 − h⁽¹⁾²)"
    assert found.latex.startswith(r"\frac{\partial J}{\partial z^{(1)}} \mathrel{+}=")
    first = ag.local_derivative(loss, 0, loss)
    assert first is not None
    assert r"\partial y" not in first.latex  # the loss's own cotangent is 1


def test_what_has_no_local_derivative_says_so() -> None:
    x = Value(1.0)
    assert ag.local_derivative(ag.where(x > 0, x, 2.0), 1) is not None
    with pytest.raises(TypeError, match="takes a recorded Value or Tensor; got"):
        ag.local_derivative(x, 0)
    with pytest.raises(IndexError, match="argument 1 of mul is no node; it has 2 arguments"):
        ag.local_derivative(x * 2.0, 1)
    assert ag.local_derivative(ag.where(Tensor([1.0]), Tensor([2.0]), 3.0), 0) is None


@pytest.mark.parametrize(
    ("f", "texts"),
    [
        (lambda h: h * h, ["· ⊙ h", "· ⊙ h"]),
        (lambda h: h @ h, ["· hᵀ", "hᵀ ·"]),
        (lambda h: h / h, ["·/h", "−·/h"]),
    ],
    ids=["mul", "matmul", "div"],
)
def test_two_uses_of_one_argument_are_told_apart(f: Any, texts: list[str]) -> None:
    """Each edge of h ⊙ h carries its own share: 2 h on both would add up to twice the gradient."""
    h = Tensor([[0.5, 2.0], [1.0, -1.0]], name="h")
    y = f(h)
    assert [str(ag.local_derivative(y, i)) for i in range(2)] == texts
    steps = [Step(y, i, {}) for i in range(2)]
    whole = sum(gradients(step.root, step.leaf) for step in steps)
    assert np.allclose(whole, gradients(y.sum(), h))
