"""gradproof's engine: record operations on numbers or arrays, and apply the chain rule to them."""

from .backward import gradients
from .elementwise import absolute as abs
from .elementwise import (
    arccos,
    arcsin,
    arctan,
    clip,
    cos,
    cosh,
    elu,
    exp,
    expm1,
    gelu,
    leaky_relu,
    log,
    log1p,
    maximum,
    minimum,
    relu,
    sigmoid,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    tan,
    tanh,
    where,
)
from .errors import (
    DTypeError,
    MixedNodesError,
    NoDerivativeError,
    RecordedError,
    ShapeError,
    StaleGraphError,
    StructureError,
)
from .linalg import dot, einsum, matmul, norm, outer, trace
from .modes import no_grad, scope
from .node import Node, ordered
from .reductions import cumsum, log_softmax, logsumexp, max, mean, min, prod, softmax, std, sum, var
from .shaping import (
    broadcast_to,
    concatenate,
    diag,
    expand_dims,
    reshape,
    squeeze,
    stack,
    swapaxes,
    take,
    transpose,
)
from .tensor import Tensor
from .value import Value
