"""`autograd.testing` is loaded when it is asked for, and says what it lacks."""

import subprocess
import sys

import autograd.testing


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_autograd_loads_neither_it_nor_hypothesis() -> None:
    code = "import sys, autograd; print({'hypothesis', 'autograd.testing'} & set(sys.modules))"
    assert run(code) == "set()"


def test_without_hypothesis_it_says_what_to_install() -> None:
    code = """
import sys
sys.modules["hypothesis"] = None  # as if it were not installed
try:
    import autograd.testing
except ImportError as error:
    print(error)
"""
    assert "pip install 'gradproof[test]'" in run(code)


def test_pytest_is_not_needed() -> None:
    assert run("import sys; sys.modules['pytest'] = None; import autograd.testing") == ""


def test_public_names() -> None:
    listed = autograd.testing.__all__
    assert len(set(listed)) == len(listed)
    for name in listed:
        assert (getattr(autograd.testing, name).__doc__ or "").strip() or name == "EXACT_STEPS"
