"""The lines of a function of a scalar program: which steps get one, and which a place in one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

from .program import Step
from .spelling import CALL, CHOICE, NAME, Spelling, literal
from .text import Names

WIDTH = 84  # characters of an expression


class Speller(Protocol):
    """What a scope asks of the writer that it writes for."""

    imports: set[str]
    names: Names

    def spelled(self, step: Step) -> Spelling: ...


class Scope:
    """Collects `lines`.  `counts` is how often the function reads each step."""

    def __init__(
        self,
        writer: Speller,
        names: dict[Step, str],
        counts: Mapping[Step, int],
        slots: Mapping[Step, int] | None = None,
        named: bool = False,
        sources: Mapping[Step, str] | None = None,
    ) -> None:
        self.writer = writer
        self.names = names
        self.counts = counts
        self.slots = slots or {}  # where the list `m` holds what other functions read
        self.named = named
        self.sources = sources or {}  # texts of what comes from elsewhere otherwise
        self.pending: dict[Step, tuple[str, int]] = {}  # read once, not yet
        self.lines: list[str] = []
        self.made = 0

    def add(self, step: Step) -> None:
        """Write the step down, or keep its text for the step that reads it."""
        text, level = self.expression(step)
        slot = self.slots.get(step)
        count = self.counts[step]
        if slot is not None:
            begin = f"{self.name(step)} = " if count else ""
            self.lines.append(f"    {begin}m[{slot}] = {text}")
        elif count == 1 and not (self.named and step.name):
            self.pending[step] = (text, level)
        else:
            self.lines.append(f"    {self.name(step)} = {text}")

    def expression(self, step: Step) -> tuple[str, int]:
        spelt = self.writer.spelled(step)
        places = spelt.places
        for arg in step.operands():
            if arg not in self.names and arg not in self.pending:
                self.fetch(arg)
        waiting = [a for a in step.operands() if a in self.pending]
        texts = [self.read(a, place) for a, place in zip(step.args, places, strict=False)]
        while waiting and sum(map(len, texts)) > WIDTH:
            longest = max(waiting, key=lambda a: len(self.pending[a][0]))
            waiting.remove(longest)
            self.settle(longest)
            texts = [self.read(a, place) for a, place in zip(step.args, places, strict=False)]
        for arg in waiting:
            self.pending.pop(arg, None)
        return spelt.text.format(*texts), spelt.level

    def fetch(self, step: Step) -> None:
        """Take over what was computed elsewhere."""
        self.pending[step] = (self.sources.get(step) or f"m[{self.slots[step]}]", CALL)
        if self.counts[step] > 1:
            self.settle(step)

    def read(self, arg: Any, place: int) -> str:
        """The argument's text where it has to bind as `place` says."""
        if type(arg) is not Step:
            text, level = self.constant(arg)
            return f"({text})" if level < place < NAME else text
        name = self.names.get(arg)
        if name is not None:
            return name
        text, level = self.pending[arg]
        if place == NAME:
            self.settle(arg)
            return self.names[arg]
        return f"({text})" if level < place else text

    def constant(self, x: Any) -> tuple[str, int]:
        if x is not None and not math.isfinite(x):
            self.writer.imports.add("nan" if math.isnan(x) else "inf")
        return literal(x)

    def settle(self, step: Step) -> None:
        """Give a step that waits for its reader a line after all."""
        if step in self.pending:
            text, _ = self.pending.pop(step)
            self.lines.append(f"    {self.name(step)} = {text}")

    def name(self, step: Step) -> str:
        """A new name: the user's in a short program; numbers, anew in each function, in a long."""
        if self.slots:
            self.made += 1
            name = f"v{self.made}"
        else:
            name = self.writer.names.new(step.name if self.named else None)
        self.names[step] = name
        return name

    def output(self, y: Step) -> str:
        if y not in self.names and y not in self.pending:
            return f"m[{self.slots[y]}]"
        return self.read(y, CHOICE)
