"""Results of compiled functions alias nothing, and arguments are never written into."""

from typing import Any

import numpy as np
from alike import alike, normal

import autograd as ag
from autograd import Tensor, compile


def results(x: Any, y: Any) -> Any:
    z = ag.tanh(x @ y)
    h = z * 2.0
    return {
        "input": x, "again": x, "step": z, "step again": z, "view": z.T, "part": z[1:], "row": z[0],
        "flat": ag.reshape(z, -1), "input view": x.T, "input part": y[::-1], "sum": ag.sum(z, 0),
        "constant": np.ones(3), "number": 2.0, "scalar": ag.sum(h), "h": h, "spread":
        ag.broadcast_to(ag.sum(h, 0), (4, 2)), "one": x[0, 0], "kept": ag.sum(x, 0, keepdims=True),
    }  # fmt: skip


def test_results_never_alias() -> None:
    """Not the arguments, not each other, not the workspace, not constants; over several calls."""
    program = compile(results)
    calls = [normal((3, 4), (4, 2), seed=s) for s in (1, 2)]
    got = [program(*calls[0]), program(*calls[1]), program(*calls[0])]
    arrays = [y for result in got for y in result.values() if isinstance(y, np.ndarray)]
    arrays += [x for call in calls for x in call]
    for k, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :])
    for result, call in zip(got, [*calls, calls[0]], strict=True):
        alike(result, results(*call))
    kept = [x.copy() for x in calls[1]]
    for result in got:
        for y in result.values():
            if isinstance(y, np.ndarray):
                y[...] = np.nan
    alike(program(*calls[1]), results(*kept))


def test_results_that_do_not_depend_on_the_arguments() -> None:
    w = Tensor([1.0, 2.0])
    table = np.arange(3.0)

    def f(x: Any) -> Any:
        return w, table, 3, 4.5, np.float32(2.5), Tensor([7.0]), [w * 1.0]

    program = compile(f)
    first, second = program(np.ones(2)), program(np.ones(2))
    assert first[0].tolist() == [1.0, 2.0]
    assert first[1].tolist() == [0.0, 1.0, 2.0]
    assert first[2:5] == (3, 4.5, 2.5)
    assert first[5].tolist() == [7.0]
    for k in (0, 1, 5):
        assert not np.shares_memory(first[k], second[k])
        first[k][...] = np.nan
    assert program(np.ones(2))[1].tolist() == [0.0, 1.0, 2.0]
    assert table.tolist() == [0.0, 1.0, 2.0]
    assert w.data.tolist() == [1.0, 2.0]


def test_arguments_are_never_written_into() -> None:
    x, y = normal((3, 4), (4, 2))
    kept = x.copy(), y.copy()
    program = compile(ag.value_and_grad(lambda x, y: ag.sum(ag.exp(x @ y) * 2.0 + 1.0), (0, 1)))
    for _ in range(2):
        program(x, y)
    assert np.array_equal(x, kept[0])
    assert np.array_equal(y, kept[1])
