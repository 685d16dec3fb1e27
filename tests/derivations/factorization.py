"""A matrix approximated by a product of two thin ones, in lines of Python."""

TITLE = "Factorization of a matrix"
LOSS = "L"
SHAPES = {"R": ("m", "n"), "U": ("m", "k"), "V": ("n", "k"), "M": ("m", "n"), "mu": ()}
FORWARD = [
    "E = R - U @ V.T",
    "F = M * E",
    "L = 0.5 * np.sum(F**2) + 0.5 * mu * (np.sum(U**2) + np.sum(V**2))",
]
CLAIMS = [
    "dF = F",
    "dE = M * dF",
    "dE = M**2 * E",
    "dU = -dE @ V + mu * U",
    "dV = -dE.T @ U + mu * V",
    "dR = M * M * (R - U @ V.T)",
    "dM = dF * E",
    "dmu = (np.sum(U**2) + np.sum(V**2)) / 2",
]
