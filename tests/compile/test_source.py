"""`.source`: readable, runnable by itself, and what tracebacks show."""

import ast
import inspect
import linecache
import traceback
from typing import Any

import numpy as np
import pytest
from alike import alike, normal
from test_compiled_networks import by_hand, data, network

import autograd as ag
from autograd import compile


def sigmoid_net(W1: Any, b1: Any, W2: Any, b2: Any, z0: Any, t: Any) -> Any:
    h0 = ag.sigmoid(z0)
    z1 = h0 @ W1 + b1
    h1 = ag.sigmoid(z1)
    z2 = h1 @ W2 + b2
    h2 = ag.sigmoid(z2)
    L = 0.5 * ag.sum((t - h2) ** 2)
    return L


def test_net(W1: Any, b1: Any, W2: Any, b2: Any, a0: Any, y: Any) -> Any:
    z1 = W1 @ a0 + b1
    a1 = ag.sigmoid(z1)
    a2 = W2 @ a1 + b2
    ln_p = ag.log_softmax(a2, axis=0)
    J = -ag.sum(y * ln_p) / a0.shape[1]
    return J


test_net.__test__ = False  # type: ignore[attr-defined]  # the second document's network
NETWORKS = {"sigmoid": sigmoid_net, "testnet": test_net}


def standalone(source: str, name: str) -> Any:
    """The program's function, defined by its text alone."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace[name]


@pytest.mark.parametrize("n", [1, 6, 40, 1000])
@pytest.mark.parametrize("kind", NETWORKS)
def test_the_text_runs_by_itself(kind: str, n: int) -> None:
    f = NETWORKS[kind]
    net = network(kind, None)
    program = compile(ag.value_and_grad(f, argnums=(0, 1, 2, 3)))
    x, t = data(net, n)
    program(*net.arrays().values(), x, t)
    alone = standalone(program.source, f.__name__)
    for seed in (1, 2, 1):
        x, t = data(net, n, seed)
        args = [v + 0.1 * seed for v in net.arrays().values()]
        value, slopes = alone(*args, x, t)
        want, known = by_hand(net, dict(zip(net.arrays(), args, strict=True)), x, t)
        alike(float(value), want)
        for name, slope in zip(net.arrays(), slopes, strict=True):
            alike(slope, known[name], 1e-11)
        alike((value, slopes), program(*args, x, t))


@pytest.mark.parametrize("kind", NETWORKS)
def test_names_are_the_users(kind: str) -> None:
    f = NETWORKS[kind]
    net = network(kind, None)
    program = compile(ag.value_and_grad(f, argnums=(0, 1, 2, 3)))
    program.prepare(*net.arrays().values(), *data(net, 6))
    source = program.source
    function = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == f.__name__
    )
    given = [a.arg for a in function.args.args]
    assert given[:6] == list(inspect.signature(f).parameters)
    for name in ("z1", "dz1", "dW1", "db1", "dW2", "db2"):
        assert name in source, name
    order = [source.index(f"{name} = ") for name in ("db2", "db1")]
    assert order == sorted(order)  # backward, from the last layer to the first
    for line in source.splitlines():
        assert len(line) <= 100, line
    words = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert not words & {"exec", "eval", "Tensor", "Node"}


def test_the_documents_own_networks_read_like_their_derivations() -> None:
    """With every parameter in a dict, from the modules: the documents' names all the same."""
    for kind, names in (("sigmoid", "h0 h1 h2 dz2 dz1 dW1 db1 dW2 db2 L"),
                        ("testnet", "a1 da2 dz1 dW1 db1 dW2 db2 J")):  # fmt: skip
        net = network(kind, None)
        program = compile(
            ag.value_and_grad(lambda p, x, t, net=net: net.with_parameters(p).loss(x, t))
        )
        program(net.arrays(), *data(net, 6))
        words = {n.id for n in ast.walk(ast.parse(program.source)) if isinstance(n, ast.Name)}
        assert set(names.split()) <= words, set(names.split()) - words


def test_one_statement_a_step_with_its_shape() -> None:
    program = compile(sigmoid_net)
    net = network("sigmoid", None)
    program(*net.arrays().values(), *data(net, 6))
    body = program.source.split("def sigmoid_net(")[1].splitlines()
    arrays = [line for line in body if "np." in line]
    assert len(arrays) > 5
    for line in arrays:
        assert line.count("#") == 1, line
        assert ast.literal_eval(line[line.rindex("(") :]), line  # ends in the shape


def test_no_trace_of_what_is_not_needed() -> None:
    def f(x: Any, y: Any) -> Any:
        unused = ag.exp(y) * 3.0
        z = (x * 1.0 + 0.0) ** 2
        return z + (x * 1.0 + 0.0) ** 2 if unused is not None else None

    program = compile(f)
    program(*normal((3,), (3,)))
    assert "exp" not in program.source
    assert "power" not in program.source
    assert program.source.count("np.multiply") <= 2


def test_a_traceback_shows_the_programs_line() -> None:
    fails: list[int] = []

    def compute(x: Any) -> Any:
        if fails:
            raise RuntimeError("no luck")
        return x * 2.0

    double = ag.primitive("double", compute, [None])

    def my_model(x: Any) -> Any:
        heat = double(ag.sin(x))
        return heat + 1.0

    program = compile(my_model)
    program(normal((3,))[0])
    fails.append(1)
    with pytest.raises(RuntimeError, match="no luck") as caught:
        program(normal((3,))[0])
    frames = traceback.extract_tb(caught.value.__traceback__)
    shown = [frame for frame in frames if frame.filename.startswith("<compiled my_model")]
    assert [frame.name for frame in shown] == ["my_model"]
    assert "double_(" in (shown[0].line or "")
    assert shown[0].line in [line.strip() for line in program.source.splitlines()]
    assert linecache.getlines(shown[0].filename) == program.source.splitlines(keepends=True)
    text = "".join(traceback.format_exception(caught.value))
    assert "heat = np.asarray(double_(" in text


def test_scalar_programs_show_their_lines_too() -> None:
    def my_formula(x: Any, y: Any) -> Any:
        ratio = ag.sin(x) / y
        return ratio * ratio

    program = compile(ag.value_and_grad(my_formula))
    program(1.0, 2.0)
    assert "ratio = " in program.source
    alone = standalone(program.source, "my_formula")
    alike(alone(0.5, 3.0), ag.value_and_grad(my_formula)(0.5, 3.0))
    assert "np." not in program.source


def test_constants_and_captured_arrays_are_named() -> None:
    table = np.arange(40.0)
    w = ag.Tensor(np.ones(40), "weights")
    program = compile(lambda x: ag.sum(x * table * w) + np.inf * 0.0 + 2.5)
    with np.errstate(all="ignore"):
        program(np.ones(40))
    assert "def function(x, weights" in program.source
    assert "(40,) float64" in program.source


def test_source_is_that_of_the_latest_program() -> None:
    program = compile(lambda x: ag.sum(ag.sin(x)))
    program(np.ones(3))
    first = program.source
    program(np.ones((4, 5)))
    assert "(4, 5)" in program.source
    program(np.ones(3))
    assert program.source == first
    assert [entry.built.source for entry in program.programs][-1] == first


def test_sources_are_the_same_for_the_same_function() -> None:
    net = network("sigmoid", None)
    sources = set()
    for _ in range(3):
        program = compile(ag.value_and_grad(sigmoid_net, argnums=(0, 1, 2, 3)))
        program(*net.arrays().values(), *data(net, 6))
        sources.add(program.source)
    assert len(sources) == 1
