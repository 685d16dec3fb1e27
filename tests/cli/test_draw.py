"""`gradproof draw` on good expressions and on every kind of bad one."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from commands import Run, shell
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Value
from autograd.expression import Expression, ExpressionError

NEURON = "1/(1+exp(-(w0+w1*x1+w2*x2)))"
AT = "w0=-3,w1=2,w2=-3,x1=-1,x2=-2"


def test_value_and_gradients_are_printed_and_the_picture_is_written(run: Run) -> None:
    code, out, err = run("draw", NEURON, "--at", AT, "-o", "neuron.png")
    assert (code, err) == (0, "")
    # σ(1) and σ'(1) times the other factor
    assert out.splitlines()[0] == f"{NEURON} = 0.7310585786"
    assert "  ∂/∂w1 = -0.1966119332" in out
    assert "  ∂/∂x2 = -0.5898357997" in out
    assert Path("neuron.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_file_it_prints_alone(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("draw", "x*x", "--at", "x=3")
    assert code == 0
    assert out == "x*x = 9\n  ∂/∂x = 6\n"
    assert list(tmp_path.iterdir()) == []


def test_a_leading_minus_goes_after_two_dashes(run: Run) -> None:
    assert run("draw", "--at", "x=2", "--", "-x**2")[1].startswith("-x**2 = -4\n")


def test_at_may_be_given_several_times(run: Run) -> None:
    assert run("draw", "x*y", "--at", "x=2", "--at", "y=5")[1].startswith("x*y = 10\n")


def test_max_and_min_are_those_of_two(run: Run) -> None:
    _, out, _ = run("draw", "max(x, y) + min(x, 2)", "--at", "x=1,y=1")
    assert "∂/∂x = 1.5" in out  # the tie is shared


@pytest.mark.parametrize(("at", "shown"), [("x=0", "inf"), ("x=-1", "nan")])
def test_results_that_are_no_numbers_are_printed_with_a_warning(
    run: Run, at: str, shown: str
) -> None:
    code, out, err = run("draw", "log(x)", "--at", at)
    assert code == 0
    assert shown in out
    assert err.startswith("gradproof: warning: ")


def test_options_of_the_drawing_reach_it(run: Run) -> None:
    options = ["--direction=both", "--fold=chain", "--focus=x1", "--color=gradient", "--theme=dark"]
    code, _, err = run("draw", NEURON, "--at", AT, "-o", "neuron.dot", *options)
    assert (code, err) == (0, "")
    source = Path("neuron.dot").read_text()
    for part in (
        "dir=back",
        "neg | exp | + | /",
        "paths to x₁",
        "largest |gradient|",
        "class=dark",
    ):
        assert part in source


def test_a_focus_that_is_no_variable_is_refused_before_anything_is_printed(run: Run) -> None:
    code, out, err = run("draw", "x*x", "--at", "x=1", "-o", "a.dot", "--focus", "y")
    assert (code, out) == (2, "")
    assert err == "gradproof: --focus: 'y' is no variable of the expression; it has x\n"
    assert not Path("a.dot").exists()


BAD = [
    (("draw", "x", "--at=--"), "--at takes name=number, separated by commas; got '--'"),
    (("draw", "x +", "--at", "x=1"), "cannot read"),
    (("draw", "x", "--at", "x"), "--at takes name=number"),
    (("draw", "x", "--at", "x=one"), "not a number"),
    (("draw", "x", "--at", "x=1,x=2"), "twice"),
    (("draw", "x", "--at", "x=1,y=2"), "y does not occur"),
    (("draw", "x*y", "--at", "x=1"), "no number was given for y"),
    (("draw", "x*y"), "no number was given for x, y"),
    (("draw", "1+2"), "no variables"),
    (("draw", "__import__('os').system('touch hacked')"), "cannot be used here"),
    (("draw", "open(x)", "--at", "x=1"), "there is no function open"),
    (("draw", "x^2", "--at", "x=1"), "write **"),
    (("draw", "exp(x, x)", "--at", "x=1"), "takes 1 argument"),
    (("draw", "exp", "--at", "exp=1"), "is a function"),
    (("draw", "x.real", "--at", "x=1"), "cannot be used here"),
    (("draw", "True*x", "--at", "x=1"), "cannot be used here"),
    (("draw", "1" * 20_000), "10000 at most"),
    (("draw", "(" * 500 + "x" + ")" * 500, "--at", "x=1"), "cannot read"),
    (("draw", "x\0", "--at", "x=1"), "cannot read"),
    (("draw", "1" + "0" * 400 + "*x", "--at", "x=1"), "too large"),
    (("draw", "x", "--at", "x=1", "-o", "x.bmp"), ".bmp"),
    (("draw", "x", "--at", "x=1", "-o", "no/such/folder/x.png"), "no/such/folder"),
    (("draw", "-x", "--at", "x=1"), "goes after --"),
    (("draw", "x", "--in", "x=1"), "try: gradproof --help"),
    (("draw",), "required"),
    (("paint", "x"), "invalid choice"),
    ((), "required"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD, ids=lambda p: str(p)[:40])
def test_bad_input_is_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], text: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("gradproof: ")
    assert text in err
    assert len(err.splitlines()) <= 2
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []  # no file, and nothing was carried out


@given(st.text(alphabet="xyz0123456789.+-*/()eE, _[]'\"\\lambda:exp" + "σ×", max_size=40))
def test_whatever_is_typed_only_the_named_error_comes_out(text: str) -> None:
    try:
        expression = Expression(text)
        result, _ = expression.at(dict.fromkeys(expression.names, 0.5))
    except ExpressionError:
        return
    assert isinstance(result, Value | float)


def test_a_sum_of_a_thousand_terms_is_read() -> None:
    result, variables = Expression("+".join(["x"] * 900)).at({"x": 1.0})
    result.backward()
    assert variables["x"].grad == 900.0


def test_names_are_any_that_python_takes(run: Run) -> None:
    code, out, _ = run("draw", "α*权重", "--at", "α=2,权重=3", "-o", "g.svg")
    assert code == 0
    assert "∂/∂权重 = 2" in out


def test_as_a_process(tmp_path: Path) -> None:
    good = shell("draw", "x*x", "--at", "x=3", cwd=tmp_path)
    assert (good.returncode, good.stdout, good.stderr) == (0, "x*x = 9\n  ∂/∂x = 6\n", "")
    bad = shell("draw", "x*", "--at", "x=3", cwd=tmp_path)
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1


def test_a_terminal_that_cannot_show_the_signs(tmp_path: Path) -> None:
    for arguments in (("draw", "x*x", "--at", "x=3"), ("draw", "--help"), ("train", "--help")):
        done = shell(*arguments, cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, "")
    assert "?/?x = 6" in shell("draw", "x*x", "--at", "x=3", cwd=tmp_path,
                               PYTHONIOENCODING="ascii").stdout  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_and_a_closed_pipe(tmp_path: Path) -> None:
    command = f"{sys.executable} -m gradproof draw x*x --at x=3"
    full = subprocess.run(f"{command} > /dev/full", shell=True, cwd=tmp_path, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert (full.returncode, full.stderr) == (
        2,
        "gradproof: cannot write: no space left on device\n",
    )
    closed = subprocess.run(f"{command} >&-", shell=True, cwd=tmp_path, capture_output=True,
                            text=True, check=False)  # fmt: skip
    assert (closed.returncode, closed.stderr) == (0, "")


def test_the_numbers_are_printed_when_the_picture_fails(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> Path:
        raise viz.RenderError("no renderer")

    monkeypatch.setattr(viz, "draw", fail)
    code, out, err = run("draw", "x*x", "--at", "x=3", "-o", "x.png")
    assert (code, err) == (2, "gradproof: no renderer\n")
    assert out == "x*x = 9\n  ∂/∂x = 6\n"


def test_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("gradproof 0.")


def test_a_checkout_that_is_not_installed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    out = "gradproof from a checkout that is not installed: pip install -e .\n"
    assert run("--version") == (0, out, "")
