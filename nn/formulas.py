"""The two documents' hand-derived gradients in plain numpy: a check on the engine, without it.

`003:34` is line 34 of document 1 (批处理反向传播推导, whose network is SigmoidNet), `004:532` line
532 of document 2 (whose network is TestNet). Where a document slips, the code follows the
mathematics and the comment says what was mended; `docs/documents.md` lists every such place.

A layer's index is the document's: `W[l]` leads from layer l−1 to layer l, and `v["z2"]` is its z².
Everything is float64; wrong input raises a `ValueError` that says what to give.
"""

# ruff: noqa: PT028 (what begins with "testnet" is not a test)

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from nn import _formula_inputs as inputs
from nn._formula_inputs import Array, Layers

Arrays = dict[str, Array]
Params = Mapping[str, ArrayLike]


def sigmoid(x: ArrayLike) -> Array:
    """σ(x) = 1/(1+e⁻ˣ) (003:14, 004:288), written so that no exponential overflows."""
    x = np.asarray(x, dtype=np.float64)
    e: Array = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def softmax(a: ArrayLike) -> Array:
    """pⱼ = eᵃʲ / Σₖ eᵃᵏ down each column (004:236), shifted by the maximum: no overflow."""
    a = np.asarray(a, dtype=np.float64)
    e: Array = np.exp(a - a.max(axis=0))
    total: Array = e.sum(axis=0)
    return e / total


# ------------------------------------------------- SigmoidNet: rows are samples (document 1)


def sigmoid_net_forward(params: Params, z0: ArrayLike) -> Arrays:
    """z0, h0, z1, h1, … of a batch z0 (m, features), as in 003:12–24.

    The input itself goes through σ (003:14). Biases are (n,), one row for every sample: 003:18 says
    only that the first row equals the last.

    >>> v = sigmoid_net_forward({"W1": [[2.0]], "b1": [0.0]}, [[0.0]])
    >>> print({name: float(value[0, 0]) for name, value in v.items() if name != "h1"})
    {'z0': 0.0, 'h0': 0.5, 'z1': 1.0}
    """
    W, b = inputs.row_layers(params)
    return _sigmoid_net(W, b, inputs.samples("z0", z0, len(W[1]), axis=1))


def sigmoid_net_loss(
    params: Params, z0: ArrayLike, t: ArrayLike, weight_decay: float = 0.0
) -> float:
    """L = ½ Σᵢⱼ (tᵢⱼ − hᵢⱼ)² (003:26), a sum over the batch; + (λ/2) Σ‖W‖² if asked for."""
    W, b = inputs.row_layers(params)
    h = _sigmoid_net(W, b, inputs.samples("z0", z0, len(W[1]), axis=1))[f"h{len(W)}"]
    t = inputs.row_targets(t, *h.shape)
    return 0.5 * float(np.sum((t - h) ** 2)) + _penalty(W, weight_decay)


def sigmoid_net_gradients(
    params: Params, z0: ArrayLike, t: ArrayLike, weight_decay: float = 0.0
) -> Arrays:
    """∂L/∂name for z0, h0, z1, h1, …, W1, b1, …, each in its name's own shape.

    `t` is (m, outputs), or integer labels (m,). The document derives h², z², W², b² and h¹
    (003:30–56); the same four steps, repeated, carry the gradient on to z0.
    """
    W, b = inputs.row_layers(params)
    v = _sigmoid_net(W, b, inputs.samples("z0", z0, len(W[1]), axis=1))
    decay = inputs.number("weight_decay", weight_decay)
    L = len(W)
    d = {f"h{L}": v[f"h{L}"] - inputs.row_targets(t, *v[f"h{L}"].shape)}  # 003:30
    for l in range(L, 0, -1):
        h = v[f"h{l}"]
        dz = d[f"h{l}"] * h * (1 - h)  # 003:34, which has z(1−z) for h(1−h)
        d[f"z{l}"] = dz
        d[f"W{l}"] = v[f"h{l - 1}"].T @ dz + decay * W[l]  # 003:48
        d[f"b{l}"] = dz.sum(axis=0)  # 003:52, which makes it a column though b is a row
        d[f"h{l - 1}"] = dz @ W[l].T  # 003:56
    d["z0"] = d["h0"] * v["h0"] * (1 - v["h0"])
    return _ordered(d, v, W)


def sigmoid_net_residuals(params: Params, z0: ArrayLike, t: ArrayLike) -> list[Array]:
    """[δ¹, …, δᴸ], δˡ = ∂L/∂zˡ (m, n⁽ˡ⁾): document 2's residuals (004:606–638) for rows.

    δᴸ = (h − t) ⊙ h(1−h) and δˡ = (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ hˡ(1−hˡ).
    """
    W, b = inputs.row_layers(params)
    v = _sigmoid_net(W, b, inputs.samples("z0", z0, len(W[1]), axis=1))
    h = v[f"h{len(W)}"]
    deltas = [(h - inputs.row_targets(t, *h.shape)) * h * (1 - h)]
    for l in range(len(W) - 1, 0, -1):
        h = v[f"h{l}"]
        deltas.append(deltas[-1] @ W[l + 1].T * h * (1 - h))
    return deltas[::-1]


def _sigmoid_net(W: Layers, b: Layers, z0: Array) -> Arrays:
    v = {"z0": z0, "h0": sigmoid(z0)}  # 003:14
    for l in W:
        v[f"z{l}"] = v[f"h{l - 1}"] @ W[l] + b[l]  # 003:16, 003:22 (with h₍ₙ₅₎ and row w₅.)
        v[f"h{l}"] = sigmoid(v[f"z{l}"])  # 003:20, 003:24
    return v


