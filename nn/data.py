"""Data to train on: Iris, moons, the user's own table; splitting and standardising it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import targets
from .errors import DataError
from .init import Seed, generator
from .table import Table, parse, read_csv

__all__ = ["IRIS_SOURCE", "Split", "Standardizer", "Table", "iris", "moons", "read_csv", "split"]

Floats = NDArray[np.float64]

MANY = 20  # samples from which on mostly different labels can be no classes

IRIS_SOURCE = """\
Iris: 50 flowers of each of three species, four lengths in cm.  Collected by E. Anderson, published
by R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7
(1936) 179–188, table I.  The rows here are those of scikit-learn's and R's copy, which follow
Fisher's table; the copy of the UCI Machine Learning Repository has two errors (row 35, petal
width 0.1 for 0.2; row 38, sepal width and petal length 3.1, 1.5 for 3.6, 1.4).  Measurements, facts
of nature published in 1936; UCI distributes its copy under CC BY 4.0, scikit-learn under the
3-clause BSD licence.
"""


def iris() -> Table:
    """Fisher's Iris: x (150, 4) in cm, y (150,) for setosa, versicolor, virginica.

    Source, variant and licence: `data.IRIS_SOURCE`.

    >>> iris()
    Table(150 samples, 4 features, 3 classes: setosa, versicolor, virginica)
    """
    text = resources.files(__package__).joinpath("iris.csv").read_text(encoding="utf-8")
    return parse(text, "species", "iris.csv")


def moons(n: int = 100, noise: float = 0.1, seed: Seed = None) -> Table:
    """Two interleaved half circles: x (n, 2), y (n,) of 0 and 1, in random order.

    Class 0 is the upper half of the unit circle, class 1 the lower half of one around (1, ½); each
    coordinate gets normal noise with standard deviation `noise`.

    >>> moons(100, noise=0.1, seed=0)
    Table(100 samples, 2 features, 2 classes: upper, lower)
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 2:
        raise DataError(f"moons: n is {n!r}; give a whole number of samples from 2 on")
    noise = targets.number("noise", noise)
    rng = generator(seed)
    y = np.arange(n) % 2
    angle = np.empty(n)
    for k in (0, 1):
        angle[k::2] = np.linspace(0.0, np.pi, len(angle[k::2]))
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 0, x, [1.0, 0.5] - x)
    order = rng.permutation(n)
    x = (x + rng.normal(0.0, noise, size=x.shape))[order]
    return Table(x, y[order], ("x1", "x2"), ("upper", "lower"))


class Standardizer:
    """Makes each feature's mean 0 and standard deviation 1, as measured on the training part alone.

    A feature that is constant there has no scale: it becomes 0, and `.constant` holds its index.
    Fit it on the training part, then transform every part by it:

    >>> scale = Standardizer().fit([[1.0, 5.0], [3.0, 5.0]])
    >>> scale.transform([[2.0, 5.0], [4.0, 5.0]]).tolist()
    [[0.0, 0.0], [2.0, 0.0]]
    """

    mean: Floats
    scale: Floats
    constant: tuple[int, ...]

    def __init__(self, x: ArrayLike | None = None) -> None:
        if x is not None:
            self.fit(x)

    def fit(self, x: ArrayLike) -> Standardizer:
        """Measure x (m, features), the training part."""
        x = samples(x, "Standardizer.fit")
        low, high = x.min(axis=0), x.max(axis=0)
        same = low == high
        self.constant = tuple(int(i) for i in np.flatnonzero(same))
        # In units of the largest size, so that squares neither overflow nor vanish.
        unit = np.maximum(np.maximum(np.abs(low), np.abs(high)), np.finfo(float).tiny)
        mean = (x / unit).mean(axis=0)
        self.mean = np.where(same, low, mean * unit)
        scale = np.sqrt(((x / unit - mean) ** 2).mean(axis=0)) * unit
        self.scale = np.where(same | (scale == 0.0), 1.0, scale)
        return self

    def transform(self, x: ArrayLike) -> Floats:
        """(x − mean) / scale for samples as rows, with the training part's mean and scale."""
        if not hasattr(self, "mean"):
            raise DataError("Standardizer: call fit on the training part first")
        x = samples(x, "Standardizer.transform")
        if x.shape[1] != self.mean.size:
            raise DataError(
                f"Standardizer was fitted on {targets.counted(self.mean.size, 'feature')}; x has "
                f"{x.shape[1]}"
            )
        with np.errstate(over="ignore"):
            z = (x - self.mean) / self.scale
        if not np.isfinite(z).all():
            i, j = np.argwhere(~np.isfinite(z))[0]
            raise DataError(
                f"Standardizer.transform: x[{i}, {j}] is {x[i, j]}, too far from the training "
                f"part's mean {self.mean[j]} for its scale {self.scale[j]}"
            )
        return np.asarray(z)

    def __repr__(self) -> str:
        if not hasattr(self, "mean"):
            return "Standardizer(not fitted)"
        mean, scale = self.mean.round(4).tolist(), self.scale.round(4).tolist()
        return f"Standardizer(mean={mean}, scale={scale})"


