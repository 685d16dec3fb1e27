"""Every gradient four ways: tensor graph, hand-derived formula, scalar graph, finite differences.

Differences are relative to the largest entry of the gradient in question; or, where that is larger,
to 1 % of the largest of all gradients of the loss: next to saturation, 1 − σ(z) has an absolute
error of one rounding, which every way of computing makes differently and passes down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import formulas, targets
from .networks import DocumentNet, SigmoidNet, TestNet

Array = NDArray[np.float64]
Arrays = dict[str, Array]

# A sum of n products errs by about n roundings of its largest term; with a few hundred terms in
# layers of these sizes that is 1e-13, measured at most 2e-14.
EXACT = 1e-12
# The five-point rule with step h errs by h⁴/30 of the fifth derivative, and by about two roundings
# of the loss over h: near 1e-11 in all for losses and gradients of size 1.
NUMERIC = 1e-7
STEP = 2.0**-10
ROUNDING = float(np.finfo(float).eps)
SMALL = 0.01  # the share of the largest gradient below which a gradient is "small"


@dataclass(frozen=True)
class Row:
    """One quantity; each difference is the largest over its entries, None if not compared."""

    name: str
    kind: str  # parameter, intermediate, input, local gradient
    shape: tuple[int, ...]
    formula: float | None  # autograd against the hand-derived formula
    scalar: float | None  # against the scalar graph
    numeric: float | None  # against finite differences
    numeric_limit: float = NUMERIC

    @property
    def ok(self) -> bool:
        """Whether all agree; a nan does not."""
        exact = all(d is None or d <= EXACT for d in (self.formula, self.scalar))
        return exact and (self.numeric is None or self.numeric <= self.numeric_limit)

    @property
    def verdict(self) -> str:
        """`agree`, or which way disagrees with autograd."""
        wrong = [
            name
            for name, d, limit in (
                ("formula", self.formula, EXACT),
                ("scalar graph", self.scalar, EXACT),
                ("finite differences", self.numeric, self.numeric_limit),
            )
            if d is not None and not d <= limit
        ]
        return f"DISAGREES: {', '.join(wrong)}" if wrong else "agree"


@dataclass
class Report:
    """What `cross_check` found: `.rows`, and `.ok` if everything agrees.  `print` shows a table."""

    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there is something to compare, and all of it agrees."""
        return bool(self.rows) and all(row.ok for row in self.rows)

    @property
    def summary(self) -> str:
        """One closing line."""
        bad = [row.name for row in self.rows if not row.ok]
        if bad:
            return f"{self.title}: {len(bad)} of {len(self.rows)} DISAGREE: {', '.join(bad)}"
        return f"{self.title}: all {len(self.rows)} gradients agree"

    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, header first."""
        header = ("gradient", "kind", "shape", "formula", "scalar graph", "differences", "verdict")
        rows = [
            (row.name, row.kind, "×".join(map(str, row.shape)) or "1", shown(row.formula),
             shown(row.scalar), shown(row.numeric), row.verdict)
            for row in self.rows
        ]  # fmt: skip
        return [header, *rows]

    def __str__(self) -> str:
        cells = self.cells()
        widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in cells
        ]
        return "\n".join([*lines, self.summary])


def shown(difference: float | None) -> str:
    return "–" if difference is None else f"{difference:.1e}"


def cross_check(net: DocumentNet, x: Any, y: Any, weight_decay: float = 0.0) -> Report:
    """Compare ∂loss/∂q for every parameter, intermediate and the input q of a document's network.

    `x` and `y` are in the network's own layout, as `net.loss` takes them.  Raises what `net.loss`
    raises for input that does not fit.

    >>> import nn
    >>> x = np.random.default_rng(0).normal(size=(2, 5))
    >>> report = cross_check(nn.TestNet(seed=0), x, [0, 1, 1, 0, 1], weight_decay=0.1)
    >>> report.ok, report.summary
    (True, 'TestNet(sizes=(2, 3, 2)): all 9 gradients agree')
    """
    x = np.asarray(targets.plain(x, "x"), dtype=np.float64)
    y = np.asarray(targets.plain(y, "y"))
    engine = tensor_gradients(net, x, y, weight_decay)
    by_hand = hand_derived(net, x, y, weight_decay)
    scalar = scalar_gradients(net, x, y, weight_decay)
    largest = max(float(np.abs(g).max()) for g in engine.values())
    report = Report(repr(net))
    for name in sorted(by_hand, key=lambda name: order(name, net)):
        g = engine[name]
        scale = max(float(np.abs(g).max()), SMALL * largest)
        numeric, limit = differences(net, x, y, weight_decay, name, scale)
        report.rows.append(
            Row(
                name,
                kind(name, net),
                g.shape,
                relative(g, by_hand[name], scale),
                relative(g, scalar[name], scale),
                relative(g, numeric, scale),
                limit,
            )
        )
    return report


def order(name: str, net: DocumentNet) -> tuple[int, int]:
    """Parameters first; then from the input to the last layer."""
    return (name[0] not in "Wb", int(name[1:]) * 4 + "zhWb".find(name[0].replace("a", "h")))


def kind(name: str, net: DocumentNet) -> str:
    if name[0] in "Wb":
        return "parameter"
    return "input" if name == input_name(net) else "intermediate"


def input_name(net: DocumentNet) -> str:
    return "a0" if net.samples_axis else "z0"


def relative(g: Array, other: Array, scale: float) -> float:
    """The largest difference, relative to `scale`; nan if there is one, inf if shapes differ."""
    if g.shape != other.shape:
        return float("inf")
    difference = float(np.abs(g - other).max())
    return difference / scale if difference else 0.0


# ── the four ways ───────────────────────────────────────────────────────────────────────────────
def tensor_gradients(net: DocumentNet, x: Array, y: Array, weight_decay: float) -> Arrays:
    """By the tensor graph; a fresh copy of the network, so that nothing of the caller's changes."""
    own = {name: ag.Tensor(a, name=name) for name, a in net.arrays().items()}
    copy = net.with_parameters(own)
    known = copy.intermediates(ag.Tensor(x))
    loss = copy.loss(None, y, weight_decay, given=known)
    nodes = aliased(known | own, net)
    return dict(zip(nodes, ag.gradients(loss, list(nodes.values())), strict=True))


