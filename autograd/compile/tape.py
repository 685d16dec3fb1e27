"""The tape: a loop over numbered ops, for programs without loops worth finding.

numba takes about a millisecond to compile a step of straight-line code.  The tape takes 4 to 5 ns
per step, twice what such code takes, but it is compiled in 0.2 s, however long a program is.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from math import inf
from typing import Any

import numpy as np

from ..op import Op
from .functions import Functions
from .machine import DECORATED
from .program import Program, Step

OPERANDS = 3
NO_BOUND = {1: -inf, 2: inf}  # clip(x, None, 1) has no lower bound


class Tape:
    """A program as numbers: `constants` follow the inputs in `m`, and `t` is the tape.

    The tape has four numbers for each step, its op and the places of its operands; the last number
    is the place of the first step.  `places` are those of the outputs.
    """

    def __init__(self, program: Program) -> None:
        given = [*program.inputs, *program.captured]
        rows = [numbered(s.args) for s in program.steps]
        fixed = [a for a in chain(program.outputs, *rows) if type(a) is not Step]
        self.constants = list({float(a).hex(): float(a) for a in fixed}.values())
        base = len(given) + len(self.constants)
        place: dict[Any, int] = {s: i for i, s in enumerate(given)}
        place.update((a.hex(), len(given) + i) for i, a in enumerate(self.constants))
        place.update((s, base + i) for i, s in enumerate(program.steps))

        def placed(a: Any) -> int:
            return place[a if type(a) is Step else float(a).hex()]

        ops = Counter(s.op for s in program.steps if s.op is not None)
        self.ops = [op for op, _ in ops.most_common()]
        number = {op: i for i, op in enumerate(self.ops)}
        tape = np.zeros((len(rows), 1 + OPERANDS), np.int64)
        tape[:, 0] = [number[s.op] for s in program.steps if s.op is not None]
        for i, row in enumerate(rows):
            tape[i, 1 : 1 + len(row)] = [placed(a) for a in row]
        self.walks = np.append(tape.ravel(), base)
        self.places = np.array([placed(y) for y in program.outputs], np.int64)
        self.size = base + len(rows)

    def lines(self, title: str, functions: Functions) -> list[str]:
        """The interpreter for the ops of this tape, the most frequent first."""
        body = []
        for i, op in enumerate(self.ops):
            spelt = functions.spelled(Step(op, tuple(Step(None, ()) for _ in range(arity(op)))))
            text = spelt.text.format(*[f"m[t[i + {k}]]" for k in range(1, 1 + OPERANDS)])
            body += [f"        {'if' if i == 0 else 'elif'} o == {i}:", f"            r = {text}"]
        return [
            DECORATED,
            f"def {title}(m, c, t):",
            f"    # a tape of {len(self.walks) // 4} steps: op, and the places of three operands",
            "    at = t[-1]",
            "    r = 0.0",
            f"    for i in range(0, len(t) - 1, {1 + OPERANDS}):",
            "        o = t[i]",
            *body,
            "        m[at] = r",
            "        at += 1",
        ]


def numbered(args: tuple[Any, ...]) -> list[Any]:
    return [NO_BOUND[i] if a is None else a for i, a in enumerate(args)]


def arity(op: Op) -> int:
    assert isinstance(op.rules, tuple)  # jit.py takes the others apart
    return len(op.rules)
