"""A C++ file of this folder, compiled, as the programs s1, s2, s3 of an adapter.

The library gets raw pointers: each step keeps the arrays alive that it passes.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..by_hand import Result, Step
from ..cases import Array, Chain, Columns, Moons

FLAGS = ("-O3", "-march=native", "-std=c++17", "-shared", "-fPIC")
HERE = Path(__file__).parent


def compiled(source: str) -> Path:
    """The library of `source`, built under PEERS_HOME when it is older than this folder's files."""
    library = Path(os.environ["PEERS_HOME"]) / "native" / f"{Path(source).stem}.so"
    library.parent.mkdir(parents=True, exist_ok=True)
    newest = max(file.stat().st_mtime for file in HERE.glob("*.[ch]pp"))
    if not library.exists() or library.stat().st_mtime < newest:
        unfinished = library.with_suffix(f".{os.getpid()}")
        subprocess.run(["g++", *FLAGS, "-o", str(unfinished), str(HERE / source)], check=True)
        unfinished.replace(library)
    return library


def pointer(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


class Library:
    """The three programs over one library's C functions s1, s2, s3."""

    def __init__(self, source: str) -> None:
        functions = ctypes.CDLL(str(compiled(source)))
        self.functions: dict[str, Any] = {n: getattr(functions, n) for n in ("s1", "s2", "s3")}
        for function in self.functions.values():
            function.restype = ctypes.c_double

    def s1(self, d: Chain) -> tuple[Step, Callable[[], Any]]:
        p, g, f = np.array(d.parameters), np.zeros(5), self.functions["s1"]
        fixed = ctypes.c_int(d.n), pointer(p), ctypes.c_double(d.k), pointer(g)
        forward, both = (*fixed, ctypes.c_int(0)), (*fixed, ctypes.c_int(1))
        return lambda kept=(p, g): (f(*both), list(g)), lambda kept=(p, g): f(*forward)

    def s2(self, d: Moons) -> Step:
        p, x, y = np.array(d.parameters), np.ascontiguousarray(d.x), np.ascontiguousarray(d.y)
        size = ctypes.c_int(len(y)), pointer(x), pointer(y)
        return self.training("s2", d, p, (x, y), (*size, pointer(p), ctypes.c_int(p.size)), d.alpha)

    def s3(self, d: Columns) -> Step:
        p, x = np.array(d.parameters), np.ascontiguousarray(d.x)
        labels = np.ascontiguousarray(d.labels)
        size = ctypes.c_int(d.n), pointer(x), pointer(labels)
        return self.training("s3", d, p, (x, labels), (*size, pointer(p)), d.weight_decay)

    def training(
        self,
        name: str,
        d: Any,
        p: Array,
        data: tuple[Array, ...],
        first: tuple[Any, ...],
        l2: float,
    ) -> Step:
        """A step that updates p in the library and fills the gradient."""
        g = np.zeros_like(p)
        arguments = (*first, ctypes.c_double(l2), ctypes.c_double(d.lr), pointer(g))
        f = self.functions[name]

        def step(kept: Any = (p, data)) -> Result:
            return f(*arguments), [g]

        return step
