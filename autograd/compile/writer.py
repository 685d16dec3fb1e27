"""An array program as text: numpy's calls, one a line, into memory that was planned before."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from .buffers import Home, Plan
from .calls import Call, Var
from .lower import lowered
from .program import Program
from .text import Names, returned

LONG = 8  # columns from which on two calls for two rows pay
WIDTH = 100
LITERAL = 16  # constants of up to as many entries are written into the text
NUMBERS = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one"}


class Text:
    """The text of a module: what its functions share."""

    def __init__(self, reserved: set[str]) -> None:
        self.names = Names({"workspace", "rebuilt", "structure", *reserved})
        self.namespace: dict[str, Any] = {"np": np}
        self.imports: dict[str, None] = {"import numpy as np": None}
        self.constants: dict[Any, str] = {}
        self.header: list[str] = []
        self.functions: list[str] = []

    def __str__(self) -> str:
        head = "\n".join([*self.imports, "", *self.header]).rstrip()
        return "\n\n\n".join([head, *self.functions]) + "\n"


class Writer:
    """The text of one program."""

    def __init__(
        self, module: Text, program: Program, structure: Any, donated: frozenset[int] = frozenset()
    ) -> None:
        self.module, self.program, self.structure = module, program, structure
        self.lowering = lowered(program)
        self.plan = Plan(self.lowering, frozenset(self.lowering.inputs[i] for i in donated))
        self.names, self.namespace = module.names, module.namespace
        self.header, self.constants = module.header, module.constants
        module.imports.update(self.lowering.imports)
        self.namespace.update(self.lowering.objects)
        self.names.taken.update(self.lowering.objects)
        self.local = self.names.scope()
        self.maker = f"{program.name}_workspace"
        self.text: dict[Var, str] = {}
        self.home_name: dict[Home, str] = {}
        self.rows: dict[tuple[Home, int], str] = {}
        self.setup: list[str] = []  # lines that make the workspace
        self.buffers: list[str] = []  # the names that it gives
        self.body: list[str] = []

    def write(self) -> None:
        """Add the program's functions to the module."""
        for var in (*self.lowering.inputs, *self.lowering.captured):
            self.text[var] = self.local.new(var.name)
        self.name_homes()
        boundary = self.boundary()
        for i, call in enumerate(self.lowering.calls):
            if i == boundary:
                self.body.append("# backward")
            self.line(call)
        outputs = self.results()
        value = returned(self.structure, outputs, self.namespace)
        self.assemble(value)

    def boundary(self) -> int | None:
        """The first call of the backward pass: after the numbers that precede the first dz."""
        calls = self.lowering.calls
        names = {var.name for var in (*self.lowering.inputs, *self.lowering.captured)}
        names.update(call.y.name for call in calls)
        first = next(
            (
                i
                for i, c in enumerate(calls)
                if c.y.name and c.y.name[:1] == "d" and c.y.name[1:] in names
            ),
            None,
        )
        if first is None:
            return None
        return next((i + 1 for i in range(first - 1, -1, -1) if calls[i].kind == "number"), first)

    # ── names and constants ─────────────────────────────────────────────────────────────────────
    def name_homes(self) -> None:
        for home in self.plan.homes:
            name = self.text[home.vars[0]] if home.given else self.local.new(home.name)
            self.home_name[home] = name
            for var in home.vars:
                self.text[var] = name
        for home in self.plan.homes:
            if home.given:
                name = self.home_name[home]
                self.body.append(f"{name} = {name} if {name}.flags.carray else {name}.copy()")
            if home.fresh:
                continue
            var, name = home.vars[0], self.home_name[home]
            if home.ones:
                self.extended(home)
            elif home.after:
                self.setup.append(f"{name} = {self.home_name[home.after]}  # no longer needed then")
            else:
                self.setup.append(f"{name} = np.empty({var.shape}{kind_text(var.dtype)})")
            self.buffers.append(name)

    def extended(self, home: Home) -> None:
        """Memory with one more row, which stays 1."""
        var, name = home.vars[0], self.home_name[home]
        rows, columns = var.shape
        whole = self.local.new(f"{name}_1")
        self.text.update(dict.fromkeys(home.ones, whole))
        self.setup.append(f"{whole} = np.ones({(rows + 1, columns)}{kind_text(var.dtype)})")
        self.setup.append(f"{name} = {whole}[:{rows}]  # the last row stays 1")
        self.buffers.append(whole)

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
            kind = kind_text(dtype)
            self.header.append(f"{name} = np.array({number(value)}{kind})")
        return self.constants[key]

    def array(self, value: np.ndarray[Any, Any]) -> str:
        if id(value) not in self.constants:
            alike = [
                text for text, n in (("ones", 1), ("zeros", 0))
                if value.size != 1 and (value == n).all()  # of none, too: its shape is kept
            ]  # fmt: skip
            wish = alike[0] if alike else self.outer_name(value) or "c1"
            name = self.constants[id(value)] = self.names.new(wish)
            kind = kind_text(value.dtype)
            if alike:
                self.header.append(f"{name} = np.{alike[0]}({value.shape}{kind})")
            elif value.size <= LITERAL and np.isfinite(value).all():
                self.header.append(f"{name} = np.array({value.tolist()}{kind})")
            else:
                self.namespace[name] = value
                note = f"array {value.shape} {value.dtype}, taken from the function"
                self.header.append(f"# {name}: {note}")
        return self.constants[id(value)]

    def outer_name(self, value: np.ndarray[Any, Any]) -> str | None:
        """What the function calls an array that it did not get as an argument."""
        for name, array in self.program.notes.get("outer", {}).items():
            for text, view in ((name, array), (f"{name}_T", array.T)):
                if view.shape == value.shape and np.array_equal(view, value):
                    return str(text)
        return None

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
        if call.kind in ("beside", "with ones"):
            if call.kind == "beside":
                self.beside(call)
            return
        args = [self.operand(a, call) for a in call.args]
        home = self.plan.home.get(y)
        if home is None:
            self.text[y] = self.local.new(y.name)
            self.say(f"{self.text[y]} = {call.text.format(*args)}", y)
        elif call.out and self.in_rows(call):
            for i in (0, 1):
                texts = [self.row(a, i) for a in call.args]
                self.say(call.out.format(*texts, out=self.row(y, i)), y if i else None)
        elif call.out is None or (home.fresh and y is home.vars[0]):
            self.say(f"{self.text[y]} = {call.text.format(*args)}", y)
        else:
            self.say(call.out.format(*args, out=self.text[y]), y)

    def beside(self, call: Call) -> None:
        """Two arrays copied side by side into the parts of a third."""
        whole = self.text[call.y]
        width = call.args[0].shape[1]
        for arg, cut in zip(call.args, (f":{width}", f"{width}:"), strict=True):
            part = self.local.new(f"{whole}_part")
            self.setup.append(f"{part} = {whole}[:, {cut}]")
            self.buffers.append(part)
            self.say(f"{part}[...] = {self.operand(arg, call)}", arg)

    def view(self, call: Call) -> None:
        x = self.operand(call.args[0], call)
        expression = call.text.format(x)
        suffix = {"{0}.T": "T", "{0}.reshape(-1)": "flat"}.get(call.text, "part")
        static = self.plan.is_static(call)
        if call.args[0].constant is not None:
            self.text[call.y] = self.names.new(f"{x}_{suffix}")
            self.header.append(f"{self.text[call.y]} = {expression}")
            return
        self.text[call.y] = self.local.new(call.y.name or f"{x}_{suffix}")
        if static:
            self.setup.append(f"{self.text[call.y]} = {expression}")
            self.buffers.append(self.text[call.y])
        else:
            self.say(f"{self.text[call.y]} = {expression}", call.y)

    def in_rows(self, call: Call) -> bool:
        """A row combined with each of two rows: numpy's broadcasting costs more than two calls."""
        shapes = [a.shape for a in call.args]
        return (
            call.kind == "elementwise"
            and len(call.y.shape) == 2
            and call.y.shape[0] == 2
            and call.y.shape[1] >= LONG
            and sorted(shapes) == [(1, call.y.shape[1]), call.y.shape]
            and all(self.plan.in_workspace(v) and v not in self.plan.base for v in call.args)
            and self.plan.in_workspace(call.y)
        )

    def row(self, var: Var, i: int) -> str:
        """Row `i` of a variable in the workspace, or its only row."""
        i = min(i, var.shape[0] - 1)
        home = self.plan.home[var]
        if (home, i) not in self.rows:
            name = self.rows[home, i] = self.local.new(f"{self.text[var]}_row{i}")
            self.setup.append(f"{name} = {self.text[var]}[{i}]")
            self.buffers.append(name)
        return self.rows[home, i]

    def say(self, text: str, y: Var | None) -> None:
        if y is None:
            self.body.append(text)
            return
        own = text.startswith(f"{y.name} = ")
        name = y.name if y.name and not own else ""
        if y.note:
            name = f"{name} = {y.note}" if name else y.note
        note = f"{name} {y.shape if y.shape else ''}".strip()
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
    def assemble(self, value: str) -> None:
        buffers = f"({', '.join(self.buffers)},)"
        arguments = [self.text[v] for v in (*self.lowering.inputs, *self.lowering.captured)]
        lines = []
        if self.buffers:
            lines += [f"def {self.maker}():", *(f"    {line}" for line in self.setup)]
            lines += [*wrapped(f"    return {buffers}"), "", ""]
            arguments.append("workspace=None")
        lines += wrapped(f"def {self.program.name}({', '.join(arguments)}):")
        if self.buffers:
            lines += wrapped(f"    {buffers} = workspace or {self.maker}()")
        body = [*self.body, f"return {value}"]
        self.module.functions.append("\n".join([*lines, *(f"    {line}" for line in body)]))


def wrapped(line: str) -> list[str]:
    """A line, its bracket of names over several lines where it would be too wide."""
    if len(line) <= WIDTH:
        return [line]
    head, _, rest = line.partition("(")
    names, _, tail = rest.partition(")")
    indent = " " * (len(line) - len(line.lstrip()))
    inner = textwrap.wrap(names, WIDTH - len(indent) - 4)
    return [f"{head}(", *(f"{indent}    {part}" for part in inner), f"{indent}){tail}"]


def kind_text(dtype: Any) -> str:
    """The dtype as a further argument; nothing for float64."""
    name = np.dtype(dtype).name
    return {"float64": "", "bool": ", bool"}.get(name, f", np.{name}")


def number(value: float) -> str:
    """A float as text, inf and nan too."""
    text = repr(float(value))
    return f"np.{text}" if text in ("inf", "nan") else "-np.inf" if text == "-inf" else text


def pooled(run: Callable[..., Any], writer: Writer) -> Callable[..., Any]:
    """`run` in a workspace that no other call uses meanwhile."""
    if not writer.buffers:
        return run
    make = writer.namespace.pop(writer.maker)  # or it would hold itself, in a cycle
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
