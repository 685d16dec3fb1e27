"""Ridge regression for several targets at once, as lines of Python: samples are rows."""

TITLE = "Ridge regression"
LOSS = "J"
SHAPES = {"X": ("n", "d"), "W": ("d", "k"), "b": ("k",), "Y": ("n", "k"), "lam": ()}
FORWARD = [
    "E = X @ W + b - Y",
    "data = sum(E**2) / (2 * n)",
    "penalty = lam / 2 * sum(W**2)",
    "J = data + penalty",
]
CLAIMS = [
    "ddata = 1",
    "dpenalty = 1",
    "dE = E / n",
    "dW = X.T @ dE + lam * W",
    "dW = X.T @ (X @ W + b - Y) / n + lam * W",
    "db = dE.sum(axis=0)",
    "db = np.sum(E, axis=0) / n",
    "dX = dE @ W.T",
    "dY = -E / n",
    "dlam = 0.5 * np.sum(W * W)",
]
