"""A scalar program as machine code, by numba: with its loops found again, or as a tape."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from functools import reduce as reduce_
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..op import Op
from . import floats
from .built import Built
from .functions import Functions
from .loops import Nest
from .machine import DECORATED, Machine
from .program import Program, Step
from .spelling import identifier
from .tape import Tape
from .text import Names, loaded, returned

LONGEST = 2000  # steps of text (see Nest.effort) that are compiled; more are a tape
Array = np.ndarray[Any, Any]
MAXIMUM, SAME, ADD, TALLY = (TABLE[name].op for name in ("maximum", "same", "add", "tally"))
PAIRWISE = {TABLE["greatest"].op: MAXIMUM, TABLE["least"].op: TABLE["minimum"].op}


def build(
    program: Program,
    structure: Any,
    axes: Sequence[int | None] | None = None,
    reduce: str | None = None,
    longest: int = LONGEST,
) -> Built:
    """The program as a function that numba has compiled; `seconds` is how long that took.

    With `axes`, for arrays of samples as in batch.py, a loop over the samples around it.  The
    compiled code lets other threads run.  Raises ImportError without numba.
    """
    try:
        import numba  # noqa: F401
    except ImportError:
        raise ImportError(
            "compile: backend='numba' needs numba: pip install 'gradproof[jit]'"
        ) from None
    program = pairwise(program)
    if axes is None:
        return single(program, structure, longest)
    from .samples import batched

    return batched(program, structure, axes, reduce, longest)


class Code:
    """A program's text, its tables, and the memory that a call needs."""

    def __init__(self, program: Program, longest: int) -> None:
        locals_of_helpers = ["x", "p", "o", "u", "n", "s", "i", "k", "r", "at"]
        self.names = names = Names([*dir(math), "m", "c", "t", "njit"])
        self.title = Names([*names.taken, *locals_of_helpers]).new(identifier(program.name))
        names.taken.add(self.title)
        functions = Functions(names)
        nest = Nest(program) if longest else None
        source: Machine | Tape
        if nest and nest.effort() <= longest:
            source = machine = Machine(nest, program.outputs, functions)
            self.constants = [nest.constant(v) for v in machine.memory.constants]
            lines = [DECORATED, f"def {self.title}(m, c, t):", *(machine.lines or ["    pass"])]
            self.numbers = np.array(machine.numbers, float)
            self.size = machine.memory.size
        else:
            source = tape = Tape(program)
            self.constants, self.size = tape.constants, tape.size
            lines = tape.lines(self.title, functions)
            self.numbers = np.empty(0)
        self.walks = np.array(source.walks, np.int64)
        self.places = source.places
        self.given = len(program.inputs) + len(program.captured)
        self.blocks = [*functions.definitions, "\n".join(lines)]
        imports = ["from numba import njit"]
        if functions.imports:
            imports.insert(0, f"from math import {', '.join(sorted(functions.imports))}")
        self.imports = imports

    def compiled(self, name: str, namespace: dict[str, Any]) -> tuple[str, Callable[..., Any]]:
        """The text, and the function `name` that it defines."""
        source = "\n\n\n".join(["\n".join(self.imports), *self.blocks]) + "\n"
        return source, loaded(name, source, namespace)

    def memory(self) -> Array:
        m = np.empty(self.size)
        m[self.given : self.given + len(self.constants)] = self.constants
        return m


def single(program: Program, structure: Any, longest: int) -> Built:
    code = Code(program, longest)
    namespace: dict[str, Any] = {}
    texts = [f"o[{i}]" for i in range(len(program.outputs))]
    result = floats.wrapped(returned(structure, texts, namespace))
    put = code.names.new(f"{code.title}_result")
    code.blocks.append(f"def {put}(o):\n    return {result}")
    if "np." in result:
        code.imports.insert(0, "import numpy as np")
    begin = time.perf_counter()
    source, run = code.compiled(code.title, namespace)
    seconds = time.perf_counter() - begin
    arranged = namespace[put]
    given, places, tables = code.given, code.places, (code.numbers, code.walks)

    def call(*xs: float) -> Any:
        m = code.memory()
        m[:given] = xs
        run(m, *tables)
        return arranged(m[places].tolist())

    return Built(source, call, seconds)


def pairwise(program: Program) -> Program:
    """The program with ops of many arguments (max, min and their ties) as steps of two."""
    if {*PAIRWISE, TALLY}.isdisjoint([step.op for step in program.steps]):
        return program
    found: dict[Step, Step] = {}
    steps: list[Step] = []

    def two(op: Op, a: Any, b: Any) -> Step:
        steps.append(Step(op, (a, b)))
        return steps[-1]

    for step in program.steps:
        args = tuple([found.get(a, a) if type(a) is Step else a for a in step.args])
        if step.op in PAIRWISE:
            found[step] = reduce_(partial(two, PAIRWISE[step.op]), args)
        elif step.op is TALLY:
            y, *xs = args
            found[step] = two(
                MAXIMUM, 1.0, reduce_(partial(two, ADD), [two(SAME, x, y) for x in xs])
            )
        elif args != step.args:
            found[step] = Step(step.op, args, name=step.name)
            steps.append(found[step])
        else:
            steps.append(step)
    return program.with_steps(
        steps, [found.get(y, y) if type(y) is Step else y for y in program.outputs]
    )
