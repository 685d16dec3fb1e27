"""The tables of a run: times and ratios, the chain in detail, first calls, imports, failures."""

from __future__ import annotations

from .cases import CASES, named
from .grid import Grid, filled, number
from .peer import Peer
from .results import Outcome, Results

SCALAR = ("S1", "S2", "S3")
ARRAYS = tuple(name for name in CASES if name not in SCALAR)
SCALE = {"ns/op": 1e9, "µs": 1e6, "ms": 1e3}
HAND, MICROGRAD = "numpy_by_hand", "micrograd"


def in_unit(case: str, seconds: float) -> str:
    return number(seconds * SCALE[named(case).unit] / named(case).size)


def reason(outcome: Outcome | None) -> str:
    """What stands in a cell without a time."""
    return "error" if outcome and outcome.error else "–"


def time_and_ratio(results: Results, case: str, peer: str) -> str:
    """A median, and how it compares: times faster than micrograd, or times by hand's time."""
    taken = results.seconds_of(case, peer)
    if taken is None:
        return reason(results.cases[case].get(peer))
    scalar = case in SCALAR
    beside = MICROGRAD if scalar else HAND
    base = results.seconds_of(case, beside)
    if base is None or peer == beside:
        return in_unit(case, taken)
    ratio = base / taken if scalar else taken / base
    return f"{in_unit(case, taken)} ({number(ratio)}×)"


def group(results: Results, peers: list[Peer], title: str, cases: list[str]) -> Grid:
    """Rows are peers and columns the cases among `cases` that were measured."""
    measured = [case for case in cases if case in results.cases]
    head = ["", *(f"{case}, {named(case).unit}" for case in measured)]
    rows = [[p.title, *(time_and_ratio(results, c, p.name) for c in measured)] for p in peers]
    return filled(title, head, rows)


def times(results: Results, peers: list[Peer]) -> list[Grid]:
    """One table for the scalar programs, one each for T1, T2, and one for the training steps."""
    by_hand = "(in brackets: times the time of numpy by hand)"
    families = [(f, [c for c in ARRAYS if c.startswith(f + "/")]) for f in ("T1", "T2")]
    steps = [case for case in ARRAYS if case[:2] in ("S2", "T3")]
    faster = "Scalar programs (in brackets: times faster than micrograd)"
    return [
        group(results, peers, faster, list(SCALAR)),
        *(group(results, peers, f"{f}, n rows {by_hand}", cases) for f, cases in families),
        group(results, peers, f"Training steps on arrays {by_hand}", steps),
    ]


def chain(results: Results, peers: list[Peer]) -> Grid:
    """S1 in detail: forward and backward per operation, and memory."""
    head = ["", "forward, ns/op", "backward, ns/op", "both, ns/op", "memory, bytes/op"]
    rows = []
    for peer in peers:
        outcome = results.cases.get("S1", {}).get(peer.name)
        if outcome is None or outcome.step is None:
            continue
        split = ["–", "–"]
        if outcome.forward is not None:
            forward = outcome.forward.median
            split = [in_unit("S1", forward), in_unit("S1", outcome.step.median - forward)]
        memory = "–" if outcome.memory is None else f"{outcome.memory / named('S1').size:,.0f}"
        rows.append([peer.title, *split, in_unit("S1", outcome.step.median), memory])
    return Grid("S1, a chain of 100,000 operations", head, rows)


def first_calls(results: Results, peers: list[Peer]) -> Grid:
    """Seconds of the first call of what compiles: trace, compile, run once."""

    def cell(case: str, peer: Peer) -> str:
        outcome = results.cases[case].get(peer.name)
        return "–" if outcome is None or outcome.prepare is None else number(outcome.prepare)

    compiling = [peer for peer in peers if peer.compiles]
    rows = [[c, *(cell(c, p) for p in compiling)] for c in CASES if c in results.cases]
    return filled("First call, in seconds", ["", *(p.title for p in compiling)], rows)


def spreads(results: Results, peers: list[Peer]) -> Grid:
    """Lowest, median and highest sample of everything."""
    head = ["case", "peer", "unit", "lowest", "median", "highest", "samples", "error found", "how"]
    rows = []
    for case, outcomes in results.cases.items():
        for peer in peers:
            o = outcomes.get(peer.name)
            if o is None or o.step is None:
                continue
            times = [in_unit(case, t) for t in (o.step.low, o.step.median, o.step.high)]
            found = f"{o.error_found or 0:.0e}"
            unit = named(case).unit
            rows.append([case, peer.title, unit, *times, str(o.step.samples), found, o.note])
    return Grid("All samples", head, rows)


def imports(results: Results) -> Grid:
    """Import times and sizes."""
    rows = []
    for f in results.footprint.values():
        size = "–" if f.bytes is None else f"{f.bytes / 2**20:,.0f}"
        spread = [number(1e3 * t) for t in (f.low, f.median, f.high)]
        rows.append([f.title, f"`{f.statement}`", *spread, size])
    head = ["", "statement", "lowest, ms", "median, ms", "highest, ms", "installed, MiB"]
    return Grid("Import in a fresh process, and size on disk with all that it requires", head, rows)


def failures(results: Results, peers: list[Peer]) -> Grid:
    """Which peers gave no time, and why."""
    titles = {peer.name: peer.title for peer in peers}
    rows = [
        [case, titles.get(name, name), f"error: {o.error}" if o.error else f"skipped: {o.skipped}"]
        for case, outcomes in results.cases.items()
        for name, o in outcomes.items()
        if o.error or o.skipped
    ]
    return Grid("Not measured", ["case", "peer", "why"], rows)
