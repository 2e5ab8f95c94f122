"""The version is not a semantic version.

Versions are MAJOR.MINOR.PATCH, with an optional pre-release, as semver.org 2.0.0 says: services
choose ranges such as ``^1.2``, which mean something only for these.

Example:

    version: "v1.0"

Instead:

    version: "1.0.0"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.errors import InvalidVersion
from connectory.versions import Version

CODE = "D006"
SEVERITY: Severity = "error"
FIXED = True

_LOOSE = re.compile(r"[vV]?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?", re.ASCII)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at the version."""
    version = definition.data.get("version")
    if not isinstance(version, str):
        return
    try:
        Version.parse(version)
    except InvalidVersion as error:
        is_named_so = version[:1] in ("v", "V") and version[1:] == definition.stem
        fix = definition.writing(("version",), version[1:]) if is_named_so else ()
        yield definition.finding(globals(), str(error), ("version",), help=_help(version), fix=fix)


def _help(version: str) -> str:
    match = _LOOSE.fullmatch(version)
    if match is None:
        return 'write it as in "1.0.0"'
    core = ".".join(str(int(number or 0)) for number in match.groups()[:3])
    return f'write "{core}{match[4] or ""}"'
