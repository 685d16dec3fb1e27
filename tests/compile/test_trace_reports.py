"""What `report=` is told of each trace."""

import numpy as np
from alike import affine

from autograd import compile


def test_reports_say_what_was_traced_and_what_changed() -> None:
    lines: list[str] = []
    program = compile(affine, report=lines.append)
    x = np.ones(3)
    program(x, 2.0)
    assert len(lines) == 1
    assert lines[0].startswith("affine: traced ")
    assert " ms, for x float64 (3,), w number" in lines[0]
    program(x, 3.0)
    assert len(lines) == 1
    program(np.ones(4), 2.0)
    assert "since x was float64 (3,), is float64 (4,)" in lines[1]
    program(np.ones(4, np.float32), np.ones(4))
    assert "x was float64 (4,), is float32 (4,)" in lines[2]
    assert "w was number, is float64 (4,)" in lines[2]
    assert len(lines) == 3


def test_reports_of_structures_and_static_values() -> None:
    lines: list[str] = []
    program = compile(lambda p, k: p[0] * k if len(p) == 1 else p[0] * p[1], report=lines.append)
    program([1.0], 2.0)
    program([1.0, 3.0], 2.0)
    assert "p1 was absent, is number" in lines[1]
    program((1.0, 3.0), 2.0)
    assert "structure" in lines[2]
    chosen = compile(lambda x, mode: -x if mode == "minus" else x * 2.0, report=lines.append)
    chosen(1.0, "minus")
    chosen(1.0, "plus")
    assert "mode was 'minus', is 'plus'" in lines[4]
