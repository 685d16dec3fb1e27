"""What LaTeX means where a document says nothing else: functions, letters, signs."""

from __future__ import annotations

FUNCTIONS = {
    "sigma": "sigmoid", "sigmoid": "sigmoid", "logistic": "sigmoid", "ln": "log", "log": "log",
    "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "tanh": "tanh", "sinh": "sinh",
    "cosh": "cosh", "arctan": "arctan", "relu": "relu", "ReLU": "relu", "softmax": "softmax",
    "softplus": "softplus", "max": "max", "min": "min", "diag": "diag", "tr": "trace",
    "trace": "trace", "sign": "sign", "sgn": "sign", "sqrt": "sqrt", "abs": "abs",
    "arcsin": "arcsin", "arccos": "arccos", "logsumexp": "logsumexp",
    "sum": "sum", "mean": "mean", "maximum": "maximum", "dot": "dot",
}  # fmt: skip
# `sin x` needs no brackets; of the others a bare letter may be a quantity
BARE = (
    "ln", "log", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "arcsin", "arccos",
    "sqrt", "max", "min", "tr", "diag", "softmax",
)  # fmt: skip
PAIRED = {"max": "maximum", "min": "minimum"}  # of two arguments, entry by entry
SUMMING = ("sum", "mean")  # which may have an axis, as in np.sum(z, axis=1, keepdims=True)
OPTIONS = ("axis", "keepdims")
ROW_WISE = ("softmax", "log_softmax", "logsumexp")

NAMES = {"lambda": "lam", "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi"}
ACCENTS = {"hat": "hat", "tilde": "tilde", "dot": "dot", "vec": "", "bar": "bar", "": ""}
PARTIAL = ("partial", "d", "∂")
ONES = ("1", "𝟏", "𝟙", "one")
BOLD = ("mathbf", "mathbb", "boldsymbol", "bm", "pmb", "mathds", "bold")
TRANSPOSED = ("T", "top", "intercal", "transpose", "mathsf", "⊤", "ᵀ")
DOTS = ("ldots", "cdots", "vdots", "ddots", "dots", "dotsc", "dotsb")

INDICES = ("i", "j", "k")  # letters that are indices where they are no quantity

# how a sign of multiplication is listed in `products:`
SIGNS = {
    "": "juxtaposition", "\\cdot": "\\cdot", "·": "\\cdot", "\\times": "\\times", "×": "\\times",
    "*": "*", "\\ast": "*", "∗": "*", "\\odot": "\\odot", "⊙": "\\odot", "\\circ": "\\circ",
    "∘": "\\circ", "\\otimes": "\\otimes",
}  # fmt: skip
PRODUCTS = {
    "juxtaposition": "matrix", "\\cdot": "matrix", "\\times": "matrix", "*": "matrix",
    "\\odot": "entrywise", "\\circ": "entrywise", "\\otimes": "unread",
}  # fmt: skip
KINDS = ("matrix", "entrywise", "loose")

RELATIONS = {
    "=": "=", ":=": "=", "\\equiv": "=", "≡": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
    "\\le": "<=", "\\leq": "<=", "≤": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=",
    "≥": ">=", "\\geqslant": ">=", "\\ne": "!=", "\\neq": "!=", "≠": "!=", "!=": "!=", "==": "=",
    "\\in": "in", "∈": "in", "in": "in", "\\lt": "<", "\\gt": ">",
}  # fmt: skip
