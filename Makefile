# Every target sets up its own virtual environment when it is missing and installs nothing when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed-dev

.PHONY: build test lint bench corpus examples vendors differential editor clean

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
	$(BIN)/connectory build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target build/peers \
		botocore==1.44.5 google-api-python-client==2.202.0 lmdb fastjsonschema matplotlib
	$(BIN)/python benchmarks/run.py

corpus: $(READY)  ## the large catalog, from AWS's and Google's own descriptions, and what it compiles to
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target build/packages \
		botocore==1.44.5 google-api-python-client==2.202.0
	$(BIN)/python benchmarks/corpus.py build/packages build/corpus $(SOURCES) --table benchmarks/imports.md
	$(BIN)/connectory build --catalog build/corpus --out build/large

examples: $(READY)  ## vendors' own examples against the schemas made of their files: SOURCES='openapi=FILE ...'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target build/examples \
		openapi-schema-validator==0.9.0
	PYTHONPATH=build/examples $(BIN)/python benchmarks/vendor_examples.py $(SOURCES) --table benchmarks/examples.md

vendors: $(READY)  ## files of vendors imported, judged and checked: SOURCES='Vendor=FILE ...'
	$(BIN)/python benchmarks/vendors.py $(SOURCES) --table benchmarks/vendors.md

differential: $(READY)  ## jsonschema and jsonschema-rs on every definition and schema; some minutes, after make corpus
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target build/differential \
		'jsonschema[format-nongpl]==4.26.0'
	PYTHONPATH=build/differential $(BIN)/python -W ignore benchmarks/differential.py build/corpus catalog tests/cases \
		--table benchmarks/differential.md

editor:  ## what tests/test_editor.py drives: the language server of VS Code and others; needs node and npm
	npm install --silent --no-audit --no-fund --no-package-lock --prefix build/editor yaml-language-server@1.25.0

clean:  ## remove outputs and caches; the virtual environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
