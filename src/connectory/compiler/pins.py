"""Which version of each integration its row in the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from connectory.compiler.load import version_of
from connectory.names import close_matches
from connectory.versions import Range, Version, newest


class InvalidPin(Exception):
    """A pin holds a row where there is no version."""


_NO_PINS: Mapping[str, str] = MappingProxyType({})


def newest_of_each(files: Iterable[Path], pins: Mapping[str, str] = _NO_PINS) -> set[Path]:
    """Of the files of each integration, the one of its newest stable version, as their names say it.

    Args:
        files: of a catalog.
        pins: ranges of versions, by integration id, for those that are held inside one.

    Raises:
        InvalidPin: no version lies in a range, or there is no such integration.
    """
    chosen = set()
    known = released(files)
    for name in pins:
        if name not in known:
            close = close_matches(name, known)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise InvalidPin(f"database.pin.{name}: there is no integration {name!r}{hint}")
    for name, of_one in known.items():
        held = _held(of_one, pins.get(name))
        best = newest(map(Version.parse, sorted(held)))
        if best is None:
            there = ", ".join(sorted(of_one, key=Version.parse))
            raise InvalidPin(f"database.pin.{name}: no version lies in {pins[name]!r}; there is {there}")
        chosen.add(of_one[best.text])
    return chosen


def outside_of(files: Iterable[Path], pins: Mapping[str, str]) -> dict[str, list[str]]:
    """The released versions that lie outside of each pin, by integration id."""
    known = released(files)
    return {name: sorted(set(known[name]) - set(_held(known[name], pins[name]))) for name in sorted(pins)}


def fitting(pins: Mapping[str, str], released: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The pins that some released version fits."""
    return {name: pin for name, pin in pins.items() if _held(released.get(name, ()), pin)}


def released(files: Iterable[Path]) -> dict[str, dict[str, Path]]:
    """The file of each version of each integration. A name that is no version is reported by a rule."""
    found: dict[str, dict[str, Path]] = {}
    for file in files:
        version = version_of(file)
        if version is not None:
            found.setdefault(file.absolute().parent.name, {})[version.text] = file
    return found


def _held(versions: Iterable[str], pin: str | None) -> list[str]:
    if pin is None:
        return list(versions)
    held = Range.parse(pin)
    return [version for version in versions if held.holds(Version.parse(version))]
