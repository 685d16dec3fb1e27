"""`compile(…, batch=…)`: the program of one sample, run over arrays of samples at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import modes
from ..data import as_array, as_float, kind_of
from ..errors import AnomalyError, ShapeError, StructureError
from ..node import Node
from ..tree import leaves as tree_leaves
from ..tree import rebuilt
from .arguments import bound, described, shape_of
from .built import Built
from .compiled import Compiled, Entry
from .entrance import MISS, Check, entrance
from .naming import Leaf, argument_leaves, is_traced
from .passes import optimised
from .program import Program
from .trace import trace

Array = np.ndarray[Any, Any]
Axes = list[int | None]
BuildBatch = Callable[[Program, Any, Axes], Built]


class Samples(Check):
    """The check of arguments with samples along the first axis: any number of them."""

    def __init__(self, pairs: list[tuple[Leaf, int | None]]) -> None:
        super().__init__()
        # in the order in which arrays are met: the same array may be given twice, along two axes
        self.axes = iter([axis for leaf, axis in pairs if isinstance(leaf.value, np.ndarray)])

    def array(self, name: str, value: Array) -> None:
        shape, dtype = value.shape[1:], self.held(value.dtype)
        if next(self.axes) != 0 or len(shape) > 1:
            self.lines.append("return MISS")
            return
        self.unless(
            f"type({name}) is ndarray and {name}.ndim == {value.ndim} "
            f"and {name}.shape[1:] == {shape} and {name}.dtype == {dtype}"
        )
        self.inputs.append(f"*{name}.T" if shape else name)


class Batched(Compiled):
    """A function of one sample; each call runs it for all samples.

    `batch` is an axis or None for all arguments, or a tuple of them, one per argument; for a
    container, a container of them.  A sample may be a number or an array of numbers.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        build: BuildBatch,
        fixed: frozenset[str],
        limit: int,
        report: Callable[[str], Any] | None,
        batch: Any,
    ) -> None:
        super().__init__(f, build, fixed, limit, report)  # type: ignore[arg-type]
        self._build_batch, self._batch = build, batch

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        latest = self._latest
        if modes.active and modes.current().watch is not None:
            return self._watched(args, kwargs)
        if latest is not None and not kwargs:
            result = latest.enter(args)
            if result is not MISS:
                self._hits += 1
                return result
        args, kwargs = bound(self._f, args, kwargs)
        axes = self._axes(args, kwargs)
        entry = self._entry(args, kwargs)
        inputs: list[Any] = []
        for leaf, axis in axes:
            inputs.extend(columns(leaf.value, axis, leaf.name))
        return entry.run(tuple(inputs))

    def _watched(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Inside detect_anomaly: sample by sample on nodes, op by op."""
        with modes.watching(None):
            result = self(*args, **kwargs)
        args, kwargs = bound(self._f, args, kwargs)
        pairs = self._axes(args, kwargs)
        count = next(len(samples(x.value, axis)) for x, axis in pairs if axis is not None)
        for k in range(count):
            values = iter([one(leaf.value, axis, k) for leaf, axis in pairs])
            try:
                trace(self._f, tuple([replaced(a, values) for a in args]), {}, self._fixed, True)
            except AnomalyError as error:
                error.add_note(f"  in sample {k} of {count}")
                raise
        return result

    def _axes(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[Any, int | None]]:
        """Every leaf of the arguments with the axis of its samples."""
        if kwargs:
            raise TypeError("compile(batch=…): give the arguments by position")
        spec = self._batch
        if not isinstance(spec, tuple | list):
            spec = (spec,) * len(args)
        if len(spec) != len(args):
            raise StructureError(
                f"compile: batch= has {len(spec)} entries; the function was called with "
                f"{len(args)} arguments: give one axis, or None, for each"
            )
        given = argument_leaves(self._f, args, kwargs, self._fixed)
        axes = [axis for tree, s in zip(args, spec, strict=True) for axis in axes_of(tree, s)]
        pairs = [(leaf, a) for leaf, a in zip(given, axes, strict=True) if is_traced(leaf.value)]
        if any(isinstance(leaf.value, Node) for leaf in given):
            raise TypeError("compile(batch=…) takes numbers and arrays, no nodes")
        if all(axis is None for _, axis in pairs):
            raise StructureError("compile: batch= names no argument that has samples")
        return pairs

    def _entry(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry:
        pairs = self._axes(args, kwargs)
        key = (
            tuple([kind(leaf.value, axis) for leaf, axis in pairs]),
            tuple([shape_of(a, False) for a in args]),
        )
        return self._kept(key, lambda: self._for(args, pairs))

    def _for(self, args: tuple[Any, ...], pairs: list[tuple[Leaf, int | None]]) -> Entry:
        """The program of one sample, and its way in for arrays of them."""
        start = time.perf_counter()
        examples = [one(leaf.value, axis) for leaf, axis in pairs]
        axes: Axes = [
            a
            for (_, axis), example in zip(pairs, examples, strict=True)
            for a in [None if axis is None else 0] * np.size(example)
        ]
        values = iter(examples)
        sample = tuple([replaced(a, values) for a in args])
        program, structure = trace(self._f, sample, {}, self._fixed, entries=True)
        program = optimised(program)
        leaves = program.notes["leaves"]
        built = self._build_batch(program, structure, axes)
        seconds = time.perf_counter() - start
        signature = {leaf.name: described(leaf.value) for leaf, _ in pairs}
        enter = entrance(self._f, args, {}, self._fixed, built.run, leaves, Samples(pairs))
        return Entry(signature, program, built, seconds, enter, leaves)


def axes_of(tree: Any, spec: Any) -> Iterator[int | None]:
    """The axis of each leaf of `tree`; an axis or None stands for a whole container."""
    if isinstance(spec, bool) or not (spec is None or isinstance(spec, int | dict | list | tuple)):
        raise StructureError(f"compile: batch= is made of axes (ints) and None; got {spec!r}")
    if spec is None or isinstance(spec, int):
        yield from [spec] * len(tree_leaves(tree))
        return
    children = list(tree.values()) if isinstance(tree, dict) else tree
    if isinstance(spec, dict):
        specs = [spec.get(k) for k in tree] if isinstance(tree, dict) else None
    else:
        specs = list(spec)
    fits = isinstance(tree, dict | list | tuple) and specs is not None
    if not fits or len(specs or ()) != len(children):
        raise StructureError(f"compile: batch= has {spec!r} where the argument is {kind_of(tree)}")
    for child, s in zip(children, specs or (), strict=True):
        yield from axes_of(child, s)


def replaced(tree: Any, example: Iterator[Any]) -> Any:
    return rebuilt(tree, iter([next(example) if is_traced(x) else x for x in tree_leaves(tree)]))


def samples(x: Any, axis: int, name: str = "an argument") -> Array:
    """The samples along the first axis."""
    if not isinstance(x, np.ndarray) or not -x.ndim <= axis < x.ndim:
        raise ShapeError(
            f"compile: batch= says that the samples of {name} lie along axis {axis}; it is "
            f"{kind_of(x)}"
        )
    return np.moveaxis(as_array(x, name), axis, 0)


def one(x: Any, axis: int | None, k: int = 0) -> Any:
    """An example of what the function gets of an argument: the share of sample k."""
    if axis is None:
        return x if isinstance(x, np.ndarray) else as_float(x, "compile")
    all_of_them = samples(x, axis)
    sample = all_of_them[k] if len(all_of_them) else np.zeros(all_of_them.shape[1:])
    return sample if np.ndim(sample) else float(sample)


def kind(x: Any, axis: int | None) -> Any:
    return axis, np.shape(one(x, axis))


def columns(x: Any, axis: int | None, name: str) -> list[Any]:
    """The inputs that an argument is: numbers, or for a batch one array for each of its numbers."""
    if axis is None:
        return as_array(x, name).ravel().tolist() if isinstance(x, np.ndarray) else [float(x)]
    moved = samples(x, axis, name)
    return list(moved.reshape(len(moved), -1).T) if moved.ndim > 1 else [moved]
