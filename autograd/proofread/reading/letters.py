"""Letters with scripts as quantities: which names, layers and derivatives they are."""

from __future__ import annotations

from dataclasses import replace

from ..formula.tree import (
    Call,
    Derivative,
    Expr,
    Index,
    Indicator,
    Number,
    Ones,
    Relation,
    Symbol,
    Transpose,
)
from . import macros, trees
from .configuration import defaults
from .entries import index_of, with_scripts
from .gradients import adjoint, residual
from .meanings import meaning, unknown
from .scope import Scope, Unread
from .tex.raw import Group, Letter, List, Raw, Scripted, Sequence


def letter(raw: Letter, scope: Scope) -> Expr:
    """A letter alone."""
    found = macros.matched((raw,), scope.macros)
    if found:
        return meaning(found, raw, scope)
    name = trees.name_of(raw)
    if raw.accent == "bar" and not scope.has(name):
        return adjoint(raw, None, None, scope)
    if scope.has(name) or (name in scope.sizes and name not in scope.bound):
        return symbol(name, raw, scope.text(raw), scope)
    if name in scope.letters:
        return Number(float(scope.letters[name]), at=raw.at)
    if name in defaults.ONES and raw.font in defaults.BOLD:
        return Ones(at=raw.at)
    if scope.is_index(name):
        return Index(name, at=raw.at)
    if name == "I":
        return Ones("eye", at=raw.at)
    if name == "pi":
        return Number(3.141592653589793, at=raw.at)
    if name == "e":
        return Number(2.718281828459045, at=raw.at)
    return named(name, raw, scope)


def symbol(name: str, raw: Raw, text: str, scope: Scope) -> Expr:
    """A quantity, or the derivative that its name is short for."""
    if name in scope.abbreviations:
        return replace(scope.abbreviations[name], text=text, at=raw.at)
    return Symbol(name, text=text, at=raw.at)


def named(name: str, raw: Raw, scope: Scope) -> Expr:
    """What is no quantity: the loss in words, or a gradient dz2."""
    if name.lower() in ("loss", "cost") and scope.loss:
        return Symbol(scope.loss, text=scope.text(raw), at=raw.at)
    for prefix in ("d", f"d{scope.loss}_d", "grad_"):
        if scope.loss and name.startswith(prefix) and scope.has(name[len(prefix) :]):
            of, wrt = Symbol(scope.loss), Symbol(name[len(prefix) :])
            return Derivative(of, (wrt,), text=scope.text(raw), at=raw.at)
    raise unknown(name, raw, scope)


def scripted(raw: Scripted, scope: Scope) -> Expr:
    """Something with a subscript, a superscript or primes."""
    sup, transposed = trees.without_transpose(raw.sup)
    if not transposed and scope.settings.prime == "transpose" and raw.primes:
        transposed, raw = True, replace(raw, primes=0)
    if transposed:
        bare = _without(raw, sup, scope)
        e = _bare(bare, scope)
        if sup is not None and raw.sub is None and isinstance(e, Symbol | Derivative):
            e = replace(e, text=_head(bare, scope))  # the W^{[2]} of W^{[2]T}
        return Transpose(e, at=raw.at)
    found = macros.matched((raw,), scope.macros)
    if found:
        return with_scripts(meaning(found, raw, scope), found.sub, found.sup, raw, scope)
    if isinstance(raw.base, Letter):
        return letter_with_scripts(raw, raw.base, scope)
    if raw.primes:
        raise Unread("a prime on something that is no function: set prime: transpose?", raw.at)
    return with_scripts(scope.read(raw.base), raw.sub, raw.sup, raw, scope)


def _without(raw: Scripted, sup: Raw | None, scope: Scope) -> Scripted:
    """What is transposed, in its own place: the W of W^T."""
    bare = replace(raw, sup=sup)
    if sup is not None or raw.sup is None:
        return bare
    at = scope.before(raw.at, raw.sup)
    if raw.sub is not None and scope.text(raw.sub) not in scope.source.slice(at):
        return bare  # W^T_1
    return replace(bare, at=at)


