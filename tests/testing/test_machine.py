"""`GraphMachine` on our engine, and on one with faults: each is found, and shown as a program."""

import ast
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import autograd as ag
from autograd import Tensor, Value, ordered, primitive
from autograd.operators import Operators
from autograd.testing import EXACT_STEPS, GraphMachine, Step, Tape, TensorMachine, machine

TestValues = GraphMachine.TestCase
TestTensors = TensorMachine.TestCase
MANY = settings(
    max_examples=300, stateful_step_count=25, deadline=None, database=None, derandomize=True
)
BOTH = pytest.mark.parametrize("kind", [GraphMachine, TensorMachine])
Kind = type[GraphMachine]


class Sweep:
    """A backward pass with faults to choose from; without any it is right."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults

    def __call__(self, root: Any, seed: Any = None) -> None:
        order = ordered(root)
        found: dict[Any, Any] = {root: 1.0 if seed is None else np.asarray(seed)}
        line = order if "order reversed" in self.faults else order[::-1]
        if "order of recording ignored" in self.faults:
            line = [root, *sorted(order[:-1], key=lambda n: len(n.args) == 2)]
        for y in line:
            for i, x in enumerate(y.args):
                if isinstance(x, ag.Node) and y in found:
                    h = self.pulled(y, i, found[y])
                    if x in found and "assigned" not in self.faults:
                        h = found[x] + h
                    found[x] = h
        for x in order:
            self.store(x, np.broadcast_to(found.get(x, 0.0), np.shape(x.data)).copy())

    def pulled(self, y: Any, i: int, g: Any) -> Any:
        """What y sends to its argument i."""
        inputs = y.inputs
        if "stale leaf" in self.faults:
            inputs = [x.data if isinstance(x, ag.Node) else x for x in y.args]
        if y.is_scalar and "stale leaf" not in self.faults:
            return g * y.locals()[i]
        h = y.op.rule(i)(g, y.data, *inputs)
        h = np.broadcast_to(0.0 if h is None else h, np.shape(y.data))
        shape = np.shape(y.args[i].data)
        if h.shape == shape:
            return h
        return h[0] if "no sum" in self.faults else np.sum(h)

    def store(self, x: Any, g: Any) -> None:
        g = float(g) if x.is_scalar else g
        had = x.grad
        if x.op is None and "leaf overwritten" not in self.faults:
            g = g if had is None else had + g
        elif x.op is not None and "intermediates accumulate" in self.faults and had is not None:
            g = had + g
        x.grad = g


def failure(kind: Kind, *, shrunk: bool = False) -> str:
    phases = (Phase.generate, Phase.shrink) if shrunk else (Phase.generate,)
    with pytest.raises(AssertionError) as found:
        run_state_machine_as_test(kind, settings=settings(MANY, phases=phases))
    return str(found.value)


@BOTH
def test_the_sweep_without_faults_is_right(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = Sweep()
    monkeypatch.setattr(Operators, "backward", lambda self, seed=None: sweep(self, seed))
    run_state_machine_as_test(kind, settings=settings(MANY, max_examples=60))


FAULTS = (
    "assigned", "order reversed", "order of recording ignored", "stale leaf", "leaf overwritten",
    "intermediates accumulate", "no sum",
)  # fmt: skip


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.untraced
def test_a_fault_is_found_and_its_program_shows_it(
    kind: Kind, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "no sum" and kind is GraphMachine:
        pytest.skip("numbers have no axes to sum over")
    sweep = Sweep(fault)
    monkeypatch.setattr(Operators, "backward", lambda self, seed=None: sweep(self, seed))
    text = failure(kind, shrunk=fault == "assigned")
    head, program = text.split("\n\n", 1)
    assert head == "the engine and the naive one differ after"
    wrong, right = program.split("# ")[1].split("; expected ")
    assert same_number(printed(program), wrong)
    monkeypatch.undo()  # without the fault the same program prints what is expected
    assert same_number(printed(program), right)
    if fault == "assigned":
        assert len(program.splitlines()) <= 6, "it was made small"


def printed(program: str) -> Any:
    """What the last line of the program prints."""
    known: dict[str, Any] = {}
    lines = program.splitlines()
    exec("\n".join(lines[:-1]), known)
    return eval(lines[-1].split("print(")[1].split(")  # ")[0], known)


def same_number(given: Any, text: str) -> bool:
    expected = ast.literal_eval(text)
    return given is expected is None or bool(np.array_equal(given, expected))


def test_a_wrong_number_forwards_is_found() -> None:
    def odd(x: Any) -> Any:
        return x * (2.5 if isinstance(x, ag.Node) and x.data == 2.0 else 2.0)

    class Odd(GraphMachine):
        steps: ClassVar = EXACT_STEPS | {"odd": Step(odd, [lambda x: 2.0], "odd({})")}

    assert ".data)" in failure(Odd)


@BOTH
def test_gradients_as_nodes_at_a_stale_leaf_are_found(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that forgets to refuse: it takes the slope at the new point."""
    monkeypatch.setattr("autograd.cotangents.current", lambda node: node.args)
    assert "graph=True).data)" in failure(kind)


