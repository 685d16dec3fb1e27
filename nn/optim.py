"""Optimisers: how gradients change parameters.

    optimizer = Adam(net.parameters(), lr=0.01)
    loss = net.loss(x, y); optimizer.zero_grad(); loss.backward(); optimizer.step()

All steps of one `step` are worked out before the first parameter changes.  A Tensor whose gradient
is None (the loss does not depend on it) stays as it is; if all are None, there was no backward, and
`step` raises.  A Value's gradient is 0.0 then, which cannot be told apart from a real 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from autograd import Node, Value

from .targets import counted, number


class Optimizer:
    """What the optimisers share: parameters, a learning rate, and named slots of memory for each.

    Subclasses list their `slots`, their `options`, and define `change`.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: Iterable[Any], lr: float) -> None:
        self.parameters = checked(parameters, type(self).__name__)
        self.lr = lr
        self.steps = 0
        # Memory starts at 0 in each parameter's kind, shape and dtype, and is replaced, never
        # written into: whoever holds the old one (a snapshot) keeps it.
        self.memory: dict[str, list[Any]] = {
            slot: [like(p, np.zeros(np.shape(p.data))) for p in self.parameters]
            for slot in self.slots
        }

    @property
    def lr(self) -> float:
        """The learning rate α; assign it to change it between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = number("lr", lr, strict=True)

    def step(self) -> None:
        """Change every parameter by its gradient.  Raises RuntimeError if none has a gradient."""
        grads = [p.grad for p in self.parameters]
        if all(g is None for g in grads):
            raise RuntimeError(
                "step: no parameter has a gradient; call loss.backward() first, on a loss that was "
                "computed from these parameters"
            )
        memory = {slot: list(kept) for slot, kept in self.memory.items()}
        t = self.steps + 1
        data: list[Any] = []
        for i, (p, g) in enumerate(zip(self.parameters, grads, strict=True)):
            if g is None:
                data.append(None)
                continue
            new = self.change(g, t, *(memory[slot][i] for slot in self.slots))
            for slot, value in zip(self.slots, new[1:], strict=True):
                memory[slot][i] = value
            data.append(p.data - new[0])
        self.memory, self.steps = memory, t
        for p, new_data in zip(self.parameters, data, strict=True):
            if new_data is not None:
                p.data = new_data

    def change(self, g: Any, t: int, *memory: Any) -> tuple[Any, ...]:
        """What to subtract from a parameter with gradient `g` in step t, and its new memory."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.parameters:
            p.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """All that a later run needs to go on: class, options, number of steps, memory."""
        return {
            "class": type(self).__name__,
            "options": {name: getattr(self, name) for name in ("lr", *self.options)},
            "steps": self.steps,
            "memory": {slot: [np.array(a) for a in kept] for slot, kept in self.memory.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state_dict()`.  Raises ValueError for another class or other shapes."""
        try:
            name, options, steps = state["class"], dict(state["options"]), state["steps"]
            memory = {slot: list(kept) for slot, kept in state["memory"].items()}
        except (KeyError, TypeError, AttributeError):
            raise ValueError("this is no optimiser's state: give what state_dict() gave") from None
        if name != type(self).__name__:
            raise ValueError(f"this is the state of {name}: load it into one, not {self!r}")
        if set(memory) != set(self.slots):
            raise ValueError(f"the memory is {sorted(memory)}; {name} has {self.slots}")
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
            raise ValueError(f"steps is {steps!r}: give a whole number from 0 on")
        shapes = [np.shape(p.data) for p in self.parameters]
        for slot, kept in memory.items():
            if [np.shape(a) for a in kept] != shapes:
                given = [np.shape(a) for a in kept]
                raise ValueError(
                    f"the memory {slot!r} has shapes {given}; the parameters have {shapes}"
                )
        if set(options) != {"lr", *self.options}:
            raise ValueError(f"the options are {sorted(options)}; {name} has {self.options}")
        fresh = type(self)(self.parameters, **options)
        fresh.steps = steps
        fresh.memory = {
            slot: [like(p, a) for p, a in zip(self.parameters, kept, strict=True)]
            for slot, kept in memory.items()
        }
        self.__dict__.update(fresh.__dict__)

    def __repr__(self) -> str:
        options = ", ".join(f"{n}={getattr(self, n)}" for n in ("lr", *self.options))
        return f"{type(self).__name__}({counted(len(self.parameters), 'parameter')}, {options})"


def checked(parameters: Any, who: str) -> list[Any]:
    """The parameters as a list of distinct leaves."""
    if isinstance(parameters, Node) or not isinstance(parameters, Iterable):
        raise TypeError(f"{who} takes a list of parameters: give net.parameters()")
    found = list(parameters)
    for i, p in enumerate(found):
        if not isinstance(p, Node):
            raise TypeError(
                f"{who}: parameter {i} is a {type(p).__name__}; give Tensors and Values, such as "
                "net.parameters()"
            )
        if p.op is not None:
            raise ValueError(
                f"{who}: parameter {i} was computed (by {p.op.name}); only leaves can be trained"
            )
    if not found:
        raise ValueError(f"{who}: there are no parameters (was a generator used up?)")
    if len(set(found)) != len(found):
        raise ValueError(f"{who}: a parameter is listed twice and would be changed twice")
    return found


def like(p: Any, array: Any) -> Any:
    """`array` in the kind of the parameter's data: a float, or an array of its dtype."""
    return float(array) if isinstance(p, Value) else np.array(array, dtype=p.dtype)


class GradientDescent(Optimizer):
    """W ← W − α ∂J/∂W: document 2's update (weight decay belongs to J, as it does there).

    >>> from autograd import Tensor
    >>> W = Tensor([1.0, 2.0])
    >>> (W * W).sum().backward()
    >>> GradientDescent([W], lr=0.25).step()
    >>> W.data
    array([0.5, 1. ])
    """

    def __init__(self, parameters: Iterable[Any], lr: float = 0.1) -> None:
        super().__init__(parameters, lr)

    def change(self, g: Any, t: int, *memory: Any) -> tuple[Any, ...]:
        """α g."""
        return (self.lr * g,)


class SGD(Optimizer):
    """Gradient descent with momentum: v ← μv + g, W ← W − αv (Polyak 1964).

    With `nesterov`, W ← W − α(g + μv) (Nesterov 1983, as Sutskever et al. 2013 rewrite it).
    """

    slots = ("velocity",)
    options = ("momentum", "nesterov")

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = below_one("momentum", momentum)
        self.nesterov = bool(nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov needs a momentum above 0, such as 0.9")

    def change(self, g: Any, t: int, *memory: Any) -> tuple[Any, ...]:
        """α v, or α (g + μ v); and v."""
        v = self.momentum * memory[0] + g
        return self.lr * (g + self.momentum * v if self.nesterov else v), v


class Adam(Optimizer):
    """Steps of about α in each entry, whatever the gradient's scale (Kingma & Ba 2015, alg. 1).

    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²; W ← W − α m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and
    v̂ = v/(1 − β₂ᵗ).
    """

    slots = ("m", "v")
    options = ("betas", "eps")

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise ValueError(f"betas is {betas!r}: give two numbers, such as (0.9, 0.999)")
        self.betas = (below_one("betas[0]", betas[0]), below_one("betas[1]", betas[1]))
        self.eps = number("eps", eps, strict=True)

    def change(self, g: Any, t: int, *memory: Any) -> tuple[Any, ...]:
        """α m̂ / (√v̂ + ε); m and v."""
        m, v = memory
        beta1, beta2 = self.betas
        m = beta1 * m + (1.0 - beta1) * g
        v = beta2 * v + (1.0 - beta2) * (g * g)
        root = (v / (1.0 - beta2**t)) ** 0.5
        return (self.lr / (1.0 - beta1**t)) * m / (root + self.eps), m, v


def below_one(name: str, x: Any) -> float:
    """A number in [0, 1)."""
    value = number(name, x)
    if value >= 1.0:
        raise ValueError(f"{name} is {x!r}: give a number from 0 on and below 1")
    return value
