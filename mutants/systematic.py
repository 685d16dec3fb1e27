"""Mutants made from the code itself: of each rule of the op tables, of functions that compute."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from .expressions import parts, variants
from .mutant import Mutant, Span, Text

OPTIONS = {"axes", "axis", "keepdims", "ddof", "shape", "index", "p", "subscripts", "c", "self"}
SIMPLE = ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript
Function = ast.Lambda | ast.FunctionDef


class Maker:
    """Makes the mutants of one module, each once."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.text = path, Text(source)
        self.tree = ast.parse(source)
        self.made: dict[tuple[Span, str], Mutant] = {}
        self.titles: Counter[tuple[str, str]] = Counter()

    def add(self, symbol: str, kind: str, node: ast.AST, new: str) -> None:
        """`node` becomes `new`; the name shows both on one line."""
        span, old = self.text.span(node), self.text.of(node)
        if (span, new) in self.made:
            return
        title = f"{one_line(old)} → {one_line(new)}"
        self.titles[symbol, title] += 1
        times = self.titles[symbol, title]
        title += f" #{times}" if times > 1 else ""
        self.made[span, new] = Mutant(self.path, symbol, kind, title, span[0], old, new)

    def expression(self, symbol: str, root: ast.AST) -> None:
        """Every systematic fault at or below `root`."""
        for node in parts(root):
            for kind, new in variants(node):
                text = ast.unparse(ast.fix_missing_locations(new))
                if text == ast.unparse(node):  # e / e, exchanged
                    continue
                self.add(symbol, kind, node, text if isinstance(new, SIMPLE) else f"({text})")
            if isinstance(node, ast.AugAssign):
                target = ast.unparse(node.target)
                self.add(symbol, "accumulation", node, f"{target} = {self.text.of(node.value)}")

    def rule(self, symbol: str, function: Function) -> None:
        """A derivative rule: whole, and each of its parts."""
        for result in results(function):
            first = result.left if isinstance(result, ast.BinOp) else result  # [f] * 3
            if not isinstance(first, ast.List | ast.ListComp | ast.Lambda):
                self.whole(symbol, result)
        self.stale(symbol, function)
        for root in [function.body] if isinstance(function, ast.Lambda) else function.body:
            self.expression(symbol, root)

    def whole(self, symbol: str, result: ast.expr) -> None:
        text = self.text.of(result)
        self.add(symbol, "sign", result, f"-({text})")
        self.add(symbol, "factor 2", result, f"2.0 * ({text})")
        self.add(symbol, "no cotangent", result, "None")
        # the number is right, and what it depends on is forgotten
        self.add(symbol, "first order only", result, f'getattr({text}, "_raw", {text})')

    def stale(self, symbol: str, function: Function) -> None:
        """One value taken for another: x for y, a for b."""
        _, y, *names = [a.arg for a in function.args.args]
        values = [name for name in names if name not in OPTIONS]
        if not values:
            return
        others = dict(zip(values, [*values[1:], values[0]], strict=True))
        others |= {y: values[0]} if len(values) > 1 else {values[0]: y, y: values[0]}
        for node in parts(function.body) if isinstance(function, ast.Lambda) else parts(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in others:
                self.add(symbol, "stale value", node, others[node.id])


def one_line(text: str) -> str:
    return " ".join(text.split())


def results(function: Function) -> list[ast.expr]:
    """What a rule gives: a lambda's body, or all that a function returns."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    found = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
    return [value for value in found if value is not None]


def is_rule(node: ast.AST) -> bool:
    return isinstance(node, Function) and [a.arg for a in node.args.args[:2]] == ["g", "y"]


def of_table(path: str, source: str) -> Iterator[Mutant]:
    """The mutants of every rule in a module that holds a table of ops."""
    maker = Maker(path, source)
    for statement in maker.tree.body:
        if isinstance(statement, ast.FunctionDef) and is_rule(statement):
            maker.rule(statement.name, statement)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            for node in ast.walk(statement):
                if isinstance(node, ast.Lambda) and is_rule(node):
                    names = [a.arg for a in node.args.args[2:]]
                    maker.rule(f"{ast.unparse(target)}{position(statement, node, names)}", node)
    return iter(maker.made.values())


def position(statement: ast.AST, rule: ast.Lambda, names: list[str]) -> str:
    """`[b]` for the rule of argument b."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Tuple) and rule in node.elts:
            return f"[{names[node.elts.index(rule)]}]"
    return ""


def of_functions(path: str, source: str, names: list[str]) -> tuple[list[Mutant], list[str]]:
    """The mutants of these functions and methods (`Adam.change`), and of tables' lambdas (`share`).

    The second list holds the names that the module lacks.
    """
    maker, found = Maker(path, source), set[str]()

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef) and prefix + node.name in names:
                found.add(prefix + node.name)
                for statement in node.body:
                    maker.expression(prefix + node.name, statement)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                symbol = prefix + ast.unparse(target)
                if symbol in names:
                    found.add(symbol)
                    for each in ast.walk(node.value):
                        if isinstance(each, ast.Lambda) and not is_rule(each):
                            maker.expression(symbol, each.body)

    visit(maker.tree.body, "")
    return list(maker.made.values()), [name for name in names if name not in found]
