"""Every rule where its cotangent depends on the arguments, as it does inside a larger formula.

The second derivative of f(x)² is 2 (f′)² + 2 f f″: the first term comes from the cotangent 2 f(x)
alone.  A rule that forgets what its cotangent depends on is right for each op by itself.
"""

from typing import Any

import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from numerical import check_second_order


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_second_order_of_the_square(formula: Formula) -> None:
    rng = np.random.default_rng(19)

    def squared(*xs: Any) -> Any:
        y = formula.f(*xs)
        return y * y

    check_second_order(squared, formula.sample(rng), rng, 1000 * formula.rtol)