@BOTH
def test_an_engine_that_refuses_without_reason_is_found(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(root: Any, wrt: Any, seed: Any, graph: bool) -> Any:
        if graph:
            raise ag.StaleGraphError("never mind")
        return ag.gradients(root, wrt, seed, graph)

    monkeypatch.setattr(machine, "gradients", refusing)
    assert "refused; expected an answer" in failure(kind)


# ── ops of one's own ────────────────────────────────────────────────────────────────────────────
cube = primitive("cube", lambda x: x * x * x, [lambda g, y, x: g * 3.0 * x**2])
wrong_cube = primitive("cube", lambda x: x * x * x, [lambda g, y, x: g * 2.0 * x**2])


class Cubes(GraphMachine):
    steps = EXACT_STEPS | {"cube": Step(cube, [lambda x: 3.0 * x**2], "cube({})")}
    preamble = "import autograd as ag\nfrom test_machine import cube"


class Waves(TensorMachine):
    """Ops that round: equality up to a tolerance."""

    steps: ClassVar = {
        "sin": Step(ag.sin, [np.cos], "ag.sin({})"),
        "tanh": Step(ag.tanh, [lambda x: 1.0 - np.tanh(x) ** 2], "ag.tanh({})"),
        "multiply": EXACT_STEPS["multiply"],
        "add": EXACT_STEPS["add"],
    }
    rtol = 1e-9


TestCubes = Cubes.TestCase
TestWaves = Waves.TestCase


def test_a_wrong_op_of_ones_own_is_found() -> None:
    class Wrong(Cubes):
        steps: ClassVar = Cubes.steps | {"cube": Cubes.steps["cube"]._replace(function=wrong_cube)}

    text = failure(Wrong)
    assert "from test_machine import cube" in text
    assert "cube(" in text


# ── the naive engine ────────────────────────────────────────────────────────────────────────────
def test_the_tape_by_itself() -> None:
    tape = Tape()
    a, b = tape.add(2.0), tape.add(3.0)
    product = tape.add(6.0, [a, b], [3.0, 2.0])
    root = tape.add(8.0, [product, a], [1.0, 1.0])
    assert tape.cotangents(root, 1.0) == {root: 1.0, product: 1.0, a: 4.0, b: 2.0}
    tape.backward(root, 1.0)
    tape.backward(product, 10.0)
    assert tape.grad == [34.0, 22.0, 10.0, 1.0]  # leaves add up, the product is set afresh


def test_the_tape_sums_what_an_array_used() -> None:
    tape = Tape()
    x, v = tape.add(2.0), tape.add(np.array([1.0, 2.0, 3.0]))
    y = tape.add(np.array([2.0, 4.0, 6.0]), [x, v], [np.array([1.0, 2.0, 3.0]), 2.0])
    found = tape.cotangents(y, np.array([1.0, 10.0, 100.0]))
    assert found[x] == 321.0
    assert found[v].tolist() == [2.0, 20.0, 200.0]


def test_kinds_of_leaves() -> None:
    assert GraphMachine.make is Value
    assert TensorMachine.make is Tensor
