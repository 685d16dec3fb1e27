"""Decision 7, attacked: whatever the caller changes after recording, gradients stay right or raise.

Each test tries one way of making a recorded graph lie.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
import pytest

import autograd as ag
from autograd import RecordedError, StaleGraphError, Tensor, Value, gradients

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


def same(given: Any, expected: Any) -> bool:
    return np.array_equal(given, expected)


@BOTH
def test_recorded_data_cannot_be_reassigned(make: Any) -> None:
    x = make(3.0)
    y = x * x
    with pytest.raises(RecordedError, match=r"mul.*leaf"):
        y.data = 7.0
    with pytest.raises((AttributeError, ValueError), match=r"assigned|read-only"):
        y.data += 1.0
    with pytest.raises(AttributeError):
        y.args = ()
    with pytest.raises(AttributeError):
        y.nonsense = 1
    assert y.data == 9.0
    assert gradients(y, x) == 6.0


def test_arrays_in_the_graph_are_read_only() -> None:
    x = Tensor([1.0, 2.0])
    nodes = [x, x * x, x[0:1], x.reshape(2, 1), x.T, x + 1, x.sum(), +x, ag.relu(x)]
    nodes += [ag.concatenate([x]), ag.einsum("i->i", x), ag.stack([x]), ag.broadcast_to(x, (3, 2))]
    for node in nodes:
        with pytest.raises(ValueError, match="read-only"):
            node.data[...] = 9.0
        with pytest.raises(ValueError, match="read-only"):
            node.data += 1.0
        with pytest.raises(ValueError, match="read-only"):
            node.data.T[...] = 0.0
    for i in (*(x * x).inputs, *ag.where(np.array([True, False]), x, 2.0).inputs[:1]):
        assert not i.flags.writeable


class Answering(np.ndarray[Any, Any]):
    """Another library's array, which gets the operands of a comparison and of numpy's functions."""

    seen: ClassVar[list[Any]] = []

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        self.seen.extend(inputs)
        return True

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        self.seen.extend(args)
        return True


SEEN: dict[str, Callable[[Tensor], Iterable[Any]]] = {
    "data": lambda y: [y.data],
    "inputs": lambda y: (y * y).inputs,
    "a comparison": lambda y: [y < np.ones(2).view(Answering), *Answering.seen],
    "numpy's function": lambda y: [np.isclose(y, np.ones(2).view(Answering)), *Answering.seen],
    "derive": lambda y: ag.derive((y * y).sum()).values.values(),
    "compile": lambda y: compiled(y).programs[0].program.steps[0].args,
}


def compiled(y: Tensor) -> Any:
    f = ag.compile(lambda a: a * y)
    f(np.ones(2))
    return f


@pytest.mark.parametrize("name", SEEN)
def test_a_result_is_read_only_for_whoever_sees_its_array(name: str) -> None:
    """It is written into by nobody before, so it is made so when it is first given away."""
    Answering.seen.clear()
    y = Tensor([1.0, 2.0]) * 2.0
    y.name = "y"
    found = [a for a in SEEN[name](y) if type(a) is np.ndarray and np.may_share_memory(a, y._raw)]
    assert found
    assert not [a for a in found if a.flags.writeable]


def test_the_callers_array_is_not_the_leafs() -> None:
    a = np.array([1.0, 2.0])
    x = Tensor(a)
    y = (x * x).sum()
    a[:] = 100.0
    assert same(x.data, [1.0, 2.0])
    assert same(gradients(y, x), [2.0, 4.0])
    assert a.flags.writeable, "the caller's array stays the caller's"


DATA: list[Any] = [[1.0, 2.0], np.array([1, 2]), np.array([1.0, 2.0], ">f8"),
                   np.array([1.0, 2.0, 3.0])[:2], np.array([[1.0, 2.0]])[0]]  # fmt: skip


@pytest.mark.parametrize("data", DATA)
def test_any_kind_of_data_is_copied(data: Any) -> None:
    x = Tensor(data)
    y = (x * x).sum()
    data[0] = 100
    assert same(gradients(y, x), [2.0, 4.0])


def test_a_read_only_view_of_writable_memory_is_copied() -> None:
    """The array cannot be written into; what it is a view of can."""
    base = np.array([1.0, 2.0, 3.0])
    for view in (base[:2], np.broadcast_to(base, (2, 3)), base.reshape(3, 1), base.view()):
        frozen = view.view()
        frozen.setflags(write=False)
        x = Tensor(frozen)
        y = (x * x * frozen).sum()
        expected = 3.0 * np.array(frozen) ** 2 - np.array(frozen) ** 2
        kept = base.copy()
        base[:] = 50.0
        assert same(gradients(y, x), expected)
        base[:] = kept


def test_memory_from_a_buffer_is_copied() -> None:
    memory = bytearray(np.array([1.0, 2.0]).tobytes())
    a = np.frombuffer(memory)
    b = np.frombuffer(memory)
    b.flags.writeable = False
    x, z = Tensor(a), Tensor(b)
    y = (x * z * b).sum()
    memory[:] = bytes(16)
    assert same(gradients(y, x), [1.0, 4.0])
    assert same(gradients(y, z), [1.0, 4.0])


def test_a_frozen_array_that_is_thawed_again() -> None:
    a = np.array([1.0, 2.0])
    a.setflags(write=False)
    x = Tensor(a)
    y = (x * x).sum()
    try:
        a.setflags(write=True)  # numpy lets its owner do so: "taken as it is" is a promise by him
    except ValueError:
        return
    assert same(gradients(y, x), [2.0, 4.0])


CONSTANTS = {
    "mul": (lambda x, c: x * c, [2.0, 3.0]),
    "rmul": (lambda x, c: c * x, [2.0, 3.0]),
    "div": (lambda x, c: x / c, [2.0, 3.0]),
    "rdiv": (lambda x, c: c / x, [2.0, 3.0]),
    "pow": (lambda x, c: x**c, [2.0, 3.0]),
    "rpow": (lambda x, c: c**x, [2.0, 3.0]),
    "add": (lambda x, c: (x + c) * x, [2.0, 3.0]),
    "sub": (lambda x, c: (c - x) * x, [2.0, 3.0]),
    "maximum": (lambda x, c: ag.maximum(x, c) * x, [0.5, 3.0]),
    "clip": (lambda x, c: ag.clip(x, c, 9.0) * x, [0.5, 3.0]),
    "matmul": (lambda x, c: c @ x, [2.0, 3.0]),
    "dot": (lambda x, c: ag.dot(x, c), [2.0, 3.0]),
    "outer": (lambda x, c: ag.outer(c, x), [2.0, 3.0]),
    "einsum": (lambda x, c: ag.einsum("i,i->i", x, c), [2.0, 3.0]),
    "where value": (lambda x, c: ag.where([True, False], x, c) * x, [2.0, 3.0]),
    "concatenate": (lambda x, c: ag.concatenate([x, c]) ** 2, [2.0, 3.0]),
    "stack": (lambda x, c: ag.stack([x, c]) ** 2, [2.0, 3.0]),
    "where condition": (lambda x, c: ag.where(c, x * x, x), [True, False]),
    "where numbers": (lambda x, c: ag.where(c, x * x, x), [1.0, 0.0]),
    "boolean index": (lambda x, c: (x * x)[c], [True, False]),
    "integer index": (lambda x, c: (x * x)[c], [1, 1]),
    "index in a tuple": (lambda x, c: (x * x)[(c,)], [1, 0]),
    "take": (lambda x, c: ag.take(x * x, c), [1, 1]),
    "leaky_relu": (lambda x, c: ag.leaky_relu(-x, c) * x, [0.1, 0.2]),
    "elu": (lambda x, c: ag.elu(-x, c) * x, [0.1, 0.2]),
    "np.multiply": (lambda x, c: np.multiply(c, x), [2.0, 3.0]),
}


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize("through", ["array", "view", "list"])
def test_constants_changed_after_recording(name: str, through: str) -> None:
    f, numbers = CONSTANTS[name]
    base = np.array(numbers)
    constant: Any = {"array": base, "view": base.view(), "list": list(numbers)}[through]
    if through == "view":
        constant.setflags(write=False)
    x = Tensor([1.5, 2.5])
    y = f(x, constant)
    expected = gradients(y.sum(), x)
    nodes = gradients(gradients((y * y).sum(), x, graph=True).sum(), x)
    again = f(x, constant)
    square = (again * again).sum()
    wrong = np.array(numbers[::-1]) if numbers[0] != numbers[1] else np.array([0, 0])
    base[...] = wrong
    if through == "list":
        constant[:] = list(wrong)
    assert same(gradients(y.sum(), x), expected)
    assert same(gradients(gradients(square, x, graph=True).sum(), x), nodes)
    assert base.flags.writeable


def test_a_constant_from_before_keeps_its_forward_value_too() -> None:
    c = np.array([1.0, 2.0])
    x = Tensor([3.0, 4.0])
    y = x * c
    shown = np.array(y.args[1])
    c[:] = 0.0
    assert same(y.args[1], shown), "what the graph shows is what it computed"
    assert same(y.inputs[1], shown)


def test_an_object_array_is_no_back_door() -> None:
    v, w = Value(2.0), Value(3.0)
    box = np.array([v, w], dtype=object)
    y = ag.prod(box)
    box[0] = Value(100.0)
    assert gradients(y, [v, w]) == [3.0, 2.0]


def test_results_belong_to_the_caller() -> None:
    x, z = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    y = x + z
    for _ in range(2):
        gx, gz = gradients(y, [x, z], seed=np.array([1.0, 1.0]))
        gx[:] = 99.0
        assert same(gz, [1.0, 1.0])
    y.backward(seed=np.array([1.0, 1.0]))
    x.grad[:] = 99.0
    assert same(z.grad, [1.0, 1.0])
    assert same(y.grad, [1.0, 1.0])
    y.grad[:] = 5.0
    y.backward(seed=np.array([1.0, 1.0]))
    assert same(z.grad, [2.0, 2.0])
    assert same(y.grad, [1.0, 1.0])
    first, second = gradients(y, [x, x], seed=np.ones(2))
    first[:] = 7.0
    assert same(second, [1.0, 1.0])


def test_the_seed_belongs_to_the_caller() -> None:
    x = Tensor([1.0, 2.0])
    seed = np.array([1.0, 1.0])
    g = gradients(x, x, seed=seed)
    g[:] = 9.0
    assert same(seed, [1.0, 1.0])
    node = gradients(x * x, x, seed=seed, graph=True)
    total = (node * node).sum()
    seed[:] = 100.0
    assert same(gradients(total, x), [8.0, 16.0])
    pushed, pull = ag.vjp(lambda v: v * v, np.array([1.0, 2.0]))
    pushed[:] = 0.0
    assert same(pull(np.ones(2))[0], [2.0, 4.0])


def test_numpy_cannot_write_into_nodes_or_lose_the_graph() -> None:
    x = Tensor([1.0, 2.0])
    a = np.zeros(2)
    with pytest.raises(TypeError, match=r"\.data"):
        np.add(a, x, out=a)
    with pytest.raises(TypeError, match=r"\.data"):
        np.exp(x, out=a)
    with pytest.raises(TypeError, match=r"\.data"):
        np.sum(x, out=a)
    with pytest.raises(TypeError, match=r"\.data"):
        a += x
    with pytest.raises(TypeError, match=r"\.data"):
        a[:] = x
    for convert in (np.asarray, np.array, np.atleast_1d, np.ascontiguousarray):
        with pytest.raises(TypeError, match=r"\.data|np\."):
            convert(x)
    assert same(a, [0.0, 0.0])
    with pytest.raises(TypeError, match=r"where|\.data"):
        x[0] = 5.0


def test_python_in_place_arithmetic_makes_new_nodes() -> None:
    for x in (Value(2.0), Tensor([2.0])):
        y = z = x * 3.0
        z += 1.0
        z *= x
        assert y is not z
        assert same(y.data, np.multiply(x.data, 3.0))
        assert same(gradients(y, x), np.full(np.shape(x.data), 3.0))
        assert same(gradients(z, x), np.full(np.shape(x.data), 13.0))


def test_stale_error_is_named() -> None:
    assert issubclass(StaleGraphError, RuntimeError)
    assert issubclass(RecordedError, AttributeError)


@pytest.mark.parametrize("take", [math.sin, float, int, lambda x: x.data, lambda x: x.data * 2.0])
@pytest.mark.parametrize("transform", [ag.grad, ag.value_and_grad, ag.jacobian])
@pytest.mark.parametrize("x", [3.0, np.array([3.0])])
def test_a_number_taken_out_of_the_graph_is_no_constant(transform: Any, take: Any, x: Any) -> None:
    with pytest.raises(TypeError, match=r"taken an argument's number out .*autograd\.sin"):
        transform(lambda x: take(x))(x)


def test_a_function_that_is_constant_has_gradient_0() -> None:
    assert ag.grad(lambda x: 3.0)(1.0) == 0.0
    assert ag.grad(lambda x: x * float(x))(3.0) == 3.0  # asked for, and the result is a node

    def inner(x: Any) -> Any:
        ag.jacobian(lambda y: y * y)(np.ones(2))  # looks at nodes of its own
        ag.hvp(lambda y: ag.sum(y * y), np.ones(2), np.ones(2))
        return 5.0

    assert ag.grad(inner)(1.0) == 0.0


@BOTH
def test_a_backward_that_fails_leaves_no_half_gradients(make: Any) -> None:
    blunt = ag.primitive("blunt", lambda x, k: x * k, [lambda g, y, x, k: g * k, None])
    x, k = make(2.0), make(3.0)
    (x * 5.0).backward()
    with pytest.raises(ag.NoDerivativeError, match="blunt"):
        (blunt(x * 7.0, k) + x * 11.0).backward()
    assert x.grad == 5.0
    assert not k.grad
