"""The systematic faults of an expression: each way in which one of its parts can be wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Variant = tuple[str, ast.expr]  # the kind of fault, and what stands there instead

SHIFTED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(), ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(),
}  # fmt: skip
# What may be taken for another function, each for the next one.
MIXED_UP = {
    "cos": "sin", "sin": "cos", "cosh": "sinh", "sinh": "cosh", "exp": "expm1", "expm1": "exp",
    "log": "log1p", "log1p": "log", "maximum": "minimum", "minimum": "maximum", "max": "min",
    "min": "max", "floor": "ceil", "below": "above", "above": "below", "SOFTMAX": "LOG_SOFTMAX",
    "argmax": "argmin", "square": "abs", "sum": "mean", "mean": "sum", "left": "right",
    "any": "all", "all": "any", "zeros": "ones", "relu": "softplus",
}  # fmt: skip
# Functions of values: their arguments can be exchanged, and one may be forgotten altogether.
ELEMENTWISE = {
    "sin", "cos", "sinh", "cosh", "tanh", "exp", "expm1", "log", "sqrt", "sigmoid", "sign", "step",
    "zero", "nonzero", "absolute", "abs", "clip", "floor", "negative", "sigmoid_array",
    "sigmoid_float", "softmax", "square", "log1p", "relu", "softplus",
}  # fmt: skip
SHAPES = {
    "kept", "reshape", "expand_dims", "squeeze", "broadcast_to", "reversed_along", "flat_rows",
    "scatter", "deviation", "sum", "expanded", "arrived",
}  # fmt: skip
TRANSPOSES = {"transpose", "swapaxes", "inverse"}
PAIRED = {"share", "power", "matmul", "product", "greater", "at_least", "where", "sub", "div"}


def variants(node: ast.AST) -> Iterator[Variant]:
    """What may stand in place of this one expression."""
    match node:
        case ast.BinOp(left, op, right):
            yield from arithmetic(left, op, right)
        case ast.UnaryOp(ast.USub(), x) if not is_index(x):
            yield "sign", x
        case ast.UnaryOp(ast.Not(), x):
            yield "condition", x
        case ast.BoolOp(op, values):
            yield (
                "condition",
                ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values),
            )
        case ast.Compare(left, [op], [right]) if type(op) in SHIFTED:
            yield "comparison", ast.Compare(left, [SHIFTED[type(op)]], [right])
        case ast.IfExp(_, body, otherwise):
            yield "condition", body
            yield "condition", otherwise
        case ast.Attribute(x, "T"):
            yield "transposed", x
        case ast.Constant(bool() as flag):
            yield "flag", ast.Constant(not flag)
        case ast.Constant(float() as number):
            yield "constant", ast.Constant(number + 1.0)
        case ast.Call(function, args):
            yield from calls(node, function, args)


def arithmetic(left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[Variant]:
    if is_index(left) or (is_index(right) and not isinstance(op, ast.Pow)):
        return  # l − 1, na > 1: where things are, not what they are
    match op:
        case ast.Mult():
            yield "missing factor", left
            yield "missing factor", right
        case ast.Div() | ast.FloorDiv():
            yield "missing factor", left
            yield "swapped arguments", ast.BinOp(right, op, left)
        case ast.Add():
            yield "dropped term", left
            yield "dropped term", right
            yield "sign", ast.BinOp(left, ast.Sub(), right)
        case ast.Sub():
            yield "dropped term", left
            yield "sign", ast.BinOp(left, ast.Add(), right)
        case ast.Pow():
            yield "missing factor", left
        case ast.MatMult():
            yield "swapped arguments", ast.BinOp(right, op, left)
        case ast.BitAnd():
            yield "condition", ast.BinOp(left, ast.BitOr(), right)
        case ast.BitOr():
            yield "condition", ast.BinOp(left, ast.BitAnd(), right)


def calls(node: ast.Call, function: ast.expr, args: list[ast.expr]) -> Iterator[Variant]:
    own = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    method = isinstance(function, ast.Attribute) and not is_module(function.value)
    first = function.value if method and isinstance(function, ast.Attribute) else None
    x = first if first is not None else args[0] if args else None
    if x is not None:
        if own in ELEMENTWISE:
            yield "missing function", x
        elif own in SHAPES:
            yield "missing sum or shape", x
        elif own in TRANSPOSES:
            yield "transposed", x
    if own in PAIRED and len(args) >= 2:
        swapped = [*args[:-2], args[-1], args[-2]]
        yield "swapped arguments", ast.Call(function, swapped, node.keywords)
    if own in MIXED_UP:
        yield "wrong function", ast.Call(renamed(function, MIXED_UP[own]), args, node.keywords)


def is_index(x: ast.expr) -> bool:
    """Whether x is a whole number: an axis, a position, a number of axes."""
    return isinstance(x, ast.Constant) and type(x.value) is int


def is_module(x: ast.expr) -> bool:
    return isinstance(x, ast.Name) and x.id in ("np", "math", "ag", "inputs", "targets", "operator")


def renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name)
    return ast.Name(name)


def parts(root: ast.AST) -> Iterator[ast.AST]:
    """`root` and all below it that computes: no annotations, messages, docstrings."""
    yield root
    for field, child in ast.iter_fields(root):
        if field in ("annotation", "returns", "decorator_list", "args") and not isinstance(
            root, ast.Call
        ):
            continue
        for item in child if isinstance(child, list) else [child]:
            silent = ast.Raise | ast.JoinedStr | ast.Assert | ast.expr_context | ast.operator
            text = isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)
            if isinstance(item, ast.AST) and not isinstance(item, silent) and not text:
                yield from parts(item)
