"""What a classifier is told: integer labels, and one-hot targets as rows or as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

Array = np.ndarray[Any, Any]


def labels(samples: int, classes: int) -> st.SearchStrategy[Array]:
    """Integer labels from 0 to `classes` − 1, one per sample; not every class has to occur."""
    drawn: st.SearchStrategy[Array] = hnp.arrays(
        np.int64, (samples,), elements=st.integers(0, classes - 1), fill=st.nothing()
    )
    return drawn


def one_hot(samples: int, classes: int, *, columns: bool = False) -> st.SearchStrategy[Array]:
    """Targets of 0.0 and 1.0 with one 1 per sample: rows, (samples, classes), or columns."""

    def hot(y: Array) -> Array:
        rows = np.eye(classes)[y]
        return np.ascontiguousarray(rows.T) if columns else rows

    return labels(samples, classes).map(hot)


def signs(samples: int) -> st.SearchStrategy[Array]:
    """Targets −1.0 and 1.0, one per sample, as a hinge loss takes them."""
    drawn: st.SearchStrategy[Array] = hnp.arrays(
        np.float64, (samples,), elements=st.sampled_from([1.0, -1.0]), fill=st.nothing()
    )
    return drawn