# ------------------------------------------------- TestNet: columns are samples (document 2)


def testnet_forward(params: Params, x: ArrayLike) -> Arrays:
    """a0, z1, a1, …, p of a batch x (features, m), as in 004:110–240; the last z and a are equal.

    >>> v = testnet_forward({"W1": [[1.0], [1.0]], "b1": [[0.0], [0.0]]}, [[3.0]])
    >>> print(*v, v["p"].tolist())
    a0 z1 a1 p [[0.5], [0.5]]
    """
    W, b = inputs.column_layers(params)
    return _testnet(W, b, inputs.samples("x", x, W[1].shape[1], axis=0))


def testnet_loss(params: Params, x: ArrayLike, y: ArrayLike, weight_decay: float = 0.0) -> float:
    """J = −(1/m) Σᵢ Σⱼ 1(yᵢ=j) ln pⱼ + (λ/2) Σ‖W‖² (004:253; Frobenius norms, no biases)."""
    W, b = inputs.column_layers(params)
    v = _testnet(W, b, inputs.samples("x", x, W[1].shape[1], axis=0))
    a = v[f"a{len(W)}"] - v[f"a{len(W)}"].max(axis=0)
    log_p: Array = a - np.log(np.exp(a).sum(axis=0))
    target = inputs.column_targets(y, *a.shape)
    return _penalty(W, weight_decay) - float(np.sum(target * log_p) / a.shape[1])


def testnet_gradients(
    params: Params, x: ArrayLike, y: ArrayLike, weight_decay: float = 0.0
) -> Arrays:
    """∂J/∂name for a0, z1, a1, …, W1, b1, …, each in its name's own shape.

    `y` is integer labels (m,), counted from 0 where the document counts from 1, or one-hot columns
    (classes, m). J is the batch's mean (004:253), so the 1/m is in every gradient.
    """
    W, b = inputs.column_layers(params)
    v = _testnet(W, b, inputs.samples("x", x, W[1].shape[1], axis=0))
    decay = inputs.number("weight_decay", weight_decay)
    L, (classes, m) = len(W), v["p"].shape
    dz = (v["p"] - inputs.column_targets(y, classes, m)) / m  # 004:425, and the mean of 004:253
    d = {f"a{L}": dz, f"z{L}": dz.copy()}  # 004:625: the output layer has no σ
    for l in range(L, 0, -1):
        d[f"W{l}"] = dz @ v[f"a{l - 1}"].T + decay * W[l]  # 004:518, 580; 643 is a layer off
        d[f"b{l}"] = dz.sum(axis=1, keepdims=True)  # 004:447; the batch's sum is not written there
        d[f"a{l - 1}"] = W[l].T @ dz  # 004:532; in the order of 457 they cannot multiply
        if l > 1:
            a = v[f"a{l - 1}"]
            dz = d[f"z{l - 1}"] = d[f"a{l - 1}"] * a * (1 - a)  # 004:553 has gᵀ·(1−g), a number
    return _ordered(d, v, W)


def testnet_residuals(params: Params, x: ArrayLike, y: ArrayLike) -> list[Array]:
    """[δ¹, …, δᴸ] (004:606–638): column i of δˡ is ∂Jᵢ/∂zˡ, Jᵢ being sample i's own loss.

    δᴸ = p − 1(y=j) (004:627) and δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ g(zˡ)(1−g(zˡ)) (004:633, put in order). The
    sums over the samples are ∇Wˡ = δˡ (aˡ⁻¹)ᵀ and ∇bˡ = Σᵢ δˡᵢ (004:643 writes δˡ⁺¹ (aˡ)ᵀ); these
    are what `update` takes.
    """
    W, b = inputs.column_layers(params)
    v = _testnet(W, b, inputs.samples("x", x, W[1].shape[1], axis=0))
    deltas = [v["p"] - inputs.column_targets(y, *v["p"].shape)]
    for l in range(len(W) - 1, 0, -1):
        a = v[f"a{l}"]
        deltas.append(W[l + 1].T @ deltas[-1] * a * (1 - a))
    return deltas[::-1]


def _testnet(W: Layers, b: Layers, x: Array) -> Arrays:
    v = {"a0": x}  # 004:110: the input layer has no σ
    for l in W:
        z = v[f"z{l}"] = W[l] @ v[f"a{l - 1}"] + b[l]  # 004:165, 004:219
        v[f"a{l}"] = sigmoid(z) if l < len(W) else z  # 004:171, 004:226
    return v | {"p": softmax(z)}  # 004:236


for _function in (testnet_forward, testnet_loss, testnet_gradients, testnet_residuals):
    vars(_function)["__test__"] = False  # their names begin with "test": pytest, don't collect them


def update(
    W: ArrayLike, gradient_sum: ArrayLike, m: int, learning_rate: float, weight_decay: float = 0.0
) -> Array:
    """W − α(∇W/m + λW) (004:650; biases: 004:651, λ = 0), ∇W being the *sum* over m samples.

    `testnet_gradients` has the 1/m and the λW already: then the step is W − α ∂J/∂W (004:659).
    """
    W, gradient_sum = np.asarray(W, np.float64), np.asarray(gradient_sum, np.float64)
    return W - learning_rate * (gradient_sum / m + weight_decay * W)


def _penalty(W: Layers, weight_decay: float) -> float:
    decay = inputs.number("weight_decay", weight_decay)
    return 0.5 * decay * sum(float(np.sum(weights**2)) for weights in W.values())


def _ordered(d: Arrays, values: Iterable[str], W: Layers) -> Arrays:
    names = [*values, *(f"{kind}{l}" for l in W for kind in "Wb")]
    return {name: d[name] for name in names if name in d}
