"""fit: what it minimises, batches, validation, early stopping, ctrl-C, divergence, misuse."""

from __future__ import annotations

import io
import random
import re
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from nn import Adam, DataError, DivergedError, GradientDescent, History, TargetError
from nn.progress import described, reporter

IRIS = nn.data.iris()
X, Y = nn.data.Standardizer(IRIS.x).transform(IRIS.x), IRIS.y
MOONS = nn.data.moons(60, noise=0.1, seed=0)


def same(a, b):
    pairs = zip(a.parameters(), b.parameters(), strict=True)
    return all(np.array_equal(p.data, q.data) for p, q in pairs)


@pytest.mark.parametrize("make", [nn.SigmoidNet, nn.TestNet])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_one_full_batch_epoch_is_one_update_of_the_document(make, decay):
    net, copy = make((4, 5, 3), seed=0), make((4, 5, 3), seed=0)
    history = nn.fit(net, X, Y, epochs=1, optimizer=GradientDescent, lr=0.01, weight_decay=decay)
    x = X.T if copy.samples_axis else X
    grads = ag.gradients(copy.loss(x, Y, decay), copy.parameters())
    for p, q, g in zip(net.parameters(), copy.parameters(), grads, strict=True):
        np.testing.assert_array_equal(p.data, q.data - 0.01 * g)
    assert history.loss == [float(net.loss(x, Y, decay))]
    assert history.accuracy == [net.accuracy(X, Y)]
    assert history.val_loss == history.val_accuracy == []


@pytest.mark.parametrize("make", [nn.SigmoidNet, nn.TestNet])
def test_both_networks_learn_iris(make):
    parts = nn.data.split(X, Y, 0.2, seed=1)
    net = make((4, 5, 3), seed=0)
    history = nn.fit(net, parts.x_train, parts.y_train, epochs=150, batch_size=32, lr=0.05, seed=0)
    assert len(history) == history.epochs == 150
    assert history.loss[-1] < 0.3 * history.loss[0]
    assert net.accuracy(parts.x_test, parts.y_test) >= 0.9


def test_batches_of_a_sum_add_up_to_the_whole_gradient():
    """With a tiny step, an epoch of batches is a full-batch step, the penalty counted once."""
    nets = [nn.SigmoidNet(seed=0) for _ in range(2)]
    for net, size in zip(nets, (None, 40), strict=True):
        start = [p.data for p in net.parameters()]
        nn.fit(net, X, Y, epochs=1, batch_size=size, optimizer=GradientDescent, lr=1e-7,
               weight_decay=5.0, seed=0)  # fmt: skip
        net.moved = [p.data - s for p, s in zip(net.parameters(), start, strict=True)]
    for a, b in zip(nets[0].moved, nets[1].moved, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * np.abs(a).max())


def test_the_seed_decides():
    runs = []
    for seed in (1, 1, 2, None, None):
        net = nn.TestNet((4, 5, 3), seed=0)
        runs.append((net, nn.fit(net, X, Y, epochs=2, batch_size=16, validation=0.2, seed=seed)))
    assert same(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]
    assert not same(runs[0][0], runs[2][0])
    assert runs[3][1].seed != runs[4][1].seed
    again = nn.TestNet((4, 5, 3), seed=0)
    nn.fit(again, X, Y, epochs=2, batch_size=16, validation=0.2, seed=runs[3][1].seed)
    assert same(again, runs[3][0])


def test_values_train_as_tensors_do():
    net = nn.TestNet((2, 3, 2), seed=0)
    scalar = net.as_values()
    kwargs = {"epochs": 3, "batch_size": 20, "seed": 1, "weight_decay": 0.1}
    a, b = (nn.fit(n, MOONS.x, MOONS.y, **kwargs) for n in (net, scalar))
    np.testing.assert_allclose(a.loss, b.loss, rtol=1e-12)
    np.testing.assert_allclose(net.W1.data, scalar.arrays()["W1"], rtol=1e-11)


