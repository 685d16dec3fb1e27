"""`fit`: train a network on rows of data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import targets
from .data import held_out, samples
from .errors import DataError
from .history import History
from .objective import Objective, features_of, objective_of
from .optim import Adam, Optimizer
from .progress import Progress, reporter
from .trainer import Part, Plan, Trainer, pick, whole

Array = NDArray[Any]
Pair = tuple[ArrayLike, ArrayLike]


def fit(
    net: Any,
    x: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int,
    optimizer: Optimizer | Callable[..., Optimizer] | None = None,
    lr: float | None = None,
    batch_size: int | None = None,
    weight_decay: float = 0.0,
    validation: float | Pair | None = None,
    patience: int | None = None,
    seed: int | None = None,
    progress: Progress = None,
    loss: Callable[[Any, Any], Any] | None = None,
    start: int = 0,
    record: bool = False,
) -> History:
    """Train `net` on samples x (m, features), targets y, for `epochs` passes; returns a `History`.

    `y` holds class labels from 0 on or one-hot rows; other targets (rows of numbers) where the loss
    takes them.  The loss is `loss(prediction, target)` if given, else `net.loss` if the network has
    one (SigmoidNet, TestNet), else `cross_entropy` for a network that gives scores.

    - `optimizer`: an instance over the network's parameters; or a class, built with `lr`.
      `Adam` with lr 0.01 by default.
    - `batch_size`: the whole training part by default; else it is shuffled anew in each epoch, in
      an order that `(seed, epoch)` decides.
    - `weight_decay`: λ of (λ/2) Σ‖W‖², for the documents' networks over their weights, for others
      over all parameters named W or w.  Of a loss that sums over samples a batch gets its share.
    - `validation`: a share of the samples to hold out (stratified, by seed), or a pair (x, y).
      SigmoidNet's loss sums over the samples of its part, as the document has it, so `loss` (of 120
      samples, say) and `val_loss` (of 30) compare only after a division by 120 and by 30.
    - `patience`: stop after so many epochs without a lower val_loss, and restore the best ones.
    - `progress`: None shows a bar in a terminal alone; True, False; or `f(history)` per epoch.
    - `start`: epochs trained before.  Going on with the same seed, the same data, the optimiser and
      `start=epoch` of a checkpoint gives the bits that an unbroken run would have given.

    - `record`: keep in the history what `viz.page(history, "training.html")` shows beside the
      curves: `.weight_norms` and `.gradient_norms`, one list per parameter, and for two features
      `.boundary`, the predicted class on a grid after at most 60 of the epochs.

    ctrl-C returns what is trained so far (`.interrupted`), never with half an update.  Raises
    DataError, TargetError or ValueError for bad input; DivergedError, with the parameters of the
    last good epoch restored, when the loss becomes nan or infinite.

    >>> import nn
    >>> table = nn.data.iris()
    >>> net = nn.SigmoidNet(seed=0)
    >>> history = nn.fit(net, table.x, table.y, epochs=100, lr=0.05, seed=0)
    >>> len(history.loss), net.accuracy(table.x, table.y) > 0.9
    (100, True)
    """
    plan = Plan.checked(epochs, start, batch_size, patience, validation)
    seed = drawn(seed)
    weight_decay = targets.number("weight_decay", weight_decay)
    objective = objective_of(net, loss, weight_decay)
    train, held = parts(x, y, validation, seed, objective)
    trainer = Trainer(objective, optimizer_for(net, optimizer, lr), train, held, seed, plan, record)
    with reporter(progress, plan.epochs) as report:
        return trainer.run(report)


def drawn(seed: int | None) -> int:
    """The seed, or one drawn from the system, so that a run can be repeated."""
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    whole("seed", seed, 0)
    return int(seed)


def parts(
    x: ArrayLike, y: ArrayLike, validation: float | Pair | None, seed: int, objective: Objective
) -> tuple[Part, Part | None]:
    """Training and validation part, frozen: the engine takes read-only arrays as they are."""
    train = part(x, y, "x", objective)
    if validation is None:
        return train, None
    if isinstance(validation, tuple | list):
        if len(validation) != 2:
            raise DataError("validation is a share such as 0.2, or a pair (x, y)")
        held = part(*validation, "validation", objective)
        if held[0].shape[1:] != train[0].shape[1:] or held[1].shape[1:] != train[1].shape[1:]:
            raise DataError(
                f"validation has shapes {held[0].shape}, {held[1].shape}, the training part "
                f"{train[0].shape}, {train[1].shape}; give the same features and outputs"
            )
        return train, held
    # three numbers: a stream apart from those of the epochs, [seed, epoch]
    taken = held_out(np.asarray(y), validation, np.random.default_rng([seed, 0, 1]))
    rest = np.setdiff1d(np.arange(len(train[0])), taken)
    return (pick(train, rest), pick(train, taken))


def part(x: ArrayLike, y: ArrayLike, name: str, objective: Objective) -> Part:
    x = samples(x, f"fit: {name}")
    takes = features_of(objective.net)
    if takes is not None and x.shape[1] != takes:
        has = targets.counted(x.shape[1], "feature")
        raise DataError(f"fit: {name} has {has}, this network takes {takes}")
    target = targets.plain(y, "y")
    if target.ndim == 0 or len(target) != len(x):
        raise DataError(
            f"fit: {name} has {targets.counted(len(x), 'sample')}, y has shape {target.shape}"
        )
    if not np.isfinite(target).all():
        raise DataError("fit: y holds nan or infinite targets; give finite numbers")
    return targets.frozen(x), targets.frozen(objective.prepared(target))


def optimizer_for(
    net: Any, optimizer: Optimizer | Callable[..., Optimizer] | None, lr: float | None
) -> Optimizer:
    """The optimiser that `fit` was asked for, over the network's own parameters."""
    if isinstance(optimizer, Optimizer):
        if lr is not None:
            raise ValueError("fit: the optimiser has its own lr; leave lr out, or give a class")
        if set(optimizer.parameters) - set(net.parameters()):
            raise ValueError("fit: the optimiser holds parameters that are not this network's")
        return optimizer
    if optimizer is None:
        return Adam(net.parameters(), lr=0.01 if lr is None else lr)
    if not callable(optimizer):
        raise TypeError(f"fit: optimizer is {optimizer!r}; give an instance, or a class like Adam")
    parameters = net.parameters()
    return optimizer(parameters) if lr is None else optimizer(parameters, lr=lr)
