"""Measure document 2's claim that inputs 1000 times larger make gradients ≥ 1000 times larger.

    python examples/scaling.py [docs/img/scaling.png]

prints how many times ‖∂J/∂W1‖ grows, over 100 seeds, and draws it if a path is given.
"""

from __future__ import annotations

import sys

from nn import scaling


def main(paths: list[str]) -> None:
    result = scaling.measure()
    print(scaling.table(result))
    for path in paths:
        from viz.scaling import scaling as draw

        print("wrote", draw(result, path))


if __name__ == "__main__":
    main(sys.argv[1:])
