"""no_grad and scope: as blocks, as decorators, nested, after errors, and in threads."""

import asyncio
import threading
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients, no_grad, scope

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


@BOTH
def test_results_inside_no_grad_are_leaves(make: Any) -> None:
    x = make(3.0)
    with no_grad():
        results = [x * x, 2 * x, -x, ag.exp(x), x.relu(), ag.where(x > 0, x, 1.0), x**2,
                   ag.maximum(x, 1.0), ag.clip(x, 0, 1)]  # fmt: skip
        with no_grad():
            results.append(x + 1)
        results.append(x + 2)
    for y in results:
        assert isinstance(y, make)
        assert y.op is None
        assert y.args == ()
        assert gradients(y, x) == 0.0
    after = x * x
    assert after.op is not None
    assert gradients(after, x) == 6.0
    results[0].data = 5.0  # a leaf like any other
    assert results[0].data == 5.0


def test_every_formula_makes_leaves() -> None:
    from catalogue import FORMULAS

    for formula in FORMULAS:
        xs = [Tensor(a) for a in formula.sample(np.random.default_rng(0))]
        with no_grad():
            y = formula.f(*xs)
        assert y.op is None or y is xs[0], formula.name


@BOTH
def test_as_a_decorator(make: Any) -> None:
    x = make(3.0)

    @no_grad()
    def predict(v: Any) -> Any:
        """What it does."""
        return v * v

    assert predict(x).op is None
    assert predict(x).op is None
    assert predict.__name__ == "predict"
    assert predict.__doc__ == "What it does."
    assert (x * x).op is not None

    @scope("layer")
    def layer(v: Any) -> Any:
        return v + 1

    assert layer(x).scope == ("layer",)
    assert layer(x).scope == ("layer",)


@BOTH
def test_an_error_inside_leaves_no_trace(make: Any) -> None:
    x = make(1.0)
    for block in (no_grad(), scope("s")):
        with pytest.raises(RuntimeError), block:
            raise RuntimeError
    y = x * x
    assert y.op is not None
    assert y.scope == ()


@BOTH
def test_scopes_nest(make: Any) -> None:
    x = make(1.0)
    with scope("net"):
        a = x * 2
        with scope("layer 1"):
            b = ag.exp(a) + 1
            leaf = make(1.0)
        c = b * b
    d = c + 1
    assert (a.scope, b.scope, c.scope, d.scope) == (("net",), ("net", "layer 1"), ("net",), ())
    assert b.args[0].scope == ("net", "layer 1")
    assert x.scope == ()
    assert leaf.op is None
    assert gradients(d, x) == gradients(((ag.exp(x * 2) + 1) ** 2), x)


def test_scope_names_are_strings() -> None:
    with pytest.raises(TypeError, match="name"), scope(3):  # type: ignore[arg-type]
        pass


def test_gradients_inside_no_grad() -> None:
    x = Value(3.0)
    y = x * x
    with no_grad():
        assert gradients(y, x) == 6.0
        y.backward()
    assert x.grad == 6.0


def test_transforms_inside_no_grad_still_differentiate() -> None:
    with no_grad():
        assert ag.grad(lambda x: x**3)(2.0) == 12.0
        assert ag.grad(ag.grad(lambda x: x**3))(2.0) == 12.0
        assert ag.jacobian(lambda x: x * x)(np.ones(2)).tolist() == [[2.0, 0.0], [0.0, 2.0]]


def test_threads_do_not_see_each_others_modes() -> None:
    """Each thread's no_grad and scope hold for what that thread records, at the same time."""
    barrier = threading.Barrier(3, timeout=30)
    seen: dict[str, Any] = {}

    def work(name: str, block: Any) -> None:
        x = Value(2.0)
        barrier.wait()
        with block:
            barrier.wait()
            y = x * x
            t = Tensor([1.0]) * 2
            barrier.wait()
        seen[name] = (y.op is None, t.op is None, y.scope, gradients(y, x))

    blocks = {"quiet": no_grad(), "named": scope("mine"), "other": scope("yours")}
    threads = [threading.Thread(target=work, args=pair) for pair in blocks.items()]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert seen == {
        "quiet": (True, True, (), 0.0),
        "named": (False, False, ("mine",), 4.0),
        "other": (False, False, ("yours",), 4.0),
    }
    assert (Value(1.0) + 1).op is not None


def test_threads_differentiate_at_once() -> None:
    def work(k: int) -> None:
        for _ in range(50):
            x = Tensor(np.full(3, float(k)))
            y = (x * x * x).sum()
            found.append(np.array_equal(gradients(y, x), np.full(3, 3.0 * k * k)))
            with no_grad():
                found.append((x + 1).op is None)
            found.append(ag.grad(ag.grad(lambda v: v**3))(float(k)) == 6.0 * k)

    found: list[bool] = []
    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert len(found) == 600
    assert all(found)


def test_tasks_do_not_see_each_others_modes() -> None:
    async def quiet() -> bool:
        with no_grad():
            await asyncio.sleep(0)
            return (Value(1.0) + 1).op is None

    async def loud() -> bool:
        await asyncio.sleep(0)
        return (Value(1.0) + 1).op is None

    async def both() -> list[bool]:
        return await asyncio.gather(quiet(), loud(), quiet(), loud())

    assert asyncio.run(both()) == [True, False, True, False]
