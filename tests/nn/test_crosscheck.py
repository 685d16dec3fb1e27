"""Tensor graph = scalar graph = hand-derived formula to 1e-12, = finite differences; and the check
itself can fail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from nn import SigmoidNet, TestNet, crosscheck, formulas, local_gradients
from nn.crosscheck import cross_check
from nn.report import Report, Row

KINDS = [SigmoidNet, TestNet]


def case(kind, widths, m, seed, spread=1.0):
    rng = np.random.default_rng(seed)
    net = kind(sizes=widths, seed=rng)
    for l in net.layers:
        b = getattr(net, f"b{l}")
        b.data = rng.normal(size=b.shape)
    x = rng.normal(size=(m, widths[0])) * spread
    return net, (x.T if net.samples_axis else x), rng.integers(0, widths[-1], m)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(
    widths=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    m=st.integers(1, 4),
    seed=st.integers(0, 2**20),
    decay=st.sampled_from([0.0, 0.01, 1.0]),
    spread=st.sampled_from([1e-3, 1.0, 10.0]),
    one_hot=st.booleans(),
)
def test_every_gradient_four_ways(kind, widths, m, seed, decay, spread, one_hot):
    net, x, y = case(kind, widths, m, seed, spread)
    if one_hot:
        y = np.eye(widths[-1])[y]
        y = y.T if net.samples_axis else y
    before = {name: p.data for name, p in net.named_parameters().items()}
    report = cross_check(net, x, y, decay)
    assert report.ok, str(report)
    names = {row.name for row in report.rows}
    assert len(names) == len(report.rows) == 4 * len(net.layers) + (1 if net.samples_axis else 2)
    assert all(row.shape for row in report.rows)
    assert all(p.data is before[k] and p.grad is None for k, p in net.named_parameters().items())


@given(seed=st.integers(0, 2**20))
def test_targets_that_are_no_classes(seed):
    net, x, _ = case(SigmoidNet, (3, 4, 2), 3, seed)
    report = cross_check(net, x, np.random.default_rng(seed).normal(size=(3, 2)), 0.3)
    assert report.ok, str(report)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spread", [30.0, 1000.0])
def test_saturated_networks_agree_too(kind, spread):
    report = cross_check(*case(kind, (4, 5, 3), 6, 3, spread))
    assert report.ok, str(report)


def test_kinds_and_order():
    report = cross_check(*case(SigmoidNet, (2, 3, 2), 2, 0))
    assert [(row.name, row.kind) for row in report.rows] == [
        ("W1", "parameter"), ("b1", "parameter"), ("W2", "parameter"), ("b2", "parameter"),
        ("z0", "input"), ("h0", "intermediate"), ("z1", "intermediate"), ("h1", "intermediate"),
        ("z2", "intermediate"), ("h2", "intermediate"),
    ]  # fmt: skip
    report = cross_check(*case(TestNet, (2, 3, 2), 2, 0))
    assert [row.name for row in report.rows][4:] == ["a0", "z1", "a1", "z2", "a2"]
    assert report.rows[4].kind == "input"


def test_the_table_reads_well():
    report = cross_check(*case(TestNet, (2, 3, 2), 2, 0))
    lines = str(report).splitlines()
    assert lines[0].split() == [
        "gradient", "kind", "shape", "formula", "scalar", "graph", "differences", "verdict",
    ]  # fmt: skip
    assert lines[1].startswith("W1        parameter     3×2    ")
    assert lines[-1] == "TestNet(sizes=(2, 3, 2)): all 9 gradients agree"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", ["factor", "sign", "entry", "nan", "shape"])
def test_a_wrong_formula_is_found(monkeypatch, kind, wrong):
    name = "sigmoid_net_gradients" if kind is SigmoidNet else "testnet_gradients"
    right = getattr(formulas, name)

    def spoilt(*args, **kwargs):
        found = right(*args, **kwargs)
        g = found["W2"].copy()
        if wrong == "entry":
            g[0, 0] += 1e-9 * abs(g).max()
        found["W2"] = {"factor": g * 1.001, "sign": -g, "nan": g * np.nan, "entry": g,
                       "shape": g.T}[wrong]  # fmt: skip
        return found

    monkeypatch.setattr(formulas, name, spoilt)
    report = cross_check(*case(kind, (4, 5, 3), 4, 1), weight_decay=0.1)
    assert not report.ok
    assert [row.name for row in report.rows if not row.ok] == ["W2"]
    assert {r.name: r.verdict for r in report.rows}["W2"] == "DISAGREES: formula"
    assert "1 of 10 DISAGREE: W2" in report.summary or "1 of 9 DISAGREE: W2" in report.summary


@pytest.mark.parametrize("way", ["scalar_gradients", "tensor_gradients"])
def test_a_wrong_engine_is_found(monkeypatch, way):
    right = getattr(crosscheck, way)

    def spoilt(*args):
        found = right(*args)
        return found | {"h1": found["h1"] * (1 + 1e-9)}

    monkeypatch.setattr(crosscheck, way, spoilt)
    report = cross_check(*case(SigmoidNet, (4, 5, 3), 4, 1))
    row = next(row for row in report.rows if row.name == "h1")
    assert "scalar graph" in row.verdict
    assert ("formula" in row.verdict) == (way == "tensor_gradients")
    assert sum(not row.ok for row in report.rows) == 1


def test_wrong_differences_are_found(monkeypatch):
    right = crosscheck.five_point
    monkeypatch.setattr(crosscheck, "five_point", lambda *args: right(*args) * (1 + 1e-5))
    report = cross_check(*case(TestNet, (4, 5, 3), 4, 1))
    assert all(row.verdict == "DISAGREES: finite differences" for row in report.rows)


def test_an_empty_report_is_not_ok():
    assert not Report("nothing").ok
    assert Report("x", [Row("w", "parameter", (), 0.0, 0.0, None)]).ok
    assert "–" in str(Report("x", [Row("w", "parameter", (), 0.0, 0.0, None)]))
    assert not Row("w", "parameter", (), float("nan"), 0.0, None).ok


def test_input_that_does_not_fit():
    with pytest.raises(ValueError, match="the batch has shape"):
        cross_check(nn.SigmoidNet(), np.ones((2, 3)), [0, 1])
    with pytest.raises(ValueError, match="the label 7"):
        cross_check(nn.SigmoidNet(), np.ones((2, 4)), [0, 7])


@given(seed=st.integers(0, 2**20))
@settings(max_examples=15)
def test_the_local_gradients_of_document_2(seed):
    report = nn.cross_check_local(seed, n=4)
    assert report.ok, str(report)
    assert len(report.rows) == 26


@pytest.mark.parametrize(
    ("name", "rows"), [("d_exp", 1), ("d_sigmoid", 6), ("neuron_gradients", 5), ("d_maximum", 4)]
)
def test_a_wrong_local_gradient_is_found(monkeypatch, name, rows):
    right = getattr(local_gradients, name)

    def spoilt(*args):
        found = right(*args)
        if isinstance(found, dict):
            return {k: v * 1.001 for k, v in found.items()}
        return tuple(v * 1.001 for v in found) if isinstance(found, tuple) else found * 1.001

    monkeypatch.setattr(local_gradients, name, spoilt)
    for key, (names, f, _) in list(nn.localcheck.LISTED.items()):
        formula = {"eˣ": lambda x: (spoilt(x),), "σ(x)": lambda x: (spoilt(x),),
                   "max(x, y)": spoilt}.get(key)  # fmt: skip
        if formula and {"eˣ": "d_exp", "σ(x)": "d_sigmoid", "max(x, y)": "d_maximum"}[key] == name:
            monkeypatch.setitem(nn.localcheck.LISTED, key, (names, f, formula))
    assert sum(not row.ok for row in nn.cross_check_local().rows) == rows


@pytest.mark.parametrize("kind", KINDS)
def test_large_inputs_and_small_weights(kind):
    """A step of fixed size in W1 would be a step of hundreds in z1."""
    net, x, y = case(kind, (4, 5, 3), 3, 2, spread=1000.0)
    net.W1.data = net.W1.data / 1000.0
    net.b1.data = net.b1.data * 0.1
    report = cross_check(net, x, y)
    assert report.ok, str(report)


@pytest.mark.parametrize("seed", range(8))
def test_networks_that_fit_their_targets(seed):
    """h − t is nothing but rounding there, and p − 1(y = j) nearly so."""
    net, x, _ = case(SigmoidNet, (4, 5, 3), 6, seed)
    report = cross_check(net, x, net.as_arrays()(x))
    assert report.ok, str(report)
    net, x, _ = case(TestNet, (4, 5, 3), 6, seed)
    net.b2.data = np.array([[40.0], [0.0], [-40.0]])
    report = cross_check(net, x, np.zeros(6, int))
    assert report.ok, str(report)


def test_terms_that_cancel_over_the_batch():
    net, x, _ = case(SigmoidNet, (2, 3, 1), 2, 0)
    h = net.as_arrays()(x)
    slope = h * (1 - h)
    t = h - np.array([[1.0], [-1.0]]) * slope[::-1]  # the two parts of ∂L/∂b2 cancel
    assert abs(cross_check(net, x, t).rows[3].formula) < 1e-12
    assert cross_check(net, x, t).ok
