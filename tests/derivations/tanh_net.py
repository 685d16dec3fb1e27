"""A deep net with tanh in plain Python lines: two hidden layers, samples are rows."""

TITLE = "A deep net with tanh"
LOSS = "loss"
SHAPES = {
    "x": ("n", "d0"), "W1": ("d0", "d1"), "b1": ("d1",), "W2": ("d1", "d2"), "b2": ("d2",),
    "W3": ("d2", "d3"), "b3": ("d3",), "t": ("n", "d3"),
}  # fmt: skip
FORWARD = [
    "u1 = x @ W1 + b1",
    "h1 = np.tanh(u1)",
    "u2 = h1 @ W2 + b2",
    "h2 = np.tanh(u2)",
    "out = h2 @ W3 + b3",
    "err = out - t",
    "loss = np.sum(err**2) / n",
]
CLAIMS = [
    "derr = 2 * err / n",
    "dout = derr",
    "dW3 = h2.T @ dout",
    "db3 = dout.sum(axis=0)",
    "dh2 = dout @ W3.T",
    "du2 = dh2 * (1 - h2**2)",
    "dW2 = h1.T @ du2",
    "db2 = du2.sum(axis=0)",
    "dh1 = du2 @ W2.T",
    "du1 = dh1 * (1 - np.tanh(u1) ** 2)",
    "dW1 = x.T @ du1",
    "db1 = du1.sum(axis=0)",
    "dx = du1 @ W1.T",
    "dt = -dout",
]
