"""What a version changes without saying so, what of a release is changed, and what is gone before its time.

The rules are those of ``compat/kinds.py`` that need more than a patch, and some about releases as such.
"""

from __future__ import annotations

from typing import Any

from connectory.compiler.compat.kinds import KINDS, Bump
from connectory.compiler.compat.kinds import RELEASES as _RELEASES


def _rule(code: str, manual: str, name: str) -> Any:
    """What the module of a rule would have."""
    return type(name, (), {"__doc__": manual, "CODE": code, "SEVERITY": "error"})


RULES = (
    *(_rule(kind.code, kind.manual(), kind.what) for kind in KINDS if kind.bump > Bump.PATCH),
    *(_rule(code, manual, code) for code, manual in _RELEASES.items()),
)
