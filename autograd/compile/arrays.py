"""An array program as source: numpy's calls, one a line, into memory that was planned before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .buffers import Home, Plan
from .built import Built
from .lower import Call, Lowering, Var
from .program import Program
from .text import Names, loaded, returned

LITERAL = 16  # constants of up to as many entries are written into the text
NUMBERS = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one"}


class Writer:
    """The text of one program."""

    def __init__(self, program: Program, structure: Any, donated: frozenset[int] = frozenset()):
        self.program, self.structure = program, structure
        self.lowering = Lowering(program)
        self.plan = Plan(self.lowering, frozenset(self.lowering.inputs[i] for i in donated))
        self.names = Names({program.name, "workspace", "make_workspace", "rebuilt", "structure"})
        self.namespace: dict[str, Any] = {"np": np, **self.lowering.objects}
        self.names.taken.update(self.lowering.objects)
        self.text: dict[Var, str] = {}
        self.home_name: dict[Home, str] = {}
        self.constants: dict[Any, str] = {}
        self.header: list[str] = []
        self.setup: list[str] = []  # lines of make_workspace
        self.buffers: list[str] = []  # the names that it gives
        self.body: list[str] = []

    def write(self) -> str:
        for var in (*self.lowering.inputs, *self.lowering.captured):
            self.text[var] = self.names.new(var.name)
        self.name_homes()
        for call in self.lowering.calls:
            self.line(call)
        outputs = self.results()
        value = returned(self.structure, outputs, self.namespace)
        return self.assembled(value)

    # ── names and constants ─────────────────────────────────────────────────────────────────────
    def name_homes(self) -> None:
        for home in self.plan.homes:
            if home.given:
                name = self.text[home.vars[0]]
            else:
                name = self.names.new(home.name)
            self.home_name[home] = name
            for var in home.vars:
                self.text[var] = name
        for home in self.plan.homes:
            if home.fresh:
                continue
            var, name = home.vars[0], self.home_name[home]
            if home.after:
                self.setup.append(f"{name} = {self.home_name[home.after]}  # no longer needed then")
            else:
                dtype = "" if var.dtype == np.float64 else f", {dtype_text(var.dtype)}"
                self.setup.append(f"{name} = np.empty({var.shape}{dtype})")
            self.buffers.append(name)

    def operand(self, var: Var, call: Call) -> str:
        if var.dtype == object:
            return self.plain(var.constant)
        if var.constant is None:
            return self.text[var]
        if isinstance(var.constant, np.ndarray) and var.shape:
            return self.array(var.constant)
        value = float(var.constant)
        if call.kind not in ("elementwise", "product") or not call.y.shape:
            return number(value)
        return self.zero_dim(value, call.y.dtype if call.y.dtype != bool else var.dtype)

    def zero_dim(self, value: float, dtype: Any) -> str:
        """A number as a 0-d array: numpy takes it faster than a Python float."""
        key = (number(value), np.dtype(dtype).str)
        if key not in self.constants:
            base = NUMBERS.get(value, "c") if value == value else "c"
            name = self.constants[key] = self.names.new(base if base != "c" else "c1")
            kind = "" if dtype == np.float64 else f", {dtype_text(dtype)}"
            self.header.append(f"{name} = np.array({number(value)}{kind})")
        return self.constants[key]

    def array(self, value: np.ndarray[Any, Any]) -> str:
        if id(value) not in self.constants:
            ones = value.size > 1 and bool((value == 1).all())
            name = self.constants[id(value)] = self.names.new("ones" if ones else "c1")
            kind = "" if value.dtype == np.float64 else f", {dtype_text(value.dtype)}"
            if ones:
                self.header.append(f"{name} = np.ones({value.shape}{kind})")
            elif value.size <= LITERAL and np.isfinite(value).all():
                self.header.append(f"{name} = np.array({value.tolist()}{kind})")
            else:
                self.namespace[name] = value
                note = f"array {value.shape} {value.dtype}, taken from the function"
                self.header.append(f"# {name}: {note}")
        return self.constants[id(value)]

    def plain(self, value: Any) -> str:
        """An axis, a shape, an index: as a literal where it has one."""
        if value is None or isinstance(value, int | float | str | bool):
            return repr(value)
        if isinstance(value, tuple) and all(isinstance(v, int | None) for v in value):
            return repr(value)
        name = self.names.new("argument1")
        self.namespace[name] = value
        return name

    # ── lines ───────────────────────────────────────────────────────────────────────────────────
    def line(self, call: Call) -> None:
        y = call.y
        if call.kind == "view":
            self.view(call)
            return
        args = [self.operand(a, call) for a in call.args]
        home = self.plan.home.get(y)
        if home is None:
            self.text[y] = self.names.new(y.name)
            self.say(f"{self.text[y]} = {call.text.format(*args)}", y)
        elif call.out is None or (home.fresh and y is home.vars[0]):
            self.say(f"{self.text[y]} = {call.text.format(*args)}", y)
        else:
            self.say(call.out.format(*args, out=self.text[y]), y)

    def view(self, call: Call) -> None:
        x = self.operand(call.args[0], call)
        expression = call.text.format(x)
        suffix = {"{0}.T": "T", "{0}.reshape(-1)": "flat"}.get(call.text, "part")
        static = self.plan.is_static(call)
        self.text[call.y] = self.names.new(call.y.name or f"{x}_{suffix}")
        if static:
            self.setup.append(f"{self.text[call.y]} = {expression}")
            self.buffers.append(self.text[call.y])
        else:
            self.say(f"{self.text[call.y]} = {expression}", call.y)

    def say(self, text: str, y: Var) -> None:
        shape = f"{y.shape}" if y.shape else ""
        name = y.name if y.name and not text.startswith(f"{y.name} = ") else ""
        note = f"{name} {shape}".strip()
        self.body.append(f"{text:<44}  # {note}" if note else text)

    def results(self) -> list[str]:
        """What is returned: memory of its own, each piece once."""
        texts, handed = [], set()
        for y in self.lowering.outputs:
            if y.constant is not None:
                constant = y.constant
                text = number(float(constant)) if not y.shape else f"{self.array(constant)}.copy()"
                texts.append(text)
                continue
            root = self.plan.root(y)
            home = self.plan.home.get(root)
            own = home is not None or self.made(root)
            if y.shape and (not own or root in handed):
                texts.append(f"np.array({self.text[y]})")
            else:
                texts.append(self.text[y])
            handed.add(root)
        return texts

    def made(self, var: Var) -> bool:
        """Whether the program makes that array itself."""
        if not hasattr(self, "_made"):
            self._made = {call.y for call in self.lowering.calls if call.kind != "view"}
        return var in self._made

    # ── the whole text ──────────────────────────────────────────────────────────────────────────
    def assembled(self, value: str) -> str:
        lines = ["import numpy as np", *self.lowering.imports, ""]
        lines += [*self.header, ""] if self.header else []
        arguments = [self.text[v] for v in (*self.lowering.inputs, *self.lowering.captured)]
        if self.buffers:
            lines += ["", "def make_workspace():"]
            lines += [f"    {line}" for line in self.setup]
            lines += [f"    return ({', '.join(self.buffers)},)", ""]
        lines += ["", f"def {self.program.name}({', '.join([*arguments, 'workspace=None'])}):"]
        if self.buffers:
            lines.append(f"    ({', '.join(self.buffers)},) = workspace or make_workspace()")
        body = [*self.body, f"return {value}"]
        if self.lowering.stable:
            lines.append(
                '    with np.errstate(over="ignore"):  # e^x may be inf on its way to the right 0'
            )
            body = [f"    {line}" for line in body]
        return "\n".join([*lines, *(f"    {line}" for line in body)]) + "\n"


def dtype_text(dtype: Any) -> str:
    return "bool" if dtype == bool else f"np.{np.dtype(dtype).name}"


def number(value: float) -> str:
    """A float as text, inf and nan too."""
    text = repr(float(value))
    return f"np.{text}" if text in ("inf", "nan") else "-np.inf" if text == "-inf" else text


def build(program: Program, structure: Any, donated: frozenset[int] = frozenset()) -> Built:
    """The program's source, and the function that runs it in a workspace of the thread's own."""
    writer = Writer(program, structure, donated)
    source = writer.write()
    run = loaded(program.name, source, writer.namespace)
    if writer.buffers:
        run = pooled(run, writer.namespace["make_workspace"])
    return Built(source, run)


def pooled(run: Callable[..., Any], make: Callable[[], Any]) -> Callable[..., Any]:
    """`run` in a workspace that no other call uses meanwhile."""
    free: list[Any] = []

    def call(*args: Any) -> Any:
        try:
            workspace = free.pop()
        except IndexError:
            workspace = make()
        result = run(*args, workspace)
        free.append(workspace)  # after an error it is left to the memory manager
        return result

    return call
