"""An op is one declaration holding everything that is true of it.

How to compute it, how to pull a cotangent back to each argument, how to write it in Python and in
TeX.  A rule `rule(g, y, *args)` takes the cotangent `g` of the result `y` and returns the
argument's, written with the library's own operations: run on numbers it is arithmetic, run on nodes
it grows the graph of the gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np

from .data import as_float, kind_of, real
from .errors import DTypeError, NoDerivativeError, ShapeError
from .node import Node

Rule = Callable[..., Any]
# For ops of any number of arguments: `rules(g, y, *args)` gives one function without parameters per
# argument, to be called for the cotangents that are wanted; None where there is no derivative.
# What they share is then worked out once, and a hundred thousand arguments take linear time.
Rules = tuple[Rule | None, ...] | Callable[..., Sequence[Callable[[], Any] | None]]
Template = str | Callable[..., str]
Pull = Callable[..., None]  # see kernels.py

# The rule of an argument in which the result is piecewise constant: its derivative is 0 wherever
# there is one, so no cotangent flows.  (None says that there is no rule, and reaching it raises.)
ZERO: Rule = lambda g, y, *args: None


class Function(Protocol):
    """The public function of an op, which it carries as `.op`."""

    op: Op

    def __call__(self, *args: Any) -> Any: ...


class Op:
    """One operation; `label`, `write` and `rule` are how the views read it."""

    __slots__ = (
        "_rules", "analytic", "compute", "elementwise", "handlers", "hint", "linear", "name",
        "numpy", "objects", "pull", "python", "scalar", "settings", "symbol", "tex",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        compute: Callable[..., Any],
        rules: Rules,
        *,
        python: Template,
        tex: Template,
        scalar: Callable[..., float] | None = None,
        objects: Callable[..., Any] | None = None,
        symbol: str | None = None,
        numpy: tuple[Callable[..., Any], ...] = (),
        analytic: bool = True,
        linear: bool = False,
        elementwise: bool = False,
        settings: int = 0,
        hint: str = "check the shapes and the axes",
    ) -> None:
        self.name = name
        self.compute = compute  # on arrays
        self.scalar = scalar  # on Python floats; may raise arithmetic errors (see value.py)
        self.objects = objects or compute  # on object arrays of Values
        self.rules = rules
        self.python = python
        self.tex = tex
        self.symbol = symbol or name
        self.numpy = numpy  # numpy's functions that mean this op
        self.analytic = analytic  # complex steps may be taken through it
        self.linear = linear  # no rule reads an operand's values, so none has to be kept
        self.elementwise = elementwise
        # how many of the last arguments a node leaves out of its parents, since they are axes or
        # options: said of the ops that have a recorder (reductions, softmaxes), where it saves time
        self.settings = settings
        self.hint = hint  # what to do about arguments that it cannot take
        self.handlers: dict[type, Callable[..., Any]] = {}

    @property
    def rules(self) -> Rules:
        return self._rules

    @rules.setter
    def rules(self, rules: Rules) -> None:
        self._rules = rules
        self.pull: Pull | None = None  # the rules as the sweep runs them, once it met the op

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> str:
        raise TypeError(f"{self!r} cannot be pickled: save data, not graphs")

    def rule(self, i: int) -> Rule:
        """The rule of argument `i`; raises NoDerivativeError if it has none."""
        rules = self.rules
        if callable(rules):
            return lambda g, y, *args: self.asked(rules(g, y, *args), i)()
        rule: Rule = self.asked(rules, i)
        return rule

    def asked(self, rules: Sequence[Any], i: int) -> Any:
        """What `rules` holds for argument `i`; raises NoDerivativeError if that is nothing."""
        if i < len(rules) and rules[i] is not None:
            return rules[i]
        raise NoDerivativeError(
            f"{self.name} has no derivative rule for argument {i}; pass that argument as plain "
            "data, or declare a rule with autograd.primitive"
        )

    def label(self, args: tuple[Any, ...]) -> str:
        """The short text for a drawing: `*`, `**2`, `sigmoid`."""
        if self.symbol == "**" and isinstance(args[-1], float | int):
            return f"**{args[1]:g}"
        return self.symbol

    def write(self, template: Template, *texts: str) -> str:
        """`template` (this op's `.python` or `.tex`) with its arguments written as `texts`."""
        return template(*texts) if callable(template) else template.format(*texts)


def apply(op: Op, *args: Any) -> Any:
    """Run `op` on whatever it is given: numbers, arrays, nodes, object arrays of Values."""
    for arg in args:
        if isinstance(arg, Node):
            return type(arg).record(op, args)  # type: ignore[attr-defined]  # Value's or Tensor's
    if op.elementwise:
        args = tuple([np.asarray(a) if isinstance(a, list | tuple) else a for a in args])
    for arg in args:
        if isinstance(arg, np.ndarray) and arg.dtype == object:
            return on_objects(op, args)
    return on_arrays(op, args)


def on_arrays(op: Op, args: tuple[Any, ...]) -> Any:
    """Plain numbers and arrays: floats stay floats; integers and bools become float64."""
    if op.elementwise:
        for i, a in enumerate(args):
            if not isinstance(a, np.ndarray | np.generic | int | float) and (
                a is not None or not i
            ):
                raise DTypeError(
                    f"{op.name} takes numbers, arrays, Values and Tensors; got {kind_of(a)}"
                )
    if op.scalar is not None and all(a is None or isinstance(a, int | float) for a in args):
        return scalar_result(op, tuple([a if a is None else as_float(a, op.name) for a in args]))
    inputs = [floating(a, op.name) for a in args]
    try:
        return op.compute(*inputs)
    except (ValueError, TypeError, IndexError) as error:
        raise explained(op, args, error) from None


def floating(a: Any, who: str) -> Any:
    """An array or one of numpy's numbers in float64 or float32; anything else as it is."""
    if isinstance(a, np.ndarray):
        return real(a, who)
    if isinstance(a, np.generic) and not isinstance(a, np.float64 | np.float32):
        return real(np.asarray(a), who)[()]
    return a


def is_operator(f: Any) -> bool:
    """Whether f is an operator of Python's own, which takes numbers, arrays, numpy's scalars."""
    return getattr(f, "__module__", None) == "_operator"


def scalar_result(op: Op, xs: tuple[float | None, ...]) -> float:
    """The op on Python floats, with IEEE's answer where Python's arithmetic would raise."""
    assert op.scalar is not None
    try:
        return op.scalar(*xs)
    except (ArithmeticError, ValueError):
        return ieee(op.compute, xs)


def ieee(f: Callable[..., Any], xs: tuple[float | None, ...]) -> float:
    """`f` by numpy's rules, silently: nan and inf instead of Python's arithmetic exceptions."""
    with np.errstate(all="ignore"):
        return float(f(*(x if x is None else np.asarray(x) for x in xs)))


def on_objects(op: Op, args: tuple[Any, ...]) -> Any:
    """Object arrays of Values: elementwise ops visit the elements, numpy does the rest."""
    if not op.elementwise:
        try:
            return unboxed(op.objects(*(boxed(a) for a in args)))
        except (ValueError, TypeError, IndexError) as error:
            if isinstance(error, DTypeError | NoDerivativeError | ShapeError):
                raise
            raise explained(op, args, error) from None
    fixed = [a is None for a in args]  # clip(x, None, 1): None is no element
    visit = np.frompyfunc(lambda *xs: apply(op, *filled(xs, fixed)), len(args) - sum(fixed), 1)
    try:
        return unboxed(visit(*(boxed(a) for a in args if a is not None)))
    except ValueError as error:
        raise explained(op, args, error) from None


def filled(xs: tuple[Any, ...], fixed: list[bool]) -> list[Any]:
    rest = iter(xs)
    return [None if hole else next(rest) for hole in fixed]


def boxed(arg: Any) -> Any:
    """A node as a 0-d object array, so that numpy sees an element and not something to ask."""
    if not isinstance(arg, Node):
        return arg
    box = np.empty((), dtype=object)
    box[()] = arg
    return box


def unboxed(result: Any) -> Any:
    return result[()] if isinstance(result, np.ndarray) and result.ndim == 0 else result


def described(arg: Any) -> str:
    """A shape for an array or a node, the thing itself for anything else."""
    shape = getattr(arg, "shape", () if isinstance(arg, Node) else None)
    return kind_of(arg) if shape is None else str(tuple(shape))


def explained(op: Op, args: tuple[Any, ...], error: Exception) -> Exception:
    """The error for arguments that numpy refused: the op, what it was given, what to do."""
    shapes = [described(a) for a in args]
    if isinstance(error, IndexError):
        return IndexError(f"{op.name}: shape {shapes[0]} cannot be indexed so: {error}; {op.hint}")
    if isinstance(error, TypeError):
        text = f"{op.name} takes numbers and arrays; got {', '.join(shapes)}: {error}"
        return DTypeError(f"{text}; convert the data first, for example with .astype(float)")
    if op.elementwise or op.symbol == "@":
        text = f"{op.name}: the shapes {f' {op.symbol} '.join(shapes)} do not fit"
    else:
        text = f"{op.name}({', '.join(shapes)}): {error}"
    return ShapeError(f"{text}; {op.hint}")


def function(op: Op, signature: str, doc: str) -> Function:
    """The public function of an elementwise op: straight to the handler of the first's type."""
    handlers = op.handlers

    def unary(x: Any) -> Any:
        handler = handlers.get(type(x))
        return handler(x) if handler is not None else apply(op, x)

    def other(*args: Any) -> Any:
        handler = handlers.get(type(args[0]))
        return handler(*args) if handler is not None else apply(op, *args)

    public: Any = unary if signature.isidentifier() else other
    public.__name__ = public.__qualname__ = op.name
    public.__doc__ = doc
    public.__signature__ = inspect.Signature([parameter(n) for n in signature.split(", ")])
    public.op = op
    return cast(Function, public)


def parameter(name: str) -> inspect.Parameter:
    kinds = inspect.Parameter
    kind = kinds.VAR_POSITIONAL if name.startswith("*") else kinds.POSITIONAL_ONLY
    return kinds(name.lstrip("*"), kind)
