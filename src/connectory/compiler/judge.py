"""What findings count as: levels, and what is suppressed with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple, TypeVar

import msgspec

from connectory.compiler.check import first
from connectory.compiler.checks import is_fixed, rules, unneeded_suppression
from connectory.compiler.config import NAME, Allow, CheckConfig, Configuration, Level
from connectory.compiler.diagnostics import Diagnostic, Span, Suppressed
from connectory.compiler.suppressions import Suppression
from connectory.compiler.wildcards import matches


class Extent(NamedTuple):
    """What was looked at, and so what a suppression can be said not to be needed for.

    Attributes:
        files: the names of the files that were checked.
        whole: whether they are everything there is, so that what is between definitions was looked at.
        measured: those of the files whose versions were compared, as the rules of compatibility (C) do.
        frozen: whether files were compared with those that are released.
    """

    files: Sequence[str]
    whole: bool = False
    measured: Set[str] = frozenset()
    frozen: bool = False


class Judged(NamedTuple):
    """Findings at the level that they count at, and those that are suppressed."""

    diagnostics: list[Diagnostic]
    suppressed: list[Suppressed]


def judge(
    found: Iterable[Diagnostic],
    said: Mapping[str, Sequence[Suppression]],
    configuration: Configuration,
    extent: Extent,
) -> Judged:
    """Sort findings into those that count and those that are suppressed; report suppressions that are not needed.

    Args:
        found: the findings, at their rules' own levels.
        said: the suppressions that stand in files, by how diagnostics name the file.
        configuration: of the repository.
        extent: what was looked at.
    """
    config = configuration.check
    near = _by_code((one.span.path, one) for of_file in said.values() for one in of_file)
    far = _by_code(("", one) for one in config.allow)
    used: set[Suppression | Allow] = set()
    counted: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    for finding in found:
        level = level_of(finding, config)
        if level == "off":
            continue
        finding = finding if level == finding.severity else msgspec.structs.replace(finding, severity=level)
        by = _suppressing(finding, near.get((finding.span.path, finding.code), []), far.get(("", finding.code), []))
        used.update(by)
        if not by:
            counted.append(finding)
        elif isinstance(by[0], Suppression):
            suppressed.append(Suppressed(finding, by[0].reason, by[0].span))
        else:
            suppressed.append(Suppressed(finding, by[0].reason, _span(by[0], configuration)))
    return Judged([*counted, *_unneeded(said, configuration, extent, used)], suppressed)


def level_of(finding: Diagnostic, config: CheckConfig) -> Level:
    """The level at which a finding counts."""
    level: Level = finding.severity
    if not config.levels and not config.paths:
        return level
    matching = [some.levels for some in config.paths if matches(finding.span.path, some.path)]
    for levels in (config.levels, *matching):
        prefixes = [prefix for prefix in levels if finding.code.startswith(prefix)]
        if prefixes:
            level = levels[max(prefixes, key=len)]
    return "error" if level != "error" and is_fixed(finding.code) else level


_One = TypeVar("_One", Suppression, Allow)

_FROZEN = ("C030", "C031")
"""The rules about released files."""


def _by_code(every: Iterable[tuple[str, _One]]) -> dict[tuple[str, str], list[_One]]:
    """What suppresses, by file and code."""
    found: dict[tuple[str, str], list[_One]] = {}
    for file, one in every:
        found.setdefault((file, one.code), []).append(one)
    return found


def _suppressing(finding: Diagnostic, near: list[Suppression], far: list[Allow]) -> list[Suppression | Allow]:
    """Everything that suppresses a finding; what stands nearest to it first."""
    if not near and not far:
        return []
    inside = [one for one in near if one.first <= finding.span.line <= one.last]
    inside.sort(key=lambda one: one.first, reverse=True)
    found: list[Suppression | Allow] = [*inside, *(one for one in far if _allows(one, finding))]
    return [] if found and is_fixed(finding.code) else found


def _allows(allow: Allow, finding: Diagnostic) -> bool:
    if not matches(finding.span.path, allow.path):
        return False
    if not allow.pointer:
        return True
    return finding.pointer is not None and f"{finding.pointer}/".startswith(f"{allow.pointer}/")


def _unneeded(
    said: Mapping[str, Sequence[Suppression]],
    configuration: Configuration,
    extent: Extent,
    used: set[Suppression | Allow],
) -> Iterator[Diagnostic]:
    """The suppressions that suppressed nothing, where that can be said, at the level of their rule."""
    by_file = [_comments(file, of_file, configuration.check, extent, used) for file, of_file in said.items()]
    for found in (*by_file, _entries(configuration, extent, used)):
        for finding in first(found):
            level = level_of(finding, configuration.check)
            if level != "off":
                yield msgspec.structs.replace(finding, severity=level)


def _comments(
    file: str, said: Sequence[Suppression], config: CheckConfig, extent: Extent, used: set[Suppression | Allow]
) -> Iterator[Diagnostic]:
    for one in said:
        if one not in used and _was_looked_for(one.code, [file], extent) and not _is_off(one.code, file, config):
            yield unneeded_suppression.report(one.code, one.span, "here")


def _entries(configuration: Configuration, extent: Extent, used: set[Suppression | Allow]) -> Iterator[Diagnostic]:
    for allow in configuration.check.allow:
        files = [file for file in extent.files if matches(file, allow.path)]
        if allow in used or not (extent.whole or allow.path in files):
            continue  # or else it may be about other files, too
        if files and all(_is_off(allow.code, file, configuration.check) for file in files):
            continue
        if _was_looked_for(allow.code, files, extent):
            place = allow.path + (f", {allow.pointer}" if allow.pointer else "")
            where = f"in {place}" if files else f"in {place}: no file that was checked is called so"
            yield unneeded_suppression.report(allow.code, _span(allow, configuration), where)


def _was_looked_for(code: str, files: Sequence[str], extent: Extent) -> bool:
    rule = rules().get(code)
    if rule is None or is_fixed(code):
        return False  # another rule reports it
    if code.startswith("C"):
        return extent.frozen if code in _FROZEN else extent.measured >= set(files)
    return extent.whole or not hasattr(rule, "check_catalog")


def _is_off(code: str, file: str, config: CheckConfig) -> bool:
    return level_of(Diagnostic(code, "warning", "", Span(file)), config) == "off"


def _span(allow: Allow, configuration: Configuration) -> Span:
    """Where an entry of ``check.allow`` begins; the file as a whole where that cannot be told."""
    if not configuration.lines:
        return Span(NAME)
    line = configuration.lines[configuration.check.allow.index(allow)]
    return Span(NAME, line, 1, line, len("[[check.allow]]") + 1)
