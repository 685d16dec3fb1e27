"""fit(record=True): sizes of weights and gradients, the decision boundary, and no cost without."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from nn import DivergedError, GradientDescent, History
from nn.objective import objective_of
from nn.record import SIDE, SNAPSHOTS, Recorder, collective, labels, moments, norm

MOONS = nn.data.moons(60, noise=0.1, seed=0)
IRIS = nn.data.iris()


def sequential() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 4, seed=0), nn.Tanh(), nn.Linear(4, 2, seed=1))


def trained(net: Any, **options: Any) -> History:
    return nn.fit(net, MOONS.x, MOONS.y, **{"epochs": 5, "seed": 0, "record": True} | options)


def test_nothing_is_recorded_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.trainer.Recorder", None)  # would raise when called
    history = trained(nn.TestNet(seed=0), record=False)
    assert history.weight_norms == history.gradient_norms == {}
    assert history.boundary is None


@pytest.mark.parametrize("make", [sequential, nn.TestNet, nn.SigmoidNet], ids=["seq", "test", "σ"])
def test_recording_changes_no_bit(make: Any) -> None:
    nets = [make((2, 3, 2), seed=0) if make is not sequential else make() for _ in range(2)]
    plain, full = (trained(net, batch_size=16, validation=0.2, record=record)
                   for net, record in zip(nets, (False, True), strict=True))  # fmt: skip
    for a, b in zip(*(net.parameters() for net in nets), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    assert plain == dataclasses.replace(full, weight_norms={}, gradient_norms={}, boundary=None)
    assert repr(plain) == repr(full)


def test_norms_of_a_whole_batch_are_those_of_the_gradient_at_the_start() -> None:
    net = nn.TestNet((2, 3, 2), seed=0)
    names = list(net.named_parameters())
    grads = ag.gradients(net.loss(MOONS.x.T, MOONS.y), net.parameters())
    history = trained(net, epochs=1, optimizer=GradientDescent, lr=0.1)
    assert list(history.gradient_norms) == list(history.weight_norms) == names
    for name, g, p in zip(names, grads, net.parameters(), strict=True):
        assert history.gradient_norms[name] == [pytest.approx(np.linalg.norm(g), rel=1e-12)]
        assert history.weight_norms[name] == [pytest.approx(np.linalg.norm(p.data), rel=1e-12)]


def test_batches_give_the_mean_of_their_norms() -> None:
    seen = []

    class Watching(GradientDescent):
        def step(self) -> None:
            seen.append(np.linalg.norm(self.parameters[0].grad))
            super().step()

    history = trained(nn.TestNet(seed=0), epochs=2, batch_size=25, optimizer=Watching, lr=0.1)
    assert len(seen) == 6
    expected = [np.mean(seen[:3]), np.mean(seen[3:])]
    np.testing.assert_allclose(history.gradient_norms["W1"], expected, rtol=1e-12)


@pytest.mark.parametrize("make", [sequential, nn.TestNet, nn.SigmoidNet], ids=["seq", "test", "σ"])
def test_the_boundary_is_what_the_network_predicts(make: Any) -> None:
    net = make() if make is sequential else make((2, 3, 2), seed=0)
    boundary = trained(net).boundary
    assert boundary is not None
    assert boundary.epochs == [1, 2, 3, 4, 5]
    grid = np.array([(x, y) for y in boundary.y for x in boundary.x])
    scores = net.row_scores(grid) if hasattr(net, "row_scores") else net(grid).data
    np.testing.assert_array_equal(np.ravel(boundary.predicted[-1]), scores.argmax(axis=1))
    margin = np.abs(scores[:, 0] - scores[:, 1])
    np.testing.assert_allclose(np.ravel(boundary.margin[-1]), margin, rtol=1e-12)
    assert np.shape(boundary.predicted) == (5, SIDE, SIDE)
    assert boundary.x[0] < MOONS.x[:, 0].min() < MOONS.x[:, 0].max() < boundary.x[-1]
    assert boundary.y[0] < MOONS.x[:, 1].min() < MOONS.x[:, 1].max() < boundary.y[-1]
    np.testing.assert_array_equal(boundary.points, MOONS.x)
    assert boundary.labels == MOONS.y.tolist()
    assert boundary.samples == 60
    assert boundary.classes == ["class 0", "class 1"]


def test_a_perceptron_of_values_has_one_entry_per_layer() -> None:
    random.seed(0)
    net = nn.MLP(2, [3, 1])
    history = nn.fit(net, MOONS.x, 2 * MOONS.y - 1, epochs=2, lr=0.1, loss=nn.hinge, record=True)
    assert list(history.weight_norms) == ["layers.0.w", "layers.0.b", "layers.1.w", "layers.1.b"]
    weights = [w.data for neuron in net.layers[0].neurons for w in neuron.w]
    assert history.weight_norms["layers.0.w"][-1] == pytest.approx(np.linalg.norm(weights))
    assert history.boundary is not None
    x, y = history.boundary.x[0], history.boundary.y[-1]
    score = net([x, y]).data
    assert history.boundary.predicted[-1][-1][0] == (score > 0)
    assert history.boundary.margin[-1][-1][0] == pytest.approx(abs(score))
    assert history.boundary.labels == MOONS.y.tolist()


@pytest.mark.parametrize(
    ("net", "x", "y", "loss"),
    [(nn.TestNet((4, 3, 3), seed=0), IRIS.x, IRIS.y, None),
     (nn.Linear(2, 1, seed=0), MOONS.x, MOONS.x[:, :1] * 2, nn.mse)],
    ids=["four features", "numbers"],
)  # fmt: skip
def test_no_boundary_where_there_is_none(net: Any, x: Any, y: Any, loss: Any) -> None:
    history = nn.fit(net, x, y, epochs=1, loss=loss, record=True)
    assert history.boundary is None
    assert all(len(y) == 1 for y in history.weight_norms.values())


def test_no_grid_between_numbers_too_far_apart() -> None:
    net = nn.Linear(2, 2, init=lambda n_in, n_out, rng: np.zeros((n_in, n_out)))
    x, y = np.array([[-1.7e308, 0.0], [1.7e308, 1.0]]), np.array([0, 1])
    history = History()
    Recorder(objective_of(net, None, 0.0), (x, y), history, 1)
    assert history.boundary is None


def test_a_long_run_has_few_snapshots_the_last_among_them() -> None:
    for epochs in (1, 59, 60, 61, 1000, 100_000):
        found = moments(epochs, SNAPSHOTS)
        assert len(found) <= SNAPSHOTS
        assert {1, epochs} <= found <= set(range(1, epochs + 1))
    history = trained(nn.TestNet(seed=0), epochs=70)
    assert history.boundary is not None
    assert len(history.boundary.epochs) < 61
    assert history.boundary.epochs[-1] == 70


def test_many_samples_are_thinned() -> None:
    data = nn.data.moons(2400, noise=0.1, seed=0)
    boundary = nn.fit(sequential(), data.x, data.y, epochs=1, record=True).boundary
    assert boundary is not None
    np.testing.assert_array_equal(boundary.points, data.x[::3])
    assert boundary.labels == data.y[::3].tolist()
    assert boundary.samples == 2400


def test_a_stopped_run_has_its_last_epoch_and_counts_on_from_start() -> None:
    history = trained(nn.TestNet(seed=0), epochs=900, lr=0.5, validation=0.3, patience=3, start=100)
    assert history.stopped
    assert history.boundary is not None
    assert history.boundary.epochs[0] == 101
    assert history.boundary.epochs[-1] == history.epochs == 100 + len(history)
    assert len(set(history.boundary.epochs)) == len(history.boundary.epochs)
    assert {len(y) for y in history.weight_norms.values()} == {len(history)}


def test_a_run_that_stops_between_snapshots_has_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.record.moments", lambda epochs, most: {1})
    history = trained(nn.TestNet(seed=0), epochs=900, lr=0.5, validation=0.3, patience=3)
    assert history.stopped
    assert history.boundary is not None
    assert history.boundary.epochs == [1, len(history)]


def test_ctrl_c_leaves_whole_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = nn.record.Recorder.after_epoch

    def interrupted(self: Any) -> None:
        recorded(self)
        if len(self.history) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(nn.record.Recorder, "after_epoch", interrupted)
    history = trained(nn.TestNet(seed=0))
    assert history.interrupted
    assert len(history) == 2
    norms = [*history.weight_norms.values(), *history.gradient_norms.values()]
    assert {len(y) for y in norms} == {2}
    boundary = history.boundary
    assert boundary is not None
    assert boundary.epochs == [1, 2]
    assert len(boundary.predicted) == len(boundary.margin) == 2


def test_divergence_leaves_the_epochs_before() -> None:
    with pytest.raises(DivergedError) as caught:
        trained(nn.Linear(2, 2, seed=0), epochs=50, optimizer=GradientDescent, lr=1e308)
    history = caught.value.history
    assert {len(y) for y in history.gradient_norms.values()} == {len(history)}


def test_a_recorded_history_compares_copies_and_is_plain_data() -> None:
    a, b = (trained(sequential()) for _ in range(2))
    assert a == b == copy.deepcopy(a)
    assert json.loads(json.dumps(dataclasses.asdict(a)))["boundary"]["epochs"] == [1, 2, 3, 4, 5]
    assert a.boundary is not None
    a.boundary.predicted[0][0][0] = 7
    assert a != b


def test_equal_names_give_way_to_paths() -> None:
    class Pair(nn.Module):
        def __init__(self) -> None:
            self.a, self.b = nn.Linear(2, 3, seed=0), nn.Linear(3, 2, seed=0)

        def __call__(self, x: Any) -> Any:
            return self.b(self.a(x))

    assert list(trained(Pair()).weight_norms) == ["a.W", "a.b", "b.W", "b.b"]
    assert list(trained(sequential()).weight_norms) == ["W1", "b1", "W2", "b2"]


def test_parameters_without_names_are_refused() -> None:
    class Bare:
        def __init__(self) -> None:
            self.inner = sequential()
            self.parameters = self.inner.parameters

        def __call__(self, x: Any) -> Any:
            return self.inner(x)

    with pytest.raises(TypeError, match=r"record=True needs .* named_parameters\(\)"):
        trained(Bare())


@pytest.mark.parametrize(
    ("path", "name"),
    [("W1[0,2]", "W1"), ("layers.0.neurons.3.w.1", "layers.0.w"), ("layers.2.neurons.0.b",
     "layers.2.b"), ("neurons.3.w.1", "neurons.3.w"), ("w.12", "w"), ("slope", "slope")],
)  # fmt: skip
def test_names_of_many_values(path: str, name: str) -> None:
    assert collective(path) == name


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [([], 0.0), ([np.zeros(3)], 0.0), ([3.0, 4.0], 5.0), ([np.array([3e200]), 4e200], 5e200),
     ([np.array([3e-200, 4e-200])], 5e-200), ([np.array([1.0, np.inf])], np.inf)],
    ids=["none", "zeros", "numbers", "large", "small", "inf"],
)  # fmt: skip
def test_norms_neither_overflow_nor_vanish(arrays: Any, expected: float) -> None:
    assert norm(arrays) == pytest.approx(expected, rel=1e-15)


def test_a_norm_of_nan_is_nan() -> None:
    assert np.isnan(norm([np.array([1.0, np.nan])]))


@pytest.mark.parametrize(
    ("y", "expected"),
    [([0, 1, 2], [0, 1, 2]), ([1, 1], [1, 1]), ([-1, 1], [0, 1]), ([[1.0], [-1.0]], [1, 0]),
     ([[0.0, 1.0], [1.0, 0.0]], [1, 0])],
    ids=["labels", "ones", "signs", "column", "one-hot"],
)  # fmt: skip
def test_targets_as_labels(y: Any, expected: list[int]) -> None:
    assert labels(np.array(y)).tolist() == expected
