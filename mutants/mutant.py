"""A mutant: one replacement in one module, found by symbol and exact text, never by line number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Span = tuple[int, int]
ROOT = Path(__file__).resolve().parents[1]


class GoneError(LookupError):
    """What a hand-written list mentions is not in the code any more, or is there twice."""


@dataclass(frozen=True)
class Mutant:
    """`old`, which stands at `start` (a byte) of the module at `path`, becomes `new`."""

    path: str
    symbol: str
    kind: str
    title: str
    start: int
    old: str
    new: str

    @property
    def name(self) -> str:
        """`elementwise.tanh[x]: y * y → y`: it holds as long as the code that it is about."""
        return f"{module(self.path)}.{self.symbol}: {self.title}"

    def applied(self, source: str) -> str:
        """The source with the fault in it."""
        data, old = source.encode(), self.old.encode()
        end = self.start + len(old)
        assert data[self.start : end] == old, f"{self.name} was made for another source"
        return (data[: self.start] + self.new.encode() + data[end:]).decode()


@dataclass(frozen=True)
class Fault:
    """A mutant as it is listed by hand: within `symbol`, `old` stands once and becomes `new`."""

    path: str
    symbol: str  # "ordered", "Tensor.data", a table's "SUM"; "" is the whole module
    kind: str
    title: str  # what is wrong, in a few words
    old: str
    new: str

    def located(self, source: str) -> Mutant:
        """The mutant; GoneError, which says where to look, if `old` is not there exactly once."""
        data, old = source.encode(), self.old.encode()
        spans = [(0, len(data))] if not self.symbol else symbols(source).get(self.symbol, [])
        found = [at for span in spans for at in occurrences(data, old, span)]
        what = f"{module(self.path)}.{self.symbol}: {self.title}"
        if not spans:
            raise GoneError(f"{what}: {self.path} has no {self.symbol!r} any more")
        if len(found) != 1:
            raise GoneError(f"{what}: {self.old!r} stands {len(found)} times in {self.symbol!r}, "
                            "and has to be there once")  # fmt: skip
        return Mutant(self.path, self.symbol, self.kind, self.title, found[0], self.old, self.new)


def faults(path: str, *rows: tuple[str, str, str, str, str]) -> list[Fault]:
    """Faults of one module: symbol, kind, title, old, new."""
    return [Fault(path, *row) for row in rows]


def module(path: str) -> str:
    """`nn.optim` for nn/optim.py; autograd's own modules without the package."""
    return path.removesuffix(".py").removeprefix("autograd/").replace("/", ".")


def occurrences(data: bytes, old: bytes, span: Span) -> Iterator[int]:
    at = data.find(old, *span)
    while at >= 0:
        yield at
        at = data.find(old, at + 1, span[1])


def symbols(source: str) -> dict[str, list[Span]]:
    """Where each function, class, method and module-level name is defined.

    A property and its setter share a name, so there may be several places.
    """
    text, found = Text(source), dict[str, list[Span]]()

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                first = min([node, *node.decorator_list], key=lambda n: n.lineno)
                span = text.offset(first.lineno, 0), text.span(node)[1]
                found.setdefault(prefix + node.name, []).append(span)
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in targets:
                    if isinstance(name, ast.Name):
                        found.setdefault(prefix + name.id, []).append(text.span(node))

    visit(ast.parse(source).body, "")
    return found


class Text:
    """A source whose nodes are found by bytes, as Python's parser counts columns."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def span(self, node: ast.AST) -> Span:
        n: ast.expr = node  # type: ignore[assignment]  # what has a place in the source
        assert n.end_lineno is not None
        assert n.end_col_offset is not None
        return self.offset(n.lineno, n.col_offset), self.offset(n.end_lineno, n.end_col_offset)

    def of(self, node: ast.AST) -> str:
        return self.data[slice(*self.span(node))].decode()
