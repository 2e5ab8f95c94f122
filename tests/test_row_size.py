"""How large a row may be, and what writing one takes."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from connectory.compiler.checks import row_size
from connectory.compiler.definition import Definition
from connectory.compiler.postgres.encoding import decode, encode, pieces
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.text import read_content
from rows import exact, minimal


def _with_shared(schemas: int, methods: int) -> dict[str, Any]:
    """Shared schemas in a circle, and methods that refer to all of them, to half of them, to none, and so on."""
    shared = {
        f"S{n}": {"$ref": f"#/$defs/S{(n + 1) % schemas}", "description": "é" * n, "multipleOf": 0.1}
        for n in range(schemas)
    }
    shared |= {f"T{n}": {"$ref": f"#/$defs/T{n + 1}"} if n + 1 < schemas else {} for n in range(schemas)}
    refer = [{"$ref": "#/$defs/S1"}, {"$ref": f"#/$defs/T{schemas // 2}"}, {"description": "by itself"}]
    made = [
        {"id": f"m{n}", "name": f"M {n}", "inputSchema": {"type": "object", **refer[n % 3]}, "outputSchema": {}}
        for n in range(methods)
    ]
    return minimal(**{"$defs": shared, "methods": made})


@pytest.mark.parametrize(("schemas", "methods"), [(10, 3), (10, 40), (40, 10)])
def test_the_size_of_a_row_is_known_without_making_it(
    schemas: int, methods: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.dumps(_with_shared(schemas, methods), ensure_ascii=False).encode()
    definition = Definition(read_content(content, "catalog/acme/1.0.0.json", ".json"))
    row = decode(seed_row(definition.data))
    size = len(json.dumps(row, ensure_ascii=False, default=str, separators=(",", ":")).encode())
    for limit, most in ((size - len(content), 1), (size + len(content), 0)):
        monkeypatch.setattr(row_size, "LIMIT", limit)
        assert len(list(row_size.check(definition))) == most


@pytest.mark.parametrize("levels", range(8))
@pytest.mark.parametrize("value", [{}, [], 1, None, "a", {"a": {}}, [[], {}], minimal(x=[{"é": [1.5, {"a": [2]}]}])])
def test_pieces_come_to_the_same_text(value: Any, levels: int) -> None:
    plain = json.loads(json.dumps(value), parse_float=str)
    assert "".join(pieces(plain, levels)) == encode(plain)
    assert exact(decode("".join(pieces(plain, levels)))) == exact(plain)


def test_a_row_stands_in_memory_once_while_it_is_made() -> None:
    schema = {"type": "object", "$ref": "#/$defs/S0"}
    shared = {f"S{n}": {"$ref": f"#/$defs/S{(n + 1) % 20}", "description": "so " * 1000} for n in range(20)}
    methods = [{"id": f"m{n}", "name": "M", "inputSchema": schema, "outputSchema": schema} for n in range(100)]
    definition = minimal(**{"$defs": shared, "methods": methods})
    tracemalloc.start()
    row = seed_row(definition)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(row) > 12_000_000
    assert peak < len(row) * 1.2
