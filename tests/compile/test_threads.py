"""Compiled functions in several threads at once."""

import threading
from typing import Any

import numpy as np
from alike import normal

import autograd as ag
from autograd import Tensor, Value, compile


def in_threads(count: int, work: Any) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def guarded(k: int) -> None:
        try:
            start.wait()
            work(k)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(k,)) for k in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]


def test_threads_do_not_meet() -> None:
    """Eight threads with data of their own, of two shapes, in one compiled function."""

    def loss(p: Any, x: Any) -> Any:
        h = ag.sigmoid(x @ p["W"] + p["b"])
        return ag.sum(h * h) + ag.sum(ag.log_softmax(h, axis=1))

    f = ag.value_and_grad(loss)
    single = compile(f)
    program = compile(f)
    wanted = {}
    for k in range(8):
        W, b, x = normal((6, 7), (7,), (40 if k % 2 else 300, 6), seed=k)
        wanted[k] = (({"W": W, "b": b}, x), single({"W": W, "b": b}, x))

    def work(k: int) -> None:
        args, want = wanted[k]
        for _ in range(60):
            value, slopes = program(*args)
            assert value == want[0]
            for name in slopes:
                assert np.array_equal(slopes[name], want[1][name])

    in_threads(8, work)
    assert program.cache_info().traces == 2


def test_threads_that_trace_at_once() -> None:
    program = compile(lambda x: ag.sum(ag.tanh(x) ** 2), cache_size=3)

    def work(k: int) -> None:
        for n in range(1, 9):
            x = normal(((n + k) % 5 + 1,), seed=k)[0]
            assert np.isclose(program(x), np.sum(np.tanh(x) ** 2), rtol=1e-12)
            assert bool(Value(1.0) < 2.0)  # another thread's trace is not ours
            y = Tensor(x)
            assert (y.data == x).all()

    in_threads(8, work)
    assert program.cache_info().size == 3
