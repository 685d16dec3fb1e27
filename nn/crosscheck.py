"""Every gradient four ways: tensor graph, hand-derived formula, scalar graph, finite differences.

Differences are relative to the largest entry of the gradient in question.  Where terms cancel, this
would ask for digits that nobody has: the gradient of a network that fits its targets is a rounding
of h − t, a different one in every way of computing.  So the scale is at least 1 % of the largest of
all gradients, and at least 0.1 % of the terms that cancel in the last layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag

from . import formulas, targets
from .networks import DocumentNet, SigmoidNet, TestNet
from .report import NUMERIC, Report, Row

Array = NDArray[np.float64]
Arrays = dict[str, Array]

STEP = 2.0**-10
ROUNDING = float(np.finfo(float).eps)
SMALL, TINY = 0.01, 0.001  # the shares of the largest gradient, and of what cancels in h − t


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
    known = {input_name(net): x, **net.as_arrays().intermediates(x)}
    floor = SMALL * max(float(np.abs(g).max()) for g in engine.values())
    terms = TINY * (max(1.0, float(np.abs(y).max())) if net.sums else 1.0 / x.shape[1])
    report = Report(repr(net))
    for name in sorted(by_hand, key=lambda name: order(name, net)):
        g = engine[name]
        reach = max(1.0, partner(name, net, known))
        scale = max(float(np.abs(g).max()), floor, terms * reach)
        numeric, limit = differences(net, known, y, weight_decay, name, STEP / reach)
        report.rows.append(
            Row(
                name,
                kind(name, net),
                g.shape,
                relative(g, by_hand[name], scale),
                relative(g, scalar[name], scale),
                relative(g, numeric, scale),
                NUMERIC + limit / scale,
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
    net: DocumentNet, known: Arrays, y: Array, weight_decay: float, name: str, h: float
) -> tuple[Array, float]:
    """By the five-point rule with step h on plain arrays, entry by entry; and its rounding error.

    An intermediate is moved by computing the rest of the network from the moved array.
    """
    plain, x = net.as_arrays(), known[input_name(net)]
    point = (net.arrays() | aliased(known, net))[name]
    key = name if name in known or name[0] in "Wb" else name.replace("z", "a")

    def loss(moved: Array) -> float:
        if name[0] in "Wb":
            return float(plain.with_parameters({name: moved}).loss(x, y, weight_decay))
        return float(plain.loss(x, y, weight_decay, given={key: moved}))

    result = five_point(loss, point, h)
    slope, size = float(np.abs(result).max()), float(np.abs(point).max())
    of_loss, of_step = max(1.0, abs(loss(point))), slope * size
    return result, ROUNDING * (50.0 * of_loss + 4.0 * of_step) / h


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
