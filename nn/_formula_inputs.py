"""What `nn.formulas` accepts, checked where it comes in, so that the formulas stay mathematics."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Layers = dict[int, Array]


def row_layers(params: Mapping[str, ArrayLike]) -> tuple[Layers, Layers]:
    """W and b by layer for rows as samples: Wl is (n_in, n_out), bl is (n_out,)."""
    W, b = _weights_and_biases(params)
    _check_chain(W, n_in=0)
    for l, bias in b.items():
        _check_shape(f"b{l}", bias, (W[l].shape[1],), f"one bias per column of W{l} {W[l].shape}")
    return W, b


def column_layers(params: Mapping[str, ArrayLike]) -> tuple[Layers, Layers]:
    """W and b by layer for columns as samples: Wl is (n_out, n_in), bl is (n_out, 1)."""
    W, b = _weights_and_biases(params)
    _check_chain(W, n_in=1)
    for l, bias in b.items():
        _check_shape(f"b{l}", bias, (W[l].shape[0], 1), f"one bias per row of W{l} {W[l].shape}")
    return W, b


def samples(name: str, value: ArrayLike, features: int, axis: int) -> Array:
    """A batch with `features` numbers per sample, the features lying along `axis`."""
    x = _real(name, value)
    layout = ("(features, m)", "(m, features)")[axis]
    if x.ndim != 2 or x.shape[axis] != features or x.shape[1 - axis] == 0:
        raise ValueError(
            f"{name} has shape {x.shape}, but W1 takes {features} features: "
            f"give a batch of shape {layout} with at least one sample, features = {features}"
        )
    return x


def row_targets(t: ArrayLike, m: int, outputs: int) -> Array:
    """Targets (m, outputs) as they are, or labels (m,) as one-hot rows."""
    if _array("t", t).ndim == 1:
        return _one_hot("t", t, m, outputs).T
    target = _real("t", t)
    _check_shape("t", target, (m, outputs), "one row of targets per sample (or m integer labels)")
    return target


def column_targets(y: ArrayLike, classes: int, m: int) -> Array:
    """1(yᵢ = j) as a (classes, m) array, from labels (m,) or from one-hot columns (classes, m)."""
    if _array("y", y).ndim == 1:
        return _one_hot("y", y, m, classes)
    target = _real("y", y)
    _check_shape("y", target, (classes, m), "one-hot columns (or m integer labels)")
    if not (np.isin(target, (0.0, 1.0)).all() and (target.sum(axis=0) == 1.0).all()):
        raise ValueError("y is not one-hot: give columns with a single 1 among zeros, or labels")
    return target


def number(name: str, value: float) -> float:
    """`value` as a float, if it is one finite real number."""
    if np.ndim(value) != 0 or not np.isfinite(_real(name, value)):
        raise ValueError(f"{name} is {value!r}: give one finite number")
    return float(value)


def _weights_and_biases(params: Mapping[str, ArrayLike]) -> tuple[Layers, Layers]:
    unknown = [str(name) for name in params if not re.fullmatch(r"[Wb][1-9]\d*", str(name))]
    depth = max(1, (len(params) - len(unknown) + 1) // 2)
    expected = [f"{kind}{l}" for l in range(1, depth + 1) for kind in "Wb"]
    missing = [name for name in expected if name not in params]
    if unknown or missing:
        wrong = f"has {', '.join(unknown)} besides" if unknown else f"lacks {', '.join(missing)}"
        raise ValueError(
            f"params {wrong}: it has {', '.join(map(str, params)) or 'nothing'}, "
            "and needs W1, b1, W2, b2, … without a gap"
        )
    W = {l: _real(f"W{l}", params[f"W{l}"]) for l in range(1, depth + 1)}
    b = {l: _real(f"b{l}", params[f"b{l}"]) for l in range(1, depth + 1)}
    return W, b


def _check_chain(W: Layers, n_in: int) -> None:
    for l, weights in W.items():
        if weights.ndim != 2 or 0 in weights.shape:
            raise ValueError(f"W{l} has shape {weights.shape}: give a matrix that is not empty")
        if l > 1 and weights.shape[n_in] != W[l - 1].shape[1 - n_in]:
            raise ValueError(
                f"W{l} {weights.shape} does not follow W{l - 1} {W[l - 1].shape}: "
                f"its axis {n_in} must have size {W[l - 1].shape[1 - n_in]}"
            )


def _check_shape(name: str, value: Array, shape: tuple[int, ...], why: str) -> None:
    if value.shape != shape:
        raise ValueError(f"{name} has shape {value.shape}: give {shape}, {why}")


def _one_hot(name: str, y: ArrayLike, m: int, classes: int) -> Array:
    labels = _array(name, y)
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{name} has dtype {labels.dtype}: give integer labels 0…{classes - 1}")
    if labels.shape != (m,):
        raise ValueError(f"{name} has {labels.size} labels for {m} samples: give one per sample")
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        raise ValueError(
            f"{name} has the label {outside[0]}: give labels 0…{classes - 1}, counted from 0"
        )
    return np.asarray(labels == np.arange(classes)[:, None], np.float64)


def _real(name: str, value: ArrayLike) -> Array:
    array = _array(name, value)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} has dtype {array.dtype}: give a plain array of real numbers")
    return array.astype(np.float64, copy=False)


def _array(name: str, value: ArrayLike) -> NDArray[np.int_]:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} is ragged: give rows of equal length") from None
