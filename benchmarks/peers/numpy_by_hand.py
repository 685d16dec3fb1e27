"""Gradients derived by hand, a new array for each result: the eager engine's measure."""

from ..by_hand import s1, s2b, t1, t2, t3  # noqa: F401

TITLE = "numpy by hand"
REQUIRES = ["numpy"]
IMPORT = "import numpy"
