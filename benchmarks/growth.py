"""How time and memory grow with the size of a program: per operation, per element.

The chain of S1 with 10³ … 10⁷ operations, and the network of T1 with 10 … 10⁷ elements of input.
Each point is a case like any other, in processes of its own: prepared, compared with the gradients
by hand, timed in turns; its memory is that of the first step in a fresh process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .cases import Case, named
from .grid import Grid, filled, number
from .measure import Plan, last_cpu, run_case
from .peer import Peer
from .results import Outcome, Results

KEPT = Path(__file__).with_name("growth.json")
COMPILED = ("ours_compiled", "ours_numba")
PEERS = ("ours", *COMPILED, "numpy_by_hand")
LARGEST_PROGRAM = 10**6  # operations of a scalar program that is compiled: its source grows with it
PLAN = Plan(rounds=3, seconds=0.2, cpu=last_cpu(), memory=True)
SHOWS = 2**20  # bytes: the kernel counts in pages, and less than this is noise


@dataclass(frozen=True)
class Family:
    """One program at several sizes.

    Its cases have `sizes`, each of `width` units of what is counted; `room` is what a unit needs at
    most, in bytes: a size that this machine has no room for is left out.
    """

    name: str
    unit: str
    sizes: tuple[int, ...]
    width: int
    room: int

    def case(self, size: int) -> Case:
        return named(f"{self.name}/{size}")


CHAIN = Family("S1", "operation", (10**3, 10**4, 10**5, 10**6, 10**7), 1, 1200)
NETWORK = Family("T1", "element", (3, 25, 250, 2_500, 25_000, 250_000, 2_500_000), 4, 600)
FAMILIES = (CHAIN, NETWORK)


def free_memory() -> int:
    """Bytes that this machine has to give, or a lot where it does not tell."""
    info = Path("/proc/meminfo")
    if info.exists():
        for line in info.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def left_out(family: Family, size: int, peer: Peer) -> str:
    """Why a point is not measured, or nothing."""
    if family is CHAIN and peer.name in COMPILED and size > LARGEST_PROGRAM:
        return f"a compiled program of more than {LARGEST_PROGRAM:,} operations was not attempted"
    needed, there = size * family.width * family.room, free_memory()
    if needed > there:
        return f"needs up to {needed / 2**30:.1f} GiB; {there / 2**30:.1f} GiB are free"
    return ""


def measure(
    family: Family, size: int, peers: list[Peer], results: Results, report: Callable[[str], None]
) -> None:
    """Measure one size and put its outcomes into `results`."""
    why = {peer.name: left_out(family, size, peer) for peer in peers}
    case = family.case(size)
    run_case(case, [p for p in peers if not why[p.name]], PLAN, results, report)
    results.cases[case.name] |= {n: Outcome(skipped=w) for n, w in why.items() if w}


def series(
    results: Results, family: Family, peer: Peer, value: Callable[[Outcome], float | None]
) -> tuple[list[int], list[float]]:
    """Units of work, and `value` of the outcome per unit, where there is one."""
    units, values = [], []
    for size in family.sizes:
        outcome = results.cases.get(family.case(size).name, {}).get(peer.name)
        found = value(outcome) if outcome else None
        if found is not None:
            units.append(size * family.width)
            values.append(found / units[-1])
    return units, values


def forward(outcome: Outcome) -> float | None:
    return outcome.forward.median if outcome.forward else None


def both(outcome: Outcome) -> float | None:
    return outcome.step.median if outcome.step else None


def backward(outcome: Outcome) -> float | None:
    whole, first = both(outcome), forward(outcome)
    return None if whole is None or first is None else max(whole - first, 0.0)


def memory(outcome: Outcome) -> float | None:
    return outcome.memory if outcome.memory is not None and outcome.memory > SHOWS else None


def first_call(outcome: Outcome) -> float | None:
    return outcome.prepare


QUANTITIES: dict[str, tuple[Callable[[Outcome], float | None], float]] = {
    "ns": (both, 1e9),
    "ns forward": (forward, 1e9),
    "ns backward": (backward, 1e9),
    "bytes": (memory, 1.0),
    "ns first call": (first_call, 1e9),
}


def tables(results: Results, peers: list[Peer]) -> list[Grid]:
    """One table for each family: a row for each peer and quantity, a column for each size."""
    grids = []
    for family in FAMILIES:
        units = [size * family.width for size in family.sizes]
        head = ["", *(f"{u:,}" for u in units)]
        rows = []
        for peer in peers:
            for what, (value, scale) in QUANTITIES.items():
                if value is first_call and peer.name not in COMPILED:
                    continue
                known = dict(zip(*series(results, family, peer, value), strict=True))
                cells = [number(known[u] * scale) if u in known else "–" for u in units]
                rows.append([f"{peer.title}, {what}", *cells])
        grids.append(filled(f"{family.name}, per {family.unit}, by {family.unit}s", head, rows))
    return grids
