"""Small inputs that ask for a lot of memory or time, and what each of them takes.

    python tests/attack/bombs.py [--json]

Each runs in a process of its own that may address 1 GiB more than Python with this package does;
the memory is the growth of the process's largest resident set.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
import nn.table
import viz
from autograd import Value
from autograd.expression import Expression
from gradproof.cli import main as gradproof

ROOM = 2**30


def npy(shape: Any, body: bytes = b"", dtype: str = "<f8") -> bytes:
    text = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


def header(**changes: Any) -> bytes:
    text = {
        "format": "gradproof model", "version": 1,
        "net": {"class": "Linear", "arguments": {"n_in": 1, "n_out": 1}},
        "parameters": [["W", [1, 1], "float64"], ["b", [1], "float64"]], "about": {},
    } | changes  # fmt: skip
    return raw_header(json.dumps(text).encode())


def raw_header(text: bytes) -> bytes:
    return npy((len(text),), text, "|u1")


def model(compress: int = zipfile.ZIP_STORED, patch: Any = None, **entries: bytes) -> bytes:
    content = io.BytesIO()
    good = {"header": header(), "parameters/W": npy((1, 1), bytes(8)),
            "parameters/b": npy((1,), bytes(8))}  # fmt: skip
    with zipfile.ZipFile(content, "w", compress) as archive:
        for name, entry in (good | entries).items():
            archive.writestr(f"{name}.npy", entry)
    made = bytearray(content.getvalue())
    for at, new in patch(made) if patch else ():
        made[at : at + len(new)] = new
    return bytes(made)


def central(made: bytearray, offset: int, new: bytes) -> list[tuple[int, bytes]]:
    return [(i + offset, new) for i in range(len(made)) if made[i : i + 4] == b"PK\x01\x02"]


def linear(n_in: int, n_out: int) -> dict[str, Any]:
    return {"class": "Linear", "arguments": {"n_in": n_in, "n_out": n_out}}


def nested(depth: int) -> str:
    return '{"class":"Sequential","layers":[' * depth + "]}" * depth


MODELS: dict[str, Callable[[], bytes]] = {
    "100 MB of zeros, deflated": lambda: model(zipfile.ZIP_DEFLATED, big=bytes(10**8)),
    "sizes of 2 GiB declared": lambda: model(
        patch=lambda m: central(m, 20, b"\xff\xff\xff\x7f" * 2)
    ),
    "sizes of zip64 declared": lambda: model(patch=lambda m: central(m, 20, b"\xff" * 8)),
    "65,535 entries declared": lambda: model(patch=lambda m: [(len(m) - 14, b"\xff" * 4)]),
    "entries that overlap": lambda: model(patch=lambda m: central(m, 42, bytes(4))),
    "a shape of 10^12": lambda: model(**{"parameters/W": npy((10**12,))}),
    "a shape of 2^62 × 4": lambda: model(**{"parameters/W": npy((2**62, 4))}),
    "a shape of 0 × 10^30": lambda: model(**{"parameters/W": npy((0, 10**30))}),
    "a layer of 10^9 × 10^9": lambda: model(header=header(net=linear(10**9, 10**9))),
    "a layer of 10^5 × 10^5": lambda: model(header=header(net=linear(10**5, 10**5))),
    "a width of 10^4000": lambda: model(header=header(net=linear(10**4000, 1))),
    "a chain of 10^5 layers": lambda: model(
        header=header(net={"class": "SigmoidNet", "arguments": {"sizes": [9999] * 10**5}})
    ),
    "a header of 10^6 brackets": lambda: model(header=raw_header(b"[" * 10**6)),
    "Sequentials 10^5 deep": lambda: model(
        header=raw_header(b'{"format":"gradproof model","version":1,"net":'
                          + nested(10**5).encode() + b"}")
    ),
    "a class name of 5 MB": lambda: model(header=header(net={"class": "x" * 5 * 10**6})),
    "an npy header of 10^4 brackets": lambda: model(
        **{"parameters/W": b"\x93NUMPY\x01\x00\x10\x27" + b"(" * 10**4}
    ),
}  # fmt: skip
TABLES: dict[str, Callable[[], bytes]] = {
    "a header of 50,000 columns": lambda: ",".join(f"c{i}" for i in range(50_000)).encode(),
    "a name of 130 kB over 20,000 rows": lambda: b"a" * 130_000 + b",y\n" + b"1,p\n2,q\n" * 10**4
    + b"x,p\n",
    "a cell of 10 MB": lambda: b"a,y\n" + b"1" * 10**7 + b",p\n",
    "a row of 5 million cells": lambda: b"a,y\n" + b"," * 5 * 10**6,
    "2 million empty lines": lambda: b"\n" * 2 * 10**6,
    "an open quote and 10 MB": lambda: b'a,y\n1,"' + b"1,p\n" * (10**7 // 4),
}  # fmt: skip
EXPRESSIONS = ["9**9**9", "9**9**9**9**9", "10**10**10", "(9**9**9)**(9**9**9)", "0x" + "f" * 9000,
               "9" * 4000, "x" * 10**8, "(" * 5000, "exp(" * 2000 + "1" + ")" * 2000]  # fmt: skip


def expression(text: str) -> str:
    result, _ = Expression(text).at({})
    return str(result)


def long_chain() -> str:
    y: Any = Value(1.0)
    for _ in range(20_000):
        y = y + 1.0
    viz.draw(y, "never.dot")
    return "drawn"


def many_classes(folder: Path) -> str:
    (folder / "t.csv").write_text("a,y\n" + "".join(f"1,{i // 3}\n" for i in range(100_000)))
    sys.stderr = io.StringIO()
    return f"exit code {gradproof(['train', str(folder / 't.csv'), '--target', 'y'])}"


def bombs(folder: Path) -> dict[str, Callable[[], Any]]:
    """What to do by name; files are written here, before anything is measured."""
    nn.table.LARGEST = 5 * 10**7  # instead of a gibibyte, so that the endless one ends soon
    found: dict[str, Callable[[], Any]] = {
        "a table without an end": lambda: nn.data.read_csv("/dev/zero", "y"),
        "a model without an end": lambda: nn.load("/dev/zero"),
        "a class for each third of 100,000 rows": lambda: many_classes(folder),
        "a picture of 20,000 nodes": long_chain,
    }
    for title, make in MODELS.items():
        path = folder / f"{len(found)}.npz"
        path.write_bytes(make())
        found[title] = lambda path=path: nn.load(path)
    for title, make in TABLES.items():
        path = folder / f"{len(found)}.csv"
        path.write_bytes(make())
        found[title] = lambda path=path: nn.data.read_csv(path, "y")
    for text in EXPRESSIONS:
        found[text if len(text) < 30 else f"{text[:12]}… of {len(text):,}"] = lambda text=text: (
            expression(text)
        )
    return found


def peak() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def measured(attack: Callable[[], Any]) -> tuple[str, float, float]:
    """The error, the megabytes and the seconds, in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
                file.write("5")  # the largest resident set starts anew
            size = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
            resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, size + ROOM))
            before, start = peak(), time.perf_counter()
            try:
                said = str(attack())
            except Exception as error:
                said = type(error).__name__
            told = [said, (peak() - before) / 1e6, time.perf_counter() - start]
            os.write(writer, json.dumps(told).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    said, megabytes, seconds = json.loads(told or b'["killed", 0, 0]')
    return said, round(megabytes, 1), round(seconds, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    np.zeros(1) @ np.zeros(1)  # numpy's own threads and buffers come first
    with tempfile.TemporaryDirectory() as folder:
        found = [[name, *measured(attack)] for name, attack in bombs(Path(folder)).items()]
    if given.json:
        print(json.dumps(found))
        return
    for name, said, megabytes, seconds in found:
        print(f"{name:<40} {said:<18} {megabytes:>6} MB {seconds:>6} s")


if __name__ == "__main__":
    main()
