"""detect_anomaly beside other modes, in threads, and in the rest of the engine."""

import math
import pickle
import threading
from typing import Any

import numpy as np
import pytest
from anomalies import BOTH, raised, source

import autograd as ag
from autograd import (
    AnomalyError,
    Tensor,
    Value,
    checkpoint,
    compile,
    detect_anomaly,
    grad,
    gradients,
    no_grad,
    primitive,
)


# ── modes ───────────────────────────────────────────────────────────────────────────────────────
@BOTH
def test_nothing_is_checked_outside(make: Any) -> None:
    with detect_anomaly():
        inside = make(1.0) + 1
    with np.errstate(all="ignore"):
        assert math.isnan(ag.log(make(-1.0))._raw)
    assert (make(1.0) + 1).site is None
    assert inside.site is not None
    inside.name = "named"
    assert inside.site is not None


@BOTH
def test_as_a_decorator(make: Any) -> None:
    @detect_anomaly
    def f(x: Any) -> Any:
        return ag.log(x)

    @detect_anomaly(infinities=False)
    def g(x: Any) -> Any:
        return ag.log(x)

    assert detect_anomaly(lambda: ag.log(make(0.0)), infinities=False)()._raw == -math.inf
    for _ in range(2):
        with pytest.raises(AnomalyError, match="log gave -inf"):
            f(make(0.0))
        assert g(make(0.0))._raw == -math.inf
    assert f.__name__ == "f"


@pytest.mark.parametrize("block", [detect_anomaly, no_grad], ids=["detect_anomaly", "no_grad"])
def test_what_a_block_cannot_decorate(block: Any) -> None:
    """The body of a generator runs when the decorated call is over: nothing would be watched."""

    def steps() -> Any:
        yield 1.0

    async def step() -> None: ...

    async def asynchronous() -> Any:
        yield 1.0

    for function in (steps, step, asynchronous):
        with pytest.raises(TypeError, match=f"{function.__name__} is a generator or async.*inside"):
            block(function)
    with pytest.raises(TypeError, match=r"opens a block: with \w+\(\): …; got False"):
        block(False)


@BOTH
def test_with_no_grad_and_nested(make: Any) -> None:
    with no_grad():
        assert "log gave" in str(raised(lambda: ag.log(make(-1.0))))

    def f() -> None:
        with no_grad(), detect_anomaly(infinities=False):
            ag.log(make(0.0))
        ag.log(make(0.0))  # the outer block again

    assert "outer block" in source(raised(f))


