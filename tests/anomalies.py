"""What the tests of detect_anomaly share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import AnomalyError, Tensor, Value, detect_anomaly

BOTH = pytest.mark.parametrize("make", [Value, Tensor], ids=["Value", "Tensor"])


def source(error: AnomalyError) -> str:
    """The line of code that an error points to."""
    assert error.file is not None
    assert error.line is not None
    return Path(error.file).read_text(encoding="utf-8").splitlines()[error.line - 1]


def raised(f: Callable[[], Any]) -> AnomalyError:
    """The error of f() inside detect_anomaly."""
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        f()
    return caught.value
