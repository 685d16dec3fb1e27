"""A scalar program as straight-line code on Python floats.

A step that is read once is written inside the step that reads it, while the line stays short: an
assignment saved is a third of a multiplication.  Very long programs become several functions that
hand values on in a list, compiled one by one, so that the memory which CPython's compiler needs
(about 1 kB per step) stays bounded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..op import Op, scalar_result
from .built import Built
from .program import Program, Step
from .scope import Scope
from .spelling import Spelling, called, identifier, spelling
from .text import Names, loaded, returned

READABLE = 400  # up to so many steps the user's names have lines of their own
# Steps of one function.  Measured on 188,000 steps (micrograd's demo): one function 2.3 ms, parts
# of 20,000 steps 2.8 ms, of 4,000 3.1 ms, of 1,000 4.1 ms.
CHUNK = 250_000
INDENT = "    "


def build(program: Program, structure: Any, chunk: int = CHUNK) -> Built:
    """The program as Python source, and the function that it defines; inputs are Python floats.

    Where Python's arithmetic raises (1/0, exp(1000), log(-1)) IEEE's rules give inf or nan.  The
    call then starts again, with the same program in which whatever can raise is the call of a
    function that does not.  That text is written when it is first needed.
    """
    writer = Writer(program, structure, chunk)
    run = writer.loaded()
    if not writer.raises:
        return Built(writer.source, run)
    careful: list[Callable[..., Any]] = []

    def guarded(*xs: float) -> Any:
        try:
            return run(*xs)
        except (ArithmeticError, ValueError):
            pass
        if not careful:
            careful.append(Writer(program, structure, chunk, safe=True).loaded())
        return careful[0](*xs)

    return Built(writer.source, guarded)


class Writer:
    """Writes a program out; `source`, the `pieces` one after the other, defines it."""

    def __init__(self, program: Program, structure: Any, chunk: int, safe: bool = False) -> None:
        self.program = program
        self.safe = safe
        self.raises = False
        self.namespace: dict[str, Any] = {}
        self.imports: set[str] = set()
        self.functions: dict[Op, str] = {}  # ops called by their own name
        self.known: dict[Op, Spelling] = {}
        self.names = Names([*dir(math), "m", "xs", "TABLE"])
        self.title = self.names.new(identifier(program.name))
        long = len(program.steps) > chunk
        parts = self.in_parts(structure, chunk) if long else [self.whole(structure)]
        parts[0][:0] = self.header(parts[-1][-1])
        self.pieces = ["\n".join([*lines, ""]) for lines in parts]
        self.source = "\n\n".join(self.pieces)

    def loaded(self) -> Callable[..., Any]:
        for number, piece in enumerate(self.pieces[:-1]):
            part = f"part{number}"
            self.namespace[part] = loaded(part, piece, self.namespace)
        return loaded(self.title, self.pieces[-1], self.namespace)

    def spelled(self, step: Step) -> Spelling:
        op = step.op
        assert op is not None
        known = self.known.get(op)
        if known is not None:
            return known
        found = spelling(op, step.args)
        self.raises |= found.raises
        if found.raises and (self.safe or found.calls):
            found = called(self.function(op), len(step.args))
        elif found.imports:
            self.imports.add(found.imports)
        if not found.varies:
            self.known[op] = found
        return found

    def function(self, op: Op) -> str:
        """The name by which the op's float function is called."""
        if op not in self.functions:
            name = self.functions[op] = self.names.new(identifier(op.name))
            self.namespace[name] = by_ieee(op) if self.safe else op.scalar
        return self.functions[op]

    def header(self, result: str) -> list[str]:
        """Imports and definitions; a user's op is there already, in the namespace."""
        lines = [f"from math import {', '.join(sorted(self.imports))}"] if self.imports else []
        if "np." in result:
            lines.append("import numpy as np")
        if self.safe:
            return lines
        listed = {op: name for op, name in self.functions.items() if is_listed(op)}
        if listed:
            lines.append("from autograd.elementwise import TABLE")
        lines += [f'{name} = TABLE["{op.name}"].op.scalar' for op, name in listed.items()]
        lines += [f"# {name}: declared by primitive({op.name!r}, …)"
                  for op, name in self.functions.items() if op not in listed]  # fmt: skip
        return [*lines, "", ""] if lines else lines

    # ── one function, or several ────────────────────────────────────────────────────────────────
    def whole(self, structure: Any) -> list[str]:
        program = self.program
        given = {s: self.names.new(s.name) for s in (*program.inputs, *program.captured)}
        counts = program.uses()
        if len(program.outputs) > 1:  # lines of their own
            counts.update((y, 2) for y in program.outputs if type(y) is Step)
        scope = Scope(self, dict(given), counts, named=len(program.steps) <= READABLE)
        for step in program.steps:
            scope.add(step)
        result = self.result(structure, scope)
        return [
            f"def {self.title}({wrapped(', '.join(given.values()))}):",
            *scope.lines,
            f"{INDENT}return {wrapped(result)}",
        ]

    def result(self, structure: Any, scope: Scope) -> str:
        texts = [
            scope.output(y) if type(y) is Step else self.fixed(y) for y in self.program.outputs
        ]
        return returned(structure, texts, self.namespace)

    def fixed(self, y: Any) -> str:
        """A result that is the same at every call."""
        if type(y) in (int, float) and math.isfinite(y):
            return repr(y)
        name = self.names.new("constant")
        self.namespace[name] = y
        return f"{name}.copy()" if isinstance(y, np.ndarray) else name

    def in_parts(self, structure: Any, chunk: int) -> list[list[str]]:
        program = self.program
        inputs = [*program.inputs, *program.captured]
        parts = [program.steps[i : i + chunk] for i in range(0, len(program.steps), chunk)]
        handed = slots(inputs, parts, program.outputs)
        result = self.result(structure, Scope(self, {}, {}, slots=handed))
        main = [
            f"def {self.title}(*xs):",
            f"{INDENT}m = [*xs, *[0.0] * {len(handed) - len(inputs)}]",
            *(f"{INDENT}part{number}(m)" for number in range(len(parts))),
            f"{INDENT}return {wrapped(result)}",
        ]
        return [*(self.part(i, steps, handed) for i, steps in enumerate(parts)), main]

    def part(self, number: int, steps: list[Step], handed: dict[Step, int]) -> list[str]:
        counts = Counter(arg for step in steps for arg in step.operands())
        scope = Scope(self, {}, counts, slots=handed)
        for step in steps:
            scope.add(step)
        return [f"def part{number}(m):", *scope.lines]


def slots(inputs: list[Step], parts: list[list[Step]], outputs: Iterable[Any]) -> dict[Step, int]:
    """The place in the list of every input, and of each step that another part or nobody reads."""
    handed = {step: i for i, step in enumerate(inputs)}
    home: dict[Step, int] = dict.fromkeys(inputs, -1)
    wanted = {y for y in outputs if type(y) is Step}
    for number, part in enumerate(parts):
        for step in part:
            home[step] = number
            wanted.update(a for a in step.args if type(a) is Step and home[a] != number)
    for part in parts:
        for step in part:
            if step in wanted:
                handed[step] = len(handed)
    return handed


def by_ieee(op: Op) -> Callable[..., float]:
    return lambda *xs: scalar_result(op, xs)


def is_listed(op: Op) -> bool:
    return op.name in TABLE and TABLE[op.name].op is op


def wrapped(text: str, width: int = 88) -> str:
    """A list of many entries on several lines, which only brackets may be."""
    if len(text) <= width or "'" in text:
        return text
    lines = [""]
    for piece in text.split(", "):
        if len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += f"{piece}, "
    return f"\n{INDENT * 2}".join(line.rstrip() for line in lines)[: -len(",")]
