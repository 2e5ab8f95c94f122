"""Compatibility: what a change of a schema, or of a whole definition, means for those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectory.compiler.compat.decide import Verdict, subset

__all__ = ["Verdict", "subset"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from connectory.compiler.compat import decide  # which takes long to load, and few runs need

    return getattr(decide, name)
