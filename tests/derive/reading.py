"""Reading emitted formulas back, as text or LaTeX, and working them out.

Nothing here knows how formulas are printed but by what a reader sees: both notations are one list
of tokens (tokens.py), and a small recursive descent computes with numpy.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
from tokens import ENTRY, Token, Tokens

from autograd.derive.document import Derivation
from autograd.derive.names import as_text, read
from autograd.elementwise import TABLE
from autograd.linalg import EINSUM, P_NORM
from autograd.reductions import CUMSUM, MAX, MIN, PROD, STD, SUM, VAR
from autograd.shaping import CONCATENATE, GETITEM, RESHAPE, SCATTER, TRANSPOSE
from autograd.softmaxes import LOGSUMEXP, SOFTMAX

OPS = {op.name: op for op in (EINSUM, P_NORM, CUMSUM, MAX, MIN, PROD, STD, SUM, VAR, CONCATENATE,
       GETITEM, RESHAPE, SCATTER, TRANSPOSE, LOGSUMEXP, SOFTMAX)}  # fmt: skip
OPS |= {name: f.op for name, f in TABLE.items() if name not in OPS}
SPELLED = {
    "σ": "sigmoid",
    "ReLU": "relu",
    "ln": "log",
    "SiLU": "silu",
    "GELU": "gelu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
}
UNARY = ("ln", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh")


class Reader:
    """Works out formulas of a derivation, as text or LaTeX, by the values of its symbols."""

    def __init__(self, derivation: Derivation, loss: str, tex: bool) -> None:
        self.values = derivation.values
        self.columns = derivation.layout == "columns"
        self.matrices = derivation.layout is not None
        ones = re.search("𝟏 is a column of (m|[0-9]+) ones", derivation.text)
        m = re.search("m = ([0-9]+) samples", derivation.text)
        self.samples = int(m[1] if m and ones and ones[1] == "m" else ones[1]) if ones else None
        self.tokeniser = Tokens(derivation.values, read(loss, True), tex)

    def value(self, text: str) -> Any:
        """The formula's value; ValueError for anything left over."""
        self.tokens = self.tokeniser.split(text)
        self.at = 0
        self.entry = False
        found = self.sum()
        if self.at != len(self.tokens):
            raise ValueError(f"left over: {self.tokens[self.at :]} in {text}")
        return found

    def peek(self, ahead: int = 0) -> str:
        i = self.at + ahead
        return self.tokens[i][0] if i < len(self.tokens) else ""

    def take(self, *kinds: str) -> Any:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("the end", None)
        if kind not in kinds:
            raise ValueError(f"expected {kinds}, got {kind} in {self.tokens}")
        self.at += 1
        return value

    # ── grammar ─────────────────────────────────────────────────────────────────────────────────
    def sum(self) -> Any:
        sign = 1.0
        if self.peek() in ("−", "-"):
            self.at += 1
            sign = -1.0
        found = sign * self.hadamard()
        while self.peek() in ("+", "−", "-"):
            kind = self.peek()
            self.at += 1
            found = found + self.hadamard() if kind == "+" else found - self.hadamard()
        return found

    def hadamard(self) -> Any:
        found = self.product()
        while self.peek() == "⊙":
            self.at += 1
            found = found * self.product()
        return found

    STARTS = (
        "symbol",
        "number",
        "(",
        "‖",
        "|",
        "Σᵢⱼ",
        "Σᵢ",
        "Σ",
        "√",
        "1(",
        "word",
        "subscripted",
        "e^",
        "𝟏",
        "{",
        "frac",
    )

    def product(self) -> Any:
        found = self.factor()
        while self.peek() in (*self.STARTS, "·"):
            if self.peek() == "|" and self.bars:
                break
            if self.peek() == "‖" and self.norms:
                break
            if self.peek() == "·":
                self.at += 1
            x = self.factor()
            scalar = self.entry or not np.ndim(found) or not np.ndim(x)
            found = found * x if scalar else found @ x
        return found

    bars = norms = 0

    def factor(self) -> Any:
        found = self.power()
        while self.peek() == "/":
            self.at += 1
            found = found / self.power()
        return found

    def power(self) -> Any:
        found = self.atom()
        while True:
            kind = self.peek()
            if kind == "ᵀ":
                self.at += 1
                found = np.transpose(found)
            elif kind == "raised":
                found = np.power(found, self.take("raised"))
            elif kind == "^":
                self.at += 1
                found = np.power(found, self.braced() if self.peek() == "{" else self.atom())
            elif kind == "[":
                found = np.asarray(found)[self.index()]
            elif kind in ENTRY:
                self.at += 1
            else:
                return found

    def braced(self) -> Any:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def atom(self) -> Any:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("the end", None)
        self.at += 1
        if kind == "symbol":
            return self.tokeniser.known[value]
        if kind == "number":
            return value
        if kind == "(":
            return self.group()
        if kind == "{":
            self.at -= 1
            return self.braced()
        if kind == "frac":
            top = self.braced()
            return top / self.braced()
        if kind in ("Σᵢⱼ", "Σᵢ", "Σ"):
            return self.total(kind)
        if kind == "√":
            return np.sqrt(self.braced() if self.peek() == "{" else self.atom())
        if kind == "e^":
            return np.exp(self.braced() if self.peek() == "{" else self.power())
        if kind == "𝟏":
            return self.ones()
        if kind == "1(":
            return self.indicator()
        if kind == "‖":
            self.norms += 1
            x = self.sum()
            self.norms -= 1
            squared = self.peek() == "‖²"
            self.take("‖", "‖²")
            return np.sum(x * x) if squared else np.sqrt(np.sum(x * x))
        if kind == "|":
            self.bars += 1
            x = self.sum()
            self.bars -= 1
            self.take("|")
            return np.abs(x)
        if kind == "subscripted":
            slope = self.sum()
            self.take("}")
            return self.call(value, slope)
        if kind == "word":
            return self.call(value)
        raise ValueError(f"cannot begin with {kind}: {self.tokens}")

    def group(self) -> Any:
        """(…), in matrices if an index of entries follows."""
        depth, i = 1, self.at
        while depth:
            depth += (self.tokens[i][0] in ("(", "1(")) - (self.tokens[i][0] == ")")
            i += 1
        follows = self.tokens[i][0] if i < len(self.tokens) else ""
        entry, self.entry = self.entry, self.entry and follows not in ENTRY
        norms, bars, self.norms, self.bars = self.norms, self.bars, 0, 0
        found = self.sum()
        self.entry, self.norms, self.bars = entry, norms, bars
        self.take(")")
        return found

    def total(self, kind: str) -> Any:
        entry, self.entry = self.entry, kind != "Σ"
        found = np.sum(self.product() if kind != "Σ" else self.atom())
        self.entry = entry
        return found

    def ones(self) -> Any:
        if self.peek() != "size":
            assert self.samples is not None
            return np.ones((self.samples, 1))
        size = self.take("size")
        return np.ones((*size, 1) if self.matrices else size)

    def indicator(self) -> Any:
        """1(a > b), 1(a = b), 1(a ≤ x ≤ b)."""
        tests = {"=": np.equal, "≠": np.not_equal, ">": np.greater, "≥": np.greater_equal,
                 "≤": np.less_equal, "<": np.less}  # fmt: skip
        entry, self.entry = self.entry, False
        left, holds = self.sum(), np.asarray(True)
        while self.peek() in tests:
            test = tests[self.peek()]
            self.at += 1
            right = self.sum()
            holds, left = holds & test(left, right), right
        self.entry = entry
        self.take(")")
        return holds.astype(float)

    def call(self, name: str, *last: Any) -> Any:
        if name in UNARY and self.peek() != "(":
            return OPS[SPELLED.get(name, name)].compute(np.asarray(self.power()))
        self.take("(")
        entry, self.entry = self.entry, False
        norms, bars, self.norms, self.bars = self.norms, self.bars, 0, 0
        args: list[Any] = []
        while self.peek() != ")":
            args.append(self.argument(name))
            if self.peek() == ",":
                self.at += 1
        self.take(")")
        self.entry, self.norms, self.bars = entry, norms, bars
        return self.computed(name, [*args, *last])

    def argument(self, name: str) -> Any:
        """A formula, or what Python writes: None, a tuple, a string, an index."""
        if self.peek() == "raw":
            text = self.take("raw")
            if text[0] != "[":
                return ast.literal_eval(text)
            found = self.slices(text[1:-1])
            return found if isinstance(found, tuple) else (found,)
        if self.peek() == "[":
            found = self.index()
            return found if isinstance(found, tuple) else (found,)
        start = self.at
        if self.peek() == "(":
            end = start + 1
            while self.tokens[end][0] in ("number", ",", "-", "−"):
                end += 1
            if self.tokens[end][0] == ")" and any(t[0] == "," for t in self.tokens[start:end]):
                numbers = [t for t in self.tokens[start:end] if t[0] in ("number", "-", "−")]
                self.at = end + 1
                return signed(numbers)
            if self.tokens[start + 1][0] == ")":
                self.at = start + 2
                return ()
        return self.sum()

    def index(self) -> Any:
        """[…] by numpy's rules."""
        self.take("[")
        text = ""
        if self.peek() == "raw" and self.peek(1) == "]":
            text = self.take("raw")
            self.take("]")
            return self.slices(text)
        while self.peek() != "]":
            kind, value = self.tokens[self.at]
            self.at += 1
            shown = {"number": f"{value:g}" if kind == "number" else "", "−": "-"}
            text += str(value) if kind in ("symbol", "raw") else shown.get(kind, kind)
        self.take("]")
        return self.slices(text)

    def slices(self, text: str) -> Any:
        names: dict[str, Any] = {}
        plain = {as_text(s.name): x for s, x in self.values.items() if s.kind == "value"}
        for k, name in enumerate(sorted({*plain, *self.tokeniser.known}, key=len, reverse=True)):
            if name in text and not name.isdigit():
                text = text.replace(name, f"n{k}_")
                x = np.asarray(plain.get(name, self.tokeniser.known.get(name)))
                names[f"n{k}_"] = x.astype(bool) if x.dtype.kind == "b" else x
        return eval(f"S[{text}]", {"S": np.s_}, names)

    def computed(self, name: str, args: list[Any]) -> Any:
        name = SPELLED.get(name, name)
        if name in ("max", "min") and len(args) != 3:
            name = {"max": "maximum", "min": "minimum"}[name]
        if name == "softmax" and len(args) == 1:
            args = [*args, self.classes(args[0])]
        if name == "cumsum":
            args[1] = int(args[1])
        op = OPS[name]
        if name == "concatenate":
            args[0] = int(args[0])
        return op.compute(*(np.asarray(a) if isinstance(a, float) else a for a in args))

    def classes(self, x: Any) -> tuple[int, ...]:
        return (0,) if self.columns else (np.ndim(x) - 1,)


