"""What docs/proofreading.md shows of examples/notes.md: the report, and a picture of its page.

    python examples/proofreading.py

The picture needs Chromium and its driver on the PATH, and the package selenium; without them it
stays as it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = re.compile(r"(?<=<!-- report -->\n```\n).*?(?=```\n<!-- end -->)", re.DOTALL)
WIDTH, HEIGHT = 1240, 1150


def report(page: Path) -> str:
    """What the command prints; it writes the page, too."""
    command = [sys.executable, "-m", "gradproof", "check", "notes.md", "-o", str(page)]
    done = subprocess.run(command, cwd=ROOT / "examples", capture_output=True, text=True)
    if done.returncode != 1 or done.stderr:  # the notes have mistakes
        raise SystemExit(done.stderr or "the notes have lost their mistakes")
    return done.stdout.removesuffix(f"wrote {page}\n")


def picture(page: Path, path: Path) -> None:
    """The page as a PNG, with its first mistake opened."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    browser = webdriver.Chrome(options=options, service=service)
    try:
        browser.get(page.as_uri())
        browser.execute_script(
            "document.querySelector('.note.stop').open = true;"
            "document.querySelector('main h2').scrollIntoView()"
        )
        browser.save_screenshot(str(path))
    finally:
        browser.quit()


def main() -> None:
    docs = ROOT / "docs" / "proofreading.md"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "marked.html"
        shown = report(page)
        text = docs.read_text(encoding="utf-8")
        docs.write_text(SHOWN.sub(lambda _: shown, text), encoding="utf-8")
        if shutil.which("chromedriver"):
            picture(page, ROOT / "docs" / "img" / "marked.png")


if __name__ == "__main__":
    main()
