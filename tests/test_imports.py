"""What using the runtime loads: nothing of the compiler, and jsonschema-rs only on the first validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from bundles import read_good, run_python, write_bundle

HEAVY = (
    *("yaml", "jsonschema", "jinja2", "jsonschema_rs", "click", "rich", "referencing", "rpds", "attrs", "psycopg"),
    *("connectory.compiler", "connectory.cli", "connectory.importers", "connectory.validation", "importlib.metadata"),
)

PROGRAM = f"""
import sys
def loaded(): return sorted(name for name in {HEAVY!r} if name in sys.modules)
import connectory
print(loaded())
catalog = connectory.open(sys.argv[1])
method = catalog.method("anthropic", "complete")
method.input_schema, method.output_schema, list(catalog), len(catalog), "xero" in catalog
integration = catalog.integration("anthropic", "^1")
integration.ai.cost("claude-3-opus", input_tokens=1), integration.auth, integration.definition()
method.bind(dict)
print(loaded())
method.validate_input({{"prompt": "Hi"}})
print(loaded())
try:
    method.validate_input({{"prompt": 5}})
except connectory.InvalidInput:
    pass
catalog.preload()
print(loaded())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "b", [read_good("spec_anthropic.json"), read_good("spec_xero.json")])


def test_what_is_loaded_when(path: Path) -> None:
    validating = "['connectory.validation', 'jsonschema_rs']"
    assert run_python(PROGRAM, str(path)) == f"[]\n[]\n{validating}\n{validating}\n"


def test_importing_loads_msgspec_and_the_standard_library_only() -> None:
    program = (
        "import sys; before = set(sys.modules); import connectory\n"
        "found = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(found - set(sys.stdlib_module_names) - {'typing_extensions'}))"  # msgspec uses it where it is
    )
    assert run_python(program) == "['connectory', 'msgspec']\n"


def test_importing_every_public_name_prints_nothing() -> None:
    assert run_python("from connectory import *; import connectory") == ""