def scalar_gradients(net: DocumentNet, x: Array, y: Array, weight_decay: float) -> Arrays:
    """By the scalar graph: one Value per number."""
    copy = net.as_values()
    boxes = np.empty(x.shape, dtype=object)
    for index in np.ndindex(x.shape):
        boxes[index] = ag.Value(float(x[index]))
    known = copy.intermediates(boxes)
    copy.loss(None, y, weight_decay, given=known).backward()
    names = {name: getattr(copy, name) for name in net.arrays()}
    read = np.frompyfunc(lambda value: value.grad, 1, 1)
    return {n: read(a).astype(np.float64) for n, a in aliased(known | names, net).items()}


def hand_derived(net: DocumentNet, x: Array, y: Array, weight_decay: float) -> Arrays:
    """By the documents' formulas, corrected."""
    by_hand = {SigmoidNet: formulas.sigmoid_net_gradients, TestNet: formulas.testnet_gradients}
    return by_hand[type(net)](net.arrays(), x, y, weight_decay)


def aliased(known: dict[str, Any], net: DocumentNet) -> dict[str, Any]:
    """The last z of TestNet is its last a: one node, two names in the document."""
    last = f"a{len(net.layers)}"
    return known | {last.replace("a", "z"): known[last]} if last in known else known


def differences(
    net: DocumentNet, x: Array, y: Array, weight_decay: float, name: str, scale: float
) -> tuple[Array, float]:
    """By the five-point rule on plain arrays, entry by entry; and what may be asked of it.

    An intermediate is moved by computing the rest of the network from the moved array.
    """
    plain = net.as_arrays()
    known = {input_name(net): x, **plain.intermediates(x)}
    point = (net.arrays() | aliased(known, net))[name]
    key = name if name in known or name[0] in "Wb" else name.replace("z", "a")

    def loss(moved: Array) -> float:
        if name[0] in "Wb":
            return float(plain.with_parameters({name: moved}).loss(x, y, weight_decay))
        return float(plain.loss(x, y, weight_decay, given={key: moved}))

    h = STEP / max(1.0, partner(name, net, known))
    size = float(np.abs(point).max())
    noise = 50.0 * ROUNDING * max(1.0, abs(loss(point))) / h / scale if scale else 0.0
    return five_point(loss, point, h), NUMERIC + noise + 4.0 * ROUNDING * size / h


def partner(name: str, net: DocumentNet, known: dict[str, Array]) -> float:
    """The largest number that the quantity is multiplied by on its way to the next z."""
    letter, l = name[0], int(name[1:])
    inputs = "a" if net.samples_axis else "h"
    if letter == "W":
        return float(np.abs(known[f"{inputs}{l - 1}"]).max())
    if letter == inputs and l < len(net.layers):
        return float(np.abs(net.arrays()[f"W{l + 1}"]).max())
    return 1.0


def five_point(f: Callable[[Array], float], point: Array, h: float) -> Array:
    """(8(f(+h) − f(−h)) − (f(+2h) − f(−2h))) / 12h for every entry (Abramowitz & Stegun 25.3.6)."""
    result = np.empty_like(point)
    for index in np.ndindex(point.shape):

        def moved(by: float, index: tuple[int, ...] = index) -> float:
            array = point.copy()
            array[index] += by
            return f(array)

        near, far = moved(h) - moved(-h), moved(2.0 * h) - moved(-2.0 * h)
        result[index] = (8.0 * near - far) / (12.0 * h)
    return result