def test_one_hot_rows_and_other_targets():
    for make in (nn.SigmoidNet, nn.TestNet):
        a, b = make((4, 5, 3), seed=0), make((4, 5, 3), seed=0)
        ha = nn.fit(a, X, Y, epochs=2, seed=0)
        hb = nn.fit(b, X, np.eye(3)[Y], epochs=2, seed=0, validation=None)
        assert ha == hb
        assert same(a, b)
    h = nn.fit(nn.SigmoidNet((4, 5, 2), seed=0), X, X[:, :2], epochs=2)
    assert h.accuracy == []
    assert len(h.loss) == 2


# ── validation and early stopping ───────────────────────────────────────────────────────────────
def test_a_held_out_share_and_a_given_pair():
    net = nn.TestNet((4, 5, 3), seed=0)
    history = nn.fit(net, X, Y, epochs=3, validation=0.2, seed=5)
    assert len(history.val_loss) == len(history.val_accuracy) == 3
    net = nn.TestNet((4, 5, 3), seed=0)
    given = nn.fit(net, X[:100], Y[:100], epochs=3, validation=(X[100:], Y[100:]), weight_decay=0.1)
    assert given.val_loss[-1] == float(net.loss(X[100:].T, Y[100:], 0.1))
    assert given.val_accuracy[-1] == net.accuracy(X[100:], Y[100:])


def test_early_stopping_restores_the_best():
    net = nn.TestNet((2, 8, 2), seed=0)
    val = (MOONS.x[:20], MOONS.y[:20])
    seen = []
    history = nn.fit(
        net, MOONS.x[20:], 1 - MOONS.y[20:], epochs=200, lr=0.05, validation=val, patience=3,
        progress=lambda h: seen.append([p.data for p in net.parameters()]),
    )  # fmt: skip
    assert history.stopped
    assert history.best_epoch == int(np.argmin(history.val_loss)) + 1
    assert len(history) == history.best_epoch + 3
    for p, best in zip(net.parameters(), seen[history.best_epoch - 1], strict=True):
        np.testing.assert_array_equal(p.data, best)
    assert float(net.loss(val[0].T, val[1])) == min(history.val_loss)
    assert "stopped early" in repr(history)


def test_patience_that_never_runs_out_restores_the_best_too():
    net = nn.TestNet((2, 4, 2), seed=0)
    history = nn.fit(net, MOONS.x, MOONS.y, epochs=4, validation=0.3, patience=50, seed=0)
    assert not history.stopped
    assert history.best_epoch == int(np.argmin(history.val_loss)) + 1


# ── ctrl-C and divergence ───────────────────────────────────────────────────────────────────────
class Interrupting(Adam):
    """Raises in the middle of its n-th step: the first parameter has moved, the others not."""

    left = 5

    def step(self):
        self.left -= 1
        if self.left:
            return super().step()
        first = self.parameters[0]
        first.data = first.data + 1.0
        self.memory = {slot: [m + 1.0 for m in kept] for slot, kept in self.memory.items()}
        self.steps += 1
        raise KeyboardInterrupt


def test_ctrl_c_in_the_middle_of_an_update():
    net, other = nn.TestNet((4, 5, 3), seed=0), nn.TestNet((4, 5, 3), seed=0)
    optimizer = Interrupting(net.parameters())
    history = nn.fit(net, X, Y, epochs=10, optimizer=optimizer)
    assert history.interrupted
    assert len(history.loss) == len(history.accuracy) == 4
    twin = Adam(other.parameters())
    nn.fit(other, X, Y, epochs=4, optimizer=twin)
    assert same(net, other)
    assert optimizer.steps == twin.steps == 4
    for a, b in zip(optimizer.memory["v"], twin.memory["v"], strict=True):
        np.testing.assert_array_equal(a, b)
    assert "interrupted" in repr(history)


