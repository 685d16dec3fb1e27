"""Labels, one-hot rows and predictions, checked where they come in.

The classic mistakes are caught here: (m, 1) against (m,), labels counted from 1, floats as labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from .errors import TargetError

Array = NDArray[Any]


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a number (), an array or a node."""
    return tuple(getattr(x, "shape", ()))


def operand(x: Any, name: str) -> Any:
    """`x` as something with a shape: lists become arrays, a list of Tensors is stacked."""
    if not isinstance(x, list | tuple):
        return x
    if any(isinstance(e, ag.Tensor) for e in x):
        return ag.stack(x)
    array = rectangular(x, name)
    if array.dtype == object and all(isinstance(e, ag.Value) for e in array.ravel()):
        return array
    return plain(array, name)


def rectangular(x: Any, name: str) -> Array:
    try:
        return np.asarray(x)
    except ValueError:
        raise TargetError(f"{name} is ragged: give rows of equal length") from None


def plain(x: Any, name: str) -> Array:
    """`x` as a plain array, for what has no derivative."""
    if isinstance(x, ag.Node):
        raise TargetError(f"{name} is a {type(x).__name__}: give plain numbers, {name}.data")
    array = rectangular(x, name)
    if array.dtype.kind not in "biuf":
        raise TargetError(f"{name} has dtype {array.dtype}: give plain numbers")
    return array


def traced(y: Any) -> bool:
    """Whether y is an argument of a function that is being compiled: other numbers will come."""
    if not isinstance(y, ag.Tensor):
        return False
    try:
        return y.data is None
    except ag.TraceError:
        return True


def floats(target: Any) -> Any:
    """Targets as an array of floats; in a function that is being compiled, as they are."""
    return target if traced(target) else plain(target, "target").astype(np.float64)


def same_shape(prediction: Any, target: Any, loss: str) -> None:
    """Prediction and target agree in shape and hold at least one entry: nothing is broadcast."""
    given, wanted = shape_of(target), shape_of(prediction)
    if given != wanted:
        hint = "; reshape one of them, nothing is broadcast here"
        raise TargetError(f"{loss}: the prediction has shape {wanted}, the target {given}{hint}")
    if 0 in wanted:
        raise TargetError(f"{loss}: shape {wanted} holds no samples; give at least one")


def is_labels(y: Any) -> bool:
    """Whether y is read as labels: one axis (or none), not one row per sample."""
    return len(np.shape(y)) < 2 if not isinstance(y, ag.Node) else False


def labels(y: Any, m: int, classes: int, name: str = "y") -> Array:
    """y as m integers 0 … classes − 1, or a TargetError that says what is wrong with it."""
    array = plain(y, name)
    if array.dtype.kind not in "iu":
        raise TargetError(
            f"{name} has dtype {array.dtype}: labels are integers 0…{classes - 1}: .astype(int)"
        )
    if array.shape != (m,):
        raise TargetError(
            f"{name} has shape {array.shape} for {counted(m, 'sample')}: give one label per "
            f"sample, ({m},)"
        )
    if m and (array.min() < 0 or array.max() >= classes):
        wrong = array[(array < 0) | (array >= classes)][0]
        raise TargetError(
            f"{name} has the label {wrong}: give labels 0…{classes - 1}, counted from 0"
        )
    return array


def one_hot(y: Any, m: int, classes: int, axis: int = -1, name: str = "y") -> Any:
    """Labels (m,), or one-hot rows (m, classes), as read-only one-hot floats.

    With axis 0 samples are columns: the result, and one-hot targets given, are (classes, m).
    In a function that is being compiled, targets are one-hot, and taken unchecked.
    """
    if is_labels(y):
        hot = labels(y, m, classes, name)[:, None] == np.arange(classes)
        return frozen((hot.T if axis == 0 else hot).astype(np.float64))
    known = not traced(y)
    array = plain(y, name) if known else y
    shape = (classes, m) if axis == 0 else (m, classes)
    if array.shape != shape:
        rows = "columns" if axis == 0 else "rows"
        also = f"labels ({m},) or " if known else ""  # labels are no floats to compute with
        raise TargetError(f"{name} has shape {array.shape}: give {also}one-hot {rows} {shape}")
    if not known:
        return y
    if not is_one_hot(array, axis):
        raise TargetError(f"{name} is not one-hot: each sample needs a single 1 among zeros")
    return frozen(array.astype(np.float64, copy=False))


def is_one_hot(array: Array, axis: int = -1) -> bool:
    """Whether each sample has a single 1 among zeros."""
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=axis) == 1).all())


def frozen(array: Array) -> Array:
    """`array` if nobody can write into it, else a read-only copy: an engine takes it as it is."""
    memory: Any = array
    while isinstance(memory, np.ndarray) and not memory.flags.writeable:
        memory = memory.base
    if isinstance(memory, np.ndarray):
        array = array.copy()
        array.setflags(write=False)
    return array


def counted(n: int, noun: str) -> str:
    """`1 feature`, `3 features`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}{'es' if noun.endswith('s') else 's'}"


def number(name: str, x: Any, low: float = 0.0, strict: bool = False) -> float:
    """`x` as one finite number from `low` on (above it if `strict`)."""
    ok = isinstance(x, int | float | np.integer | np.floating) and not isinstance(x, bool)
    if not ok or not np.isfinite(x) or x < low or (strict and x == low):
        bound = f"above {low:g}" if strict else f"from {low:g} on"
        raise ValueError(f"{name} is {x!r}: give one finite number {bound}")
    return float(x)