@dataclass(frozen=True)
class Split:
    """Two parts of a table's samples; `.indices` are the rows of the second part."""

    x_train: Floats
    y_train: NDArray[Any]
    x_test: Floats
    y_test: NDArray[Any]
    indices: NDArray[np.intp]


def split(x: ArrayLike, y: ArrayLike, fraction: float = 0.2, seed: Seed = None) -> Split:
    """A random `fraction` of the samples as test part, the same share of each class in both parts.

    Every class keeps at least one sample to train on; one with a single sample is trained on alone.
    Targets that are no classes (floats) are split at random.  The same seed gives the same split.
    Raises DataError for labels that are no classes: mostly different ones, or no two alike.

    >>> parts = split(iris().x, iris().y, 0.2, seed=0)
    >>> parts.x_train.shape, np.bincount(parts.y_test).tolist()
    ((120, 4), [10, 10, 10])
    """
    x, target = samples(x, "split"), targets.plain(y, "y")
    if target.ndim == 0 or len(target) != len(x):
        raise DataError(
            f"split: x has {targets.counted(len(x), 'sample')}, y has shape {target.shape}"
        )
    taken = held_out(target, fraction, generator(seed))
    rest = np.setdiff1d(np.arange(len(x)), taken)
    return Split(x[rest], target[rest], x[taken], target[taken], taken)


def held_out(y: NDArray[Any], fraction: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Sorted indices of a random `fraction` of y, from each class its share."""
    ok = isinstance(fraction, float | np.floating) and 0.0 < fraction < 1.0
    if not ok:
        raise DataError(f"the fraction is {fraction!r}; give a number between 0 and 1, such as 0.2")
    m = len(y)
    order = rng.permutation(m)
    n = round(fraction * m)
    if y.ndim == 1 and y.dtype.kind in "iub":
        taken = stratified(repeated(y), order, n)
    elif y.ndim == 2 and targets.is_one_hot(y):
        taken = stratified(repeated(y.argmax(axis=1)), order, n)
    else:
        taken = order[:n]
    if not 0 < len(taken) < m:
        given = f"{fraction:g} of {targets.counted(m, 'sample')}"
        raise DataError(f"{given} leaves a part empty; give another fraction, more samples")
    return np.sort(taken)


def repeated(y: NDArray[Any]) -> NDArray[Any]:
    """y, if it can be split by class; DataError if it looks like a quantity, or nothing repeats."""
    classes = len(np.unique(y))
    given = f"y has {targets.counted(classes, 'class')} in {targets.counted(len(y), 'sample')}"
    if len(y) >= MANY and 2 * classes > len(y):
        raise DataError(f"{given}: give classes, not a quantity")
    if classes == len(y):
        raise DataError(f"{given}: each class needs at least 2 samples")
    return y


def stratified(y: NDArray[Any], order: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """n indices in proportion to the classes, by largest remainders; each class keeps one."""
    classes, counts = np.unique(y, return_counts=True)
    exact = n * counts / len(y)
    quota = np.minimum(np.floor(exact).astype(int), counts - 1)
    by_remainder = np.argsort(quota - exact, kind="stable")
    for k in by_remainder:
        if quota.sum() < n and quota[k] < counts[k] - 1:
            quota[k] += 1
    groups = [order[y[order] == c][:q] for c, q in zip(classes, quota, strict=True)]
    return np.concatenate(groups)


def samples(x: ArrayLike, who: str) -> Floats:
    """Samples as rows of finite floats, at least one."""
    array = targets.plain(x, "x")
    if array.ndim != 2 or 0 in array.shape:
        raise DataError(
            f"{who}: x has shape {array.shape}; give samples as rows, (m, features), at least one"
        )
    array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        i, j = np.argwhere(~np.isfinite(array))[0]
        raise DataError(f"{who}: x[{i}, {j}] is {array[i, j]}; give finite numbers")
    return array
