"""The rules, one module each.

A rule's module has a ``CODE``, a ``SEVERITY``, a docstring that is its manual (first line: what it
is about), and one of

- ``check(definition) -> Iterator[Diagnostic]``: run on every definition;
- ``check_catalog(definitions) -> Iterator[Diagnostic]``: run once, on all of them; its module stands in ``catalogs``;
- neither: it is reported while the text is read, by ``compiler/text``, which calls the module's ``report``.

A new rule is a new module; nothing else names it. A module whose ``RULES`` are several, made of a table, has them
instead (compatibility). ``FIXED = True`` says that nothing can be made of a definition
in which it finds something, so that a repository can neither lower nor suppress it. What the rules of text (Y) and of
outputs (B) find is fixed without saying so.

Rules go through 48,000 methods in seconds. What looks into schemas therefore asks ``definition.nodes_with(keyword)``
for the keywords that it is about: one walk, the first time that somebody asks, serves all rules. Where the index does
not do, ``definition.schemas`` has the whole schemas, ``valid_schemas`` those that the engine of the runtime can use,
``patterns`` the regular expressions, and ``shared_defs`` knows which shared schemas each one names. Where something
stands costs more than what it is: spans are asked for only where there is something to report.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from connectory.compiler.checks import catalogs
from connectory.names import close_matches


@cache
def rules() -> dict[str, ModuleType]:
    """Every rule's module by its code, sorted.

    Raises:
        ValueError: two modules claim one code.
    """
    modules = [*_modules(__name__, __path__), *catalog_rules()]
    every = [rule for module in modules for rule in getattr(module, "RULES", (module,))]
    found = {rule.CODE: rule for rule in sorted(every, key=lambda rule: str(rule.CODE))}
    if len(found) != len(every):
        raise ValueError("two rules have the same code")
    return found


@cache
def catalog_rules() -> list[ModuleType]:
    """The modules of the rules about whole catalogs. A run that knows all files needs no others."""
    return _modules(catalogs.__name__, catalogs.__path__)


def _modules(package: str, path: Iterable[str]) -> list[ModuleType]:
    names = (module.name for module in pkgutil.iter_modules(path) if not module.ispkg)
    return [importlib.import_module(f"{package}.{name}") for name in names]


def is_fixed(code: str) -> bool:
    """Whether what a rule finds is an error whatever a repository says."""
    return code[0] in "YB" or bool(getattr(rules()[code], "FIXED", False))


def why_not_suppressed(code: str) -> str | None:
    """What is wrong with suppressing the findings of a code; None where that is possible."""
    if code not in rules():
        close = close_matches(code, rules())
        return f"there is no rule {code!r}" + (f"; did you mean {close[0]}?" if close else "")
    if is_fixed(code) or not getattr(rules()[code], "SUPPRESSIBLE", True):
        return f"what {code} finds cannot be suppressed"
    return None
