"""What every backend gives for a program: its text, and the function that the text defines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Built:
    """A program made runnable.

    `run(*inputs, *captured)` gives the result in its own structure; a float program takes Python
    floats, a batch takes an array for each batched input.  `seconds` is what compiling to machine
    code took, where there is any.
    """

    source: str
    run: Callable[..., Any]
    seconds: float = 0.0
