r"""A pattern does not mean the same to every engine of regular expressions.

Browsers read patterns as ECMA-262 (with the flag u), services with Rust's regex, Python tools with re. Portable are
literal characters, ``.``, classes, groups, alternatives, quantifiers, ``^``, ``$``, and ``\d``, ``\w``, ``\s`` with the
meaning that ECMA-262 gives them. Look-around, back-references, ``\b``, ``\A``, ``\Z``, ``\p{...}``, named and atomic
groups, possessive quantifiers, flags, and backslashes before characters that need none are not.

Example:

    pattern: '^(?!aws:)[a-z\_]+\Z'

Instead:

    pattern: '^[a-z_]+$'
    not: {pattern: '^aws:'}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.patterns.syntax import Problem, is_portable, portable, read

CODE = "S010"
SEVERITY: Severity = "error"

_HELP = {
    "look-ahead": "say what must not match in a schema beside it: not: {pattern: ...}; what must match in allOf",
    "look-behind": "say what must not match in a schema beside it: not: {pattern: ...}; what must match in allOf",
    "back-references": "list the alternatives instead",
    "flags": "write both cases, as in [Aa], or list the alternatives",
    "words": "say which characters may stand beside it instead",
    "know": "list the characters, or leave out those that may not occur: [^...]",
    "possessive": "leave out the +",
    "atomic": "use a plain group: (?:...)",
    "set operation": "list the characters that are left; to mean the character itself, write it once",
    "whole class": "put a backslash before the ]: [\\]...]",
    "POSIX": "list the characters: [A-Za-z]",
    "quantifier": "put what is repeated in a group: (?:...)",
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each pattern with something that is not portable; it names the first."""
    for pattern, node, is_name in definition.pattern_places():
        if not is_portable(pattern):
            problems = read(pattern).problems
            path = (*node.path, *(("patternProperties", pattern) if is_name else ("pattern",)))
            where = _shown(pattern[problems[0].start : problems[0].end])
            message = f"{where} in the pattern is not portable: {problems[0].message}"
            yield definition.finding(globals(), message, path, key=is_name, help=_help(pattern, problems[0]))


def _help(pattern: str, problem: Problem) -> str | None:
    mended = portable(pattern)
    if mended is not None:
        return f"write {_shown(mended)}"
    return next((text for word, text in _HELP.items() if word in problem.message), None)


def _shown(pattern: str) -> str:
    return f"{pattern[:77]}..." if len(pattern) > 80 else pattern
