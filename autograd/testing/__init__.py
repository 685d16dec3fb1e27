"""For test-suites: hypothesis strategies, `@gradient_property`, and `GraphMachine`.

Strategies: `floats spans`, `shapes broadcastable_shapes arrays`, `values tensors`, `labels one_hot
signs`, `networks`, `expressions graphs`.  Tests: `gradient_property`, `check_laws`, `GraphMachine`,
`TensorMachine`.  docs/testing.md begins at "I derived a gradient by hand, how do I test it?".
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "autograd.testing needs hypothesis, which is not installed: pip install 'gradproof[test]'"
    ) from _error

from .arrays import arrays, broadcastable_shapes, shapes
from .boxes import boxed, tensors, unboxed, values, weighted
from .expressions import Expression, Graph, expressions, graphs
from .floating import floats, spans
from .machine import GraphMachine, TensorMachine
from .naive import Tape
from .networks import Network, networks
from .profiles import load_profile
from .properties import check_laws, gradient_property
from .steps import EXACT_STEPS, Step
from .subject import PropertyError
from .targets import labels, one_hot, signs

__all__ = [
    "EXACT_STEPS",
    "Expression",
    "Graph",
    "GraphMachine",
    "Network",
    "PropertyError",
    "Step",
    "Tape",
    "TensorMachine",
    "arrays",
    "boxed",
    "broadcastable_shapes",
    "check_laws",
    "expressions",
    "floats",
    "gradient_property",
    "graphs",
    "labels",
    "load_profile",
    "networks",
    "one_hot",
    "shapes",
    "signs",
    "spans",
    "tensors",
    "unboxed",
    "values",
    "weighted",
]
