"""`History`: what a training run recorded, one entry per epoch."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd import Shown


@dataclass
class Boundary:
    """Which class a network of two features predicts on a grid, after some of the epochs.

    `predicted[k][j][i]` is the class at (`x[i]`, `y[j]`) after epoch `epochs[k]`, and `margin` by
    how much its score is ahead of the next one; with one score per sample, |score|.  `points` are
    training samples with their `labels`, at most 1,000 of all `samples`.  `features` and `classes`
    are names to be shown: set them to your own.
    """

    x: list[float]
    y: list[float]
    epochs: list[int] = field(default_factory=list)
    predicted: list[list[list[int]]] = field(default_factory=list, repr=False)
    margin: list[list[list[float]]] = field(default_factory=list, repr=False)
    points: list[list[float]] = field(default_factory=list, repr=False)
    labels: list[int] = field(default_factory=list, repr=False)
    samples: int = 0
    features: list[str] = field(default_factory=lambda: ["feature 1", "feature 2"])
    classes: list[str] = field(default_factory=list)


@dataclass
class History(Shown):
    """Loss and accuracy after each epoch, on the training part and on the validation part.

    `.loss[-1]` is the network's loss on the whole training part with the parameters as they were
    after that epoch; `.val_loss` is that of the validation part.  A loss that sums over samples
    (SigmoidNet's) is larger for the larger part: divide each by its number of samples to compare
    the two.  Losses that are means (TestNet's, cross_entropy) compare as they are.

    Lists stay empty where there is nothing to say: no validation part, or targets that are not
    classes.  The last three are filled by `fit(…, record=True)`: per parameter, the Euclidean norm
    after each epoch, and that of its gradient (the mean over the updates of the epoch); for two
    features and targets that are classes, the decision boundary.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    seed: int | None = None  # what shuffled and split; drawn when none was given
    start: int = 0  # epochs that were trained before
    best_epoch: int | None = None  # the epoch, counted from 1, whose parameters were restored
    stopped: bool = False  # ended early, since val_loss did not improve
    interrupted: bool = False  # ended by ctrl-C
    weight_norms: dict[str, list[float]] = field(default_factory=dict)
    gradient_norms: dict[str, list[float]] = field(default_factory=dict)
    boundary: Boundary | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were completed in all."""
        return self.start + len(self.loss)

    def __len__(self) -> int:
        return len(self.loss)

    def __repr__(self) -> str:
        if not self.loss:
            return "History(no epoch completed)" if self.interrupted else "History(no epochs)"
        spans = ", ".join(f"{name} {span(values)}" for name, values in self._curves().items())
        return f"History({', '.join([f'{self._counted()}: {spans}', *self._remarks()])})"

    def _curves(self) -> dict[str, list[float]]:
        """The lists that hold something, by name."""
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def _counted(self) -> str:
        return f"{len(self)} epoch{'s' if len(self) != 1 else ''}"

    def _remarks(self) -> list[str]:
        """How the training ended."""
        best = [f"best epoch {self.best_epoch}"] if self.best_epoch is not None else []
        ends = {"stopped early": self.stopped, "interrupted": self.interrupted}
        return best + [words for words, so in ends.items() if so]

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        """First and last entry and the range of each list."""
        rows: list[tuple[str, ...]] = [("", "first", "last", "lowest", "highest")]
        for name, values in self._curves().items():
            ends = (values[0], values[-1], min(values), max(values))
            rows.append((name, *(f"{x:.4g}" for x in ends)))
        return rows, ", ".join([self._counted(), *self._remarks()])


def span(values: list[float]) -> str:
    """`first → last`, in four digits."""
    return f"{values[0]:.4g} → {values[-1]:.4g}"
