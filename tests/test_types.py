"""The public interface as a type checker sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bundles import SOURCES

pytest.importorskip("mypy")

RIGHT = """
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, assert_type

import connectory
from connectory import Auth, Catalog, Integration, InvalidInput, Issue, Method, Model

catalog = connectory.open("build/catalog.bundle")
assert_type(catalog, Catalog)
connectory.open(), connectory.open(Path("x")), connectory.open(path=None)
method = catalog.method("xero", "create_invoice")
assert_type(method, Method)
assert_type(catalog.method("xero", "create_invoice", "1.0.0"), Method)
assert_type(catalog.method(integration_id="xero", method_id="create_invoice", version="^1"), Method)
assert_type((method.id, method.name, method.description, method.integration_id, method.version),
            tuple[str, str, str, str, str])
assert_type(method.input_schema, dict[str, Any])
assert_type(method.validate_input({"a": 1}), dict[str, Any])
assert_type(method.validate_output({"a": 1}), dict[str, int])

integration = catalog.integration("xero", version=None)
assert_type(integration, Integration)
assert_type(integration.methods, Mapping[str, Method])
assert_type(integration.versions, tuple[str, ...])
assert_type(integration.type, Literal["integration", "ai", "documents", "database"])
assert_type(integration.auth, Auth)
assert_type(integration.base_url, str | None)
assert_type(integration.metadata, dict[str, Any])
assert_type(integration.configure({"a": 1}), dict[str, Any])
for one in catalog.integrations(type="ai"):
    assert_type(one, Integration)
for name in catalog:
    assert_type(name, str)
assert_type("x" in catalog, bool)
catalog.preload(["xero"])
catalog.preload()

assert_type(integration.ai.model(), Model)
assert_type(integration.ai.model("claude").context_window, int | None)
assert_type(integration.ai.cost("m", input_tokens=1, images={"hd": 1}, seconds=Decimal("1.5")), Decimal)


def handle(data: dict[str, Any]) -> list[int]:
    return [1]


async def handle_async(data: dict[str, Any]) -> list[int]:
    return [1]


assert_type(method.bind(handle), Callable[[Any], list[int]])
assert_type(method.bind(handle)({}), list[int])
assert_type(method.bind(handle_async), Callable[[Any], Coroutine[Any, Any, list[int]]])


async def call() -> None:
    assert_type(await method.bind(handle_async)({}), list[int])


try:
    method.validate_input({})
except InvalidInput as error:
    assert_type(error.errors, tuple[Issue, ...])
except connectory.UnknownName as unknown:
    assert_type(unknown.close_matches, tuple[str, ...])
"""

WRONG = {
    "catalog.method('xero')": "call-arg",
    "catalog.method('xero', 5)": "arg-type",
    "catalog.method('xero', 'a', version=1)": "arg-type",
    "catalog.integration(None)": "arg-type",
    "catalog.integrations(type='other')": "arg-type",
    "connectory.open(5)": "arg-type",
    "method.id = 'x'": "misc",
    "method.other": "attr-defined",
    "catalog.other = 1": "attr-defined",
    "integration.methods['x'] = method": "index",
    "integration.ai.default_model = 'x'": "misc",
    "integration.ai.model().name = 'x'": "misc",
    "integration.ai.model().cost_per_image['hd'] = 1": "index",
    "integration.ai.cost('m', 5)": "call-arg",
    "integration.ai.cost('m', input_tokens=1.5)": "arg-type",
    "integration.ai.cost('m', images=['hd'])": "arg-type",
    "integration.configure([])": "arg-type",
    "method.bind(5)": "arg-type",
    "method.bind(lambda: 5)": "misc arg-type",
    "connectory.other": "attr-defined",
}


def _checked(folder: Path, program: str) -> list[str]:
    """What mypy reports of a user's program, one line a finding."""
    (folder / "program.py").write_text(program)
    options = [
        "--strict",
        "--no-error-summary",
        "--hide-error-context",
        "--no-color-output",
        "--follow-imports=silent",
        "--cache-dir=.cache",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--config-file=", "program.py"],
        cwd=folder,
        env={"PATH": "", "MYPYPATH": str(SOURCES)},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def test_right_and_wrong_use(tmp_path: Path) -> None:
    """Wrong lines stand last; each of them, and nothing else, is reported."""
    program = f"{RIGHT}\n# wrong\n" + "\n".join(WRONG) + "\n"
    first = program.splitlines().index("# wrong") + 2
    reported: dict[int, list[str]] = {}
    for line in _checked(tmp_path, program):
        place, _, text = line.partition(": error: ")
        if text:
            reported.setdefault(int(place.split(":")[1]), []).append(text.rpartition("[")[2].rstrip("]"))
    for number, (statement, codes) in enumerate(WRONG.items(), first):
        found = reported.pop(number, [])
        assert found, f"{statement} is not refused"
        assert set(found) <= set(codes.split()), statement
    assert reported == {}
