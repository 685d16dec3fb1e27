"""Losses: one number from predictions and targets, written in autograd's public functions.

Each takes (prediction, target).  Predictions are arrays, Tensors, Values, lists or object arrays of
Values; shapes have to agree, nothing is broadcast.  All are stable for any finite input.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd as ag

from . import targets
from .errors import TargetError
from .module import Module
from .targets import number, operand, same_shape, shape_of


def half_squared_error(prediction: Any, target: Any) -> Any:
    """½ Σ (target − prediction)², summed over samples and outputs: document 1's L.

    Raises TargetError when the shapes differ.

    >>> float(half_squared_error([1.0, 2.0], [0.0, 4.0]))
    2.5
    """
    prediction, target = operand(prediction, "prediction"), operand(target, "target")
    same_shape(prediction, target, "half_squared_error")
    return 0.5 * ag.sum(ag.square(target - prediction))


def mse(prediction: Any, target: Any) -> Any:
    """The mean of (prediction − target)² over all entries.

    Raises TargetError when the shapes differ.

    >>> float(mse([1.0, 2.0], [0.0, 4.0]))
    2.5
    """
    prediction, target = operand(prediction, "prediction"), operand(target, "target")
    same_shape(prediction, target, "mse")
    return ag.mean(ag.square(prediction - target))


def cross_entropy(logits: Any, target: Any, axis: int = -1) -> Any:
    """−(1/m) Σᵢ Σⱼ 1(yᵢ = j) ln softmax(logits)ᵢⱼ: document 2's J without its penalty.

    `logits` are the scores before the softmax, (m, classes); with `axis=0`, (classes, m).  `target`
    is m integer labels 0 … classes − 1, or one-hot in the layout of the logits.  Raises TargetError
    for other labels and shapes.

    >>> round(float(cross_entropy([[0.0, 0.0], [9.0, -9.0]], [1, 0])), 6)
    0.346574
    """
    logits = operand(logits, "logits")
    shape = shape_of(logits)
    if axis not in (0, 1, -1) or len(shape) != 2 or 0 in shape:
        raise TargetError(
            f"cross_entropy: logits have shape {shape} (axis={axis}); give one row of scores per "
            "sample, (m, classes), or with axis=0 one column"
        )
    classes, m = shape if axis == 0 else shape[::-1]
    hot = targets.one_hot(target, m, classes, 0 if axis == 0 else -1, "target")
    ln_p = ag.log_softmax(logits, axis=axis)
    if isinstance(ln_p, ag.Node) and ln_p.op is not None:
        ln_p.name = "ln p"
    # a choice, not hot * ln p: ln p may be −∞ where it does not count, and 0·∞ is nan
    return -ag.sum(ag.where(hot, ln_p, 0.0)) / m


def binary_cross_entropy(logits: Any, target: Any) -> Any:
    """The mean of −t ln σ(z) − (1 − t) ln(1 − σ(z)) over all entries; z are scores before the σ.

    Computed as t·softplus(−z) + (1 − t)·softplus(z), which keeps all digits for large |z|.
    `target` is 0, 1 or a probability between.  Raises TargetError for others, and when the shapes
    differ.

    >>> round(float(binary_cross_entropy([0.0, 100.0], [1, 1])), 6)
    0.346574
    """
    z, t = operand(logits, "logits"), targets.floats(target)
    same_shape(z, t, "binary_cross_entropy")
    if not targets.traced(t) and not ((t >= 0) & (t <= 1)).all():
        raise TargetError(
            f"binary_cross_entropy: the targets span {t.min():g} to {t.max():g}; give 0 and 1, or "
            "probabilities between"
        )
    return ag.mean(t * ag.softplus(-z) + (1.0 - t) * ag.softplus(z))


def hinge(scores: Any, target: Any) -> Any:
    """The mean of max(0, 1 − y·score) over all entries, y = ±1: the largest-margin loss.

    At a margin of exactly 1 the derivative is 0.  Raises TargetError for targets other than −1 and
    1, and when the shapes differ.

    >>> float(hinge([2.0, 0.5], [1, -1]))
    0.75
    """
    s, y = operand(scores, "scores"), targets.floats(target)
    same_shape(s, y, "hinge")
    if not targets.traced(y) and not (np.abs(y) == 1).all():
        raise TargetError(
            f"hinge: the targets span {y.min():g} to {y.max():g}; give −1 and 1 (2·y − 1 from 0, 1)"
        )
    return ag.mean(ag.relu(1.0 - y * s))


def l2_penalty(parameters: Iterable[Any], weight_decay: float) -> Any:
    """(λ/2) Σ ‖W‖² over `parameters` (Tensors, Values, arrays), λ being `weight_decay` ≥ 0.

    Both documents' networks give their weights alone to it, not the biases.

    >>> float(l2_penalty([np.array([3.0, 4.0])], 0.1))
    1.25
    """
    half = number("weight_decay", weight_decay) / 2.0
    if isinstance(parameters, Module | ag.Node | np.ndarray):
        raise TypeError(
            f"l2_penalty takes a sequence of parameters; got one {type(parameters).__name__}: "
            "give [W1, W2], or module.parameters()"
        )
    total: Any = 0.0
    for i, W in enumerate(parameters):
        square = ag.sum(ag.square(W)) if shape_of(W) else ag.square(W)
        total = total + square if i else square
    return half * total
