"""`Tensor`: a node over a numpy array.

Arrays in the graph are ours, and read-only as soon as anybody else can see them (making each so at
once would take a tenth of a small op's time): what a rule needs later cannot change in between.
Each node keeps the arrays that it was computed from, so a first-order gradient is right at the
point where the graph was recorded even after its leaves were assigned anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import zip_longest
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray

from . import modes
from .array_recorders import REFUSED, Recorders
from .data import ALONE, FLOAT32, FLOAT64, as_array, as_float, kind_of, mixed, private, real
from .elementwise import TABLE
from .errors import DTypeError, RecordedError, ShapeError
from .linalg import MATMUL
from .node import Node, serials, tick
from .numpy_protocol import UFUNCS, array_ufunc
from .op import Function, Op, explained
from .operators import DUNDERS, Operators
from .recorders import Recorder
from .reductions import MAX, MEAN, MIN, PROD, SUM
from .shaping import getitem, transpose
from .softmaxes import LOG_SOFTMAX, LOGSUMEXP, SOFTMAX
from .value import Value, late, recorded_message

new = object.__new__

# A graph's arrays are dropped with it and wanted again in the next step, but glibc hands large ones
# back to the system, and getting them anew costs a page fault per 4 KiB: on 65,536 rows twice the
# time of all arithmetic.  Having freed one of nearly 32 MiB, untouched, it keeps such memory (up to
# 64 MiB); elsewhere the line does nothing.
np.empty(2**25 - 2**16, np.uint8)
Array = np.ndarray[Any, Any]
PLAIN = (tuple, bool, int, str)  # what an array op takes as it is: shapes, axes, options


class Tensor(Operators):
    """An array in an array graph.

    `Tensor(data, name=None)`: float64, float32 is kept, integers and bools become float64; the
    array is copied unless it is read-only.  Supports Python's arithmetic with numbers and arrays on
    either side, `@`, indexing, comparisons (of data), numpy's functions, every function of this
    package as function and method, and `backward`.  `.grad` is None before any backward.

    Raises DTypeError for complex, object and string data and for float16 and longdouble.

    >>> W = Tensor([[1.0, 2.0], [3.0, 4.0]], name="W")
    >>> (W * W).sum().backward()
    >>> W.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = ("_inputs", "_parents")

    is_scalar = False
    _raw: Array  # or numpy's scalar, where a result is 0-d: arithmetic takes a tenth of the time
    _inputs: tuple[Any, ...]
    _parents: tuple[Node | None, ...]  # for each argument but op.settings

    def __init__(self, data: Any, name: str | None = None) -> None:
        self._raw = as_array(data, "Tensor")
        self.op = None
        self._inputs = self._parents = ()
        self.grad = None
        self._tag = None if name is None else (name, ())
        self.serial = tick()

    @property
    def data(self) -> Array:
        """The array, read-only.  A leaf's can be assigned (shape and dtype stay)."""
        if modes.active:
            modes.take_out(".data")
        raw = self._raw if type(self._raw) is ndarray else np.asarray(self._raw)
        raw.setflags(write=False)
        return raw

    @data.setter
    def data(self, data: Any) -> None:
        modes.side_effect("assigning .data")
        if self.op is not None:
            raise RecordedError(recorded_message(self))
        own = type(data) is ndarray and getrefcount(data) == ALONE and data.flags.owndata
        if own:  # as in t.data = t.data - lr * g: nobody else has it, so it needs no copy
            data.setflags(write=False)
        array = as_array(data, "Tensor.data")
        if array.dtype != self._raw.dtype and not isinstance(data, np.ndarray | np.generic):
            array = as_array(array.astype(self._raw.dtype), "Tensor.data")
        if array.shape != self._raw.shape or array.dtype != self._raw.dtype:
            raise (ShapeError if array.shape != self._raw.shape else DTypeError)(
                f"Tensor.data keeps its shape and dtype, {self._raw.shape} {self._raw.dtype}; "
                f"got {array.shape} {array.dtype}: make a new Tensor for another kind of data"
            )
        self._raw = frozen_copy(array) if array is data and not own else array
        self.serial = tick()

    @property
    def args(self) -> tuple[Any, ...]:  # type: ignore[override]  # an attribute of Node, read only
        pairs = zip_longest(self._parents, self._inputs)
        return tuple([x if node is None else node for node, x in pairs])

    @property
    def inputs(self) -> tuple[Any, ...]:  # type: ignore[override]  # likewise
        for node in self.parents():
            node._raw.setflags(write=False)
        return self._inputs

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self._raw.shape
        return shape

    @property
    def ndim(self) -> int:
        return self._raw.ndim

    @property
    def size(self) -> int:
        return self._raw.size

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self._raw.dtype
        return dtype

    @property
    def T(self) -> Tensor:
        """The transpose: axes in reverse order."""
        result: Tensor = transpose(self)
        return result

    def item(self) -> float:
        """The only entry, as a float.  Raises ShapeError if there is not exactly one."""
        return float(self)

    def zero_grad(self) -> None:
        """Forget this node's gradient: back to None."""
        self.grad = None

    def __getitem__(self, index: Any) -> Tensor:
        result: Tensor = getitem(self, index)
        return result

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor cannot be written into: build the result with where, concatenate or stack; "
            "a leaf takes new data by t.data = array"
        )

    def __len__(self) -> int:
        if not self._raw.ndim:
            raise TypeError("a 0-d Tensor has no length")
        return len(self._raw)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def _only(self, what: str) -> Any:
        if modes.active and what != "bool()":
            modes.take_out(what)
        if self._raw.size != 1:
            raise ShapeError(
                f"{what} needs a Tensor with one entry; got shape {self.shape}: reduce it first, "
                "for example with .sum()"
            )
        return self._raw.reshape(())[()]

    def __float__(self) -> float:
        return float(self._only("float()"))

    def __int__(self) -> int:
        return int(self._only("int()"))

    def __bool__(self) -> bool:
        modes.branch()
        return bool(self._only("bool()"))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs and ufunc in UFUNCS:  # as in array - tensor
            op = getattr(UFUNCS[ufunc], "op", MATMUL)
            if len(inputs) == 2 and inputs[1] is self and type(inputs[0]) is ndarray:
                c = constant(op, inputs[0])
                return made(op, (None, self), (c, self._raw))
            return Tensor.record(op, inputs)
        return array_ufunc(ufunc, method, inputs, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TypeError("a Tensor is no plain array, its graph would be lost: use its .data")

    def __repr__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        return (
            f"Tensor({np.array2string(self._raw, separator=', ', prefix='Tensor(')}{dtype}{name})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if self.op is not None:
            raise TypeError("a recorded Tensor cannot be copied or pickled: copy its .data")
        return Tensor, (self._raw, self.name)

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Tensor:
        """The result of `op` as a node."""
        inputs: list[Any] = []
        parents: list[Node | None] = []
        for a in args:
            if isinstance(a, Tensor):
                a._raw.setflags(write=False)  # the op may be a user's, or its result a view
                inputs.append(a._raw)
                parents.append(a)
            else:
                plain = type(a) is float or a is None or (type(a) in PLAIN and not op.elementwise)
                inputs.append(a if plain else constant(op, a))  # the node keeps a copy of ours
                parents.append(None)
        operands = len(args) - op.settings
        return made(op, tuple(parents[:operands]), tuple(inputs))


def made(op: Op, parents: tuple[Node | None, ...], inputs: tuple[Any, ...]) -> Tensor:
    """The node for the result of `op` on `inputs`."""
    try:
        y = op.compute(*inputs)
    except REFUSED as error:
        raise explained(op, inputs, error) from None
    return recorded(op, y, parents, inputs)


def recorded(op: Op, y: Any, parents: tuple[Node | None, ...], inputs: tuple[Any, ...]) -> Tensor:
    """The node for y, which is op(*inputs)."""
    if type(y) is not ndarray and not isinstance(y, np.generic):
        y = np.asarray(y)
    tag: Any = None
    if modes.active:
        state = modes.current()
        if state.watch is not None:
            tag = state.watch.tag(op, parents, inputs, y, state.scope)
        elif state.scope:
            tag = (None, state.scope)
        if not state.recording:
            return Tensor(y)
    y.setflags(write=False)
    node = new(Tensor)
    node._raw = y
    node.op = op
    node._parents = parents
    node._inputs = inputs
    node.grad = None
    node._tag = tag
    node.serial = next(serials)
    return node


def frozen_copy(array: Array) -> Array:
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def constant(op: Op, a: Any) -> Any:
    """An argument that is no Tensor, as `op.compute` takes it and as the node may keep it.

    An array that a rule will read is copied, since its owner could change it in between.
    """
    if type(a) is ndarray and (a.dtype is FLOAT64 or a.dtype is FLOAT32):
        return a if op.linear else private(a)
    if isinstance(a, np.ndarray):
        if a.dtype == object and any(isinstance(e, Value) for e in a.ravel()):
            raise mixed(op.name)
        array = a if a.dtype == bool and type(a) is np.ndarray else real(a, op.name)
        return array if op.linear else private(array)
    if isinstance(a, Node):
        raise mixed(op.name)
    if isinstance(a, np.generic):
        return float(as_array(a, op.name))  # a number adapts to the arrays' dtype
    if not op.elementwise or a is None:
        return a
    if isinstance(a, int | float):
        return as_float(a, op.name)
    if isinstance(a, list | tuple):
        return constant(op, np.asarray(a))
    raise DTypeError(f"{op.name} takes numbers, arrays and Tensors; got {kind_of(a)}")


# ── the fast path (array_recorders.py) ──────────────────────────────────────────────────────────
recorders = Recorders(Tensor, recorded, constant)


def attach(function: Function) -> None:
    """Give a function of one array its recorder, also as a method."""
    op = function.op

    def handle(record: Recorder) -> None:
        op.handlers[Tensor] = record
        if hasattr(Tensor, op.name):
            record.__name__, record.__doc__ = op.name, function.__doc__
            setattr(Tensor, op.name, record)

    late(handle, partial(recorders.unary, op))


for _name, _function in DUNDERS.items():
    for _method, _reflected in (f"__{_name}__", False), (f"__r{_name}__", True):
        _op, _general = getattr(_function, "op", MATMUL), getattr(Operators, _method)
        late(partial(setattr, Tensor, _method),
             partial(recorders.binary, _op, _general, _reflected))  # fmt: skip
for _op in (SUM, MEAN, MAX, MIN, PROD, LOGSUMEXP, SOFTMAX, LOG_SOFTMAX):
    late(partial(_op.handlers.__setitem__, Tensor), partial(recorders.reduction, _op))
for _unary in TABLE.values():
    if type(_unary.op.rules) is tuple and len(_unary.op.rules) == 1:
        attach(_unary)
