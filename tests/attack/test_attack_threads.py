"""Threads that record, differentiate, group, compile and train at the same time do not mix."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, Value, gradients, no_grad, scope

THREADS = 4


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Let the interpreter change threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What work(k) gives in each of the threads, which start together; errors are raised here."""
    barrier, found = threading.Barrier(threads, timeout=60), [None] * threads
    failures: list[BaseException] = []

    def run(k: int) -> None:
        try:
            barrier.wait()
            found[k] = work(k)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=run, args=(k,)) for k in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    for failure in failures:
        raise failure
    return found


def chain(x: Any, k: int) -> Any:
    y = x
    for _ in range(20):
        y = ag.tanh(y * x + k)
    return ag.sum(y) if isinstance(y, Tensor) else y


def recorded(k: int) -> list[Any]:
    x = Value(0.3 + k)
    return [gradients(chain(x, k), x) for _ in range(20)]


def arrays(k: int) -> list[Any]:
    x = Tensor(np.linspace(0.1, 1.0 + k, 7))
    return [gradients(chain(x, k), x).tolist() for _ in range(20)]


def stored(k: int) -> list[Any]:
    found = []
    for _ in range(20):
        x, t = Value(0.3 + k), Tensor([0.2, 0.1 * k])
        chain(x, k).backward()
        chain(t, k).backward()
        found.append((x.grad, t.grad.tolist()))
    return found


def higher(k: int) -> list[Any]:
    return [ag.hessian(lambda v: ag.sum(v**3) * k)(np.ones(2)).tolist() for _ in range(5)]


def quiet(k: int) -> list[Any]:
    found = []
    for _ in range(50):
        x = Value(float(k))
        with no_grad():
            inside = x * x + 1.0
        after = x * x
        found.append((inside.op is None, after.op is None, after.scope, gradients(after, x)))
    return found


def grouped(k: int) -> list[Any]:
    found = []
    for i in range(50):
        x = Tensor([1.0])
        with scope(f"thread {k}"), scope(f"step {i}"):
            y = x * 2.0
        found.append((y.scope, (y + 1.0).scope, (y + 1.0).op is None))
    return found


@ag.compile
def shared(x: Any, k: Any) -> Any:
    return ag.sum(ag.tanh(x * k) * x)


def compiled(k: int) -> list[Any]:
    step = ag.compile(ag.value_and_grad(lambda x: ag.sum(ag.sin(x) * x)))
    results = []
    for i in range(10):
        x = np.linspace(0.0, 1.0, 2 + (i + k) % 5)
        value, slope = step(x)
        results.append((float(value), slope.tolist(), float(shared(x, float(k)))))
    return results


def fitted(k: int) -> list[Any]:
    data = nn.data.moons(20, noise=0.1, seed=k)
    net = nn.SigmoidNet((2, 3, 2), seed=k)
    history = nn.fit(net, data.x, data.y, epochs=5, lr=0.1, seed=k)
    return [history.loss, net.W1.data.tolist()]


WORKS = [recorded, arrays, stored, higher, quiet, grouped, compiled, fitted]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_threads_give_what_one_alone_gives(work: Callable[[int], Any]) -> None:
    alone = [work(k) for k in range(THREADS)]
    assert at_once(work) == alone


def test_all_kinds_of_work_at_once() -> None:
    alone = [work(k) for k, work in enumerate(WORKS)]
    assert at_once(lambda k: WORKS[k](k), len(WORKS)) == alone
    assert (Value(1.0) + 1.0).op is not None  # no block is left open
    assert (Value(1.0) + 1.0).scope == ()


def test_a_graph_may_be_read_by_many() -> None:
    x, t = Value(0.5), Tensor(np.linspace(0.1, 1.0, 2000))
    roots = [(chain(x, 1), x), (chain(t, 1), t)]
    for root, leaf in roots:
        alone = np.asarray(gradients(root, leaf)).tolist()
        found = at_once(lambda k, r=root, a=leaf: [gradients(r, a) for _ in range(10)])
        assert all(np.asarray(g).tolist() == alone for each in found for g in each)


@pytest.mark.parametrize("size", [1, 2_000, 50_000])
def test_no_gradient_is_lost_on_a_shared_tensor(size: int) -> None:
    """numpy lets other threads run in the middle of a sum of large arrays."""
    t = Tensor(np.ones(size))

    def work(k: int) -> None:
        y = t * 2.0
        for _ in range(100):
            y.backward(1.0)

    at_once(work)
    np.testing.assert_array_equal(t.grad, np.full(size, THREADS * 100 * 2.0))


def test_no_gradient_is_lost_on_a_shared_value() -> None:
    x = Value(1.0)

    def work(k: int) -> None:
        for _ in range(100):
            y = x
            for _ in range(20):
                y = y * 1.0 + x
            y.backward()

    at_once(work)
    assert x.grad == THREADS * 100 * 21.0


def test_without_the_global_lock_values_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch of free-threaded Pythons, on any."""
    monkeypatch.setattr("autograd.backward.FREE_THREADED", True)
    test_no_gradient_is_lost_on_a_shared_value()


def test_each_thread_watches_for_its_own_anomalies() -> None:
    def work(k: int) -> str:
        said = ""
        for _ in range(20):
            x = Tensor([-1.0, 1.0])
            with np.errstate(invalid="ignore"):
                if k % 2:
                    said = str(ag.log(x).data[0])
                    continue
                try:
                    with ag.detect_anomaly():
                        ag.log(x)
                except ArithmeticError as error:
                    said = type(error).__name__
        return said

    first, *rest = at_once(work)
    assert rest == ["nan", first, "nan"]
    assert "nan" != first != ""
