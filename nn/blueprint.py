"""Networks as JSON: which class with which arguments, so that `load` can build them.

Only classes of this package can be named; nothing is ever imported or called by a name in a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import layers, networks, scalar
from .errors import ModelFileError
from .init import chained, layer_sizes, whole
from .module import Module

DEEPEST = 50  # Sequentials inside each other; a forged file could nest without end


def chain(sizes: Any) -> int:
    """How many numbers a chain of linear layers holds."""
    return chained(layer_sizes(sizes, "(4, 5, 3)"))


def neuron(nin: Any, nonlin: Any, nout: Any = 1) -> int:
    if not isinstance(nonlin, bool):
        raise ValueError(f"nonlin is {nonlin!r}")
    return (whole("nin", nin) + 1) * whole("nout", nout)


# Each class with how many numbers its parameters hold, worked out from the arguments alone.
KINDS: dict[str, tuple[type[Module], Callable[..., int]]] = {
    "SigmoidNet": (networks.SigmoidNet, lambda sizes: chain(sizes)),
    "TestNet": (networks.TestNet, lambda sizes: chain(sizes)),
    "Linear": (layers.Linear, lambda n_in, n_out: chain([n_in, n_out])),
    "Sigmoid": (layers.Sigmoid, lambda: 0),
    "Tanh": (layers.Tanh, lambda: 0),
    "ReLU": (layers.ReLU, lambda: 0),
    "Softmax": (layers.Softmax, lambda: 0),
    "MLP": (scalar.MLP, lambda nin, nouts: chain([nin, *nouts])),
    "Layer": (scalar.Layer, neuron),
    "Neuron": (scalar.Neuron, neuron),
}


def described(net: Any) -> dict[str, Any]:
    """The network as JSON; of a class that is not ours, the name alone."""
    name = type(net).__name__
    if type(net) is layers.Sequential:
        return {"class": name, "layers": [described(layer) for layer in net]}
    if name not in KINDS or type(net) is not KINDS[name][0]:
        return {"class": name, "own": True}
    text: dict[str, Any] = {"class": name, "arguments": net.config()}
    if isinstance(net, networks.DocumentNet) and net.weights()[0].dtype == object:
        text["values"] = True
    return text


def size_of(text: Any, depth: int = 0) -> int:
    """How many numbers a described network holds; nothing is built.  Raises ModelFileError."""
    kind = text["class"]
    if depth > DEEPEST:
        raise ModelFileError(f"the network is nested more than {DEEPEST} deep")
    if kind == "Sequential" and not text.get("own"):
        return sum(size_of(layer, depth + 1) for layer in text["layers"])
    if kind not in KINDS or text.get("own"):
        raise ModelFileError(
            f"the file holds a network of class {kind!r}, which is not of this package: build one "
            "and load into it, load(path, into=net)"
        )
    return KINDS[kind][1](**text["arguments"])


def built(text: Any) -> Any:
    """A new network as described; `size_of` has accepted the text."""
    if text["class"] == "Sequential":
        return layers.Sequential(*(built(layer) for layer in text["layers"]))
    make: Any = KINDS[text["class"]][0]
    net = make(**text["arguments"])
    return net.as_values() if text.get("values") else net
