# `make demo` and `make test` need Python >= 3.11 and make, nothing else.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: help demo test lint bench bench-peers bench-growth mutants gallery format clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    train both networks, cross-check every gradient, draw into out/"
	@echo "make test    the whole test suite"
	@echo "make lint    formatting, lint and types"
	@echo "make format  format the code"
	@echo "make gallery make the pictures of docs/ and the outputs of the notebooks anew"
	@echo "make bench   what recording and differentiating cost, beside numpy by hand (minutes)"
	@echo "make bench-peers   the same beside other libraries, installed under PEERS_HOME, into docs/speed.md"
	@echo "make mutants seed faults and run the tests against each (resumable), into docs/mutants.md"
	@echo "make bench-growth  time and memory against the size of a program, into docs/speed.md"

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gradproof needs Python >= 3.11; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "cannot create .venv: install your system's package for" \
	  "Python's venv module (Debian: python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: .venv/installed
	$(BIN)/gradproof demo --out out

test: .venv/installed
	$(BIN)/python -m pytest -n auto --cov=autograd --cov=nn --cov=viz --cov-branch \
	  --cov-report=term:skip-covered --cov-fail-under=95

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed
	$(BIN)/python -m benchmarks measure

bench-peers: .venv/installed
	$(BIN)/python -m benchmarks peers

bench-growth: .venv/installed
	$(BIN)/python -m benchmarks growth

mutants: .venv/installed
	$(BIN)/python -m mutants

gallery: .venv/installed
	$(BIN)/python examples/gallery.py
	$(BIN)/python examples/scaling.py docs/img/scaling.png
	$(BIN)/python examples/notebooks.py
	$(BIN)/python examples/proofreading.py

format: .venv/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv out build dist *.egg-info .coverage
