"""The measurement behind the 1000× claim."""

from __future__ import annotations

import numpy as np
import pytest

from nn import scaling


@pytest.fixture(scope="module")
def result():
    return scaling.measure(seeds=range(12))


def test_a_factor_is_the_ratio_of_two_gradients(result):
    gradient = scaling.softmax_net(np.random.default_rng(3))
    lone = scaling.measure(seeds=[3])
    name = next(iter(lone.norms))
    nearest = lone.starts[np.argmin(np.abs(np.log(lone.starts / 0.02)))]
    assert lone.factor_at(name, 0.02).shape == (1,)
    expected = np.linalg.norm(gradient(1000 * nearest)) / np.linalg.norm(gradient(nearest))
    assert lone.factor_at(name, 0.02)[0] == pytest.approx(expected, rel=1e-6)
    assert result.scales[-1] == pytest.approx(1000 * result.starts[-1])
    assert result.factors(name).shape == (12, result.starts.size)


def test_from_tiny_inputs_the_gradient_is_proportional(result):
    for name in result.norms:
        assert result.factor_at(name, 1e-6) == pytest.approx(np.full(12, 1000), rel=0.1)


def test_the_claim_fails_with_a_sigmoid_layer_and_not_without(result):
    one, batch, softmax_regression, linear_regression = result.norms
    assert (result.factor_at(one, 1.0) < 1000).all()
    assert (result.factor_at(batch, 1.0) < 1000).all()
    assert np.median(result.factor_at(one, 1.0)) < 1e-6
    assert (result.factor_at(softmax_regression, 0.1) > 1000).all()
    assert result.factor_at(linear_regression, 10.0) == pytest.approx(np.full(12, 1e6), rel=0.2)


def test_saturation_is_found_where_it_is(result):
    one, batch, *regressions = result.norms
    assert 1 < result.saturated_from(one) < result.saturated_from(batch) < 1e4
    assert all(result.saturated_from(name) == np.inf for name in regressions)


def test_the_table_has_three_lines_per_network(result):
    lines = scaling.table(result, starts=[1e-4, 1.0]).splitlines()
    assert lines[0] == "| inputs grow from scale | 0.0001 | 1 |"
    assert len(lines) == 2 + 3 * len(result.norms)
    assert all(line.count("|") == 4 for line in lines)
