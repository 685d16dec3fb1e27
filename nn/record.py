"""What `fit(…, record=True)` keeps beside the curves: sizes of weights and gradients, boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import targets
from .history import Boundary, History
from .kinds import numbers
from .networks import DocumentNet
from .objective import Objective, accuracy

Array = NDArray[Any]

SNAPSHOTS = 60  # of the boundary, at most
SIDE = 40  # points of its grid along each feature
# A network of Values is called once for each point; measured, 400 points of MLP(2, [16, 16, 1])
# take a second.
SNAPSHOTS_OF_VALUES, SIDE_OF_VALUES = 20, 20
POINTS = 1000  # training samples that are kept to be drawn
MARGIN = 0.05  # of the range of the data, on each side


class Recorder:
    """Fills a run's history; the trainer tells it of each backward pass and of each epoch."""

    def __init__(
        self, objective: Objective, train: tuple[Array, Array], history: History, epochs: int
    ) -> None:
        self.objective, self.history = objective, history
        self.groups = grouped(objective.net)
        history.weight_norms = {name: [] for name in self.groups}
        history.gradient_norms = {name: [] for name in self.groups}
        self.sums, self.updates = dict.fromkeys(self.groups, 0.0), 0
        slow = getattr(objective.net, "per_sample", False)
        self.side = SIDE_OF_VALUES if slow else SIDE
        history.boundary = self.empty_boundary(*train)
        self.moments = moments(epochs, SNAPSHOTS_OF_VALUES if slow else SNAPSHOTS)

    def after_backward(self) -> None:
        """Measure the gradients that the next update uses."""
        for name, parameters in self.groups.items():
            self.sums[name] += norm([p.grad for p in parameters if p.grad is not None])
        self.updates += 1

    def after_epoch(self) -> None:
        """Add the epoch; its loss is in the history already."""
        h = self.history
        with np.errstate(over="ignore", invalid="ignore"):
            for name, parameters in self.groups.items():
                h.weight_norms[name].append(norm([p.data for p in parameters]))
                h.gradient_norms[name].append(self.sums[name] / max(self.updates, 1))
        self.sums, self.updates = dict.fromkeys(self.groups, 0.0), 0
        if len(h) in self.moments:
            self.snapshot()

    def snapshot(self) -> None:
        """What the network predicts now on the grid, if it is not known for this epoch."""
        boundary, epoch = self.history.boundary, self.history.epochs
        if boundary is None or boundary.epochs[-1:] == [epoch]:
            return
        grid = np.stack(np.meshgrid(boundary.x, boundary.y), axis=-1).reshape(-1, 2)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            predicted, margin = decided(self.scores(grid))
        shape = (self.side, self.side)
        boundary.epochs.append(epoch)
        boundary.predicted.append(predicted.reshape(shape).tolist())
        boundary.margin.append(margin.reshape(shape).tolist())

    def cut(self, completed: int) -> None:
        """Forget what belongs to no completed epoch."""
        h = self.history
        for norms in (*h.weight_norms.values(), *h.gradient_norms.values()):
            del norms[completed:]
        if h.boundary is not None:
            kept = sum(epoch <= h.start + completed for epoch in h.boundary.epochs)
            for snapshots in (h.boundary.epochs, h.boundary.predicted, h.boundary.margin):
                del snapshots[kept:]

    def scores(self, x: Array) -> Array:
        """One row of scores, or one score, for each row of x."""
        net = self.objective.net
        if isinstance(net, DocumentNet):
            return net.row_scores(x)
        with ag.no_grad():
            return numbers(self.objective.predictions(x))

    def empty_boundary(self, x: Array, y: Array) -> Boundary | None:
        """The grid and the samples, for two features and targets that are classes."""
        if x.ndim != 2 or x.shape[1] != 2:
            return None
        scores = self.scores(x)
        if accuracy(scores, y) is None:
            return None
        low, high = x.min(axis=0), x.max(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):
            room = np.where(high > low, MARGIN * high - MARGIN * low, 1.0)
            axes = np.linspace(low - room, high + room, self.side, dtype=np.float64).T
        if not np.isfinite(axes).all():
            return None
        count = max(2, scores.shape[1] if scores.ndim == 2 else 2)
        shown = slice(None, None, -(-len(x) // POINTS))
        return Boundary(
            x=axes[0].tolist(), y=axes[1].tolist(),
            points=x[shown].tolist(), labels=labels(y[shown]).tolist(),
            samples=len(x),
            classes=[f"class {k}" for k in range(count)],
        )  # fmt: skip


def grouped(net: Any) -> dict[str, list[Any]]:
    """The parameters by name; the Values of one layer's w are one entry, `layers.0.w`.

    Tensors go by their own names, as in drawings, where these are distinct; else by their paths.
    """
    if not callable(getattr(net, "named_parameters", None)):
        raise TypeError(
            f"fit: record=True needs parameters with names; {type(net).__name__} has no "
            "named_parameters(): derive it from nn.Module, or leave record out"
        )
    found = net.named_parameters()
    own = {parameter.name for parameter in found.values()} - {None}
    groups: dict[str, list[Any]] = {}
    for path, parameter in found.items():
        many = isinstance(parameter, ag.Value)
        name = collective(path) if many else parameter.name if len(own) == len(found) else path
        groups.setdefault(name, []).append(parameter)
    return groups


def collective(name: str) -> str:
    """The name that a Value shares: W1 for W1[0,2], layers.0.w for layers.0.neurons.3.w.1."""
    parts = name.split("[")[0].split(".")
    words = [i for i, part in enumerate(parts) if not part.isdigit()]
    first = next((i for i, part in enumerate(parts) if part.isdigit()), None)
    if first is None or words[-1] < first:  # no number, or the index in a plain list
        return ".".join(parts[: words[-1] + 1])
    return ".".join([*parts[: first + 1], parts[words[-1]]])


def norm(arrays: list[Any]) -> float:
    """√Σx² over all entries, without overflow or underflow on the way."""
    largest = max((float(np.max(np.abs(a), initial=0.0)) for a in arrays), default=0.0)
    if not 0.0 < largest < np.inf:
        return largest
    scaled = (np.asarray(a, dtype=np.float64) / largest for a in arrays)
    return largest * float(np.sqrt(sum(float(np.sum(a * a)) for a in scaled)))


def moments(epochs: int, most: int) -> set[int]:
    """The epochs, counted from 1 in this run, to draw: dense at first, then evenly to the last."""
    if epochs <= most:
        return set(range(1, epochs + 1))
    half = most // 2
    both = np.concatenate([np.geomspace(1, epochs, half), np.linspace(1, epochs, most - half)])
    return {int(e) for e in np.round(both)}


def decided(scores: Array) -> tuple[Array, Array]:
    """The class of each sample, and by how much its score is ahead of the next."""
    if scores.ndim == 2 and scores.shape[1] > 1:
        predicted = scores.argmax(axis=1)
        second, first = np.partition(scores, -2, axis=1)[:, -2:].T
        margin = first - second
    else:
        flat = scores.reshape(len(scores))
        predicted, margin = (flat > 0).astype(int), np.abs(flat)
    return predicted, np.nan_to_num(np.asarray(margin, dtype=np.float64), nan=0.0)


def labels(y: Array) -> Array:
    """Targets that `accuracy` takes, as classes from 0 on: labels, one-hot rows, or −1 and 1."""
    if y.ndim == 2 and y.shape[1] > 1 and targets.is_one_hot(y):
        return np.asarray(y.argmax(axis=1))
    if y.ndim == 1 and y.dtype.kind in "iu" and y.min() >= 0 and not (np.abs(y) == 1).all():
        return y
    return (y.reshape(len(y)) > 0).astype(int)
