"""What is printed for the documents' networks is their derivation, corrected."""

from typing import Any

import numpy as np
import pytest
from networks_derived import derived

import autograd as ag
import nn
from autograd import Tensor, Value, derive


def lines(derivation: Any, backward: bool = True) -> list[str]:
    """The printed lines without their remarks, spaces made single."""
    body = derivation.text.split("\n\nwhere")[0]
    part = body.split("Backward\n")[1] if backward else body.split("\n\nBackward")[0]
    return [" ".join(row.split("   [")[0].split()) for row in part.split("\n") if row[:1] == " "]


def test_document_1() -> None:
    loss, names = derived("sigmoidnet")
    derivation = derive(loss, names=names)
    assert lines(derivation, False) == [
        "h⁽⁰⁾ = σ(z⁽⁰⁾)", "z⁽¹⁾ = h⁽⁰⁾ W⁽¹⁾ + 𝟏 b⁽¹⁾", "h⁽¹⁾ = σ(z⁽¹⁾)",
        "z⁽²⁾ = h⁽¹⁾ W⁽²⁾ + 𝟏 b⁽²⁾", "h⁽²⁾ = σ(z⁽²⁾)", "L = ½ Σᵢⱼ (tᵢⱼ − h⁽²⁾ᵢⱼ)²",
    ]  # fmt: skip
    assert lines(derivation) == [
        "∂L/∂h⁽²⁾ = h⁽²⁾ − t", "∂L/∂z⁽²⁾ = (∂L/∂h⁽²⁾) ⊙ h⁽²⁾ ⊙ (1 − h⁽²⁾)",
        "∂L/∂W⁽²⁾ = h⁽¹⁾ᵀ (∂L/∂z⁽²⁾)", "∂L/∂b⁽²⁾ = 𝟏ᵀ (∂L/∂z⁽²⁾)", "∂L/∂h⁽¹⁾ = (∂L/∂z⁽²⁾) W⁽²⁾ᵀ",
        "∂L/∂z⁽¹⁾ = (∂L/∂h⁽¹⁾) ⊙ h⁽¹⁾ ⊙ (1 − h⁽¹⁾)",
        "∂L/∂W⁽¹⁾ = h⁽⁰⁾ᵀ (∂L/∂z⁽¹⁾)", "∂L/∂b⁽¹⁾ = 𝟏ᵀ (∂L/∂z⁽¹⁾)", "∂L/∂h⁽⁰⁾ = (∂L/∂z⁽¹⁾) W⁽¹⁾ᵀ",
        "∂L/∂z⁽⁰⁾ = (∂L/∂h⁽⁰⁾) ⊙ h⁽⁰⁾ ⊙ (1 − h⁽⁰⁾)",
    ]  # fmt: skip
    assert derivation.layout == "rows"
    assert "[chain rule; σ′ = σ(1 − σ)]" in derivation.text


def test_document_2() -> None:
    loss, names = derived("testnet")
    derivation = derive(loss, names=names)
    assert lines(derivation, False) == [
        "z⁽¹⁾ = W⁽¹⁾ a⁽⁰⁾ + b⁽¹⁾ 𝟏ᵀ", "a⁽¹⁾ = σ(z⁽¹⁾)", "a⁽²⁾ = W⁽²⁾ a⁽¹⁾ + b⁽²⁾ 𝟏ᵀ",
        "p = softmax(a⁽²⁾)",
        "J = −(1/m) Σⱼᵢ 1(yᵢ=j) ln pⱼᵢ + (λ/2) (‖W⁽¹⁾‖² + ‖W⁽²⁾‖²)",
    ]  # fmt: skip
    assert lines(derivation) == [
        "∂J/∂a⁽²⁾ = (1/m) (p − 1(y=j))",
        "∂J/∂W⁽²⁾ = (∂J/∂a⁽²⁾) a⁽¹⁾ᵀ + λ W⁽²⁾", "∂J/∂b⁽²⁾ = (∂J/∂a⁽²⁾) 𝟏",
        "∂J/∂a⁽¹⁾ = W⁽²⁾ᵀ (∂J/∂a⁽²⁾)", "∂J/∂z⁽¹⁾ = (∂J/∂a⁽¹⁾) ⊙ a⁽¹⁾ ⊙ (1 − a⁽¹⁾)",
        "∂J/∂W⁽¹⁾ = (∂J/∂z⁽¹⁾) a⁽⁰⁾ᵀ + λ W⁽¹⁾", "∂J/∂b⁽¹⁾ = (∂J/∂z⁽¹⁾) 𝟏",
        "∂J/∂a⁽⁰⁾ = W⁽¹⁾ᵀ (∂J/∂z⁽¹⁾)",
    ]  # fmt: skip
    assert "[softmax + cross-entropy]" in derivation.text
    assert "λ = 0.1\n" in derivation.text
    assert "m = 7 samples" in derivation.text


