"""Gradients that are written as a letter: \\bar W, δ."""

from __future__ import annotations

from dataclasses import replace

from ..formula.tree import Derivative, Expr, Symbol
from .meanings import unknown
from .scope import Missing, Scope, Unread
from .tex.raw import Letter, Raw, Scripted


def residual(layer: int, raw: Scripted, head: str, scope: Scope) -> Expr:
    """δ of a layer: the gradient of the loss for its z, unless the document says otherwise."""
    text = scope.text(raw) if raw.sub is None else head
    if f"delta{layer}" in scope.abbreviations:
        return replace(scope.abbreviations[f"delta{layer}"], text=text, at=raw.at)
    layers = scope.layered("z")
    if not layers or not scope.loss:
        raise unknown(f"delta{layer}", raw, scope)
    if layer not in layers:
        there = ", ".join(f"delta{k}" for k in layers)
        raise Missing(f"there is no delta{layer}, only {there}", raw.at)
    return replace(gradient(Symbol(f"z{layer}"), raw, scope), text=text)


def adjoint(
    base: Letter, sub: Raw | None, sup: Raw | None, scope: Scope, raw: Raw | None = None
) -> Derivative:
    """\\bar W: the gradient of the loss for W."""
    inside: Raw = replace(base, accent="")
    if sub is not None or sup is not None:
        inside = Scripted((raw or base).at, inside, sub, sup)
    return gradient(scope.read(inside), raw or base, scope)


def gradient(wrt: Expr, raw: Raw, scope: Scope) -> Derivative:
    """∂loss/∂wrt, spelled as `raw` is."""
    if not scope.loss:
        raise Unread("the gradient of which loss? name it: loss: L", raw.at)
    return Derivative(Symbol(scope.loss), (wrt,), text=scope.text(raw), at=raw.at)
