"""The text of a program that goes over a long batch in pieces (chunks.py says when)."""

from __future__ import annotations

from typing import Any

from ..shaping import TRANSPOSE
from .built import Built
from .chunks import ROWS, Split
from .program import Program, Step
from .text import loaded, returned
from .trace import Place
from .writer import Text, Writer, kind_text, pooled


def in_pieces(pieces: Split, structure: Any) -> Built:
    """A loop over the pieces of the batch, each by the same small program."""
    program, n = pieces.program, pieces.n
    name = program.name
    names = [f"{name}_piece", f"{name}_rest", f"{name}_end"]
    module = Text({name, *names, *(f"{n}_workspace" for n in names)})
    writers = [written(module, pieces.piece(ROWS, names[0]))]
    if n % ROWS:
        writers.append(written(module, pieces.piece(n % ROWS, names[1])))
    writers.append(written(module, pieces.after(names[2])))
    module.functions.append(loop(module, pieces, structure, names))
    source = str(module)
    run = loaded(name, source, module.namespace)
    for writer in writers:
        own = module.namespace[writer.program.name]
        module.namespace[writer.program.name] = pooled(own, writer)
    return Built(source, run)


def written(module: Text, program: Program) -> Writer:
    writer = Writer(module, program, tuple(Place(i) for i in range(len(program.outputs))))
    writer.write()
    return writer


def loop(module: Text, pieces: Split, structure: Any, names: list[str]) -> str:
    """The function that goes over the pieces, adds up their sums, and puts results together."""
    program, n = pieces.program, pieces.n
    local = module.names.scope()
    local.taken.update(("start", "rows"))
    inputs = [local.new(s.name) for s in program.inputs]
    captured = [local.new(s.name) for s in program.captured]
    data = []
    for array in pieces.constants:
        name = module.names.new("data")
        module.namespace[name] = array
        module.header.append(f"# {name}: array {array.shape} {array.dtype}, from the function")
        data.append((name, part(pieces.axis(array))))
    parts = [
        f"{name}{part(pieces.axis(step))}"
        for name, step in zip(inputs, program.inputs, strict=True)
    ] + [f"{name}{cut}" for name, cut in data]
    sums = [local.new(s.name or "sum1") for s in pieces.sums]
    more = [local.new("part1") for _ in sums]
    whole = {y: local.new(y.name or "whole1") for y in pieces.batch_outputs()}
    lines = [f"def {program.name}({', '.join([*inputs, *captured])}):"]
    lines += [f"    {' = '.join(sums)} = 0.0"] if sums else []
    for y, name in whole.items():
        dtype = kind_text(y.dtype)
        turned = y.op is TRANSPOSE and len(y.shape) == 2
        shape = f"{y.shape[::-1]}{dtype}).T" if turned else f"{y.shape}{dtype})"
        lines.append(f"    {name} = np.empty({shape}")
    target = [*more, *(f"{name}{part(pieces.axis(y))}" for y, name in whole.items())]
    piece = names[0] if n % ROWS == 0 else f"({names[0]} if start + {ROWS} <= {n} else {names[1]})"
    lines += [
        f"    for start in range(0, {n}, {ROWS}):",
        f"        rows = slice(start, start + {ROWS})",
        f"        {', '.join(target)}, = {piece}({', '.join([*parts, *captured])})",
        *(f"        {a} += {b}" for a, b in zip(sums, more, strict=True)),
    ]
    fixed = [t for t, s in zip(inputs, program.inputs, strict=True) if pieces.axis(s) is None]
    late = [y for y in program.outputs if not pieces.is_batch(y)]
    results = {id(y): local.new("result1") for y in late}
    if late:
        given = ", ".join([*fixed, *sums, *captured])
        lines.append(f"    {', '.join(results[id(y)] for y in late)}, = {names[2]}({given})")
    texts, handed = [], set()
    for y in program.outputs:
        text = whole[y] if pieces.is_batch(y) else results[id(y)]
        texts.append(f"{text}.copy()" if y in handed and type(y) is Step else text)
        handed.add(y if type(y) is Step else None)
    lines.append(f"    return {returned(structure, texts, module.namespace)}")
    return "\n".join(lines)


def part(axis: int | None) -> str:
    """How the piece's rows are taken from an array whose samples lie along `axis`."""
    return "" if axis is None else f"[{':, ' * axis}rows]"
