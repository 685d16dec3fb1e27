"""`Tensor`: a node over a numpy array.

Arrays in the graph are ours and read-only: the data a rule needs later cannot change in between.
Each node keeps the arrays that it was computed from, so a first-order gradient is right at the
point where the graph was recorded even after its leaves were assigned anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import modes
from .data import as_array, as_float, kind_of, mixed, private, real
from .errors import DTypeError, RecordedError, ShapeError
from .linalg import MATMUL
from .node import Node, tick
from .op import Op, explained
from .operators import DUNDERS, Operators
from .shaping import getitem, transpose
from .value import Value, recorded_message

new = object.__new__
Array = np.ndarray[Any, Any]


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

    __slots__ = ("_args", "_inputs")

    is_scalar = False
    _raw: Array
    _args: tuple[Any, ...]
    _inputs: tuple[Any, ...]

    def __init__(self, data: Any, name: str | None = None) -> None:
        self._raw = as_array(data, "Tensor")
        self.op = None
        self._args = self._inputs = ()
        self.grad = None
        self.name = name
        self.scope = ()
        self.serial = tick()

    @property
    def data(self) -> Array:
        """The array, read-only.  A leaf's can be assigned (shape and dtype stay)."""
        if modes.active:
            modes.take_out(".data")
        return self._raw

    @data.setter
    def data(self, data: Any) -> None:
        modes.side_effect("assigning .data")
        if self.op is not None:
            raise RecordedError(recorded_message(self))
        array = as_array(data, "Tensor.data")
        if array.dtype != self._raw.dtype and not isinstance(data, np.ndarray | np.generic):
            array = as_array(array.astype(self._raw.dtype), "Tensor.data")
        if array.shape != self._raw.shape or array.dtype != self._raw.dtype:
            raise (ShapeError if array.shape != self._raw.shape else DTypeError)(
                f"Tensor.data keeps its shape and dtype, {self._raw.shape} {self._raw.dtype}; "
                f"got {array.shape} {array.dtype}: make a new Tensor for another kind of data"
            )
        self._raw = frozen_copy(array) if array is data else array
        self.serial = tick()

    @property
    def args(self) -> tuple[Any, ...]:  # type: ignore[override]  # an attribute of Node, read only
        return self._args

    @property
    def inputs(self) -> tuple[Any, ...]:  # type: ignore[override]  # likewise
        return self._inputs

    def parents(self) -> tuple[Node, ...]:
        """The arguments that are nodes, in order, repeated if repeated."""
        return tuple([a for a in self._args if isinstance(a, Node)])

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
        constants = False
        for a in args:
            if type(a) is Tensor:
                inputs.append(a._raw)
            elif type(a) is float or a is None:
                inputs.append(a)
            else:
                inputs.append(constant(op, a))
                constants = True
        try:
            y = op.compute(*inputs)
        except (ValueError, TypeError, IndexError) as error:
            raise explained(op, args, error) from None
        if type(y) is not np.ndarray:
            y = np.asarray(y)
        scope: tuple[str, ...] = ()
        if modes.active:
            state = modes.current()
            if not state.recording:
                return Tensor(y)
            scope = state.scope
        y.setflags(False)
        node = new(Tensor)
        node._raw = y
        node.op = op
        node._inputs = tuple(inputs)
        if constants:  # the node keeps our copies
            pairs = zip(args, inputs, strict=True)
            args = tuple([a if isinstance(a, Node) else x for a, x in pairs])
        node._args = args
        node.grad = None
        node.name = None
        node.scope = scope
        node.serial = tick()
        return node


def frozen_copy(array: Array) -> Array:
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def constant(op: Op, a: Any) -> Any:
    """An argument that is no Tensor, as `op.compute` takes it and as the node may keep it.

    An array that a rule will read is copied, since its owner could change it in between.
    """
    if isinstance(a, np.ndarray):
        if a.dtype == object and any(isinstance(e, Value) for e in a.ravel()):
            raise mixed(op.name)
        array = a if a.dtype == bool and type(a) is np.ndarray else real(a, op.name)
        return array if op.linear else private(array)
    if isinstance(a, Node):
        if isinstance(a, Tensor):  # a subclass
            return a._raw
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


def attach(name: str, op: Op) -> None:
    """Give an operator the short way to `record`, for the operands that it mostly meets."""
    record, general = Tensor.record, getattr(Operators, f"__{name}__")

    def method(self: Any, other: Any) -> Any:
        if type(other) is Tensor or type(other) is float or type(other) is np.ndarray:
            return record(op, (self, other))
        return general(self, other)

    setattr(Tensor, f"__{name}__", method)


for _name, _function in DUNDERS.items():
    attach(_name, getattr(_function, "op", MATMUL))