def test_ctrl_c_between_the_lists_of_the_history(monkeypatch):
    net = nn.TestNet((4, 5, 3), seed=0)

    class Curve(list):
        def append(self, item):
            if len(self) == 2:
                raise KeyboardInterrupt
            super().append(item)

    def history(**kwargs):
        return History(accuracy=Curve(), **kwargs)

    monkeypatch.setattr("nn.trainer.History", history)
    result = nn.fit(net, X, Y, epochs=10)
    assert (len(result.loss), len(result.accuracy)) == (2, 2)


def test_ctrl_c_at_once():
    net = nn.TestNet((4, 5, 3), seed=0)
    optimizer = Interrupting(net.parameters())
    optimizer.left = 1
    history = nn.fit(net, X, Y, epochs=10, optimizer=optimizer, validation=0.2, patience=2)
    assert repr(history) == "History(no epoch completed)"
    assert same(net, nn.TestNet((4, 5, 3), seed=0))


def test_other_errors_in_a_step_undo_it_too():
    net = nn.TestNet((4, 5, 3), seed=0)

    class Failing(Adam):
        def step(self):
            self.parameters[0].data = self.parameters[0].data + 1.0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nn.fit(net, X, Y, epochs=1, optimizer=Failing)
    assert same(net, nn.TestNet((4, 5, 3), seed=0))


def test_divergence_is_an_error_with_the_last_good_parameters():
    net = nn.Sequential(nn.Linear(4, 1, seed=0))
    y = X[:, :1] * 2.0
    lr, good = 1e60, []
    with pytest.raises(DivergedError, match=r"nan or infinite in epoch \d with Gradient") as caught:
        nn.fit(net, X, y, epochs=50, loss=nn.mse, optimizer=GradientDescent, lr=lr,
               progress=lambda h: good.append([p.data for p in net.parameters()]))  # fmt: skip
    history = caught.value.history
    assert len(history.loss) == len(good) >= 1
    assert np.isfinite(history.loss).all()
    for p, data in zip(net.parameters(), good[-1], strict=True):
        np.testing.assert_array_equal(p.data, data)
    net = nn.Sequential(nn.Linear(4, 1, seed=0))
    with pytest.raises(DivergedError, match="the parameters are the first ones"):
        nn.fit(net, X, y, epochs=50, loss=nn.mse, optimizer=GradientDescent, lr=1e300)
    assert same(net, nn.Sequential(nn.Linear(4, 1, seed=0)))


def test_divergence_inside_detect_anomaly_tells_where():
    net = nn.SigmoidNet((4, 5, 3), seed=0)
    where = r"W1 has inf at .*, before matmul"
    with pytest.raises(ag.AnomalyError, match=where) as caught, ag.detect_anomaly():
        nn.fit(net, X, Y, epochs=2, lr=1e308)
    assert caught.value.file == __file__
    assert same(net, nn.SigmoidNet((4, 5, 3), seed=0))


# ── the loss of other networks ──────────────────────────────────────────────────────────────────
def test_sequential_trains_with_cross_entropy():
    net = nn.Sequential(nn.Linear(4, 8, seed=0), nn.Tanh(), nn.Linear(8, 3, seed=1))
    history = nn.fit(net, X, Y, epochs=60, lr=0.05, batch_size=50, weight_decay=0.01, seed=0)
    assert history.accuracy[-1] > 0.9
    penalty = 0.005 * sum(float((net[i].W.data ** 2).sum()) for i in (0, 2))
    expected = float(nn.cross_entropy(net(X), Y)) + penalty
    assert history.loss[-1] == pytest.approx(expected, rel=1e-14)
    hot = nn.fit(net, X, np.eye(3)[Y], epochs=1)
    assert hot.accuracy[-1] > 0.9


def test_a_regression_and_two_classes():
    net = nn.Sequential(nn.Linear(4, 1, seed=0))
    y = X @ np.array([[1.0], [2.0], [0.0], [-1.0]])
    history = nn.fit(net, X, y, epochs=200, lr=0.1, loss=nn.mse)
    assert history.loss[-1] < 1e-2
    assert history.accuracy == []
    net = nn.Sequential(nn.Linear(2, 8, seed=0), nn.Tanh(), nn.Linear(8, 1, seed=1))
    y = (2 * MOONS.y - 1)[:, None]
    assert nn.fit(net, MOONS.x, y, epochs=60, lr=0.05, loss=nn.hinge).accuracy[-1] > 0.8


