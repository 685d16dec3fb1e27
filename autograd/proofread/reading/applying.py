"""Functions and their arguments: g(z), ln p, J(W, b)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..formula.tree import At, Call, Expr, Mul, Power, Span, Symbol, Transpose
from . import trees
from .configuration import defaults
from .entries import with_scripts
from .scope import Scope, Unread
from .tex.raw import Comparison, Group, Raw, Scripted

Unit = tuple[Expr, int]  # a factor's meaning, and how many raw factors it takes


def joined(first: Raw, last: Raw) -> Span:
    return Span(first.at.line, first.at.column, last.at.end_line, last.at.end_column)


def function(run: tuple[Raw, ...], scope: Scope) -> Unit | None:
    """A function and its argument at the beginning of a row of factors; None if none is there."""
    base = trees.base_of(run[0])
    name = trees.name_of(base)
    sub = run[0].sub if isinstance(run[0], Scripted) else None
    after = run[1] if len(run) > 1 else None
    group = trees.base_of(after) if after is not None else None
    if not name or sub is not None:
        return None
    called_as = scope.function(name)
    if not called_as:
        known = scope.has(name) or name in scope.settings.losses
        if known and isinstance(group, Group):
            return with_arguments(name, run, group, lambda: scope.read(run[0]), scope)
        return None
    if after is None:
        if name in scope.settings.functions and not scope.has(name):
            raise Unread(f"the function {name} has no argument here", run[0].at)
        return None
    if isinstance(group, Group) and group.kind in ("(", "[", "{"):
        plain = [x for x in group.items if not _is_option(x)]
        args, used = tuple(_argument(x, scope) for x in plain), 2
    elif name in defaults.BARE:
        e, more = scope.unit(scope, run[1:])
        args, used = (e,), 1 + more
    else:
        return None
    at = joined(run[0], run[used - 1])
    primes = run[0].primes if isinstance(run[0], Scripted) else 0
    found: Expr = called(called_as, args, primes, scope, scope.text(base), at)
    if isinstance(found, Call) and isinstance(group, Group) and called_as in defaults.SUMMING:
        found = replace(found, options=_axis(group))
    if isinstance(after, Scripted) and isinstance(group, Group):
        found = _with_scripts(found, after, at, scope)
    if isinstance(run[0], Scripted) and run[0].sup is not None:
        found = Power(found, scope.read(run[0].sup), "^", at=at)
    return found, used


def _with_scripts(e: Expr, after: Scripted, at: Span, scope: Scope) -> Expr:
    """g(z)^T, g(z)_i, f(z)': what hangs on the brackets belongs to the value."""
    sup, transposed = trees.without_transpose(after.sup)
    if after.primes and isinstance(e, Call):
        e = replace(e, primes=e.primes + after.primes)
    if after.sub is not None or sup is not None:
        e = with_scripts(e, after.sub, sup, replace(after, at=at, sup=sup), scope)
    return Transpose(e, at=at) if transposed else e


def _is_option(raw: Raw) -> bool:
    return isinstance(raw, Comparison) and trees.is_letter(raw.left, *defaults.OPTIONS)


def _axis(group: Group) -> tuple[tuple[str, object], ...]:
    """The axis of np.sum(z, axis=1): what is left is a row or a column."""
    for raw in group.items:
        if isinstance(raw, Comparison) and trees.is_letter(raw.left, "axis"):
            axis = trees.integer(raw.right, {})
            if axis not in (0, 1):
                raise Unread("an axis is 0 (add up the rows) or 1 (the columns)", raw.at)
            return ("axis", axis), ("keepdims", True)
    return ()


def _argument(raw: Raw, scope: Scope) -> Expr:
    if isinstance(raw, Comparison):
        raise Unread(f"a relation as an argument: {scope.text(raw)}", raw.at)
    return scope.read(raw)


def called(
    function: str, args: tuple[Expr, ...], primes: int, scope: Scope, text: str, at: Span
) -> Expr:
    """The call, with the axis that the notation implies."""
    if function in defaults.PAIRED and len(args) == 2:
        function = defaults.PAIRED[function]
    if function == "dot" and len(args) == 2:
        return Mul(*args, "matrix", at=at)
    options: tuple[tuple[str, object], ...] = ()
    if function in defaults.ROW_WISE:
        axis = {"rows": 1, "columns": 0}.get(scope.settings.samples)
        options = (("axis", axis),)
        if axis is None:
            scope.note(f"{text} is taken over all entries; say samples: rows or columns")
    return Call(function, args, primes, options, text=text, at=at)


def with_arguments(
    name: str, run: tuple[Raw, ...], group: Group, value: Callable[[], Expr], scope: Scope
) -> Unit | None:
    """A quantity and brackets with its arguments, or with others of the kind: h(x) and h(x_i)."""
    for parameters in scope.functions_of.get(name, {}).values():
        if len(parameters) == len(group.items) and all(map(alike, parameters, group.items)):
            return applied(run, value(), parameters, group.items, scope)
    if are_arguments(name, group, scope):
        return without_arguments(run, value(), scope)
    return None


def alike(parameter: Raw, argument: Raw) -> bool:
    """x and x^{(i)}; 1 − z is a factor, though, and no argument of h(z)."""
    letter = trees.name_of(trees.base_of(argument))
    return bool(letter) and letter == trees.name_of(trees.base_of(parameter))


def applied(
    run: tuple[Raw, ...], e: Expr, parameters: Sequence[Raw], arguments: Sequence[Raw], scope: Scope
) -> Unit:
    """h(x_i): the value of h where x is x_i."""
    moves = [moved(p, x, scope) for p, x in zip(parameters, arguments, strict=True)]
    where = tuple(move for move in moves if move is not None)
    if not where:
        return without_arguments(run, e, scope)
    texts = map(scope.text, parameters)
    spelt = tuple((m[0] if m else text, text) for m, text in zip(moves, texts, strict=True))
    called = e.name if isinstance(e, Symbol) else ""
    found: Expr = At(e, where, called, spelt, at=joined(run[0], run[1]))
    after = run[1]
    return (_with_scripts(found, after, joined(run[0], after), scope)
            if isinstance(after, Scripted) else found), 2  # fmt: skip


def moved(parameter: Raw, argument: Raw, scope: Scope) -> tuple[str, Expr] | None:
    """The parameter's name and its other value; None where it stays what it is."""
    if scope.text(parameter) == scope.text(argument):
        return None
    x, other = scope.read(parameter), scope.read(argument)
    if x == other:
        return None
    if not isinstance(x, Symbol):
        raise Unread(f"{scope.text(parameter)} cannot be given another value", argument.at)
    return x.name, other


def are_arguments(name: str, group: Group, scope: Scope) -> bool:
    """Whether brackets after a quantity hold its arguments and are no factor: J(W, b)."""
    if group.kind not in "([" or any(isinstance(x, Comparison) for x in group.items):
        return False
    if len(group.items) > 1 and group.kind == "(":
        return True
    return tuple(scope.text(x) for x in group.items) in scope.functions_of.get(name, ())


def without_arguments(run: tuple[Raw, ...], e: Expr, scope: Scope) -> Unit:
    after = run[1]
    at = joined(run[0], after)
    if "text" in vars(e):
        e = replace(e, text=scope.span_text(run[0], run[1]), at=at)  # type: ignore[call-arg]
    return (_with_scripts(e, after, at, scope) if isinstance(after, Scripted) else e), 2