def _bare(raw: Scripted, scope: Scope) -> Expr:
    if raw.sub is None and raw.sup is None and not raw.primes:
        return scope.read(raw.base)
    return scripted(raw, scope)


def letter_with_scripts(raw: Scripted, base: Letter, scope: Scope) -> Expr:
    """a_i^{(l)}, h_1, x^2, e^x."""
    name = trees.name_of(base)
    if base.accent == "bar" and not any(q.startswith(name) for q in scope.names):
        return adjoint(base, raw.sub, raw.sup, scope, raw)
    if name == "e" and not scope.has("e") and raw.sup is not None and raw.sub is None:
        return Call("exp", (scope.read(raw.sup),), text="\\exp", at=raw.at)
    if name in defaults.ONES and base.font in defaults.BOLD:
        return Ones(at=raw.at)
    if name == "delta" and not scope.has(name) and (kronecker := _kronecker(raw, scope)):
        return kronecker
    if name == "I" and not any(scope.has(f"I{x}") for x in ("", *"0123456789")):
        return with_scripts(Ones("eye", at=base.at), raw.sub, raw.sup, raw, scope)
    quantity, sub, sup = quantity_of(raw, name, scope)
    if raw.primes:
        raise Unread(f"{name}′ is the derivative of a function, and {name} is none", raw.at)
    return with_scripts(quantity, sub, sup, raw, scope)


def quantity_of(raw: Scripted, name: str, scope: Scope) -> tuple[Expr, Raw | None, Raw | None]:
    """The quantity that a name with scripts is, and the scripts that are left."""
    if (split := _layer_and_sample(raw.sup, scope)) is not None:
        e, sub, _ = quantity_of(replace(raw, sup=split[0]), name, scope)
        return e, sub, split[1]
    text = scope.text(raw) if raw.sub is None else ""
    layer = layer_of(raw.sup, name, scope)
    if layer is not None and not _is_squared(raw, name, scope):
        full = f"{name}{layer}"
        if name == "delta" and not scope.layered(name):
            return residual(layer, raw, _head(raw, scope), scope), raw.sub, None
        if not (scope.has(full) or full in scope.sizes):
            return missing(name, full, raw, scope), raw.sub, None
        return symbol(full, raw, text or _head(raw, scope), scope), raw.sub, None
    if (found := _by_subscript(raw, name, scope)) is not None:
        return found[0], found[1], raw.sup
    if raw.sub is None and not scope.has(name) and name not in scope.letters:
        shown = scope.text(raw)
        if not scope.is_index(name) and name not in scope.sizes:
            raise unknown(shown if raw.sup is not None else name, raw, scope)
    base = replace(raw, sub=None, sup=None, primes=0).base
    return scope.read(base), raw.sub, raw.sup


def _kronecker(raw: Scripted, scope: Scope) -> Expr | None:
    """δ_{ij}: 1 where i = j."""
    letters = [index_of(x, scope) for x in macros.indices(raw.sub)]
    if raw.sup is not None or len(letters) != 2 or not isinstance(letters[0], Index):
        return None
    return Indicator(Relation(letters[0], "=", letters[1]), at=raw.at)


def _layer_and_sample(sup: Raw | None, scope: Scope) -> tuple[Raw, Raw] | None:
    """The [2] and the (i) of a^{[2](i)}."""
    if not isinstance(sup, Sequence) or len(sup.factors) != 2 or any(sup.signs):
        return None
    first, second = sup.factors
    if not (isinstance(first, Group) and isinstance(second, Group)):
        return None
    if trees.integer(second, dict(scope.letters)) is not None:
        first, second = second, first
    return first, second


