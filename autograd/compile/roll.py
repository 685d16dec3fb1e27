"""Finds the loops of a straight-line program again.

Recording unrolls the loops of the function that was traced.  What they leave is a stretch of steps
in which the ops repeat with some period; an argument is then, from one repetition to the next, the
same, a value of the same repetition, a value of the repetition before, or a walk through memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

GRAMS = (4, 16, 64, 256, 1024)  # lengths of the pieces whose recurrence gives candidate periods
CANDIDATES = 12  # periods that are tried for each of them
LEAST = 24  # steps that a loop has to save
LARGEST_BLOCK = 64
Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class Stretch:
    """`count` repetitions of `period` steps from step `start` on."""

    start: int
    period: int
    count: int

    @property
    def end(self) -> int:
        return self.start + self.period * self.count


def stretches(codes: Ints, least: int = LEAST) -> list[Stretch]:
    """Where `codes` repeats itself, longest savings first, without overlaps; in order."""
    # (−saved, period, start): sig[i] = sig[i + period] for `saved` steps from `start` on
    heap = [run for period in candidates(codes) for run in runs(codes, period, least)]
    heapify(heap)
    free = [(0, len(codes))]
    found = []
    while heap:
        saved, period, start = heappop(heap)
        pieces = list(within(free, start, start + period - saved))
        if len(pieces) == 1 and pieces[0] == (start, start + period - saved):
            stretch = Stretch(start, period, (period - saved) // period)
            found.append(stretch)
            free = without(free, stretch.start, stretch.end)
            continue
        for low, high in pieces:
            if high - low - period >= max(period, least):
                heappush(heap, (-(high - low - period), period, low))
    return sorted(found, key=lambda s: s.start)


def candidates(codes: Ints) -> list[int]:
    """Distances at which pieces of the sequence recur most often."""
    found: set[int] = set()
    for length in GRAMS:
        if 2 * length > len(codes):
            break
        hashes = gram_hashes(codes, length)
        order = np.argsort(hashes, kind="stable")
        same = hashes[order[1:]] == hashes[order[:-1]]
        distances, counts = np.unique((order[1:] - order[:-1])[same], return_counts=True)
        found.update(distances[np.argsort(-counts, kind="stable")[:CANDIDATES]].tolist())
    return sorted(found)


def gram_hashes(codes: Ints, length: int) -> np.ndarray[Any, Any]:
    """A hash of each piece of `length` codes: a polynomial modulo 2⁶⁴, from prefix sums."""
    base = 0x9E3779B97F4A7C15
    inverse = pow(base, -1, 2**64)
    n = len(codes)
    powers = np.cumprod(np.full(n, base, np.uint64))
    prefix = np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers)
    sums = prefix[length - 1 :].copy()
    sums[1:] -= prefix[: n - length]
    return sums * np.cumprod(np.full(n, inverse, np.uint64))[: n - length + 1]


def runs(codes: Ints, period: int, least: int) -> Iterator[tuple[int, int, int]]:
    """Maximal stretches of this period, as the heap above wants them."""
    equal = np.zeros(len(codes) - period + 2, np.int8)
    equal[1:-1] = codes[:-period] == codes[period:]
    edges = np.diff(equal)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    saved = ends - starts
    for i in np.flatnonzero(saved >= max(period, least)).tolist():
        yield -int(saved[i]), period, int(starts[i])


def within(free: list[tuple[int, int]], low: int, high: int) -> Iterator[tuple[int, int]]:
    for a, b in free:
        if max(a, low) < min(b, high):
            yield max(a, low), min(b, high)


def without(free: list[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    kept = []
    for a, b in free:
        if b <= low or a >= high:
            kept.append((a, b))
            continue
        kept += [(x, y) for x, y in ((a, low), (high, b)) if x < y]
    return kept


def regular(stretch: Stretch, args: Ints, begins: int, least: int) -> list[Stretch]:
    """The stretch in blocks, if its arguments walk evenly only from block to block: sums of 16
    products each, one after the other, are 16 blocks and not 256 products.

    `args` has the numbers of the arguments, a row for each step of the stretch, which begins with
    number `begins`; negative numbers are constants.
    """
    table = args.reshape(stretch.count, -1)
    own = begins + stretch.period * np.arange(stretch.count)[:, None]
    kinds = np.where(table < 0, -1, table >= begins)  # constants, values from before, values of it
    walks = np.where(kinds > 0, table - own, table * (kinds == 0))
    size = block_size(kinds, walks)
    if size is None:
        return [stretch]
    # A sum begins with what is not yet of its own.
    offset = int(np.argmin((kinds[1 : 1 + size] > 0).sum(axis=1))) + 1
    offset %= size
    count = (stretch.count - offset) // size
    period, start = stretch.period, stretch.start + offset * stretch.period
    end = start + count * size * period
    pieces = [
        Stretch(stretch.start, period, offset),
        Stretch(start, period * size, count),
        Stretch(end, period, (stretch.end - end) // period),
    ]
    return [s for s in pieces if s.count > 1 and s.period * (s.count - 1) >= least]


def block_size(kinds: Ints, walks: Ints) -> int | None:
    """The least number of repetitions after which arguments have walked evenly; None for 1.

    The first repetition is no rule: it begins with what came before.
    """
    for size in range(1, min(len(kinds) // 3, LARGEST_BLOCK) + 1):
        k, w = kinds[1:], walks[1:]
        if (k[size:] == k[:-size]).all():
            steps = w[size:] - w[:-size]
            if (steps[size:] == steps[:-size]).all():
                return size if size > 1 else None
    return None
