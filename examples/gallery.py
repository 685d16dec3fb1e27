"""Make every picture of docs/gallery.md by the code that stands there.

    python examples/gallery.py [docs/img]

The page's python blocks are one program, which is run in the folder of the pictures.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gallery.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
PICTURE = re.compile(r'"([\w-]+)\.png"')


def blocks(page: Path = PAGE) -> list[str]:
    """The python code of a page, block by block."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def run(folder: Path, suffix: str = ".png") -> list[str]:
    """Run the page's code in a folder; the pictures' names.  Another suffix replaces .png."""
    names: dict[str, Any] = {}
    made: list[str] = []
    here = Path.cwd()
    os.chdir(folder)
    try:
        for block in blocks():
            code = PICTURE.sub(rf'"\1{suffix}"', block)
            exec(compile(code, str(PAGE), "exec"), names)
            made += [name + suffix for name in PICTURE.findall(block)]
    finally:
        os.chdir(here)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the pictures of docs/gallery.md")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "img")
    for name in run(parser.parse_args().folder):
        print("wrote", name)


if __name__ == "__main__":
    main()