def _is_squared(raw: Scripted, name: str, scope: Scope) -> bool:
    """Whether h_2^2 is the square of h_2: its subscript comes first, and is its name."""
    sub, sup = raw.sub, raw.sup
    if sub is None or sup is None or isinstance(sup, Group):
        return False
    first = (sub.at.line, sub.at.column) < (sup.at.line, sup.at.column)
    return first and scope.has(f"{name}{trees.integer(sub, {})}")


def _head(raw: Scripted, scope: Scope) -> str:
    """The author's spelling of W^{(2)} in W^{(2)}_{ij}."""
    sup = scope.text(raw.sup) if raw.sup is not None else ""
    shown = sup[1:-1] if sup.startswith("{") else sup
    return f"{scope.text(raw.base)}^{{{shown}}}"


def layer_of(sup: Raw | None, name: str, scope: Scope) -> int | None:
    """The layer that a superscript names: (2), (l), l + 1; a bare 2 is a power of what is known."""
    if sup is None:
        return None
    n = trees.integer(sup, dict(scope.letters))
    if n is None:
        return None
    bracketed = isinstance(sup, Group)
    if bracketed or trees.letters_in(sup) & set(scope.settings.layers):
        return n if bracketed or not scope.has(name) or scope.layered(name) else None
    return n if not scope.has(name) and f"{name}{n}" in scope.names | scope.sizes else None


def _by_subscript(raw: Scripted, name: str, scope: Scope) -> tuple[Expr, Raw | None] | None:
    """h_1 -> h1, W_{xh} -> Wxh, h_{2,ij} -> entry i, j of h2; None if the subscript is none."""
    if raw.sub is None:
        return None
    first, *rest = trees.items(raw.sub)
    tag = subscript_name(first, scope)
    if not tag:
        return None
    for full in (f"{name}{tag}", f"{name}_{tag}"):
        if scope.has(full) or (full in scope.sizes and not scope.has(name)):
            left = left_of(rest, raw)
            whole = replace(raw, sup=None)
            text = scope.text(raw) if raw.sup is None and not rest else _tagged(whole, first, scope)
            return symbol(full, raw, text, scope), left
    if name == "delta" and not scope.has(name) and not scope.layered(name) and tag.isdecimal():
        return residual(int(tag), raw, scope.text(raw), scope), left_of(rest, raw)
    if not scope.has(name) and not rest and scope.layered(name) and tag.isdecimal():
        return missing(name, f"{name}{tag}", raw, scope), None
    return None


def left_of(rest: list[Raw], raw: Raw) -> Raw | None:
    """What remains of a subscript."""
    return None if not rest else rest[0] if len(rest) == 1 else List(raw.at, tuple(rest))


def _tagged(raw: Scripted, tag: Raw, scope: Scope) -> str:
    return f"{scope.text(raw.base)}_{{{scope.text(tag)}}}"


def subscript_name(raw: Raw, scope: Scope) -> str:
    """A subscript as the end of a name: 1, xh, in; "" if it cannot be one."""
    n = trees.integer(raw, dict(scope.letters))
    if n is not None:
        return str(n) if n >= 0 else ""
    if isinstance(raw, Letter):
        return "" if raw.name in scope.bound else trees.name_of(raw)
    if isinstance(raw, Sequence) and not any(raw.signs):
        pieces = [subscript_name(f, scope) for f in raw.factors]
        return "".join(pieces) if all(pieces) else ""
    words = getattr(raw, "words", "")
    return words.strip() if words.strip().isidentifier() else ""


def missing(name: str, full: str, raw: Scripted, scope: Scope) -> Symbol:
    """A layer that a quantity doesn't have: undefined, where it is used.

    Raises Unread for a quantity that isn't known at all.
    """
    if not scope.layered(name):
        raise unknown(full, raw, scope)
    return Symbol(full, text=scope.text(raw) if raw.sub is None else _head(raw, scope), at=raw.at)