def test_threads_are_watched_by_themselves() -> None:
    seen: dict[str, Any] = {}
    barrier = threading.Barrier(2, timeout=30)

    def work(name: str, watch: bool) -> None:
        def step() -> None:
            barrier.wait()
            try:
                seen[name] = ag.log(Value(0.0))._raw
            except AnomalyError:
                seen[name] = "raised"
            barrier.wait()

        (detect_anomaly(step) if watch else step)()

    threads = [
        threading.Thread(target=work, args=pair) for pair in (("watched", True), ("free", False))
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert seen == {"watched": "raised", "free": -math.inf}


def test_numpys_warnings_are_silent_inside_and_back_after() -> None:
    error = raised(lambda: np.log(Tensor([1.0, 0.0])))  # a warning would be an error here
    assert error.index == (1,)
    assert "np.log" in source(error)
    with pytest.warns(RuntimeWarning), np.errstate(divide="warn"):
        ag.log(Tensor([0.0]))
    with np.errstate(all="raise"):
        assert raised(lambda: ag.log(Tensor([0.0]))).op == "log"


def test_the_error_is_what_numpy_raises_for_it() -> None:
    error = raised(lambda: ag.log(Value(0.0)))
    assert isinstance(error, FloatingPointError)
    assert isinstance(error, ArithmeticError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.op, again.line) == (str(error), "log", error.line)


# ── the rest of the engine ──────────────────────────────────────────────────────────────────────
def test_arrays_of_values() -> None:
    xs = np.array([Value(1.0, name="x0"), Value(0.0, name="x1")])
    error = raised(lambda: ag.log(xs))
    assert "x1 = 0" in str(error)
    assert "ag.log(xs)" in source(error)
    assert raised(lambda: np.sum(xs / 0.0)).op == "div"
    large = np.array([Value(1e308), Value(1e308)])
    assert "np.mean(large)" in source(raised(lambda: np.mean(large)))


def test_infinities_are_let_through_inside_a_checkpoint_too() -> None:
    x = Tensor([0.0, 1.0])
    with detect_anomaly(infinities=False):
        y = checkpoint(ag.log)(x).sum()
        assert gradients(y, x).tolist() == [math.inf, 1.0]


def test_inside_a_checkpoint() -> None:
    W = Tensor([[0.0]], name="W")

    def layer(x: Any) -> Any:
        return ag.sqrt(x @ W) * 2  # inside

    def run(graph: bool) -> None:
        y = checkpoint(layer)(Tensor([[1.0]], name="x")).sum()
        gradients(y, W, graph=graph)

    for graph in (False, True):
        error = raised(lambda graph=graph: run(graph))  # type: ignore[misc]
        assert error.op == "sqrt"
        assert "# inside" in source(error)
    W = Tensor([[-1.0]], name="W")
    assert "# inside" in source(raised(lambda: run(False)))


def test_an_op_of_the_users_own() -> None:
    inverse = primitive("inverse", lambda x: 1.0 / x, [lambda g, y, x: -g * y * y])
    root = primitive("root", lambda x: x**0.5, [lambda g, y, x: g / (2 * y)])
    for make in (Value, lambda x: Tensor([x])):
        assert raised(lambda make=make: inverse(make(0.0))).op == "inverse"  # type: ignore[misc]
        error = raised(lambda make=make: gradients(root(x := make(0.0)), x, seed=1.0))  # type: ignore[misc]
        assert (error.op, error.argument) == ("root", 0)


def test_compiled_functions_run_op_by_op() -> None:
    loss = compile(lambda x: ag.log(x) * 2)
    slope = compile(grad(lambda x: ag.sqrt(x).sum() * 2))
    root = compile(grad(lambda x: ag.sqrt(x)))
    with np.errstate(all="ignore"):
        assert loss(0.0) == -math.inf
        assert slope(np.array([1.0, 0.0]))[1] == math.inf
    for _ in range(2):
        assert "lambda x: ag.log(x)" in source(raised(lambda: loss(0.0)))
        error = raised(lambda: slope(np.array([1.0, 0.0])))
        assert (error.op, error.index) == ("sqrt", (1,))
        assert "lambda x: ag.sqrt(x).sum()" in source(error)
        assert raised(lambda: root(0.0)).op == "sqrt"
    with detect_anomaly():
        assert loss(1.0) == 0.0
        assert np.array_equal(slope(np.array([1.0, 4.0])), [1.0, 0.5])
    hidden = compile(lambda x: 1 / ag.exp(x))  # 1 / inf is 0: no anomaly in the result
    assert raised(lambda: hidden(1000.0)).op == "exp"


def test_compiled_functions_see_parameters_that_they_reach() -> None:
    w = Tensor([0.0], name="w")
    loss = compile(lambda x: (ag.log(w) * x).sum())
    with np.errstate(all="ignore"):
        loss(np.ones(1))
    error = raised(lambda: loss(np.ones(1)))
    assert "w = [0.]" in str(error)
    w.data = np.array([1.0])
    with detect_anomaly():
        assert loss(np.ones(1)) == 0.0


def test_batched_functions_name_the_sample() -> None:
    f = compile(lambda x: ag.log(x) * 2, batch=0)
    total = compile(grad(lambda x: ag.sqrt(x)), batch=0, reduce="sum")
    with detect_anomaly():
        assert np.array_equal(f(np.array([1.0, 1.0])), [0.0, 0.0])
    error = raised(lambda: f(np.array([1.0, 2.0, 0.0])))
    assert error.op == "log"
    assert error.__notes__ == ["  in sample 2 of 3"]
    assert raised(lambda: total(np.array([0.0, 2.0]))).__notes__ == ["  in sample 0 of 2"]


def test_a_training_step_of_a_network() -> None:
    import nn

    net = nn.SigmoidNet(seed=0)
    x, t = np.ones((2, 4)), np.ones((2, 3))
    with detect_anomaly():
        loss = net.loss(x, t)
        loss.backward()
        assert np.isfinite(loss._raw)
    net.W1.data = np.full(net.W1.shape, math.nan)
    error = raised(lambda: net.loss(x, t))
    assert str(error).startswith("the input W1 has nan at [0, 0], before ")
    assert "net.loss(x, t)" in source(error)
