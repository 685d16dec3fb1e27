"""Layers for arrays whose rows are samples, written in autograd's public functions.

So they run on plain arrays, on Tensors, and on numpy object arrays of Values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

import autograd as ag

from .init import Seed, chained, reasonable, whole, xavier
from .module import Module

Init = Callable[[int, int, Seed], Any]


class Linear(Module):
    """x @ W + b: (m, n_in) → (m, n_out), with W (n_in, n_out) and b (n_out,) starting at 0.

    `init(n_in, n_out, seed)` gives the first W (`xavier` by default; `he` before a ReLU).
    Raises ShapeError when x's last size is not n_in.

    >>> import numpy as np
    >>> layer = Linear(2, 3, seed=0)
    >>> layer, layer(np.ones((5, 2))).shape
    (Linear(2, 3), (5, 3))
    """

    def __init__(self, n_in: int, n_out: int, *, seed: Seed = None, init: Init = xavier) -> None:
        n_in, n_out = whole("n_in", n_in), whole("n_out", n_out)
        reasonable(f"Linear({n_in}, {n_out})", chained((n_in, n_out)))
        self.W = ag.Tensor(init(n_in, n_out, seed), name="W")
        self.b = ag.Tensor(np.zeros(n_out), name="b")
        if self.W.shape != (n_in, n_out):
            raise ValueError(f"init gave shape {self.W.shape}; W needs {(n_in, n_out)}")

    def __call__(self, x: Any) -> Any:
        return ag.matmul(x, self.W) + self.b

    def config(self) -> dict[str, Any]:
        """The arguments that build a layer of this shape."""
        n_in, n_out = self.W.shape
        return {"n_in": n_in, "n_out": n_out}

    def __repr__(self) -> str:
        return f"Linear({self.W.shape[0]}, {self.W.shape[1]})"


class Activation(Module):
    """A function of each entry, as a layer without parameters."""

    function: ClassVar[Callable[[Any], Any]]

    def __call__(self, x: Any) -> Any:
        return type(self).function(x)

    def config(self) -> dict[str, Any]:
        """No arguments."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Sigmoid(Activation):
    """σ(x) = 1/(1 + e⁻ˣ)."""

    function = ag.sigmoid


class Tanh(Activation):
    """tanh x."""

    function = ag.tanh


class ReLU(Activation):
    """max(x, 0); the derivative at 0 is 0."""

    function = ag.relu


class Softmax(Activation):
    """eˣ / Σ eˣ along the last axis.  The loss `cross_entropy` takes what comes before it."""

    function = ag.softmax


class Sequential(Module):
    """One layer after the other; layers are modules or functions.

    The tensors of its k-th `Linear` are named Wk and bk, and what a layer records carries the
    scope "k Name", so that drawings group by layer.

    >>> import numpy as np
    >>> net = Sequential(Linear(2, 8, seed=0), Tanh(), Linear(8, 3, seed=1))
    >>> net
    Sequential(Linear(2, 8), Tanh(), Linear(8, 3))
    >>> list(net.named_parameters()), net(np.ones((5, 2))).shape
    (['layers.0.W', 'layers.0.b', 'layers.2.W', 'layers.2.b'], (5, 3))
    """

    def __init__(self, *layers: Any) -> None:
        for i, layer in enumerate(layers):
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"Sequential: layer {i} is {layer!r}; give modules such as Linear(4, 5), Tanh()"
                )
        self.layers = list(layers)
        linear = [layer for layer in layers if isinstance(layer, Linear)]
        for k, layer in enumerate(linear, 1):
            for tensor, letter in ((layer.W, "W"), (layer.b, "b")):
                tensor.name = f"{letter}{k}" if tensor.name == letter else tensor.name

    def __call__(self, x: Any) -> Any:
        for k, layer in enumerate(self.layers, 1):
            with ag.scope(f"{k} {getattr(layer, '__name__', type(layer).__name__)}"):
                x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: int) -> Any:
        return self.layers[i]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __repr__(self) -> str:
        names = [getattr(layer, "__name__", repr(layer)) for layer in self]
        return f"Sequential({', '.join(names)})"
