"""A multi-layer perceptron of single numbers, one `Value` per weight: micrograd's classes.

Signatures, draws and texts are micrograd's (A. Karpathy, 2020), so its demo runs on them and a
seed gives its numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Value

from .init import chained, reasonable, whole
from .module import Module
from .targets import counted


class Neuron(Module):
    """w·x + b on a sequence of numbers or Values, followed by ReLU if `nonlin`.

    Each weight is drawn by `random.uniform(-1, 1)`, in order; b starts at 0.  Raises ValueError
    when x does not have `nin` entries.

    >>> random.seed(1)
    >>> neuron = Neuron(2)
    >>> neuron, neuron([1.0, -2.0]).data
    (ReLUNeuron(2), 0.0)
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        reasonable(f"Neuron({nin})", whole("nin", nin) + 1)
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x: Any) -> Value:
        x, w = as_sequence(x), self.w
        if len(x) != len(w):
            raise ValueError(f"{self!r} takes {counted(len(w), 'number')}; got {len(x)}")
        total = self.b
        for weight, entry in zip(w, x, strict=True):
            total = total + weight * entry
        y: Value = total.relu() if self.nonlin else total
        return y

    def parameters(self) -> list[Any]:
        """The weights, then b."""
        return [*self.w, self.b]

    def config(self) -> dict[str, Any]:
        """The arguments that build a neuron of this shape."""
        return {"nin": len(self.w), "nonlin": self.nonlin}

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons side by side: a list of Values, or the single Value if there is one."""

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        reasonable(f"Layer({nin}, {nout})", whole("nout", nout) * (whole("nin", nin) + 1))
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Any) -> Any:
        x = as_sequence(x)
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Any]:
        """Each neuron's, in order."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def config(self) -> dict[str, Any]:
        """The arguments that build a layer of this shape."""
        return {"nout": len(self.neurons), **self.neurons[0].config()}

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers of widths `nouts` one after the other, ReLU on all but the last.

    Takes one sample, a sequence of `nin` numbers or Values; gives a list, or the single Value if
    the last width is 1.

    >>> MLP(2, [2, 1])
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    """

    per_sample = True  # `fit` calls it once for each row

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        if last < 0:
            raise ValueError("MLP: nouts is empty; give the width of each layer, such as [16, 1]")
        widths = [whole(f"sizes[{i}]", n) for i, n in enumerate(sizes)]
        reasonable(f"MLP({nin}, {list(nouts)})", chained(widths))
        self.layers = [Layer(sizes[i], sizes[i + 1], nonlin=i != last) for i in range(len(nouts))]

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Any]:
        """Each layer's, in order."""
        return [p for layer in self.layers for p in layer.parameters()]

    def config(self) -> dict[str, Any]:
        """The arguments that build a perceptron of this shape."""
        nin = len(self.layers[0].neurons[0].w)
        return {"nin": nin, "nouts": [len(layer.neurons) for layer in self.layers]}

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def as_sequence(x: Any) -> Sequence[Any]:
    """x as something with a length; numbers of an array become Python's, which record faster."""
    if isinstance(x, list | tuple):
        return x
    if isinstance(x, Value):  # the only output of the layer before
        return [x]
    if isinstance(x, np.ndarray):
        if x.ndim != 1:
            raise ValueError(f"one sample is a vector; got an array of shape {x.shape}")
        entries: list[Any] = x.tolist()
        return entries
    return list(x)
