"""The formula that a matched macro stands for."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import lru_cache

from ...errors import ProofreadError
from ..formula.tree import Expr, Index, Number, Symbol, mapped
from ..python.names import did_you_mean
from ..python.reader import expression
from . import trees
from .configuration.checked import ConfigError
from .macros import Macro, Matched
from .scope import Missing, Scope, Unread
from .tex.raw import Raw

LAYERED = re.compile(r"\b([A-Za-z_]\w*)\[([^\[\]]*)\]")


def meaning(found: Matched, raw: Raw, scope: Scope) -> Expr:
    """What the author's formula `raw` is by the macro that fits it.  Raises Unread."""
    readings = found.macro.meaning.readings
    if len(readings) > 1:
        scope.ambiguous.update(dict.fromkeys(name for name, _ in readings))
    text = readings[min(scope.reading, len(readings) - 1)][1]
    numbers = {
        letter: n
        for letter, value in found.binding.items()
        if (n := trees.integer(value, dict(scope.letters))) is not None
    }
    text = layered(text, numbers, scope, raw)
    e = stripped(parsed(text, scope, found.macro))
    return as_written(substituted(e, found, scope), raw, scope)


def parsed(text: str, scope: Scope, macro: Macro) -> Expr:
    """A formula of the configuration.  Raises ConfigError."""
    try:
        return _expression(text, scope.names | scope.sizes, scope.loss)
    except ProofreadError as error:
        where = macro.meaning.where
        raise ConfigError(f"{where}: symbols: {macro.meaning.pattern}: {error}") from None


@lru_cache(maxsize=4096)
def _expression(text: str, names: frozenset[str], loss: str) -> Expr:
    return expression(text, names, loss=loss)


def layered(text: str, numbers: dict[str, int], scope: Scope, raw: Raw) -> str:
    """z[l + 1] -> z2, where z1, z2, … are quantities and z is none."""

    def replaced(piece: re.Match[str]) -> str:
        name, index = piece[1], piece[2]
        if scope.has(name) or not scope.layered(name):
            return piece[0]
        n = _integer(index, numbers)
        if n is None:
            return piece[0]
        if f"{name}{n}" not in scope.names:
            layers = ", ".join(f"{name}{k}" for k in scope.layered(name))
            raise Missing(f"there is no {name}{n}, only {layers}", raw.at)
        return f"{name}{n}"

    return LAYERED.sub(replaced, text)


def _integer(text: str, numbers: dict[str, int]) -> int | None:
    """The value of l + 1."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None

    def value(node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int(n)):
                return n
            case ast.Name(id=name) if name in numbers:
                return numbers[name]
            case ast.BinOp(left=a, op=ast.Add(), right=b):
                return value(a) + value(b)
            case ast.BinOp(left=a, op=ast.Sub(), right=b):
                return value(a) - value(b)
        raise ValueError

    try:
        return value(tree)
    except ValueError:
        return None


def substituted(e: Expr, found: Matched, scope: Scope) -> Expr:
    """The formula with the placeholders' formulas in their places."""
    letters = {name: _read(value, scope) for name, value in found.binding.items()}

    def put(x: Expr) -> Expr:
        if isinstance(x, Index | Symbol) and x.name in letters:
            return letters[x.name]
        return mapped(x, put)

    return put(e)


def _read(raw: Raw, scope: Scope) -> Expr:
    n = trees.integer(raw, dict(scope.letters))
    return scope.read(raw) if n is None else Number(float(n))


def stripped(e: Expr) -> Expr:
    """Without the places in the configuration's text."""
    return replace(mapped(e, stripped), at=None)


def as_written(e: Expr, raw: Raw, scope: Scope) -> Expr:
    """With the author's own spelling and place."""
    text = scope.text(raw)
    if "text" in vars(e):
        return replace(e, at=raw.at, text=text)  # type: ignore[call-arg]
    return replace(e, at=raw.at)


def unknown(name: str, raw: Raw, scope: Scope) -> Unread:
    """The error for a name that nothing says anything about."""
    hint = did_you_mean(name, sorted(scope.names | scope.sizes))
    hint = hint or "; say what it is in the configuration, under shapes, forward or symbols"
    return Unread(f"{name} is not known{hint}", raw.at)
