"""Options of the tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` writes what the tests get to where they look for what they expect; read the diff."""
    parser.addoption("--update", action="store_true", help="rewrite the expected outputs; read the diff afterwards")
