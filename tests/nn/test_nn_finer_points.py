"""What only a seeded fault (`make mutants`) showed to be untested."""

import io
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, ordered
from nn import archive, formulas
from nn.objective import objective_of
from nn.train import parts


def test_testnets_input_layer_has_no_sigmoid_to_differentiate() -> None:
    """Its derivative would be a0 (1 − a0), which overflows here."""
    W1 = np.array([[1.0, -1.0], [0.5, -0.5]])  # the two features cancel in z1
    params = {"W1": W1, "b1": np.zeros((2, 1)), "W2": np.eye(2), "b2": np.ones((2, 1))}
    d = formulas.testnet_gradients(params, np.full((2, 1), 1e200), [1])
    assert set(d) == {"a0", "z1", "a1", "z2", "a2", "W1", "b1", "W2", "b2"}
    assert all(np.isfinite(g).all() for g in d.values())


def test_a_linear_layer_is_x_w_plus_b() -> None:
    layer = nn.Linear(2, 3, seed=0)
    np.testing.assert_array_equal(layer.W.data, nn.init.xavier(2, 3, seed=0))
    assert layer.b.data.tolist() == [0.0, 0.0, 0.0]
    layer.b.data = np.array([1.0, 2.0, 3.0])
    x = np.array([[1.0, -1.0], [0.5, 2.0]])
    np.testing.assert_allclose(layer(x).data, x @ layer.W.data + layer.b.data, rtol=1e-15)
    layer(x).sum().backward()
    assert layer.b.grad.tolist() == [2.0, 2.0, 2.0]


def test_a_step_that_fails_changes_nothing() -> None:
    a, b = Tensor([1.0]), Tensor([2.0])
    (a * b).sum().backward()
    b.grad = "no gradient"
    with pytest.raises(TypeError):
        nn.GradientDescent([a, b], lr=0.1).step()
    assert (a.data.tolist(), b.data.tolist()) == ([1.0], [2.0])


def test_moons_come_in_random_order() -> None:
    first, second = (nn.data.moons(100, seed=seed).y.tolist() for seed in (0, 1))
    assert first != second
    assert sorted(first) == sorted(second) == [0] * 50 + [1] * 50


def test_an_array_stored_by_columns_is_read_as_it_was() -> None:
    array, content = np.asfortranarray([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), io.BytesIO()
    np.save(content, array)
    np.testing.assert_array_equal(archive.array(content.getvalue(), "W"), array)


def test_the_validation_part_depends_on_the_seed() -> None:
    x, y = np.arange(40.0)[:, None], np.arange(40) % 2
    objective = objective_of(nn.Linear(1, 2, seed=0), None, 0.0)
    held = [parts(x, y, 0.5, seed, objective)[1] for seed in (0, 1, 0)]
    assert all(part is not None for part in held)
    drawn = [part[0].ravel().tolist() for part in held if part is not None]
    assert drawn[0] == drawn[2] != drawn[1]


def test_a_penalty_adds_nothing_to_one_parameter() -> None:
    assert "+" not in [node._op for node in ordered(nn.losses.l2_penalty([Tensor([3.0])], 0.1))]


@pytest.mark.parametrize(("kind", "share"), [(nn.SigmoidNet, 0.25), (nn.TestNet, 1.0)])
def test_a_batchs_share_of_the_penalty_is_as_the_loss_adds_up(kind: Any, share: float) -> None:
    """Document 1's loss sums over the samples, document 2's is their mean."""
    net, x, y = kind(sizes=(2, 3, 2), seed=0), np.eye(2), np.eye(2)
    penalty = nn.losses.l2_penalty(net.weights(), 0.5)
    without, objective = objective_of(net, None, 0.0), objective_of(net, None, 0.5)
    given = objective.loss(x, y, 0.25).data - without.loss(x, y, 0.25).data
    assert given == pytest.approx(share * penalty.data, rel=1e-12)


@pytest.mark.parametrize(("kind", "gains"), [(nn.SigmoidNet, (4.0, 4.0)), (nn.TestNet, (4.0, 1.0))])
def test_only_layers_that_end_in_a_sigmoid_begin_four_times_as_wide(
    kind: Any, gains: tuple[float, ...]
) -> None:
    net, rng = kind(sizes=(2, 3, 4), seed=5), np.random.default_rng(5)
    for W, n_in, n_out, gain in zip(net.weights(), (2, 3), (3, 4), gains, strict=True):
        drawn = nn.init.xavier(n_in, n_out, rng, gain=gain)
        np.testing.assert_array_equal(W.data, drawn.T if kind is nn.TestNet else drawn)


def test_what_is_left_over_goes_to_the_largest_remainder() -> None:
    y = np.repeat([0, 1, 2], [21, 29, 50])  # 10 of them are 2.1, 2.9 and 5
    chosen = nn.data.stratified(y, np.arange(100), 10)
    assert np.bincount(y[chosen]).tolist() == [2, 3, 5]