def test_a_perceptron_of_values():
    random.seed(0)
    net = nn.MLP(2, [6, 1])
    y = 2 * MOONS.y - 1
    history = nn.fit(net, MOONS.x, y, epochs=12, lr=0.1, loss=nn.hinge, weight_decay=1e-3)
    assert history.loss[-1] < history.loss[0]
    assert history.accuracy[-1] > 0.8
    several = nn.MLP(4, [3])
    assert len(nn.fit(several, X[::10], Y[::10], epochs=1).accuracy) == 1


def test_a_module_with_a_loss_of_its_own():
    class Line(nn.Module):
        def __init__(self):
            self.W = Tensor(np.zeros((4, 1)))

        def __call__(self, x):
            return x @ self.W

        def loss(self, x, y):
            return nn.mse(self(x), y)

    net, y = Line(), X[:, :1]
    history = nn.fit(net, X, y, epochs=50, lr=0.1, weight_decay=1e-6, batch_size=75, seed=0)
    assert history.loss[-1] < 0.05
    net.W.name = "W"
    assert nn.fit(Line(), X, y, epochs=1).loss[0] > 0


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"epochs": 0}, ValueError, "epochs is 0: give a whole number from 1 on"),
        ({"epochs": 1.5}, ValueError, "epochs is 1.5"),
        ({"epochs": True}, ValueError, "epochs is True"),
        ({"start": -1}, ValueError, "start is -1"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"patience": 0, "validation": 0.2}, ValueError, "patience is 0"),
        ({"patience": 3}, ValueError, "patience needs a validation part"),
        ({"seed": -3}, ValueError, "seed is -3"),
        ({"seed": "a"}, ValueError, "seed is 'a'"),
        ({"weight_decay": -1.0}, ValueError, "weight_decay is -1.0"),
        ({"lr": 0.0}, ValueError, "lr is 0.0"),
        ({"optimizer": "adam"}, TypeError, "optimizer is 'adam'; give an instance, or a class"),
        ({"optimizer": Adam(nn.SigmoidNet().parameters())}, ValueError, "not this network's"),
        ({"loss": nn.mse}, TypeError, "has a loss of its own; leave loss out"),
        ({"loss": "mse"}, TypeError, "loss is 'mse'; give a function"),
        ({"x": X[:, :3]}, DataError, "fit: x has 3 features, this network takes 4"),
        ({"x": X[:, :1]}, DataError, "fit: x has 1 feature, this network takes 4"),
        ({"y": np.arange(150) % 5}, TargetError, "y has 5 classes, this network has 3 outputs"),
        ({"y": np.eye(5)[Y]}, TargetError, r"y has 5 columns, this network has 3 outputs"),
        ({"y": np.arange(150), "validation": 0.2}, TargetError, "y has 150 classes, this net"),
        ({"x": X[0]}, DataError, "samples as rows"),
        ({"x": X[:9]}, DataError, r"x has 9 samples, y has shape \(150,\)"),
        ({"x": X * np.nan}, DataError, r"fit: x: x\[0, 0\] is nan"),
        ({"x": Tensor(X)}, TargetError, "x is a Tensor: give plain numbers"),
        ({"y": 3}, DataError, r"y has shape \(\)"),
        ({"y": Y + 1}, TargetError, "the label 3: give labels 0…2, counted from 0"),
        ({"y": Y * 1.0}, TargetError, "labels are integers"),
        ({"y": X[:, :3]}, TargetError, "not one-hot"),
        ({"y": np.full(150, np.inf)}, DataError, "y holds nan or infinite"),
        ({"validation": 1.0}, DataError, "the fraction is 1.0"),
        ({"validation": (X, Y, Y)}, DataError, r"a share such as 0.2, or a pair \(x, y\)"),
        ({"validation": (X[:, :2], Y)}, DataError, "fit: validation has 2 features, this"),
        ({"validation": (X[:1], Y[:2])}, DataError, "validation has 1 sample, y has"),
        ({"validation": (X[:5], Y[:4])}, DataError, "validation has 5 samples"),
    ],
)
def test_misuse(change, kind, text):
    net = nn.TestNet((4, 5, 3), seed=0)
    arguments = {"x": X, "y": Y, "epochs": 1} | change
    with pytest.raises(kind, match=text):
        nn.fit(net, arguments.pop("x"), arguments.pop("y"), **arguments)
    assert same(net, nn.TestNet((4, 5, 3), seed=0))


