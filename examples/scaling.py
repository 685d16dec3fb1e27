"""Measure document 2's claim that inputs 1000 times larger make gradients ≥ 1000 times larger.

    python examples/scaling.py [docs/img/scaling.png]

prints how many times ‖∂J/∂W1‖ grows, over 100 seeds, and draws it if a path is given.
"""

from __future__ import annotations

import argparse

from nn import scaling


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure when inputs × 1000 make gradients × 1000")
    parser.add_argument("picture", nargs="?", help="draw it too: a .png, .svg or .pdf file")
    picture = parser.parse_args().picture
    result = scaling.measure()
    if picture is not None:
        from viz.scaling import scaling as draw

        try:
            draw(result, picture)
        except (OSError, ValueError, ImportError) as error:
            parser.error(str(error))
    print(scaling.table(result))
    if picture is not None:
        print("wrote", picture)


if __name__ == "__main__":
    main()
