"""Where the values of nested loops are in memory, as far as they have to be there at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from .loops import Chain, Leaf, Loop, Memory, Nest, shared

Array = np.ndarray[Any, Any]


class Places:
    """`of(values)` gives places.  Inputs come first, then constants, then steps in their order.

    A step that is read from memory is stored in every repetition (`stored`), or after the loops of
    which only its last value is read (`after`: loop to leaves).  The totals of a `Chain` (`chains`:
    leaf to first values) are added to in place.
    """

    def __init__(self, nest: Nest, results: list[int]) -> None:
        self.nest = nest
        self.chains = {
            leaf: ref.values[0] for leaf in nest.leaves for ref in leaf.refs
            if isinstance(ref, Chain)
        }  # fmt: skip
        self.constants: dict[int, int] = {}
        self.depth: dict[Leaf, int] = {}  # of the loops in which it is read from memory again
        while True:
            wanted = self.demanded(results)
            broken = [leaf for leaf in self.chains if wanted[leaf.numbers[:-1]].any()]
            if not broken:
                break
            for leaf in broken:
                del self.chains[leaf]
                leaf.refs = [Memory(r.values) if isinstance(r, Chain) else r for r in leaf.refs]
        self.stored: set[Leaf] = set()
        self.after: dict[Loop, list[Leaf]] = {}
        for leaf in nest.leaves:
            if wanted[leaf.numbers].any():
                kept = () if leaf in self.chains else self.kept(leaf, wanted)
                wanted[leaf.numbers] = False
                wanted[np.asarray(kept, np.int64)] = True
        wanted[: nest.first] = True
        steps = np.arange(len(wanted)) >= nest.first
        self.place = np.cumsum(wanted) - 1 + len(self.constants) * steps
        self.size = int(wanted.sum()) + len(self.constants)
        for leaf in self.chains:
            totals = self.size + np.arange(leaf.numbers[0].size).reshape(leaf.numbers[0].shape)
            self.place[leaf.numbers] = totals
            self.size += leaf.numbers[0].size

    def kept(self, leaf: Leaf, wanted: Array) -> Array:
        """The numbers of the values that are stored; notes down where."""
        numbers, read = leaf.numbers, wanted[leaf.numbers]
        depth = len(leaf.path)
        while depth > self.depth.get(leaf, 0) and not read[..., :-1].any():
            numbers, read = numbers[..., -1], read[..., -1]
            depth -= 1
        if depth == len(leaf.path):
            self.stored.add(leaf)
        else:
            self.after.setdefault(leaf.path[depth], []).append(leaf)
        return numbers

    def demanded(self, results: list[int]) -> Array:
        """Which values are read from memory."""
        nest = self.nest
        wanted = np.zeros(nest.first + len(nest.steps), bool)
        constants: set[int] = set()

        def demand(values: Array) -> None:
            wanted[values[values >= 0]] = True
            constants.update(values[values < 0].tolist())

        demand(np.array(results, np.int64))
        self.depth.clear()
        for reader, ref in nest.all_refs():
            if isinstance(ref, Memory) and (ref.values >= 0).any():
                demand(ref.values)
                steps = ref.values[ref.values >= nest.first] - nest.first
                for number in np.unique(nest.leaf_of[steps]).tolist():
                    leaf = nest.leaves[number]
                    depth = shared(leaf.path, reader.path)
                    self.depth[leaf] = max(depth, self.depth.get(leaf, 0))
        for first in self.chains.values():
            if (first >= 0).any():
                demand(first)
        self.constants = {v: nest.first + i for i, v in enumerate(sorted(constants, reverse=True))}
        return wanted

    def of(self, values: Array) -> Array:
        if (values >= 0).all():
            places: Array = self.place[values]
            return places
        flat = [self.constants[v] if v < 0 else self.place[v] for v in values.ravel().tolist()]
        return np.array(flat, np.int64).reshape(values.shape)
