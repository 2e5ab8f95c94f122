"""Options of the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import settings

settings.register_profile("seeded", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "seeded"))
"""The same examples in every run; ``HYPOTHESIS_PROFILE=random`` looks for new ones."""

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
