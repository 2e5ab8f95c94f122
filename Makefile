# Every target sets up its own virtual environment when it is missing and installs nothing when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed-dev

.PHONY: build test lint bench clean

build: $(READY)  ## compile catalog/ into build/ and show a look-up from it
	$(BIN)/connectory build
	$(BIN)/python -m connectory show xero.create_invoice

test: $(READY)  ## everything that a change must pass
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest $(PYTEST)

lint: $(READY)  ## mend what can be mended, and say what cannot
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/mypy

bench: $(READY)  ## time against peers; see benchmarks/README.md
	$(BIN)/python benchmarks/run.py

clean:  ## remove outputs and caches; the virtual environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