@pytest.mark.parametrize(
    ("net", "m"),
    [
        (nn.SigmoidNet((2, 8, 2)), 1),
        (nn.TestNet((2, 8, 2)), 1),
        (nn.TestNet((2, 2, 2)).as_values(), 3),
        (nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.Tanh()), 1),
        (nn.MLP(2, [3, 2]), 1),
        (nn.Linear(2, 2), 3),
    ],
)
def test_x_needs_the_features_that_the_network_takes(net, m):
    has = "1 feature" if m == 1 else "3 features"
    with pytest.raises(DataError, match=f"fit: x has {has}, this network takes 2"):
        nn.fit(net, np.ones((100, m)), np.arange(100) % 2, epochs=1)


def test_targets_need_the_outputs_of_the_network():
    net = nn.SigmoidNet((4, 5, 3), seed=0)
    with pytest.raises(TargetError, match="fit: y has 2 columns, this network has 3 outputs"):
        nn.fit(net, X, X[:, :2], epochs=1)
    with pytest.raises(DataError, match="give the same features and outputs"):
        nn.fit(nn.Linear(4, 3), X, X[:, :3], epochs=1, loss=nn.mse, validation=(X, X[:, :2]))
    with pytest.raises(TargetError, match="fit: y has 2 classes, this network has 1 output:"):
        nn.fit(nn.SigmoidNet((2, 3, 1)), MOONS.x, MOONS.y, epochs=1)


def test_an_instance_has_its_own_lr():
    net = nn.TestNet((4, 5, 3), seed=0)
    with pytest.raises(ValueError, match="the optimiser has its own lr"):
        nn.fit(net, X, Y, epochs=1, optimizer=Adam(net.parameters()), lr=0.1)


def test_two_softmaxes_in_a_row_are_refused():
    net = nn.Sequential(nn.Linear(4, 3, seed=0), nn.Softmax())
    with pytest.raises(ValueError, match="the network ends in Softmax, and cross_entropy takes"):
        nn.fit(net, X, Y, epochs=1)
    assert len(nn.fit(net, X, np.eye(3)[Y], epochs=1, loss=nn.mse)) == 1


def test_weight_decay_needs_weights():
    class Odd(nn.Module):
        def __init__(self):
            self.slope = Tensor(np.zeros((4, 3)))

        def __call__(self, x):
            return x @ self.slope

    with pytest.raises(TargetError, match="weight_decay acts on parameters named W or w"):
        nn.fit(Odd(), X, Y, epochs=1, weight_decay=0.1)


def test_the_callers_arrays_are_read_only_once_and_stay_theirs():
    x, y = X.copy(), Y.copy()
    nn.fit(nn.TestNet((4, 5, 3), seed=0), x, y, epochs=1)
    x[0, 0], y[0] = 5.0, 2  # still writable
    assert (x[0, 0], y[0]) == (5.0, 2)


# ── progress and history ────────────────────────────────────────────────────────────────────────
class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_quiet_unless_in_a_terminal(monkeypatch, capsys):
    net = nn.TestNet((4, 5, 3), seed=0)
    nn.fit(net, X, Y, epochs=2)
    nn.fit(net, X, Y, epochs=2, progress=False)
    assert capsys.readouterr() == ("", "")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    nn.fit(net, X, Y, epochs=2, validation=0.2)
    assert "2/2" in terminal.getvalue()
    assert "val_loss" in terminal.getvalue()
    nn.fit(net, X, Y, epochs=2, progress=False)
    terminal.truncate(0)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    nn.fit(net, X, Y, epochs=2, progress=True)
    assert "2/2" in sys.stderr.getvalue()


