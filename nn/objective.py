"""What `fit` minimises: the loss of a network on rows of data, whatever the network's kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import targets
from .errors import TargetError
from .kinds import numbers
from .layers import Activation, Linear, Sequential, Softmax
from .losses import cross_entropy, l2_penalty
from .networks import DocumentNet
from .scalar import MLP

Array = NDArray[Any]
Loss = Callable[[Any, Any], Any]


class Objective:
    """The loss of a module that takes rows, given as a function of (prediction, target)."""

    def __init__(self, net: Any, function: Loss, weight_decay: float) -> None:
        self.net, self.function, self.weight_decay = net, function, weight_decay

    def prepared(self, y: Array) -> Array:
        """The targets as `loss` takes them."""
        return y

    def predictions(self, x: Array) -> Any:
        """The network's output for rows x: one call, or one per row for a network of Values."""
        if not getattr(self.net, "per_sample", False):
            return self.net(x)
        out = [self.net(row) for row in x.tolist()]
        return np.array(out, dtype=object)

    def loss(self, x: Array, y: Array, share: float) -> Any:
        """The loss of a batch that is `share` of the training part, as a node."""
        return self._total(self.predictions(x), y)

    def _total(self, prediction: Any, y: Array) -> Any:
        total = self.function(prediction, y)
        if self.weight_decay:
            total = total + l2_penalty(weights(self.net), self.weight_decay)
        return total

    def measure(self, x: Array, y: Array) -> tuple[float, float | None]:
        """Loss and accuracy; no accuracy where the targets are no classes."""
        with ag.no_grad():
            prediction = self.predictions(x)
            return float(self._total(prediction, y)), accuracy(prediction, y)


class DocumentObjective(Objective):
    """The loss of SigmoidNet or TestNet, in its own layout, over one-hot or other targets."""

    def __init__(self, net: DocumentNet, weight_decay: float) -> None:
        super().__init__(net, lambda prediction, y: None, weight_decay)

    def prepared(self, y: Array) -> Array:
        """One-hot rows for labels; targets of SigmoidNet as they are."""
        self.check_outputs(y)
        if y.ndim == 2 and self.net.sums:
            return y
        hot: Array = targets.one_hot(y, len(y), self.net.sizes[-1])
        return hot

    def check_outputs(self, y: Array) -> None:
        """The network has an output for each class, or for each column of other targets."""
        outputs = self.net.sizes[-1]
        columns = y.ndim == 2
        n = y.shape[1] if columns else len(np.unique(y)) if y.dtype.kind in "iu" else outputs
        if n > outputs or (columns and n < outputs):
            has = targets.counted(n, "column" if columns else "class")
            raise TargetError(
                f"fit: y has {has}, this network has {targets.counted(outputs, 'output')}: build "
                f"it with {n}"
            )

    def loss(self, x: Array, y: Array, share: float) -> Any:
        # A loss that sums gets the batch's share of the penalty, so that the batches add up to L.
        decay = self.weight_decay * (share if self.net.sums else 1.0)
        return self._loss(self.net, x, y, decay)

    def _loss(self, net: DocumentNet, x: Array, y: Array, decay: float) -> Any:
        return net.loss(x.T, y.T, decay) if net.samples_axis else net.loss(x, y, decay)

    def measure(self, x: Array, y: Array) -> tuple[float, float | None]:
        net = self.net.as_arrays()
        return float(self._loss(net, x, y, self.weight_decay)), accuracy(net.row_scores(x), y)


class OwnObjective(Objective):
    """The loss of a module with a method `loss(x, y)` of its own, for rows."""

    def loss(self, x: Array, y: Array, share: float) -> Any:
        total = self.net.loss(x, y)
        if self.weight_decay:
            total = total + l2_penalty(weights(self.net), self.weight_decay)
        return total

    def measure(self, x: Array, y: Array) -> tuple[float, float | None]:
        with ag.no_grad():
            return float(self.loss(x, y, 1.0)), accuracy(self.predictions(x), y)


def objective_of(net: Any, loss: Loss | None, weight_decay: float) -> Objective:
    """The rule for which loss is minimised: the one given, the network's own, cross-entropy."""
    if loss is not None:
        if not callable(loss):
            raise TypeError(f"fit: loss is {loss!r}; give a function of (prediction, target)")
        if isinstance(net, DocumentNet):
            raise TypeError(f"fit: {type(net).__name__} has a loss of its own; leave loss out")
        return Objective(net, loss, weight_decay)
    if isinstance(net, DocumentNet):
        return DocumentObjective(net, weight_decay)
    if hasattr(net, "loss"):
        return OwnObjective(net, net.loss, weight_decay)
    if isinstance(net, Sequential) and len(net) and isinstance(net[-1], Softmax):
        raise ValueError(
            "fit: the network ends in Softmax, and cross_entropy takes the scores before it: leave "
            "the Softmax out, or pass loss="
        )
    return Objective(net, cross_entropy, weight_decay)


def features_of(net: Any) -> int | None:
    """How many features the network takes; None where its first layer does not say."""
    if isinstance(net, DocumentNet):
        return net.sizes[0]
    if isinstance(net, MLP):
        return len(net.layers[0].neurons[0].w)
    if isinstance(net, Linear):
        return int(net.W.shape[0])
    if isinstance(net, Sequential):
        return next(
            (features_of(layer) for layer in net if not isinstance(layer, Activation)), None
        )
    return None


def weights(net: Any) -> list[Any]:
    """The parameters that weight decay acts on: those named W or w (with a number or an index)."""
    found = {name: p for name, p in net.named_parameters().items() if is_weight(name)}
    if not found:
        raise TargetError(
            "fit: weight_decay acts on parameters named W or w, and this network has none; add "
            "l2_penalty to the loss"
        )
    return list(found.values())


def is_weight(name: str) -> bool:
    """Whether a path such as layers.0.W, layers.1.w.3 or W2 names a weight."""
    parts = [part for part in name.split("[")[0].split(".") if not part.isdigit()]
    return bool(parts) and parts[-1].rstrip("0123456789") in ("W", "w")


def accuracy(prediction: Any, y: Array) -> float | None:
    """The share of samples whose class is predicted; None if the targets are no classes.

    Classes are labels or one-hot rows for one score per class, and −1, 1 for one score per sample.
    """
    shape = targets.shape_of(prediction)
    scores = numbers(prediction)
    if len(shape) == 2 and shape[1] > 1:
        if y.ndim == 1 and y.dtype.kind in "iu":
            return float(np.mean(scores.argmax(axis=1) == y))
        if y.shape == shape and targets.is_one_hot(y):
            return float(np.mean(scores.argmax(axis=1) == y.argmax(axis=1)))
    elif shape == y.shape and (np.abs(y) == 1).all():
        return float(np.mean((scores > 0) == (y > 0)))
    return None
