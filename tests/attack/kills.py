"""Kill each writer in the middle, again and again, and look at what lies on the disk.

    python tests/attack/kills.py [--times 100] [WRITER …]

Each writer writes two different files to one path, over and over, in a process that is killed at a
random moment.  What is at the path has to be one of the two, whole; nothing else may lie beside it
but a whole copy, which a kill between giving a finished file a name and moving it there can leave.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

import nn
import viz
from autograd import Tensor, Value
from gradproof import demo
from gradproof.cli import main as gradproof
from nn.scaling import Scaling
from viz import scaling

Write = Callable[[Path, int], Any]  # the folder, and which of the two contents


def saved(folder: Path, which: int) -> None:
    net = NETS[which]
    nn.save(net, folder / "net.npz", epoch=which)


def drawn(folder: Path, which: int) -> None:
    viz.draw(CHAINS[which], folder / "graph.dot", max_nodes=None)


def pictured(folder: Path, which: int) -> None:
    viz.draw(PRODUCTS[which], folder / "graph.png")


def curved(folder: Path, which: int) -> None:
    viz.curves({"loss": [1.0, 0.5 + which]}, folder / "loss.png")


def trained(folder: Path, which: int) -> None:
    table = folder.parent / "table.csv"
    if not table.exists():
        table.write_text("a,y\n" + "1,p\n2,q\n" * 20)
    output = folder / "table.model.npz"
    command = ["train", str(table), "--target", "y", "--epochs", "1", "--hidden", "400", "400"]
    with redirect_stdout(None):
        assert gradproof([*command, "--seed", str(which), "-o", str(output)]) == 0


def demonstrated(folder: Path, which: int) -> None:
    demo.EPOCHS = 3 + which
    with open(os.devnull, "w") as nothing, redirect_stdout(nothing):
        assert gradproof(["demo", "--out", str(folder)]) == 0


def scaled(folder: Path, which: int) -> None:
    scales = np.logspace(-6, 4, 101)
    result = Scaling(scales, {"net": np.outer([1.0, 2.0 + which], scales)})
    scaling.scaling(result, folder / "scaling.png")


WRITERS: dict[str, tuple[str, Write]] = {
    "save": ("`nn.save`", saved),
    "draw": ("`viz.draw`, .dot", drawn),
    "picture": ("`viz.draw`, .png", pictured),
    "curves": ("`viz.curves`", curved),
    "scaling": ("`viz.scaling`", scaled),
    "train": ("`gradproof train`", trained),
    "demo": ("`gradproof demo`", demonstrated),
}
NETS = [nn.SigmoidNet((60, 600, 600), seed=k) for k in (0, 1)]
CHAINS: list[Any] = [Value(1.0, name="x" * 20), Value(2.0, name="y" * 25)]
for _ in range(400):
    CHAINS = [chain * 1.5 + 1.0 for chain in CHAINS]
PRODUCTS = [Value(2.0, name="a") * 3.0, Tensor([1.0, 2.0], name="b") * 3.0]


@dataclass
class Tally:
    """What the kills found."""

    kills: int = 0
    writes: int = 0  # that were finished before the kill, in all
    copies: int = 0  # whole copies left beside
    wrong: list[str] = field(default_factory=list)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def references(write: Write, folder: Path) -> tuple[dict[str, set[bytes]], float]:
    """What each file may hold, and how long writing takes."""
    found: dict[str, set[bytes]] = {}
    for which in (0, 1, 0):
        start = time.perf_counter()
        write(folder, which)
        seconds = time.perf_counter() - start
        for name, content in contents(folder).items():
            found.setdefault(name, set()).add(content)
    return found, seconds


def killed(write: Write, folder: Path, delay: float) -> int:
    """Let a process write until it is killed; how many writes it finished."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            for number in count():
                write(folder, number % 2)
                os.write(writer, b".")
        finally:
            os._exit(1)
    os.close(writer)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        finished = len(pipe.read())
    assert os.WIFSIGNALED(status), "the writer failed by itself"
    return finished


def attack(write: Write, times: int, seed: int = 0) -> Tally:
    """Kill the writer `times` times, at moments spread over three writes."""
    rng, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "out"
        folder.mkdir()
        allowed, seconds = references(write, folder)
        whole = set().union(*allowed.values())
        for _ in range(times):
            tally.writes += killed(write, folder, rng.uniform(0.0, 3.0 * seconds))
            tally.kills += 1
            found = contents(folder)
            for name, content in found.items():
                if name not in allowed:
                    tally.copies += 1
                    (folder / name).unlink()
                if content not in allowed.get(name, whole):
                    tally.wrong.append(f"{name}: {len(content)} bytes")
            tally.wrong += [f"{name} is gone" for name in allowed if name not in found]
            if tally.wrong:
                break
    return tally


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("writers", nargs="*", default=list(WRITERS), metavar="WRITER")
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args(arguments)
    failed = False
    for name in given.writers:
        title, write = WRITERS[name]
        tally = attack(write, given.times)
        failed |= bool(tally.wrong)
        verdict = "; ".join(tally.wrong) or "every file whole"
        print(f"{title}: {tally.kills} kills in {tally.writes + tally.kills} writes, "
              f"{tally.copies} whole copies left beside; {verdict}", flush=True)  # fmt: skip
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
