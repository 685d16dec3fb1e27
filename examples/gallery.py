"""Make every picture of docs/gallery.md by the code that stands there.

    python examples/gallery.py [docs/img]

The page's python blocks are one program, which is run in the folder of the pictures.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gallery.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
STEPS = 4  # of the page, before its picture is taken
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


def photograph(page: Path) -> Path | None:
    """A picture of a page some steps on; None without Chromium and its driver."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        return None
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000"):
        options.add_argument(flag)
    chromium = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        chromium.get(page.resolve().as_uri())
        for _ in range(STEPS):
            chromium.find_element("id", "next").click()
        chromium.save_screenshot(str(page.with_suffix(".png")))
    finally:
        chromium.quit()
    return page.with_suffix(".png")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the pictures of docs/gallery.md")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "img")
    folder = parser.parse_args().folder
    for name in run(folder):
        print("wrote", name)
    page = folder / "walk.html"
    print("wrote walk.png" if photograph(page) else "left walk.png as it is: Chromium is missing")
    page.unlink()


if __name__ == "__main__":
    main()