def test_residuals() -> None:
    loss, names = derived("testnet")
    assert lines(derive(loss, style="delta", names=names))[:5] == [
        "δ⁽²⁾ = m (∂J/∂a⁽²⁾) = p − 1(y=j)",
        "∂J/∂W⁽²⁾ = (1/m) δ⁽²⁾ a⁽¹⁾ᵀ + λ W⁽²⁾", "∂J/∂b⁽²⁾ = (1/m) δ⁽²⁾ 𝟏",
        "δ⁽¹⁾ = m (∂J/∂z⁽¹⁾) = (W⁽²⁾ᵀ δ⁽²⁾) ⊙ a⁽¹⁾ ⊙ (1 − a⁽¹⁾)",
        "∂J/∂W⁽¹⁾ = (1/m) δ⁽¹⁾ a⁽⁰⁾ᵀ + λ W⁽¹⁾",
    ]  # fmt: skip
    # the hand-derived residuals, one column per sample
    x = next(n for n in ag.ordered(loss) if n.name == "a0").data
    arrays = {n.name: n.data for n in ag.ordered(loss) if n.name and n.name[0] in "Wb"}
    rng = np.random.default_rng(0)
    rng.standard_normal((2, 7))
    by_hand = nn.formulas.testnet_residuals(arrays, x, rng.integers(0, 2, 7))
    values = {s.name.layer: v for s, v in derive(loss, style="delta").values.items()
              if s.name.base == "δ"}  # fmt: skip
    assert np.allclose(values["1"], by_hand[0])
    assert np.allclose(values["2"], by_hand[1])


def test_the_other_layout() -> None:
    loss, names = derived("sigmoidnet")
    columns = derive(loss, layout="columns", style="delta", names=names)
    assert lines(columns)[:4] == [
        "δ⁽²⁾ = ∂L/∂z⁽²⁾ = (h⁽²⁾ − t) ⊙ h⁽²⁾ ⊙ (1 − h⁽²⁾)", "∂L/∂W⁽²⁾ = δ⁽²⁾ h⁽¹⁾ᵀ",
        "∂L/∂b⁽²⁾ = δ⁽²⁾ 𝟏", "δ⁽¹⁾ = ∂L/∂z⁽¹⁾ = (W⁽²⁾ᵀ δ⁽²⁾) ⊙ h⁽¹⁾ ⊙ (1 − h⁽¹⁾)",
    ]  # fmt: skip
    assert "samples are columns: each matrix is the transpose of the recorded one" in columns
    loss, _ = derived("testnet")
    shapes = derive(loss, layout="rows", shapes=True)
    assert "a⁽²⁾[7×2] = a⁽¹⁾[7×3] W⁽²⁾[3×2] + 𝟏 b⁽²⁾[1×2]" in " ".join(shapes.split())
    assert r"\underset{3 \times 2}{W^{(2)}}" in shapes.latex


