"""The loop behind `fit`: epochs, updates, early stopping, and what ends a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import targets
from .errors import DivergedError
from .history import History
from .objective import Objective
from .optim import Optimizer
from .record import Recorder

Array = NDArray[Any]
Part = tuple[Array, Array]


@dataclass
class Plan:
    """The whole numbers of a run, checked."""

    epochs: int
    start: int
    batch_size: int | None
    patience: int | None

    @staticmethod
    def checked(epochs: Any, start: Any, batch_size: Any, patience: Any, validation: Any) -> Plan:
        whole("epochs", epochs, 1)
        whole("start", start, 0)
        if batch_size is not None:
            whole("batch_size", batch_size, 1)
        if patience is not None:
            whole("patience", patience, 1)
            if validation is None:
                raise ValueError("patience needs a validation part: give validation=0.2, say")
        return Plan(epochs, start, batch_size, patience)


def whole(name: str, n: Any, low: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < low:
        raise ValueError(f"{name} is {n!r}: give a whole number from {low} on")


def pick(data: Part, rows: Array) -> Part:
    """These rows of both, as read-only copies."""
    return targets.frozen(data[0][rows]), targets.frozen(data[1][rows])


class Trainer:
    """One run: its data, its optimiser and what it has recorded."""

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        train: Part,
        held: Part | None,
        seed: int,
        plan: Plan,
        record: bool,
    ) -> None:
        self.objective, self.optimizer, self.plan = objective, optimizer, plan
        self.train, self.held = train, held
        self.history = History(seed=seed, start=plan.start)
        self.best: Snapshot | None = None
        self.completed = 0
        self.recorder = Recorder(objective, train, self.history, plan.epochs) if record else None

    def curves(self) -> tuple[list[float], ...]:
        h = self.history
        return h.loss, h.accuracy, h.val_loss, h.val_accuracy

    def run(self, report: Callable[[History], None]) -> History:
        """All epochs; whatever ends them, the parameters are those after a whole update."""
        good = Snapshot(self.optimizer)
        try:
            for epoch in range(self.plan.start, self.plan.start + self.plan.epochs):
                self.one_epoch(epoch)
                if not self.recorded():
                    self.tell_where(good)
                    raise DivergedError(self.diverged(epoch), self.history)
                if self.recorder:
                    self.recorder.after_epoch()
                good = Snapshot(self.optimizer)
                self.completed += 1
                report(self.history)
                if self.out_of_patience():
                    self.history.stopped = True
                    if self.recorder:
                        self.recorder.snapshot()
                    break
        except KeyboardInterrupt:
            self.history.interrupted = True
            for curve in self.curves():  # an epoch is in all lists or in none
                del curve[self.completed :]
            if self.recorder:
                self.recorder.cut(self.completed)
        if self.best is not None:
            self.best.restore()
        return self.history

    def one_epoch(self, epoch: int) -> None:
        if self.plan.batch_size is None:
            return self.update(self.train, 1.0)
        m, size = len(self.train[0]), self.plan.batch_size
        order = np.random.default_rng([self.history.seed or 0, epoch]).permutation(m)
        for i in range(0, m, size):
            rows = order[i : i + size]
            self.update(pick(self.train, rows), len(rows) / m)
        return None

    def update(self, batch: Part, share: float) -> None:
        """One step of the optimiser; an interrupt in its middle undoes it."""
        self.optimizer.zero_grad()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self.objective.loss(*batch, share).backward()
            if self.recorder:
                self.recorder.after_backward()
            before = Snapshot(self.optimizer)
            try:
                self.optimizer.step()
            except BaseException:
                before.restore()
                raise

    def recorded(self) -> bool:
        """Add the epoch to the history; False if a loss is not finite."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            measured = [self.objective.measure(*p) for p in (self.train, self.held) if p]
        if not all(math.isfinite(loss) for loss, _ in measured):
            return False
        numbers = [number for pair in measured for number in pair]
        for curve, number in zip(self.curves(), numbers, strict=False):
            if number is not None:
                curve.append(number)
        return True

    def tell_where(self, good: Snapshot) -> None:
        """Inside detect_anomaly, raise where the nan comes from; the parameters are good again."""
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                self.objective.loss(*self.train, 1.0)
        finally:
            good.restore()

    def out_of_patience(self) -> bool:
        """Keep the best parameters; True when they have been the best for too long."""
        if self.plan.patience is None:
            return False
        h = self.history
        if self.best is None or h.val_loss[-1] < min(h.val_loss[:-1]):
            self.best, h.best_epoch = Snapshot(self.optimizer), h.epochs
        assert h.best_epoch is not None
        return h.epochs - h.best_epoch >= self.plan.patience

    def diverged(self, epoch: int) -> str:
        last = f"those after epoch {epoch}" if epoch > self.plan.start else "the first ones"
        return (
            f"the loss became nan or infinite in epoch {epoch + 1} with {self.optimizer!r}; the "
            f"parameters are {last}: try a smaller lr, or standardize the features"
        )


class Snapshot:
    """The parameters and the optimiser's state at one moment; arrays are replaced, so no copies."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.data = [p.data for p in optimizer.parameters]
        self.memory, self.steps = optimizer.memory, optimizer.steps

    def restore(self) -> None:
        for p, data in zip(self.optimizer.parameters, self.data, strict=True):
            p.data = data
        self.optimizer.memory, self.optimizer.steps = self.memory, self.steps
