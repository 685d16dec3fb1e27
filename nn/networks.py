"""The networks of the two documents, each written once.

The same lines run on plain arrays (`as_arrays`), as a tensor graph, and as a scalar graph
(`as_values`); what they record carries the documents' names.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

import autograd as ag

from . import targets
from .init import Seed, chained, generator, layer_sizes, reasonable, xavier
from .kinds import Array, Given, batch, keeper, named, numbers, rows, values
from .losses import cross_entropy, half_squared_error, l2_penalty
from .module import Module


class DocumentNet(Module):
    """What both networks share: parameters W1, b1, W2, b2, …, and work on rows of data."""

    sums: ClassVar[bool]  # whether the loss is a sum over the samples, not their mean
    samples_axis: ClassVar[int]  # 0: rows are samples; 1: columns
    final: ClassVar[str]  # the name of the loss

    def __init__(self, sizes: Any, seed: Seed = None) -> None:
        self.sizes = layer_sizes(sizes, str(self._example))
        reasonable(f"{type(self).__name__}({self.sizes})", chained(self.sizes))
        rng = generator(seed)
        for l in self.layers:
            n_in, n_out = self.sizes[l - 1 : l + 1]
            W = xavier(n_in, n_out, rng, gain=4.0 if self._squashed(l) else 1.0)
            b = np.zeros((n_out, 1) if self.samples_axis else n_out)
            setattr(self, f"W{l}", ag.Tensor(W.T if self.samples_axis else W, name=f"W{l}"))
            setattr(self, f"b{l}", ag.Tensor(b, name=f"b{l}"))

    _example: ClassVar[tuple[int, ...]]

    @property
    def layers(self) -> range:
        """The documents' layer numbers, 1 … L."""
        return range(1, len(self.sizes))

    def weights(self) -> list[Any]:
        """W1, W2, …: what weight decay acts on."""
        return [getattr(self, f"W{l}") for l in self.layers]

    def arrays(self) -> dict[str, Array]:
        """Every parameter's data by name, as plain arrays: what `nn.formulas` takes."""
        names = [f"{letter}{l}" for l in self.layers for letter in "Wb"]
        return {name: numbers(getattr(self, name)) for name in names}

    def with_parameters(self, parameters: Mapping[str, Any]) -> Self:
        """The same network with these W1, b1, … in place of its own."""
        net = copy.copy(self)
        vars(net).update(parameters)
        return net

    def as_values(self) -> Self:
        """The same network with every weight a `Value`: its loss is a scalar graph."""
        return self.with_parameters({k: values(a, k) for k, a in self.arrays().items()})

    def as_arrays(self) -> Self:
        """The same network on plain arrays: it computes, and records nothing."""
        return self.with_parameters(self.arrays())

    def loss(self, x: Any, y: Any, weight_decay: float = 0.0, given: Given = None) -> Any:
        """The document's loss of a batch in its layout, plus (λ/2) Σ‖W‖² if asked for.

        `x` and `y` are as in the class's text.  `given` replaces intermediates by name: the rest of
        the network is computed from them.  Raises ShapeError, TargetError or ValueError for what
        does not fit.
        """
        known = self.intermediates(x, given)
        with ag.scope("loss"):
            J = self._data_loss(known, y)
            if targets.number("weight_decay", weight_decay):
                J = J + l2_penalty(self.weights(), weight_decay)
        return named(J, self.final)

    def intermediates(self, x: Any, given: Given = None) -> dict[str, Any]:
        """Every named quantity from the input to the last layer, in order of computation."""
        raise NotImplementedError

    def _data_loss(self, known: dict[str, Any], y: Any) -> Any:
        raise NotImplementedError

    def _squashed(self, l: int) -> bool:
        """Whether layer l ends in a σ."""
        raise NotImplementedError

    # ── samples as rows, for both networks ──────────────────────────────────────────────────────
    def row_scores(self, x: Any) -> Array:
        """The outputs (m, classes) for samples x (m, features), as plain numbers."""
        x = rows(x, self.sizes[0])
        known = self.as_arrays().intermediates(x.T if self.samples_axis else x)
        *_, out = known.values()
        return np.asarray(out.T if self.samples_axis else out)

    def predict(self, x: Any) -> Array:
        """The class of each sample of x (m, features): m integers from 0 on."""
        return np.asarray(self.row_scores(x).argmax(axis=1))

    def accuracy(self, x: Any, y: Any) -> float:
        """The share of samples (rows of x) whose class is predicted; y: labels or one-hot rows."""
        predicted = self.predict(x)
        hot = targets.one_hot(y, len(predicted), self.sizes[-1])
        return float(np.mean(hot[np.arange(len(hot)), predicted]))

    def config(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return {"sizes": list(self.sizes)}

    def __repr__(self) -> str:
        kind = {np.ndarray: " of Values", ag.Tensor: ""}[type(self.weights()[0])]
        if kind and self.weights()[0].dtype != object:
            kind = " of arrays"
        return f"{type(self).__name__}(sizes={self.sizes}){kind}"


class SigmoidNet(DocumentNet):
    """Document 1's network: rows are samples, every layer ends in σ, the input included.

    h0 = σ(z0), zl = h(l−1) Wl + bl, hl = σ(zl); L = ½ Σᵢⱼ (tᵢⱼ − hᵢⱼ)².  Wl is (n_in, n_out) and bl
    (n_out,).  `net(z0)` gives the last h for z0 (m, features); `net.loss(z0, t)` takes targets t
    (m, outputs) or m labels.  A plain z0 is a constant; pass a Tensor to have its gradient.

    >>> net = SigmoidNet(sizes=(4, 5, 3), seed=0)
    >>> loss = net.loss(np.zeros((2, 4)), [0, 2])
    >>> loss.backward()
    >>> loss.name, net.W1.grad.shape, net.b1.grad.shape
    ('L', (4, 5), (5,))
    """

    sums, samples_axis, final = True, 0, "L"
    _example = (4, 5, 3)

    def __init__(self, sizes: Any = (4, 5, 3), seed: Seed = None) -> None:
        super().__init__(sizes, seed)

    def __call__(self, z0: Any) -> Any:
        return self.intermediates(z0)[f"h{len(self.layers)}"]

    def intermediates(self, x: Any, given: Given = None) -> dict[str, Any]:
        """z0, h0, z1, h1, …; those in `given` are taken from there."""
        known: dict[str, Any] = {}
        keep = keeper(known, given)
        z0 = keep("z0", batch, x, self.sizes[0], 0)
        with ag.scope("input"):
            h = keep("h0", ag.sigmoid, z0)
        for l in self.layers:
            W, b = getattr(self, f"W{l}"), getattr(self, f"b{l}")
            with ag.scope(f"layer {l}"):
                z = keep(f"z{l}", linear, h, W, b)
                h = keep(f"h{l}", ag.sigmoid, z)
        return known

    def _data_loss(self, known: dict[str, Any], y: Any) -> Any:
        h = known[f"h{len(self.layers)}"]
        if targets.is_labels(y):
            m, outputs = h.shape
            y = targets.one_hot(y, m, outputs, name="t")
        return half_squared_error(h, y)

    def _squashed(self, l: int) -> bool:
        return True


class TestNet(DocumentNet):
    """Document 2's network: columns are samples, σ in the hidden layers, softmax at the end.

    a0 is the input, zl = Wl a(l−1) + bl, al = σ(zl); the last a is its z, p = softmax(a), and
    J = −(1/m) Σᵢ Σⱼ 1(yᵢ = j) ln pⱼ + (λ/2) Σ‖W‖².  Wl is (n_out, n_in) and bl (n_out, 1).
    `net(a0)` gives p for a0 (features, m), `net.scores(a0)` what comes before the softmax;
    `net.loss(a0, y, weight_decay)` takes m labels from 0 on, or one-hot columns.

    >>> net = TestNet(sizes=(2, 3, 2), seed=0)
    >>> J = net.loss(np.ones((2, 5)), [0, 1, 0, 1, 1], weight_decay=0.1)
    >>> J.backward()
    >>> J.name, net.W1.grad.shape, net.b1.grad.shape
    ('J', (3, 2), (3, 1))
    """

    __test__ = False  # the name begins as pytest's tests do
    sums, samples_axis, final = False, 1, "J"
    _example = (2, 3, 2)

    def __init__(self, sizes: Any = (2, 3, 2), seed: Seed = None) -> None:
        super().__init__(sizes, seed)

    def __call__(self, a0: Any) -> Any:
        scores = self.scores(a0)
        with ag.scope("softmax"):
            return named(ag.softmax(scores, axis=0), "p")

    def scores(self, a0: Any) -> Any:
        """The last layer's a = z (classes, m): the softmax of it is p."""
        return self.intermediates(a0)[f"a{len(self.layers)}"]

    def intermediates(self, x: Any, given: Given = None) -> dict[str, Any]:
        """a0, z1, a1, …; those in `given` are taken from there.  The last z is kept as a alone."""
        known: dict[str, Any] = {}
        keep, last = keeper(known, given), len(self.layers)
        a = keep("a0", batch, x, self.sizes[0], 1)
        for l in self.layers:
            W, b = getattr(self, f"W{l}"), getattr(self, f"b{l}")
            with ag.scope(f"layer {l}"):
                z = keep(f"z{l}" if l < last else f"a{l}", transposed_linear, W, a, b)
                if l < last:
                    a = keep(f"a{l}", ag.sigmoid, z)
        return known

    def _data_loss(self, known: dict[str, Any], y: Any) -> Any:
        return cross_entropy(known[f"a{len(self.layers)}"], y, axis=0)

    def _squashed(self, l: int) -> bool:
        return l < len(self.layers)


def linear(x: Any, W: Any, b: Any) -> Any:
    """x W + b, rows being samples."""
    return ag.matmul(x, W) + b


def transposed_linear(W: Any, x: Any, b: Any) -> Any:
    """W x + b, columns being samples."""
    return ag.matmul(W, x) + b
