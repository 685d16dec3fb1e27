"""Imports form a line; `import autograd` needs numpy alone; the packages keep to public names."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[2]

# Each module may import only from lines above its own.  DESIGN.md: node, errors -> op ->
# elementwise, arrays -> operators -> value, tensor -> backward users -> __init__.
LINE = [
    {"node", "errors", "show"},
    {"modes"},
    {"data"},
    {"tree"},
    {"op"},
    {"elementwise", "shaping"},
    {"reductions"},
    {"linalg", "softmaxes"},
    {"arrival"},
    {"sketches"},
    {"kernels"},
    {"cotangents"},
    {"scalar_sweep"},
    {"backward", "numpy_protocol"},
    {"operators"},
    {"recorders"},
    {"value"},
    {"array_recorders"},
    {"tensor"},
    {"call", "expression"},
    {"check", "checkpoint", "primitive", "transforms"},
    {"__init__"},
]
ORDERED_WITHIN = {"linalg", "reductions", "shaping", "elementwise", "transforms", "primitive"}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported(path: Path) -> set[str]:
    """The modules of the same package that a module imports when it is loaded."""
    found = set()
    for node in ast.parse(path.read_text()).body:  # at the top: not TYPE_CHECKING, not in functions
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module] if node.module else [a.name for a in node.names]
            found |= {str(n).split(".")[0] for n in names}
    return found


def graph(folder: str = "autograd") -> dict[str, set[str]]:
    """The modules of a package, and its packages, with what each imports from beside it."""
    modules = {p.stem: imported(p) for p in (ROOT / folder).glob("*.py")}
    modules |= {p.parent.name: set[str]() for p in (ROOT / folder).glob("*/__init__.py")}
    return {name: needs & modules.keys() for name, needs in modules.items()}


@pytest.mark.parametrize(
    "folder",
    [
        "autograd",
        *(
            f"autograd/{p}"
            for p in ("anomaly", "check", "compile", "derive", "order", "proofread", "testing")
        ),
        *sorted(
            str(folder.parent.relative_to(ROOT))
            for folder in (ROOT / "autograd/proofread").glob("**/__init__.py")
            if folder.parent.name != "proofread"
        ),
    ],
)
def test_imports_form_a_line(folder: str) -> None:
    """No cycles: the modules can be put in an order in which each imports only earlier ones."""
    waiting, done = graph(folder), set[str]()
    while waiting:
        ready = {name for name, needs in waiting.items() if needs <= done | {name}}
        assert ready, f"these import each other in a circle: {sorted(waiting)}"
        done |= ready
        for name in ready:
            del waiting[name]


def test_the_folders_of_the_proof_reader_form_a_line() -> None:
    """What a folder imports from another one comes before it."""
    line = ["formula", "lines", "report", "worlds", "problem", "python", "writing", "mending",
            "equality", "judge", "reading", "planting"]  # fmt: skip
    base = ROOT / "autograd/proofread"
    for path in base.rglob("*.py"):
        inside = path.relative_to(base).parts
        mine = inside[0].removesuffix(".py")
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ImportFrom) or node.level <= 0:
                continue
            at = inside[: len(inside) - node.level]
            if node.level > len(inside):
                continue  # from the engine
            target = [*at, *str(node.module or "").split(".")][0]
            if mine in line and target in line and target != mine:
                assert line.index(target) < line.index(mine), f"{path.name} imports {target}"


def test_modules_keep_their_place_in_the_line() -> None:
    place = {name: i for i, names in enumerate(LINE) for name in names}
    for name, needs in graph().items():
        for other in needs & place.keys():
            if name in place and name != other:
                within = {name, other} <= ORDERED_WITHIN
                assert place[other] < place[name] or within, f"{name} imports {other}"


def test_the_record_imports_nothing_of_ours() -> None:
    needs = graph()
    assert needs["node"] == set()
    assert needs["errors"] == set()
    assert not needs["op"] & {"elementwise", "operators", "value", "tensor", "backward"}


def test_no_view_is_imported_by_the_core() -> None:
    for path in (ROOT / "autograd").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            assert not {n.split(".")[0] for n in names} & {"viz", "nn", "gradproof"}, path.name


def test_the_core_knows_compiled_programs_by_their_public_name_alone() -> None:
    users = [name for name, needs in graph().items() if "compile" in needs]
    assert users == ["__init__"]
    for node in ast.parse((ROOT / "autograd/compile/__init__.py").read_text()).body:
        if isinstance(node, ast.ImportFrom):  # relative imports wait for the first use
            assert node.level == 0
            assert node.module in ("__future__", "collections.abc", "typing")


def test_compiling_is_loaded_when_it_is_used() -> None:
    code = """
import sys, autograd
loaded = lambda: sorted(n for n in sys.modules if n.startswith('autograd.compile.'))
print(loaded())
autograd.compile(lambda x: x * 2)
print('autograd.compile.trace' in loaded(), 'numba' in sys.modules)
"""
    assert run(code).split("\n")[:2] == ["[]", "True False"]


def test_import_autograd_loads_numpy_alone() -> None:
    code = """
import sys, numpy
before = set(sys.modules)
import autograd
new = {name.split('.')[0] for name in set(sys.modules) - before}
print(sorted(n for n in new if n not in sys.stdlib_module_names))
"""
    assert run(code).strip() == "['autograd']"


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_packages_use_public_names_and_do_not_know_each_other(package: str) -> None:
    other = {"nn": "viz", "viz": "nn"}[package]
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.Import):
                modules = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [str(node.module)]
                if node.module == "autograd":
                    private = [a.name for a in node.names if not hasattr(autograd, a.name)]
                    assert private == [], f"{path.name} imports {private}"
            for module in modules:
                assert module.split(".")[0] != other, f"{path.name} imports {module}"
                assert not module.startswith("autograd."), f"{path.name} imports {module}"


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_packages_do_not_load_each_other(package: str) -> None:
    other = {"nn": "viz", "viz": "nn"}[package]
    code = f"import sys, {package}; print('{other}' in sys.modules, 'hypothesis' in sys.modules)"
    assert run(code).strip() == "False False"


def test_every_public_name_is_listed() -> None:
    listed = set(autograd.__all__)
    assert len(listed) == len(autograd.__all__)
    assert all(hasattr(autograd, name) for name in listed)
    functions = {n for n, v in vars(autograd).items() if callable(v) and not n.startswith("_")}
    assert functions <= listed


def test_every_public_name_is_documented() -> None:
    bare = [n for n in autograd.__all__ if not (getattr(autograd, n).__doc__ or "").strip()]
    assert bare == []


def test_every_package_is_shipped() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("autograd", "gradproof", "nn", "viz")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(listed) == found