@pytest.mark.parametrize("columns", [12, 40, 60, 80, 200])
def test_the_bar_fits_the_terminal(monkeypatch, columns):
    """The counter comes first, and `^C` fits behind it: a line that wraps cannot be redrawn."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    nn.fit(nn.SigmoidNet(seed=0), X, Y, epochs=2, validation=0.2)
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue()))
    lines = [line for line in lines if line.strip()]  # blanks behind them count too
    assert all(len(line) <= columns - 4 for line in lines)
    assert lines[-1].startswith("epoch 2/2" if columns > 12 else "epoch")
    assert ("val_accuracy" in lines[-1]) == (columns > 40)
    assert ("━" in lines[-1]) == (columns >= 80)


def test_texts_of_progress_and_history():
    history = History(loss=[2.0, 0.5], accuracy=[0.25, 1.0])
    held = History(loss=[2.0], val_loss=[0.5], accuracy=[0.25], val_accuracy=[0.75])
    assert described(held) == "val_loss 0.5000, val_accuracy 75%"
    assert described(history) == "loss 0.5000, accuracy 100%"
    assert described(History(loss=[1.0])) == "loss 1.0000"
    assert repr(history) == "History(2 epochs: loss 2 → 0.5, accuracy 0.25 → 1)"
    assert repr(History()) == "History(no epochs)"
    assert repr(History(loss=[1.0], best_epoch=1, val_loss=[2.0], val_accuracy=[0.5])) == (
        "History(1 epoch: loss 1 → 1, val_loss 2 → 2, val_accuracy 0.5 → 0.5, best epoch 1)"
    )
    assert History(loss=[1.0], start=7).epochs == 8
    calls = []
    with reporter(calls.append, 3) as report:
        report(history)
    assert calls == [history]


# ── batches ─────────────────────────────────────────────────────────────────────────────────────
def seen_batches(**kwargs):
    """The targets of each update, in order; x[i] = i and the target is i too."""
    x = np.arange(30.0)[:, None]
    updates = []

    def loss(prediction, target):
        if not isinstance(prediction, Tensor) or prediction.op is not None:  # not a measurement
            updates.append(target[:, 0].tolist())
        return nn.mse(prediction, target)

    nn.fit(nn.Sequential(nn.Linear(1, 1, seed=0)), x, x, loss=loss, lr=1e-3, **kwargs)
    return updates


def test_each_epoch_has_an_order_of_its_own_and_sees_every_sample_once():
    updates = seen_batches(epochs=3, batch_size=8, seed=0)
    assert [len(u) for u in updates] == [8, 8, 8, 6] * 3
    epochs = [[t for u in updates[i : i + 4] for t in u] for i in (0, 4, 8)]
    assert all(sorted(e) == list(range(30)) for e in epochs)
    assert len({tuple(e) for e in epochs}) == 3
    assert seen_batches(epochs=1, batch_size=8, seed=0, start=2) == updates[8:]
    assert seen_batches(epochs=1, batch_size=8, seed=1) != updates[:4]


def test_what_is_held_out_is_never_trained_on():
    updates = seen_batches(epochs=2, batch_size=8, seed=0, validation=0.3)
    trained = {i for u in updates for i in u}
    assert len(trained) == 21
    assert len(seen_batches(epochs=1, seed=0, validation=0.3)[0]) == 21


def test_the_data_is_taken_at_the_start():
    nets = []
    for spoil in (False, True):
        x, y = X.copy(), Y.copy()

        def report(history, x=x, y=y, spoil=spoil):
            if spoil:
                x[...] = 0.0
                y[...] = 0

        nets.append(nn.TestNet((4, 5, 3), seed=0))
        nn.fit(nets[-1], x, y, epochs=3, progress=report)
    assert same(*nets)
