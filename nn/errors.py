"""The named exceptions of `nn`.  Each subclasses the builtin that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .history import History


def printable(text: str, limit: int = 400) -> str:
    """Text from outside for a message: on one line, control characters escaped, cut if long."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class TargetError(ValueError):
    """Labels, targets or predictions are not what a loss takes."""


class DataError(ValueError):
    """A table cannot be read, or arrays are not samples to train on."""


class ModelFileError(ValueError):
    """A saved model is damaged, of another kind, or does not fit the network."""


class DivergedError(ArithmeticError):
    """The loss became nan or infinite; `.history` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history
