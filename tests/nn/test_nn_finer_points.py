"""What only a seeded fault (`make mutants`) showed to be untested."""

import numpy as np

import nn
from nn import formulas


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
