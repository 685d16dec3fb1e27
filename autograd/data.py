"""What may enter a graph: floats, and arrays that nobody else can change."""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from .errors import DTypeError, MixedNodesError, ShapeError
from .node import Node

FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)


def as_float(data: Any, who: str) -> float:
    """`data` as a Python float, or an error that says what `who` takes."""
    if isinstance(data, float):
        return float(data)
    if isinstance(data, int | np.integer | np.bool_ | np.float32):
        try:
            return float(data)
        except OverflowError:
            raise DTypeError(f"{who} takes a float; got an integer that is too large") from None
    if isinstance(data, np.ndarray) and data.ndim == 0 and data.dtype.kind in "fiub":
        return as_float(data[()], who)
    if isinstance(data, np.floating):
        raise DTypeError(f"{who} takes float64 or float32; got {data.dtype}: {ADVICE['f']}")
    if isinstance(data, Node):
        raise DTypeError(f"{who} takes a number; got a {type(data).__name__}: pass its .data")
    if isinstance(data, np.ndarray | list | tuple):
        raise DTypeError(f"{who} takes one number; got {kind_of(data)}: use a Tensor for arrays")
    raise DTypeError(f"{who} takes a real number; got {kind_of(data)}")


def as_array(data: Any, who: str) -> np.ndarray[Any, Any]:
    """`data` as a private read-only array of float64 (float32 is kept).

    Copies what the caller could still change; a read-only array is taken as it is.
    """
    if isinstance(data, Node):
        raise DTypeError(
            f"{who} takes numbers or an array; got a {type(data).__name__}: pass .data"
        )
    try:
        array = data if isinstance(data, np.ndarray) else np.asarray(data)
    except ValueError:
        raise ShapeError(
            f"{who} takes rows of equal length; got the ragged {kind_of(data)}"
        ) from None
    array = real(array, who)
    if not isinstance(data, list | tuple | float | int):  # these were written into a new array
        array = private(array)
    array.setflags(write=False)
    return array


ADVICE = {
    "f": "convert it with .astype(np.float64)",
    "c": "split it into real and imaginary parts",
    "O": "convert numbers with .astype(float); an array of Values needs no Tensor",
}


def real(array: np.ndarray[Any, Any], who: str) -> np.ndarray[Any, Any]:
    """`array` in float64 or float32; refuses what has no derivative here."""
    if type(array) is not np.ndarray:
        array = unmasked(array, who)
    dtype = array.dtype
    if dtype in (FLOAT64, FLOAT32):
        return array
    if dtype.kind in "iub":
        return array.astype(FLOAT64)
    if dtype.kind == "f" and dtype.itemsize in (4, 8):  # the other byte order
        return array.astype(dtype.newbyteorder("="))
    advice = ADVICE.get(dtype.kind, "only numbers can be differentiated")
    raise DTypeError(f"{who} takes float64, float32, integers or bools; got {dtype}: {advice}")


def unmasked(array: np.ndarray[Any, Any], who: str) -> np.ndarray[Any, Any]:
    """An instance of a subclass of ndarray as an ndarray; refuses to drop a mask."""
    if isinstance(array, np.ma.MaskedArray):
        raise DTypeError(f"{who} cannot keep a mask: pass .filled(value), or compress the array")
    return np.asarray(array)


def frozen(array: np.ndarray[Any, Any]) -> bool:
    """Whether nobody can write into `array`, neither directly nor through what it is a view of."""
    memory: Any = array
    while isinstance(memory, np.ndarray):
        if memory.flags.writeable:
            return False
        memory = memory.base
    return memory is None or isinstance(memory, bytes)


def private(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`array` if it is frozen, else a frozen copy."""
    if array.base is None and not array.flags.writeable:  # as mostly, without a call
        return array
    if frozen(array):
        return array
    array = array.copy()
    array.setflags(write=False)
    return array


class Assigned:
    """Counts the references to what is assigned through a property, as `Tensor.data` is one."""

    count = 0

    @property
    def data(self) -> Any:
        return None

    @data.setter
    def data(self, data: Any) -> None:
        self.count = getrefcount(data)


def alone() -> int:
    """The references to an array that only the assignment sees; 0 if they do not tell.

    Python may leave a variable uncounted that is on its way to a call (since 3.14), and then an
    array that somebody holds would look the same.
    """
    probe, held = Assigned(), np.empty(0)
    probe.data = held
    several = probe.count
    probe.data = np.empty(0)
    return probe.count if probe.count < several else 0


ALONE = alone()


def numbers(objects: Any) -> Any:
    """The data of an object array of Values and numbers, as floats."""
    flat = [float(e._raw if isinstance(e, Node) else e) for e in np.ravel(objects)]
    return np.array(flat, dtype=FLOAT64).reshape(np.shape(objects))


def kind_of(data: Any) -> str:
    """A short description for a message: type, and shape or value."""
    if isinstance(data, np.ndarray):
        return f"an array of shape {data.shape} and dtype {data.dtype}"
    text = repr(data)
    return f"{type(data).__name__} {text if len(text) <= 40 else text[:37] + '…'}"


def mixed(op_name: str) -> MixedNodesError:
    return MixedNodesError(
        f"{op_name}: one expression cannot mix Value (scalar graph) and Tensor (array graph); make "
        "the number a Tensor too, Tensor(v.data), or pass it as a plain number, v.data"
    )
