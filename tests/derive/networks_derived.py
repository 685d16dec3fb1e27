"""The two documents' networks on a small batch, ready to be derived."""

from typing import Any

import numpy as np

import nn
from autograd import Tensor

NETS = ("sigmoidnet", "testnet")


def derived(net: str) -> tuple[Any, dict[str, Any]]:
    """The loss, and names for what has none."""
    rng = np.random.default_rng(0)
    if net == "sigmoidnet":
        t = rng.uniform(size=(7, 3))
        return nn.SigmoidNet(seed=0).loss(Tensor(rng.standard_normal((7, 4)), name="z0"), t), {
            "t": t
        }
    a0 = Tensor(rng.standard_normal((2, 7)), name="a0")
    return nn.TestNet(seed=0).loss(a0, rng.integers(0, 2, 7), weight_decay=0.1), {}
