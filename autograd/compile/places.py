"""Where the values of nested loops are in memory, as far as they have to be there at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from .loops import Chain, Leaf, Loop, Memory, Nest

Array = np.ndarray[Any, Any]


class Places:
    """`of(values)` gives places.  Inputs come first, then constants, then steps in their order.

    A step that is read from memory is stored in every repetition (`stored`), or once at the end if
    nothing but its last value is read there (`final`).  The totals of a `Chain` (`chains`: leaf to
    first values) are added to in place.
    """

    def __init__(self, nest: Nest, results: list[int]) -> None:
        self.nest = nest
        self.chains = {
            leaf: ref.values[0] for leaf in nest.leaves for ref in leaf.refs
            if isinstance(ref, Chain)
        }  # fmt: skip
        self.constants: dict[int, int] = {}
        self.inside: Array
        while True:
            wanted = self.demanded(results)
            broken = [leaf for leaf in self.chains if wanted[leaf.numbers[:-1]].any()]
            if not broken:
                break
            for leaf in broken:
                del self.chains[leaf]
                leaf.refs = [Memory(r.values) if isinstance(r, Chain) else r for r in leaf.refs]
        self.stored: set[Leaf] = set()
        self.final: dict[Loop, list[Leaf]] = {}  # outermost loop -> leaves
        for leaf in nest.leaves:
            if leaf in self.chains:
                wanted[leaf.numbers] = False
            elif wanted[leaf.numbers].any():
                last = leaf.numbers.flat[-1]
                alone = wanted[leaf.numbers].sum() == 1 and wanted[last]
                if leaf.path and alone and not self.inside[last]:
                    self.final.setdefault(leaf.path[0], []).append(leaf)
                else:
                    self.stored.add(leaf)
                    wanted[leaf.numbers] = True
        wanted[: nest.first] = True
        self.place = (
            np.cumsum(wanted) - 1 + len(self.constants) * (np.arange(len(wanted)) >= nest.first)
        )
        self.size = int(wanted.sum()) + len(self.constants)
        for leaf in self.chains:
            totals = self.size + np.arange(leaf.numbers[0].size).reshape(leaf.numbers[0].shape)
            self.place[leaf.numbers] = totals
            self.size += leaf.numbers[0].size

    def demanded(self, results: list[int]) -> Array:
        """Which values are read from memory."""
        nest = self.nest
        wanted = np.zeros(nest.first + len(nest.steps), bool)
        constants: set[int] = set()

        def demand(values: Array) -> None:
            wanted[values[values >= 0]] = True
            constants.update(values[values < 0].tolist())

        demand(np.array(results, np.int64))
        self.inside = np.zeros(len(wanted), bool)  # read in the loop that computes it
        for reader, ref in nest.all_refs():
            if isinstance(ref, Memory) and (ref.values >= 0).any():
                demand(ref.values)
                if reader.path:
                    values = np.unique(ref.values)
                    own = values[values >= reader.path[0].begins]
                    self.inside[own] = True
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
