"""What the user has derived or computed in another way, compared with the engine at a point."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from ..data import kind_of
from ..errors import StructureError
from ..tree import leaves, matching
from .boxes import unboxed
from .laws import Law, same
from .subject import PropertyError, Subject, is_array, name_of


def like_reference(reference: Callable[..., Any]) -> Law:
    """The result is what another function computes from the same plain arguments."""

    def like(s: Subject) -> None:
        text = f"{name_of(s.f)} differs from {name_of(reference)}"
        same("reference", ["the result"], [s.plain()], [reference(*s.args)], text)

    return like


def by_hand(gradient: Callable[..., Any]) -> Law:
    """A gradient derived by hand is the engine's, and is nobody's memory but the caller's."""

    def like(s: Subject) -> None:
        before = [np.array(a) for a in s.flat]
        name = name_of(gradient)
        given = parts(gradient(*s.args), s, name)
        if np.size(unboxed(s.recorded[1])) != 1:
            raise TypeError(
                f"gradient={name} needs a function with one number as result; {name_of(s.f)} gave "
                f"shape {np.shape(unboxed(s.recorded[1]))}: weigh and sum it, or declare an op "
                "with autograd.primitive, whose rules get the cotangent"
            )
        for a, b in zip(s.flat, before, strict=True):
            if is_array(a) and not np.array_equal(a, b):
                text = f"writes into an argument: it held {b}, and now holds {a}"
                raise PropertyError("by_hand", f"{name} {text}")
            if any(is_array(a) and is_array(g) and np.shares_memory(a, g) for g in given):
                text = "returns an argument's own memory: writing into one changes the other"
                raise PropertyError("by_hand", f"{name} {text}")
        same("by_hand", s.names, given, s.pull(1.0), f"{name} gives another gradient than the "
             f"chain rule through {name_of(s.f)}", 1e-8)  # fmt: skip

    return like


def parts(given: Any, s: Subject, name: str) -> list[Any]:
    """The gradients derived by hand, one for each name in `s.names`; dicts go by their keys."""
    if s.whole is not None:
        whole = [s.args[i] for i in s.whole]
        alone = len(whole) == 1 and not (isinstance(given, list | tuple) and len(given) == 1)
        with suppress(StructureError):
            return matching(given, whole[0] if alone else whole, name)
    elif len(leaves(given)) == len(s.points):  # constants in a container, whose gradients are none
        return leaves(given)
    raise PropertyError(
        "by_hand",
        f"{name} gave {len(leaves(given))} gradients, {kind_of(given)}, for {len(s.points)}: "
        f"{', '.join(s.names)}; give one for each, in containers like the arguments'",
    )
