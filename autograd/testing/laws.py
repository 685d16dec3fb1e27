"""The laws that a gradient obeys whatever the function: each a check of a function at a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..backward import gradients
from ..check import check_grad
from ..errors import DTypeError, MixedNodesError, ShapeError
from ..tensor import Tensor
from .boxes import unboxed, weighted
from .subject import PropertyError, Subject, is_array, name_of

Law = Callable[[Subject], None]
ROUNDING = 1e-12  # two ways of computing the same: a few units in the last place, and cancellation


def same(
    law: str, names: Sequence[str], given: Sequence[Any], expected: Sequence[Any], text: str,
    rtol: float = ROUNDING,
) -> None:  # fmt: skip
    """Equal up to `rtol` of the largest entry, NaN and infinities in the same places.

    What cancels leaves rounding, of terms of size 1: not more than that is forgiven beyond `rtol`,
    so that a loss of size 1e-6 has its gradients tested, too.
    """
    __tracebackhide__ = True
    for name, g, e in zip(names, given, expected, strict=True):
        g, e = unboxed(g), unboxed(e)
        if g.shape != e.shape:
            raise PropertyError(law, f"{text}: in {name}, shape {g.shape} where {e.shape} is right")
        finite = np.isfinite(e)
        size = float(np.max(np.abs(e), where=finite, initial=0.0))
        slack = rtol * size + min(rtol, ROUNDING)
        with np.errstate(invalid="ignore"):
            wrong = ~((np.abs(g - e) <= slack) | (g == e) | (np.isnan(g) & np.isnan(e)))
        if np.any(wrong):
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            entry = f"{name}{list(at) if at else ''}"
            raise PropertyError(law, f"{text}: in {entry}, {g[at]!s} where {e[at]!s} is right")


def first_order(s: Subject) -> None:
    """The rules give the slopes of the function."""
    numerically(s, 1)


def second_order(s: Subject) -> None:
    """The derivatives of the rules give the slopes of the slopes."""
    numerically(s, 2)


def numerically(s: Subject, order: int) -> None:
    __tracebackhide__ = True
    if s.whole is None:  # numbers and constants in one container
        check_grad(s.function(), *s.points, order=order, seed=s.seed)
    else:
        check_grad(s.f, *s.args, order=order, seed=s.seed, argnums=s.whole)


def linear(s: Subject) -> None:
    """What is pulled back for 2c − 3d is 2 · that for c − 3 · that for d."""
    _, y = s.recorded
    c, d = s.cotangent(y, 0), s.cotangent(y, 1)
    parts = zip(s.pull(c), s.pull(d), strict=True)
    expected = [2.0 * p - 3.0 * q for p, q in parts]
    same("linear", s.names, s.pull(2.0 * c - 3.0 * d), expected,
         f"{name_of(s.f)} has a rule that is not linear in its cotangent g (a rule multiplies g by "
         "the derivative, and adds nothing)")  # fmt: skip


def no_mutation(s: Subject) -> None:
    """Neither calling nor differentiating writes into an argument or a cotangent."""
    before = [np.array(a) for a in s.flat]
    with suppress(AttributeError):  # it may want the methods of nodes
        s.f(*s.args)
    _, y = s.recorded
    c = s.cotangent(y)
    kept = np.array(c)
    s.pull(c)
    for a, b in zip([*s.flat, c], [*before, kept], strict=True):
        if isinstance(a, np.ndarray) and not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            what = "its cotangent" if a is c else "an argument"
            raise PropertyError(
                "no_mutation", f"{name_of(s.f)} writes into {what}: it held {b}, and now holds {a}"
            )


def no_aliasing(s: Subject) -> None:
    """Gradients are the caller's own, and two calls in one graph do not disturb each other."""
    _, y = s.recorded
    c = s.cotangent(y)
    found = s.pull(c)
    kept = [np.array(g) for g in found]
    for name, g in zip(s.names, found, strict=True):
        others = [a for a in [*s.flat, c, *(h for h in found if h is not g)] if is_array(a)]
        if is_array(g) and any(np.shares_memory(g, a) for a in others):
            raise PropertyError("no_aliasing", f"the gradient in {name} is somebody else's memory")
    if s.elsewhere is not None:
        others, z = s.elsewhere
        d = s.cotangent(z, 1)
        alone = [np.array(g) for g in gradients(weighted(z, d), others)]
        both = gradients(weighted(y, c) + weighted(z, d), [*s.recorded[0], *others])
        same("no_aliasing", s.names * 2, both, [*kept, *alone],
             f"{name_of(s.f)} used twice in one graph gives another gradient than used once (a "
             "rule may not return memory that it writes into again)")  # fmt: skip


