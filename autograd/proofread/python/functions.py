"""The functions that a formula may use: how many formulas and which options each takes."""

from __future__ import annotations

from dataclasses import dataclass

from ...elementwise import INTERNAL, TABLE


@dataclass(frozen=True)
class Signature:
    """`least` to `most` formulas, then options, which are plain numbers, by place or name."""

    least: int
    most: int
    options: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        if self.least == self.most:
            return f"{self.least} argument{'s' * (self.least != 1)}"
        return f"{self.least} to {self.most} arguments"


AXIS = ("axis", "keepdims")
FUNCTIONS: dict[str, Signature] = {
    **{name: Signature(1, 1) for name in TABLE if name not in INTERNAL},
    "maximum": Signature(2, 2),
    "minimum": Signature(2, 2),
    "sign": Signature(1, 1),
    "where": Signature(3, 3),
    "clip": Signature(3, 3),
    "leaky_relu": Signature(1, 2),
    "elu": Signature(1, 2),
    **{name: Signature(1, 1, AXIS) for name in ("sum", "mean", "max", "min", "prod", "logsumexp")},
    **{name: Signature(1, 1, (*AXIS, "ddof")) for name in ("var", "std")},
    **{name: Signature(1, 1, ("axis",)) for name in ("softmax", "log_softmax", "cumsum")},
    "expand_dims": Signature(1, 1, ("axis",)),
    "norm": Signature(1, 1, AXIS),
    "diag": Signature(1, 1),
    "trace": Signature(1, 1),
    "outer": Signature(2, 2),
    "reshape": Signature(2, 5),
    "ones": Signature(1, 4),
    "zeros": Signature(1, 4),
    "eye": Signature(1, 1),
    "ones_like": Signature(1, 1),
    "zeros_like": Signature(1, 1),
    "size": Signature(1, 1, ("axis",)),
}
ALIASES = {
    "absolute": "abs", "fabs": "abs", "ln": "log", "logistic": "sigmoid", "amax": "max",
    "amin": "min", "len": "size",
}  # fmt: skip
PRIME = "_prime"


def library_name(name: str) -> tuple[str, int]:
    """The library's name of a function, and how often it is to be differentiated."""
    primes = 0
    while name.endswith(PRIME):
        name, primes = name[: -len(PRIME)], primes + 1
    return ALIASES.get(name, name), primes
