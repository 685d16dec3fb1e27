"""Saving and loading networks: safe files, whole or not at all, that training can go on from.

nn.save(net, "iris.npz", optimizer, epoch=50)
net = nn.load("iris.npz")
run = nn.checkpoint("iris.npz")     # run.net, run.optimizer, run.epoch
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value

from . import archive
from .blueprint import built, described, size_of
from .errors import ModelFileError, printable
from .module import Module
from .optim import SGD, Adam, GradientDescent, Optimizer
from .writable import PathLike, check_writable

__all__ = ["Checkpoint", "check_writable", "checkpoint", "load", "save"]

Array = NDArray[Any]

VERSION = 1
OPTIMIZERS: dict[str, Any] = {c.__name__: c for c in (GradientDescent, SGD, Adam)}


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds: the network, its optimiser (None if none was saved), the epoch, a note."""

    net: Any
    optimizer: Optimizer | None
    epoch: int | None
    about: dict[str, Any]


def save(
    net: Module,
    path: PathLike,
    optimizer: Optimizer | None = None,
    epoch: int | None = None,
    about: dict[str, Any] | None = None,
) -> None:
    """Write the network to `path`, with the optimiser's state and the epoch if given.

    `about` is kept with it: what a user of the model has to know, such as the names of classes and
    how features were scaled, as JSON takes it (dicts, lists, strings, finite numbers).

    The file is an .npz without pickles.  It replaces an old one in a single step: a crash, a full
    disk or a kill in the middle leaves the old one as it was.  Raises TypeError for what is no
    Module, ValueError for an optimiser of other parameters, OSError for a path that cannot be
    written: `io.check_writable(path)` raises the same before a long training.

    >>> import nn
    >>> nn.save(nn.TestNet(), "net.npz", epoch=3)  # doctest: +SKIP
    """
    if not isinstance(net, Module):
        what = "class" if isinstance(net, type) else type(net).__name__
        raise TypeError(f"save: {net!r} is a {what}; give a network, a Module such as SigmoidNet()")
    named = net.named_parameters()
    header: dict[str, Any] = {"format": "gradproof model", "version": VERSION}
    header["net"] = described(net)
    if not named:
        raise ValueError(f"save: {net!r} has no parameters (is it a copy on plain arrays?)")
    header["parameters"] = [[key, *kind_of(p)] for key, p in named.items()]
    arrays = packed("parameters", named, [p.data for p in named.values()])
    if optimizer is not None:
        if [id(p) for p in optimizer.parameters] != [id(p) for p in named.values()]:
            raise ValueError(
                "save: the optimiser holds other parameters than net.parameters(); save a network "
                "with the optimiser that was built from it"
            )
        state = optimizer.state_dict()
        for slot, kept in state.pop("memory").items():
            arrays |= packed(f"optimizer/{slot}", named, kept)
        header["optimizer"] = state
    if epoch is not None:
        if isinstance(epoch, bool) or not isinstance(epoch, int | np.integer) or epoch < 0:
            raise ValueError(f"epoch is {epoch!r}: give a whole number from 0 on")
        header["epoch"] = int(epoch)
    header["about"] = noted(about or {})
    archive.write(path, header, arrays)