def repeatable(s: Subject) -> None:
    """Twice the same is the same to the last bit, whatever was computed in between."""
    first, second = Subject(s.f, s.args, s.seed), Subject(s.f, s.args, s.seed)
    c = s.cotangent(first.recorded[1])
    before = [unboxed(first.recorded[1]), *map(np.array, first.pull(c))]
    again = [unboxed(second.recorded[1]), *map(np.array, second.pull(c))]
    text = f"{name_of(s.f)} gives something else the second time"
    same("repeatable", ["the result", *s.names], again, before, text, 0.0)
    if first.elsewhere is not None:
        same("repeatable", s.names, first.pull(c), before[1:], f"{name_of(s.f)}, differentiated "
             "after it was called elsewhere, gives something else (a rule works from g, y and its "
             "arguments, not from what forward left somewhere)", 0.0)  # fmt: skip


def consistent(s: Subject) -> None:
    """`gradients`, the same as nodes, and `backward` agree."""
    xs, y = s.recorded
    c = s.cotangent(y)
    found = s.pull(c)
    same("consistent", s.names, s.pull(c, graph=True), found,
         f"{name_of(s.f)}: gradients as nodes (graph=True) differ from plain ones")  # fmt: skip
    root, seed = (weighted(y, c), None) if isinstance(y, np.ndarray) else (y, c)
    root.backward(seed)
    stored = [np.zeros(np.shape(x.data)) if x.grad is None else x.grad for x in xs]
    same("consistent", s.names, stored, found, f"{name_of(s.f)}: backward() differs from gradients")


def broadcasting(s: Subject) -> None:
    """Arguments that broadcast give what explicitly repeated ones give, to second order."""
    law, text = "broadcasting", f"{name_of(s.f)} of arguments that broadcast"
    full = np.broadcast_shapes(*(np.shape(p) for p in s.points))
    ts = [Tensor(np.broadcast_to(p, full)) for p in s.points]
    xs = [Tensor(p) for p in s.points]
    y, z = s.result(xs), s.result(ts)
    same(law, ["the result"], [y], [z], text)
    c = s.cotangent(z)
    first = gradients(y, xs, seed=c, graph=True), gradients(z, ts, seed=c, graph=True)
    summed = [tiles_summed(h.data, x.shape) for h, x in zip(first[1], xs, strict=True)]
    same(law, s.names, gradients(y, xs, seed=c), summed, text)
    same(law, s.names, [g.data for g in first[0]], summed, text)
    ds = [s.cotangent(x, 2 + i) for i, x in enumerate(xs)]
    slope = sum(weighted(g, d) for g, d in zip(first[0], ds, strict=True))
    tiled = sum(weighted(h, np.broadcast_to(d, full)) for h, d in zip(first[1], ds, strict=True))
    expected = [tiles_summed(h, x.shape) for h, x in zip(gradients(tiled, ts), xs, strict=True)]
    same(law, s.names, gradients(slope, xs), expected, f"{text}, at second order")


def tiles_summed(g: Any, shape: tuple[int, ...]) -> Any:
    """Σ over what was repeated, one axis after the other."""
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, n in enumerate(shape):
        if n != g.shape[axis]:
            g = g.sum(axis=axis, keepdims=True)
    return g


def value_equals_tensor(s: Subject) -> None:
    """A scalar graph gives what the array graph gives: result, first and second derivatives."""
    law, text = "value_equals_tensor", f"{name_of(s.f)} of Values differs from that of Tensors"
    ts = [Tensor(p) for p in s.points]
    try:
        boxes, v = s.boxes()
    except (DTypeError, MixedNodesError, ShapeError) as error:
        reason = "if it is made for arrays alone, pass value_equals_tensor=False"
        raise PropertyError(
            law, f"{name_of(s.f)} does not run on Values: {error}; {reason}"
        ) from None
    t = s.result(ts)
    same(law, ["the result"], [v], [t], text)
    c = s.cotangent(t)
    values = [e for box in boxes for e in box.ravel()]
    first = gradients(weighted(v, c), values, graph=True), gradients(t, ts, seed=c, graph=True)
    flat = np.concatenate([np.ravel(g.data) for g in first[1]])
    same(law, ["all arguments"], [np.array([g.data for g in first[0]])], [flat], text)
    ds = [s.cotangent(x, 2 + i) for i, x in enumerate(ts)]
    scalar = weighted(np.array(first[0], object), np.concatenate([np.ravel(d) for d in ds]))
    array = sum(weighted(g, d) for g, d in zip(first[1], ds, strict=True))
    flat = np.concatenate([np.ravel(h) for h in gradients(array, ts)])
    found = [np.array(gradients(scalar, values))]
    same(law, ["all arguments"], found, [flat], f"{text}, at second order", 1e-9)


def nontrivial(s: Subject) -> list[bool]:
    """Whether the gradient in each argument is something else than 0 here."""
    return [bool(np.any(np.asarray(g) != 0.0)) for g in s.pull(s.cotangent(s.recorded[1]))]


LAWS: dict[str, Law] = {
    law.__name__: law
    for law in (
        no_mutation, first_order, second_order, linear, repeatable, no_aliasing, consistent,
        broadcasting, value_equals_tensor,
    )
}  # fmt: skip
