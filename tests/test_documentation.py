"""The README, the docs and the docstrings run, and show what they print."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

LINK = re.compile(r"\]\(([\w./-]+)\)")  # formulas hold ]( too, but no file names
ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = [
    module.name
    for package in ("autograd", "nn", "viz", "gradproof")
    for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
    if not module.name.endswith("__main__")
]


def outcome(tests: list[doctest.DocTest]) -> tuple[int, int]:
    runner = doctest.DocTestRunner(verbose=False)
    for test in tests:
        runner.run(test)
    return runner.summarize(verbose=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_show_what_their_code_prints(page: Path) -> None:
    failed, _ = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_docstrings_show_what_their_code_prints(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = outcome(doctest.DocTestFinder().find(module))
    assert failed == 0


def test_the_readmes_first_block_is_tested() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(doctest.DocTestParser().get_examples(text)) >= 9


def test_links_lead_to_files() -> None:
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
