"""Headless Chromium, where it is installed, and a page in it as a reader uses it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

import viz

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
DRIVER = shutil.which("chromedriver")
in_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Chromium and ChromeDriver on the PATH"
)
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,1040",
]  # fmt: skip
LEFT, RIGHT, HOME, END = "\ue012", "\ue014", "\ue011", "\ue010"


def started(profile: Path) -> Any:
    """A driver whose browser keeps its files in `profile`."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


class Page:
    """What `viz.page` writes of a graph or a training run, opened."""

    def __init__(self, browser: Any, what: Any, folder: Path) -> None:
        self.browser = browser
        browser.get(viz.page(what, folder / "page.html").as_uri())

    def all(self, css: str) -> list[Any]:
        found: list[Any] = self.browser.find_elements("css selector", css)
        return found

    def one(self, css: str) -> Any:
        (found,) = self.all(css)
        return found

    def text(self, css: str) -> str:
        text: str = self.one(css).text
        return text

    def press(self, *keys: str) -> None:
        for key in keys:
            self.one("body").send_keys(key)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]
