"""Options of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

_number = count()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` writes what the tests get to where they look for what they expect; read the diff."""
    parser.addoption("--update", action="store_true", help="rewrite the expected outputs; read the diff afterwards")


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("caches"))


@pytest.fixture(autouse=True)
def own_cache(caches: str) -> Iterator[None]:
    """Each test has a cache of its own: it knows nothing of the others, nor of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONNECTORY_CACHE", f"{caches}/{next(_number)}")
        yield
