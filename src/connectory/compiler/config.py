"""``connectory.toml``: what a repository of definitions chooses. Every field may be absent, and so may the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from connectory.compiler.postgres.target import Target
from connectory.names import close_matches

NAME = "connectory.toml"

Level = Literal["off", "warning", "error"]
"""What a finding counts as."""


class InvalidConfiguration(Exception):
    """The file cannot be read, or says what it cannot; the message names the file and the field."""


class BundleConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bundle holds; see ``selection.py`` for the patterns. Without ``include``, everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class PathLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The levels of findings in the files that a pattern matches; ``*`` stands for any text, ``/`` included."""

    path: str
    levels: dict[str, Level]


class Allow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Findings that are suppressed.

    Attributes:
        code: the findings' code.
        path: a pattern of the files that they are in.
        reason: why they are no mistakes.
        pointer: JSON Pointer of what they are about, or of what lies around that; without it, the whole file.
    """

    code: str
    path: str
    reason: str
    pointer: str | None = None


class CheckConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What findings count as.

    Attributes:
        levels: by code, or by what codes start with; the longest counts.
        paths: for some files; the last that matches counts.
        allow: what is suppressed.
        max_price_age: the days after which a price has to be looked up again; without it, none has to.
    """

    levels: dict[str, Level] = {}
    paths: tuple[PathLevels, ...] = ()
    allow: tuple[Allow, ...] = ()
    max_price_age: Annotated[int, msgspec.Meta(ge=1)] | None = None


class DatabaseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The table in PostgreSQL.

    Attributes:
        schema: that the table is in; empty where the connection's search_path says it.
        table: its name.
        enum: the type of auth_type; with its schema, as in ``shared.auth_method_enum``, where that is another one.
        schema_migration: whether migrations make the table.
        additional_columns: whether the table has, or gets, the columns that the specification does not name.
        pin: ranges of versions that rows are held inside of, by integration id.
    """

    schema: str = ""
    table: str = "integration_definitions"
    enum: str = "auth_method_enum"
    schema_migration: bool = True
    additional_columns: bool = True
    pin: dict[str, str] = {}

    @property
    def target(self) -> Target:
        """The same as migrations need it."""
        schema = [self.schema] if self.schema else []
        enum = self.enum.split(".")
        return Target(
            (*schema, self.table), tuple(enum if len(enum) > 1 else [*schema, *enum]), self.additional_columns
        )


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    Attributes:
        lines: the lines at which the tables of ``check.allow`` start, where they are written as tables.
    """

    bundle: BundleConfig = BundleConfig()
    check: CheckConfig = CheckConfig()
    database: DatabaseConfig = DatabaseConfig()
    lines: tuple[int, ...] = ()


DEFAULT_CONFIGURATION = Configuration()
"""What holds where nothing is chosen."""

_ALLOW_TABLE = re.compile(r"[ \t]*\[\[[ \t]*check[ \t]*\.[ \t]*allow[ \t]*\]\]")


def read_configuration(folder: Path) -> Configuration:
    """The configuration that stands in a folder.

    Raises:
        InvalidConfiguration: see there.
    """
    path = folder / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return DEFAULT_CONFIGURATION
    except OSError as error:
        raise InvalidConfiguration(f"{NAME}: cannot be read: {error.strerror or error}") from None
    try:
        text = content.decode("utf-8-sig")  # editors of Windows begin it with a mark
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidConfiguration(f"{NAME}: {error}") from None
    for wrong in (*_unknown(data, Configuration, ""), *_levels(data)):
        raise InvalidConfiguration(f"{NAME}: {wrong}")
    try:
        read = msgspec.convert(data, Configuration)
    except msgspec.ValidationError as error:
        raise InvalidConfiguration(f"{NAME}: {_plain(str(error))}") from None
    for wrong in (*_codes(read.check), *_names(read.database), *_pins(read.database)):
        raise InvalidConfiguration(f"{NAME}: {wrong}")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if _ALLOW_TABLE.match(line)]
    return msgspec.structs.replace(read, lines=tuple(lines) if len(lines) == len(read.check.allow) else ())


def _unknown(data: dict[str, Any], shape: type[msgspec.Struct], where: str) -> Iterator[str]:
    """What is wrong with the names of fields."""
    known = {field.encode_name: field.type for field in msgspec.structs.fields(shape) if field.name != "lines"}
    for name, value in data.items():
        inner = _struct_in(known.get(name))
        if name not in known:
            close = close_matches(name, known)
            yield f"there is no field '{where}{name}'" + (f"; did you mean '{where}{close[0]}'?" if close else "")
        elif inner and isinstance(value, dict):
            yield from _unknown(value, inner, f"{where}{name}.")
        elif inner and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _unknown(item, inner, f"{where}{name}[{index}].")


