"""What LaTeX means: every spelling of the table."""

from __future__ import annotations

import pytest
from by_hand import only, right_side, shown

SPELLINGS = {
    # derivatives
    r"\frac{\partial L}{\partial W_1}": "∂L/∂W1",
    r"\frac{\partial L}{\partial z^{(2)}}": "∂L/∂z2",
    r"\frac{dL}{dW_2}": "∂L/∂W2",
    r"\frac{\mathrm{d} L}{\mathrm{d} W_2}": "∂L/∂W2",
    r"\dfrac{\partial L}{\partial W^{(1)}_{12}}": "∂L/∂W1[1, 2]",
    r"\partial L / \partial W_1": "∂L/∂W1",
    r"dL/dW_1": "∂L/∂W1",
    r"\frac{\partial}{\partial W_1} L": "∂L/∂W1",
    r"\nabla_{W_1} L": "∂L/∂W1",
    r"\nabla_{W^{(1)}} L(W, b)": "∂L/∂W1",
    r"\bar W_1": "∂L/∂W1",
    r"\bar{z}^{(2)}": "∂L/∂z2",
    r"dW_1": "∂L/∂W1",
    r"dz^{(2)}": "∂L/∂z2",
    r"dz_2 h_1^T": "∂L/∂z2 h1ᵀ",
    # names, layers, entries
    r"h_1": "h1",
    r"h^{(1)}": "h1",
    r"h^{1}": "h1",
    r"h^1": "h1",
    r"s^2": "s²",
    r"z_{11}^{(2)}": "z2[1, 1]",
    r"z^{(2)}_{11}": "z2[1, 1]",
    r"W^{(2)}_{1,2}": "W2[1, 2]",
    r"V_{12}": "V[1, 2]",
    r"s_{2}": "s[2]",
    r"W^{(2)}_{(1),2}": "W2[1, 2]",
    # transposes
    r"W_1^T s": "W1ᵀ s",
    r"W_1^\top s": "W1ᵀ s",
    r"(W^{(1)})^T s": "W1ᵀ s",
    r"W^{(1)T} s": "W1ᵀ s",
    r"{W^{(1)}}^{\top} s": "W1ᵀ s",
    # functions
    r"\sigma(s)": "sigmoid(s)",
    r"g(s)": "sigmoid(s)",
    r"\ln s": "log(s)",
    r"e^{s}": "exp(s)",
    r"\tanh(V x)": "tanh(V x)",
    r"\max(s, q)": "maximum(s, q)",
    # norms and sums
    r"\|V\|^2": "‖V‖²",
    r"\left\| V \right\|_F^2": "‖V‖²",
    r"\lVert s \rVert_2^2": "‖s‖²",
    r"\sum s": "Σ s",
}  # fmt: skip


@pytest.mark.parametrize("latex", SPELLINGS)
def test_a_spelling_means_one_thing(latex: str) -> None:
    assert right_side(latex) == SPELLINGS[latex]


CLAIMS = {
    r"\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2} h_1^T": (
        "∂L/∂W2 = ∂L/∂z2 h1ᵀ"
    ),
    r"\frac{\partial L}{\partial z_1} = W_2^T \delta^{(2)} \odot h_1 \odot (1 - h_1)": (
        "∂L/∂z1 = W2ᵀ ∂L/∂z2 ⊙ h1 ⊙ (1 − h1)"
    ),
    r"\frac{\partial^2 L}{\partial W_1 \partial b_1} = 0": "∂²L/∂W1∂b1 = 0",
    r"\frac{\partial^2 L}{\partial s^2} = 0": "∂²L/∂s∂s = 0",
    r"\frac{\partial \sigma}{\partial s} = \sigma(s)(1-\sigma(s))": (
        "∂sigmoid(s)/∂s = sigmoid(s) (1 − sigmoid(s))"
    ),
    r"\frac{\partial L(W, b)}{\partial z^{(1)}} = 0": "∂L/∂z1 = 0",
    r"L = \sum_{i=1}^{n} \sum_j 1(y=j) \ln h^{(2)}_{j,i}": (
        "L = Σ_i=1..n (Σ_j 1(y = j) log(h2[j, i]))"
    ),
    r"L = \mathbb{1}(y \ge 2)": "L = 1(y ≥ 2)",
    r"L = \mathbb 1_{y > 1}": "L = 1(y > 1)",
    r"L = \frac{1}{n} \mathbf{1}^T x^T s": "L = 1/n · 𝟏ᵀ xᵀ s",
    r"L = s^T I s": "L = sᵀ I s",
    r"L = -\frac12 (-1) \cdot s": "L = −1/2 · −1 s",
    r"z_1 = W_1 \cdot x + b_1": "z1 = W1 x + b1",
    r"L \le 3 \|V\|": "L <= 3 ‖V‖",
    r"L \ne 0": "L != 0",
    r"\frac{dL}{ds_i} = 2 s_i": "∂L/∂s[i] = 2 s[i]",
    r"L = g'(s)": "L = sigmoid′(s)",
    r"L = g(s)^T q": "L = sigmoid(s)ᵀ q",
    r"L = \text{sigmod}(s)": "L = sigmoid(s)",
    r"L = \frac{e^{s_1}}{\sum e^{s}}": "L = exp(s[1]) / (Σ exp(s))",
    r"L = \sqrt{s}": "L = sqrt(s)",
    r"L = \begin{bmatrix} s_1 & s_2 \\ q_1 & q_2 \end{bmatrix}": "L = [s[1], s[2]; q[1], q[2]]",
}  # fmt: skip


@pytest.mark.parametrize("latex", CLAIMS)
def test_a_claim_is_what_it_says(latex: str) -> None:
    assert shown(only(latex)) == CLAIMS[latex]