def signed(tokens: list[Token]) -> tuple[int, ...]:
    found: list[int] = []
    sign = 1
    for kind, value in tokens:
        if kind != "number":
            sign = -1
            continue
        found.append(sign * int(value))
        sign = 1
    return tuple(found)


def emitted(derivation: Derivation, tex: bool) -> list[tuple[str, list[str]]]:
    """The lines as printed: left side, and what it equals."""
    found = []
    if tex:
        inside = derivation.latex.removeprefix("\\begin{aligned}\n").removesuffix(
            "\n\\end{aligned}"
        )
        for row in inside.split(" \\\\\n"):
            left, equals, right = row.split(r" &&\quad")[0].partition(" &= ")
            if equals:
                found.append((left, members(right)))
        return found
    for row in derivation.text.split("\n\nwhere")[0].split("\n"):
        known = re.match(r"  (\S.*?)\s* = (.*?)(?:   +\[.*\])?$", row)
        if known:
            found.append((known[1], members(known[2])))
    return found


def members(text: str) -> list[str]:
    """a = b = c, split where no parenthesis is open."""
    found, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if not depth and text.startswith(" = ", i):
            found.append(text[start:i])
            start = i + 3
    return [*found, text[start:]]


def read_back(derivation: Derivation, loss: str, rounded: bool = False) -> int:
    """Compare every printed formula, in text and in LaTeX, with the number that it stands for.

    `rounded`: numbers filled in have four digits.  Returns how many formulas there were.
    """
    count = 0
    for tex in (False, True):
        reader = Reader(derivation, loss, tex)
        rows = emitted(derivation, tex)
        assert len(rows) == len(derivation.lines)
        for (left, texts), line in zip(rows, derivation.lines, strict=True):
            assert len(texts) == len(line.members)
            want = np.asarray(derivation.values[line.left])
            for text in texts:
                got = np.asarray(reader.value(text))
                shape = want.shape if got.size == want.size == 1 else got.shape
                np.testing.assert_allclose(
                    np.broadcast_to(got.reshape(shape), want.shape), want,
                    rtol=2e-3 if rounded else 1e-9, atol=2e-3 if rounded else 1e-11,
                    err_msg=f"{left} = {text}",
                )  # fmt: skip
                count += 1
    return count