def data() -> tuple[Any, Any, np.random.Generator]:
    rng = np.random.default_rng(1)
    return rng.standard_normal((6, 3)), rng.integers(0, 2, (6, 1)).astype(float), rng


def test_linear_regression() -> None:
    X, _, rng = data()
    y, w = rng.standard_normal(6), Tensor(rng.standard_normal(3), name="w")
    derivation = derive(ag.mean(ag.square(X @ w - y)), names={"X": X, "y": y})
    assert lines(derivation) == ["∂L/∂w = (2/m) Xᵀ (X w − y)"]


@pytest.mark.parametrize("own", [True, False])
def test_binary_cross_entropy(own: bool) -> None:
    X, t, rng = data()
    z = X @ Tensor(rng.standard_normal((3, 1)), name="w")
    z.name = "z"
    p = ag.sigmoid(z)
    p.name = "p"
    loss = nn.binary_cross_entropy(z, t)
    if own:
        loss = -ag.sum(t * ag.log(p) + (1 - t) * ag.log(1 - p)) / 6
    shown = lines(derive(loss, names={"X": X, "t": t}))
    assert shown == [f"∂L/∂z = (1/m) ({'p' if own else 'σ(z)'} − t)", "∂L/∂w = Xᵀ (∂L/∂z)"]


def test_soft_targets_that_do_not_sum_to_one_keep_their_sum() -> None:
    X, _, rng = data()
    V, t = Tensor(rng.standard_normal((3, 2)), name="V"), rng.uniform(size=(6, 2))
    loss = -ag.sum(t * ag.log_softmax(X @ V)) / 6
    shown = lines(derive(loss, names={"X": X, "t": t}))
    assert shown[0] == "∂L/∂u₁ = (1/m) (p ⊙ (t 𝟏 𝟏ᵀ) − t)"


def test_a_column_of_one_sample() -> None:
    _, _, rng = data()
    W, b = Tensor(rng.standard_normal((2, 3)), name="W"), Tensor(rng.standard_normal(2), name="b")
    a = rng.standard_normal(3)
    h = ag.tanh(W @ a + b)
    h.name = "h"
    shown = lines(derive(ag.sum(h * h) / 2, names={"a": a}))
    assert shown == ["∂L/∂h = h", "∂L/∂u₁ = (∂L/∂h) ⊙ (1 − h²)", "∂L/∂W = (∂L/∂u₁) aᵀ",
                     "∂L/∂b = ∂L/∂u₁"]  # fmt: skip


def test_numbers_filled_in() -> None:
    w0, w1, x1 = Value(-3, name="w0"), Value(-4, name="w1"), Value(-1, name="x1")
    p = w0 + w1 * x1
    p.name = "p"
    f = ag.sigmoid(p)
    f.name = "f"
    shown = lines(derive(f * 1.0))
    assert "∂L/∂w₁ = ∂L/∂f · ∂f/∂p · ∂p/∂w₁ = 1 · 0.1966 · (−1) = −0.1966" in shown


def test_paths_are_summed_and_the_direct_one_is_told_apart() -> None:
    x = Value(2.0, name="x")
    a = x * x
    a.name = "a"
    derivation = derive(a * 3 + x)
    assert lines(derivation) == ["∂L/∂x = ∂⁺L/∂x + ∂L/∂a · ∂a/∂x = 1 + 3 · 4 = 13"]
    assert "∂⁺ is the derivative along the direct way alone" in derivation


@pytest.mark.parametrize("spelling", ["lam", "lmbda"])
def test_what_python_lets_people_call_lambda_is_lambda(spelling: str) -> None:
    w = Tensor([1.0, 2.0], name="w")
    derivation = derive(ag.sum(ag.exp(w)) + 0.01 * ag.sum(w * w), names={spelling: 0.01})
    assert "λ ‖w‖²" in derivation
    assert r"\lambda" in derivation.latex
    assert "λ = 0.01" in derivation
