"""The functions that machine code calls: those of math, and small ones that its text defines."""

from __future__ import annotations

import math
from typing import Any

from ..elementwise import TABLE
from ..errors import TraceError
from ..op import Op
from .program import Step
from .spelling import CALL, CHOICE, Spelling, identifier, spelling
from .text import Names

STABLE = {  # where the float function is more than an expression; faster without branches
    "sigmoid": """(x):
    e = exp(-abs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)""",
    "softplus": """(x):
    return (x if x > 0.0 else 0.0) + log1p(exp(-abs(x)))""",
    "silu": """(x):
    e = exp(-abs(x))
    return x * ((1.0 if x >= 0.0 else e) / (1.0 + e))""",
    "gelu": f"""(x):
    c = x if x > -30.0 or x != x else -30.0
    c = c if c < 30.0 or c != c else 30.0
    return 0.5 * x * (1.0 + tanh({math.sqrt(2 / math.pi)!r} * (c + 0.044715 * (c * c * c))))""",
    "elu": """(x, alpha):
    return x if x > 0.0 else alpha * expm1(x)""",
    "sign": """(x):
    return x if x != x else float((x > 0.0) - (x < 0.0))""",
    "clip": """(x, lo, hi):
    x = x if x > lo or x != x else lo
    return x if x < hi or x != x else hi""",
}


class Functions:
    """The functions that the text calls: those of math, and small ones that it defines.

    A choice is a function too: numba's compiler takes longer over branches than over calls, which
    LLVM puts in place.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.imports: set[str] = set()
        self.definitions: list[str] = []
        self.known: dict[Any, Spelling] = {}

    def spelled(self, step: Step) -> Spelling:
        op = step.op
        assert op is not None
        found = spelling(op, step.args)
        if found.level != CHOICE and not found.calls:
            if found.imports:
                self.imports.add(found.imports)
            return found
        given = [i for i, a in enumerate(step.args) if a is not None]
        key = (op, *given)
        if key not in self.known:
            name = self.names.new(identifier(op.name))
            self.define(op, name, found, given)
            slots = ", ".join(f"{{{i}}}" for i in given)
            self.known[key] = Spelling(f"{name}({slots})", CALL, (CHOICE,) * len(step.args))
        return self.known[key]

    def define(self, op: Op, name: str, found: Spelling, given: list[int]) -> None:
        letters = "abc"
        if not found.calls:
            parameters = ", ".join(letters[i] for i in given)
            text = f"({parameters}):\n    return {found.text.format(*letters)}"
        elif op.name in STABLE and TABLE[op.name].op is op:
            text = STABLE[op.name]
            self.imports.update(n for n in ("exp", "log1p", "tanh", "expm1") if f"{n}(" in text)
        else:
            raise TraceError(
                f"compile: backend='numba' cannot run {op.name}, which is declared by primitive: "
                "leave backend= away, or write it with autograd's functions"
            )
        self.definitions.append(f'@njit(error_model="numpy")\ndef {name}{text}')
