"""The gradients by hand are right: differences and the engine agree with them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from benchmarks import by_hand, cases
from benchmarks.cases import CASES, Case, by_neuron, chosen, named
from benchmarks.peers import ours
from benchmarks.worker import pair, relative_error

SMALL = [
    named("S1/100"),
    CASES["S2b"],
    CASES["S2"],
    CASES["S3"],
    named("T1/7"),
    named("T2/7"),
    CASES["T3/f64"],
]
MOVED = {  # what each program's gradients belong to, in their order
    "s1": ["parameters"],
    "s2": ["W", "b"],
    "s2b": ["W", "b"],
    "s3": ["W1", "b1", "W2", "b2"],
    "t1": ["W1", "b1", "W2", "b2", "z0"],
    "t2": ["W1", "b1", "W2", "b2"],
    "t3": ["W", "b"],
}


def entries(value: Any) -> list[np.ndarray]:
    return [np.asarray(v) for v in value] if isinstance(value, list) else [value]


def moved(data: Any, program: str, directions: list[np.ndarray], h: float) -> Any:
    """The data with its parameters moved by h along the directions."""
    data, rest = deepcopy(data), iter(directions)
    for name in MOVED[program]:
        value = getattr(data, name)
        new = [v + h * next(rest) for v in entries(value)]
        setattr(data, name, new if isinstance(value, list) else new[0])
    return data


def in_order_of(case: Case, directions: list[np.ndarray]) -> list[np.ndarray]:
    """The directions as the case arranges its gradients."""
    if case.program == "s2":
        return [np.array(by_neuron(directions[:3], directions[3:]))]
    if case.program == "s3":
        return [np.concatenate([v.ravel() for v in directions])]
    return directions


def first(case: Case, data: Any, module: Any = by_hand) -> tuple[float, list[Any]]:
    step, _ = pair(getattr(module, case.program)(data))
    loss, gradients = step()
    return float(loss), gradients


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_by_hand_agrees_with_differences(case: Case) -> None:
    data, rng = case.data(), np.random.default_rng(1)
    shapes = [v.shape for name in MOVED[case.program] for v in entries(getattr(data, name))]
    length = sum(np.prod(shape) for shape in shapes) ** 0.5
    directions = [rng.standard_normal(shape) / length for shape in shapes]
    h = 1e-5
    above, below = (
        first(case, moved(data, case.program, directions, s * h))[0] for s in (1.0, -1.0)
    )
    _, gradients = first(case, data)
    pairs = zip(gradients, in_order_of(case, directions), strict=True)
    slope = sum(float(np.sum(g * v)) for g, v in pairs)
    assert (above - below) / (2 * h) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_by_hand_agrees_with_the_engine(case: Case) -> None:
    loss, gradients = first(case, case.data())
    found, engine = first(case, case.data(), ours)
    assert found == pytest.approx(loss, rel=1e-12)
    for g, e in zip(gradients, engine, strict=True):
        assert relative_error(e, g) < 1e-11


def test_single_precision_stays_single() -> None:
    data = CASES["T3/f32"].data()
    assert {v.dtype for v in first(CASES["T3/f32"], data)[1]} == {np.dtype(np.float32)}
    assert {v.dtype for v in first(CASES["T3/f32"], data, ours)[1]} == {np.dtype(np.float32)}


def test_data_is_the_same_every_time() -> None:
    for case in SMALL:
        a, b = (vars(case.data()) for _ in range(2))
        for name, value in a.items():
            assert all(
                np.array_equal(x, y) for x, y in zip(entries(value), entries(b[name]), strict=True)
            )


def test_the_scalar_programs_have_as_many_operations_as_we_say() -> None:
    class Counted(float):
        """A float that counts what is done with it."""

        count = 0

        def __new__(cls, value: float) -> Counted:
            return float.__new__(cls, value)

    def counting(name: str) -> Any:
        def method(self: Counted, *others: float) -> Counted:
            Counted.count += repr(others) != "(0,)"  # with which Python's sum begins
            return Counted(getattr(float, name)(self, *others))

        return method

    for name in ("add", "radd", "mul", "rmul", "sub", "rsub", "truediv", "rtruediv"):
        setattr(Counted, f"__{name}__", counting(f"__{name}__"))

    def unary(x: Counted) -> Counted:
        Counted.count += 1
        return Counted(x)

    from benchmarks import models

    d = cases.moons()
    models.hinge_loss([Counted(v) for v in d.parameters], d, unary)
    assert Counted.count == cases.OPERATIONS["S2"]
    Counted.count, c = 0, cases.columns(100)
    models.cross_entropy([Counted(v) for v in c.parameters], c, unary, unary, unary)
    assert Counted.count == cases.OPERATIONS["S3"]
    Counted.count, s = 0, cases.chain(1000)
    models.chain([Counted(v) for v in s.parameters], s.k, s.n, unary, unary, unary)
    assert Counted.count == 1000


def test_cases_are_chosen_by_name_or_family() -> None:
    assert [c.name for c in chosen(["T1"])] == ["T1/1", "T1/32", "T1/1024", "T1/65536"]
    assert [c.name for c in chosen(["S3", "T2/8"])] == ["S3", "T2/8"]
    assert len(chosen(None)) == len(CASES)
    for wrong in ("T9", "T1/x", "T1/0", "S2/5"):
        with pytest.raises(ValueError, match=f"no case {wrong}; there are S1"):
            chosen([wrong])