def _struct_in(shape: Any) -> type[msgspec.Struct] | None:
    """The struct that a field holds, or holds a tuple of."""
    for candidate in (shape, *get_args(shape)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None


def _levels(data: dict[str, Any]) -> Iterator[str]:
    """What is wrong with levels, in words that name the choices."""
    check = data.get("check")
    owners = [("check", check)] if isinstance(check, dict) else []
    paths = check.get("paths") if isinstance(check, dict) else None
    if isinstance(paths, list):
        owners += [(f"check.paths[{index}]", item) for index, item in enumerate(paths) if isinstance(item, dict)]
    for where, owner in owners:
        levels = owner.get("levels")
        for code, level in levels.items() if isinstance(levels, dict) else ():
            if level not in get_args(Level):
                close = close_matches(level, get_args(Level))
                hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(get_args(Level))}"
                yield f"{where}.levels.{code}: there is no level {level!r}; {hint}"


def _codes(check: CheckConfig) -> Iterator[str]:
    """What is wrong with codes; the rules are only asked where there are any."""
    named = [(f"check.levels.{code}", code, level) for code, level in check.levels.items()]
    for index, some in enumerate(check.paths):
        named += [(f"check.paths[{index}].levels.{code}", code, level) for code, level in some.levels.items()]
    for where, code, level in named:
        wrong = _wrong_code(code, level)
        if wrong:
            yield f"{where}: {wrong}"
    for index, allow in enumerate(check.allow):
        from connectory.compiler.checks import why_not_suppressed

        wrong = why_not_suppressed(allow.code)
        if wrong:
            yield f"check.allow[{index}].code: {wrong}"
        if not allow.reason.strip():
            yield f"check.allow[{index}].reason: say why the finding is no mistake"
        if allow.pointer and not allow.pointer.startswith("/"):
            hint = "a JSON Pointer starts with /, as in /methods/0/id"
            yield f"check.allow[{index}].pointer: {allow.pointer!r} is none; {hint}"


def _wrong_code(code: str, level: Level) -> str | None:
    from connectory.compiler.checks import is_fixed, rules

    covered = [known for known in rules() if code and known.startswith(code)]
    if not covered:
        close = close_matches(code, rules())
        return f"there is no rule {code!r}" + (f"; did you mean {close[0]!r}?" if close else "")
    if level != "error" and all(map(is_fixed, covered)):
        return f"what {code} finds is always an error: nothing can be made of such a definition"
    return None


_LONGEST_NAME = 63 - len("_integration_id_idx")
"""Bytes of a table's name that leave room, in PostgreSQL's 63, for those of its indexes."""


def _names(database: DatabaseConfig) -> Iterator[str]:
    """What is wrong with the names of the table and what goes with it."""
    from connectory.compiler.postgres.encoding import IDENTIFIER

    target = database.target
    named = [("schema", name, 63) for name in target.table[:-1]]
    named += [("table", target.table[-1], _LONGEST_NAME), *(("enum", name, 63) for name in target.enum)]
    for field, name, longest in named:
        if not IDENTIFIER.fullmatch(name):
            hint = "letters of ASCII, digits and _, not starting with a digit"
            yield f"database.{field}: {name!r} is no name that every migration tool leaves alone; use {hint}"
        elif len(name) > longest:
            yield f"database.{field}: {name!r} is longer than {longest} characters"
    if len(target.enum) > 2:
        yield f"database.enum: {database.enum!r} has more than a schema and a name"


def _pins(database: DatabaseConfig) -> Iterator[str]:
    """What is wrong with pins, whatever the catalog holds."""
    from connectory.errors import InvalidVersion
    from connectory.versions import Range

    for name, pin in database.pin.items():
        try:
            Range.parse(pin)
        except InvalidVersion as error:
            yield f"database.pin.{name}: {error}"


_EXPECTED = re.compile("Expected `([^`]+)`(?: >= ([0-9]+))?(?:, got `([^`]+)`)?")
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
    "date": "a date",
    "datetime": "a time",
}


def _plain(message: str) -> str:
    """msgspec's message, with the place before it, and in words of TOML."""
    reason, _, place = message.partition(" - at `$.")
    reason = re.sub("^Object missing required field `([^`]+)`", r"lacks '\1'", reason)
    expected = _EXPECTED.fullmatch(reason)
    if expected:
        types = [_TYPES.get(one, one) for one in expected[1].split(" | ") if one != "null"]
        limit = f" of {expected[2]} or more" if expected[2] else ""
        given = f", not {_TYPES.get(expected[3], expected[3])}" if expected[3] else ""
        reason = f"must be {' or '.join(types)}{limit}{given}"
    return f"{place.rstrip('`')}: {reason[0].lower()}{reason[1:]}" if place else reason
