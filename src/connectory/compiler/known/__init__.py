"""Facts about the world that rules need, as data: one JSON file each; ``about`` in it says where they come from."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def known(name: str) -> dict[str, Any]:
    """The facts of one file."""
    text = (resources.files(__name__) / f"{name}.json").read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts
