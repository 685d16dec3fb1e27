"""SigmoidNet and TestNet on arrays, Tensors and Values: names, layouts, predictions, misuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, Value
from nn import SigmoidNet, TargetError, TestNet, formulas

sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)


def drawn(data, kind, widths=None):
    """A network, a batch in its layout, labels, and one-hot targets in its layout."""
    net = kind(sizes=widths or data.draw(sizes), seed=data.draw(st.integers(0, 99)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    m = data.draw(st.integers(1, 5))
    for l in net.layers:
        b = getattr(net, f"b{l}")
        b.data = rng.normal(size=b.shape)
    rows, y = rng.normal(size=(m, net.sizes[0])), rng.integers(0, net.sizes[-1], m)
    hot = np.eye(net.sizes[-1])[y]
    return net, *((rows.T, y, hot.T) if net.samples_axis else (rows, y, hot))


def boxed(a, name=None):
    out = np.empty(a.shape, dtype=object)
    for i in np.ndindex(a.shape):
        out[i] = Value(float(a[i]))
    return out


KINDS = [SigmoidNet, TestNet]
FORMULAS = {
    SigmoidNet: (formulas.sigmoid_net_loss, formulas.sigmoid_net_forward),
    TestNet: (formulas.testnet_loss, formulas.testnet_forward),
}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), decay=st.sampled_from([0.0, 0.1, 2]))
def test_one_network_on_three_kinds(kind, data, decay):
    net, x, y, hot = drawn(data, kind)
    loss, forward = FORMULAS[kind]
    expected = loss(net.arrays(), x, y, weight_decay=decay)
    assert float(net.loss(x, y, decay)) == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert float(net.loss(x, hot, decay)) == float(net.loss(x, y, decay))
    scalar, plain = net.as_values(), net.as_arrays()
    assert isinstance(scalar.loss(x, y, decay), Value)
    assert scalar.loss(x, y, decay).data == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert isinstance(plain.loss(x, y, decay), float | np.floating)
    assert float(plain.loss(x, y, decay)) == pytest.approx(expected, rel=1e-12, abs=1e-14)
    known = forward(net.arrays(), x)
    out = list(known.values())[-1]
    np.testing.assert_allclose(net(Tensor(x)).data, out, rtol=1e-12)
    np.testing.assert_allclose(plain(x), out, rtol=1e-12)
    np.testing.assert_allclose(scalar(x).astype(float), out, rtol=1e-12)
    for name, value in net.intermediates(Tensor(x)).items():
        np.testing.assert_allclose(value.data, known.get(name, known.get("z" + name[1:])),
                                   rtol=1e-12, atol=1e-300)  # fmt: skip


@pytest.mark.parametrize(
    ("net", "names", "scopes"),
    [
        (SigmoidNet(seed=0), "L W1 W2 b1 b2 h0 h1 h2 z0 z1 z2", {"input"}),
        (TestNet(seed=0), "J W1 W2 a0 a1 a2 b1 b2 z1 ln-p", set()),
        (
            SigmoidNet((2, 3, 4, 2), seed=0),
            "L W1 W2 W3 b1 b2 b3 h0 h1 h2 h3 z0 z1 z2 z3",
            {"input", "layer 3"},
        ),
        (TestNet((2, 3), seed=0), "J W1 a0 a1 b1 ln-p", set()),
    ],
)
def test_recorded_names_and_scopes(net, names, scopes):
    wide = np.ones((net.sizes[0], 4))
    nodes = ag.ordered(net.loss(Tensor(wide if net.samples_axis else wide.T), [0, 1, 1, 0], 0.1))
    found = {node.name.replace(" ", "-") for node in nodes if node.name is not None}
    assert found == set(names.split())
    layers = {f"layer {l}" for l in net.layers}
    assert {n.scope[0] for n in nodes if n.scope} == {"loss"} | layers | scopes
    values = ag.ordered(net.as_values().loss(wide if net.samples_axis else wide.T, [0, 1, 1, 0]))
    assert {"W1[0,0]", "z1[0,2]", net.final} <= {n.name for n in values} | {"z1[0,2]"}


def test_names_of_scalar_entries():
    names = {
        n.name for n in ag.ordered(SigmoidNet(seed=0).as_values().loss(np.ones((2, 4)), [0, 1]))
    }
    assert {"W1[3,4]", "b1[4]", "z1[0,2]", "h1[1,4]", "z2[0,0]", "h2[1,2]", "L"} <= names
    names = {n.name for n in ag.ordered(TestNet(seed=0).as_values().loss(np.ones((2, 2)), [0, 1]))}
    assert {"W1[2,1]", "b1[2,0]", "z1[2,1]", "a1[0,0]", "a2[1,1]", "J"} <= names


def test_the_users_own_name_stays():
    x = Tensor(np.ones((1, 4)), name="measured")
    net = SigmoidNet(seed=0)
    net.loss(x, [0]).backward()
    assert x.name == "measured"
    assert x.grad.shape == (1, 4)
    p = TestNet(seed=0)(Tensor(np.ones((2, 1))))
    assert (p.name, p.scope) == ("p", ("softmax",))
    assert isinstance(net.as_arrays()(np.ones((1, 4))), np.ndarray)


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_seeds_and_texts(kind):
    net = kind(sizes=[4, 8, 5, 3], seed=7)
    turned = kind is TestNet
    assert net.W2.shape == ((5, 8) if turned else (8, 5))
    assert net.b2.shape == ((5, 1) if turned else (5,))
    assert list(net.named_parameters()) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert [p.name for p in net.parameters()] == list(net.named_parameters())
    assert not net.b1.data.any()
    for a, b in zip(net.parameters(), kind(sizes=(4, 8, 5, 3), seed=7).parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    assert not np.array_equal(kind(seed=1).W1.data, kind(seed=2).W1.data)
    assert repr(net) == f"{kind.__name__}(sizes=(4, 8, 5, 3))"
    assert repr(net.as_values()).endswith(" of Values")
    assert repr(net.as_arrays()).endswith(" of arrays")
    assert len(net.as_values().parameters()) == 4 * 8 + 8 + 8 * 5 + 5 + 5 * 3 + 3
    assert kind(**net.config()).sizes == net.sizes


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_predictions_take_rows(kind, data):
    net, x, y, hot = drawn(data, kind)
    rows, targets = (x.T, hot.T) if net.samples_axis else (x, hot)
    out = net(Tensor(x)).data
    expected = out.argmax(axis=0) if net.samples_axis else out.argmax(axis=1)
    for same in (net, net.as_values(), net.as_arrays()):
        np.testing.assert_array_equal(same.predict(rows), expected)
        assert same.accuracy(rows, y) == np.mean(expected == y)
        assert same.accuracy(rows, targets) == np.mean(expected == y)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_given_intermediates_replace_what_was_computed(kind, data):
    net, x, y, _ = drawn(data, kind)
    plain = net.as_arrays()
    known = plain.intermediates(x)
    for name, value in known.items():
        same = plain.loss(x, y, given={name: value})
        assert same == plain.loss(x, y)
        other = plain.loss(x, y, given={name: value + 0.37})
        later = plain.loss(None, y, given=plain.intermediates(x, {name: value + 0.37}))
        assert other == later


def test_copies_share_nothing_that_changes():
    net = SigmoidNet(seed=0)
    start = net.W1.data
    copy, values = net.as_arrays(), net.as_values()
    net.W1.data = np.zeros((4, 5))
    np.testing.assert_array_equal(copy.W1, start)
    assert values.W1[0, 0].data == start[0, 0]
    values.W1[0, 0].data = 9.0
    assert net.W1.data[0, 0] == 0.0


def test_integer_and_float32_input():
    net = SigmoidNet(seed=0)
    assert float(net.loss(np.ones((1, 4), int), [0])) == float(net.loss(np.ones((1, 4)), [0]))
    assert float(net.loss([[1.0] * 4], [0])) == float(net.loss(np.ones((1, 4)), [0]))
    assert float(net.loss(np.ones((1, 4)), np.array([0], np.int8))) > 0
    assert float(net.loss(np.ones((1, 4)), [[0.5, 0.25, 0.125]])) > 0


S, T = SigmoidNet(seed=0), TestNet(seed=0)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: S.loss(np.ones((2, 5)), [0, 1]), ag.ShapeError, r"\(2, 5\); give .* \(m, 4\)"),
        (lambda: S(np.ones(4)), ag.ShapeError, r"the batch has shape \(4,\)"),
        (lambda: S(np.ones((0, 4))), ag.ShapeError, "at least one sample"),
        (lambda: T(np.ones((5, 2))), ag.ShapeError, r"\(2, m\) .*samples are columns: pass x\.T"),
        (lambda: T.loss(np.ones((2, 3)), [0, 1]), TargetError, "one label per sample"),
        (lambda: T.loss(np.ones((2, 3)), [0, 1, 2]), TargetError, "the label 2"),
        (lambda: T.loss(np.ones((2, 3)), np.eye(2)[[0, 1, 1]]), TargetError, "one-hot columns"),
        (lambda: S.loss(np.ones((2, 4)), [0, 3]), TargetError, "t has the label 3"),
        (lambda: S.loss(np.ones((2, 4)), np.ones((3, 2))), TargetError, "the target"),
        (lambda: S.loss(np.ones((2, 4)), [0, 1], -1), ValueError, "weight_decay is -1"),
        (lambda: S.loss(np.ones((2, 4)), [0, 1], None), ValueError, "weight_decay is None"),
        (lambda: S.predict(np.ones(4)), nn.DataError, r"samples as rows, \(m, 4\)"),
        (lambda: T.predict(np.ones((2, 5))), nn.DataError, r"samples as rows, \(m, 2\)"),
        (lambda: S.accuracy(np.ones((0, 4)), np.ones(0, int)), ValueError, "at least one sample"),
        (lambda: S.accuracy(np.ones((2, 4)), [0, 5]), TargetError, "the label 5"),
        (lambda: S.loss(boxed(np.ones((2, 4))), [0, 1]), ag.MixedNodesError, "cannot mix"),
    ],
)
def test_misuse(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


def test_the_abstract_network():
    from nn.networks import DocumentNet

    for call in ("intermediates", "_data_loss", "_squashed"):
        with pytest.raises(NotImplementedError):
            getattr(DocumentNet, call)(S, *([None] if call != "_data_loss" else [None, None]))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.SigmoidNet((4, 99999999999, 3)), "799,999,999,995 numbers"),
        (lambda: nn.TestNet((2, 10**10, 2)), "50,000,000,002 numbers"),
        (lambda: nn.Linear(10**6, 10**6), "1,000,001,000,000 numbers"),
        (lambda: nn.MLP(2, [10**12, 1]), "4,000,000,000,001 numbers"),
        (lambda: nn.Layer(10**9, 10**9), "1,000,000,001,000,000,000 numbers"),
        (lambda: nn.Neuron(10**9), "1,000,000,001 numbers"),
    ],
)
def test_networks_that_no_machine_holds(make, text):
    with pytest.raises(ValueError, match=f"would hold {text}, more than 1,000,000,000: give smal"):
        make()