def noted(about: dict[str, Any]) -> dict[str, Any]:
    """`about` as JSON gives it back; ValueError for what JSON cannot hold."""
    try:
        kept = json.loads(json.dumps(about, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"save: about holds what JSON cannot: {error}") from None
    if not isinstance(kept, dict):
        raise ValueError(f"save: about is a dict; got {type(about).__name__}")
    return kept


def load(path: PathLike, into: Module | None = None) -> Any:
    """The network that `save` wrote, built from the file; with `into`, its data put into that one.

    Networks made of classes of your own are loaded with `into`.  Nothing in `into` changes unless
    all of the file fits.  Raises ModelFileError for a file that is damaged, forged, of a newer
    version, or does not fit; OSError for one that cannot be read.
    """
    return checkpoint(path, into).net


def checkpoint(path: PathLike, into: Module | None = None) -> Checkpoint:
    """All that `save` wrote: `.net`, `.optimizer` (over the network's parameters), `.epoch`,
    `.about`.

    Training goes on to the bits that an unbroken run would have given:

    >>> run = checkpoint("net.npz")  # doctest: +SKIP
    >>> nn.fit(run.net, x, y, epochs=50, optimizer=run.optimizer, start=run.epoch, seed=0)
    ... # doctest: +SKIP
    """
    name = printable(Path(path).name)
    try:
        header, arrays = archive.read(path)
        if header.get("format") != "gradproof model":
            raise ModelFileError(f"{name} was not written by nn.save")
        if header.get("version") != VERSION:
            version = header.get("version")
            raise ModelFileError(f"{name} has version {version!r}; this program reads {VERSION}")
        return restored(header, arrays, into, name)
    except ModelFileError as error:  # it quotes the file, which may say anything at any length
        raise ModelFileError(printable(str(error))) from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        reason = printable(str(error))
        raise ModelFileError(f"{name}: the header makes no sense ({reason})") from None


def restored(
    header: dict[str, Any], arrays: dict[str, Array], into: Module | None, name: str
) -> Checkpoint:
    """The checkpoint; what `into` holds changes last."""
    if into is None:
        declared = size_of(header["net"])
        available = sum(a.size for k, a in arrays.items() if k.startswith("parameters/"))
        if declared != available:  # asked before anything of that size is built
            raise ModelFileError(
                f"{name}: its network has {declared} numbers, the file holds {available}"
            )
    net = built(header["net"]) if into is None else into
    named = net.named_parameters()
    fitting(header["parameters"], named, name)
    data = unpacked("parameters", named, arrays, name)
    optimizer = None
    if "optimizer" in header:
        state = dict(header["optimizer"])
        kind = OPTIMIZERS.get(state["class"])
        if kind is None:
            raise ModelFileError(f"{name}: unknown optimiser {state['class']!r}")
        optimizer = kind(list(named.values()))
        state["memory"] = {
            slot: unpacked(f"optimizer/{slot}", named, arrays, name) for slot in kind.slots
        }
        optimizer.load_state_dict(state)
    epoch = header.get("epoch")
    if epoch is not None and (isinstance(epoch, bool) or not isinstance(epoch, int) or epoch < 0):
        raise ModelFileError(f"{name}: the epoch is {epoch!r}")
    about = header.get("about", {})
    if not isinstance(about, dict):
        raise ModelFileError(f"{name}: `about` is a {type(about).__name__}, not a dict")
    if arrays:
        raise ModelFileError(f"{name}: unexpected entry {next(iter(arrays))!r}")
    for p, a in zip(named.values(), data, strict=True):
        p.data = float(a) if isinstance(p, Value) else a
    return Checkpoint(net, optimizer, epoch, about)


def fitting(declared: list[Any], named: dict[str, Any], name: str) -> None:
    """The file's parameters are the network's: names in order, shapes, dtypes."""
    keys = [entry[0] for entry in declared]
    if keys != list(named):
        lacks = [key for key in named if key not in keys]
        extra = [key for key in keys if key not in named]
        what = f"has {extra[:3]} besides" if extra else "has another order"
        what = f"lacks {lacks[:3]}" if lacks else what
        raise ModelFileError(f"{name} does not fit: of this network's parameters it {what}")
    for (key, shape, dtype), p in zip(declared, named.values(), strict=True):
        if [shape, dtype] != kind_of(p):
            raise ModelFileError(
                f"{name} does not fit: {key} is {shape} {dtype} there, {kind_of(p)[0]} "
                f"{kind_of(p)[1]} in this network"
            )


def kind_of(p: Any) -> list[Any]:
    """Shape and dtype of a parameter, as JSON."""
    data = np.asarray(p.data)
    return [list(data.shape), data.dtype.name]


def packed(prefix: str, named: dict[str, Any], data: list[Any]) -> dict[str, Array]:
    """One array per Tensor, and all Values together in one."""
    arrays, scalars = {}, []
    for (key, p), a in zip(named.items(), data, strict=True):
        if isinstance(p, Value):
            scalars.append(float(a))
        else:
            arrays[f"{prefix}/{key}"] = np.asarray(a)
    return arrays | ({f"{prefix}/values": np.array(scalars)} if scalars else {})


def unpacked(prefix: str, named: dict[str, Any], arrays: dict[str, Array], name: str) -> list[Any]:
    """The data of each parameter; the arrays are taken out of `arrays`."""
    count = sum(isinstance(p, Value) for p in named.values())
    scalars = take(arrays, f"{prefix}/values", (count,), np.float64, name) if count else np.empty(0)
    numbers = iter(scalars.tolist())
    return [
        next(numbers)
        if isinstance(p, Value)
        else take(arrays, f"{prefix}/{key}", p.shape, p.dtype, name)
        for key, p in named.items()
    ]


def take(arrays: dict[str, Array], key: str, shape: Any, dtype: Any, name: str) -> Array:
    array = arrays.pop(key, None)
    if array is None or array.shape != shape or array.dtype != dtype:
        found = "missing" if array is None else f"{array.shape} {array.dtype}"
        raise ModelFileError(f"{name}: {key!r} is {found}, and has to be {shape} {dtype}")
    return array
