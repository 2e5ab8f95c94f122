"""SQL migrations: the table of definitions, and a seed of its rows.

Every string of a definition reaches SQL through one filter, ``literal``, in the one encoding that
no migration tool changes: ``E'...'`` around ASCII JSON whose strings hold nothing but ``[A-Za-z0-9
_.,+=()[]~|^<>]`` and ``\\\\uXXXX``. Templates cannot print it in any other way. Numbers are written
digit by digit as the definition has them, never as floats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connectory.compiler.defs import SharedDefs
from connectory.compiler.release import Release, SeedRow
from connectory.pointers import pointer
from connectory.versions import Version, newest

NAME = "migrations"

NAMESPACE = UUID("c3774d3f-5878-5042-97b9-51d219fa482c")
"""Row ids are uuid5 of this and the integrationId. Never changes: instances refer to rows by id."""

Definition = Mapping[str, Any]
Row = dict[str, Any]

_COLUMNS = {
    "integration_id": "integrationId",
    "name": "name",
    "description": "description",
    "version": "version",
    "type": "type",
    "methods": "methods",
    "config_schema": "configSchema",
    "auth_type": "authType",
    "oauth2_config": "oauth2Config",
    "ai_config": "aiConfig",
    "api_key_config": "apiKeyConfig",
    "custom_auth_config": "customAuthConfig",
}
_DEFAULTS: Definition = {"type": "integration", "configSchema": {"type": "object", "properties": {}}}
_NOT_IN_METADATA = {*_COLUMNS.values(), "$schema", "$defs"}
"""An editor's hint, and what the schemas take along; other fields without a column are metadata."""
_LONGEST = {"integrationId": 255, "name": 255, "version": 50}
_BATCH = 1_000_000
"""Characters of SQL literal from which on a statement takes no further row."""


class EmitError(ValueError):
    """A definition holds what PostgreSQL cannot.

    Attributes:
        integration_id: whose definition it is.
        message: what is wrong with it, and where (a JSON Pointer into the definition).
    """

    def __init__(self, integration_id: str, message: str) -> None:
        super().__init__(integration_id, message)
        self.integration_id = integration_id
        self.message = message

    def __str__(self) -> str:
        return f"{_shown(self.integration_id)}: {self.message}"


def write(release: Release, path: Path) -> None:
    """Write the migrations of a release into the new folder ``path``.

    Raises:
        EmitError: a definition cannot be stored.
    """
    path.mkdir()
    for name, chunks in _files(release.rows, release.versions).items():
        with open(path / name, "wb") as stream:
            stream.writelines(chunk.encode("ascii") for chunk in chunks)


def render(definitions: Sequence[Mapping[str, object]]) -> dict[str, bytes]:
    """The migrations that lead to these definitions: file name within ``build/migrations/`` to content.

    ``definitions`` are all released versions, in any order, valid, with non-integer numbers as ``Decimal``. A
    row is the newest stable version of its integration, or the newest pre-release where nothing is stable.
    Without definitions there is nothing to seed: the schema migration comes alone.

    Raises:
        EmitError: a definition cannot be stored.
    """
    rows = [
        SeedRow(definition["integrationId"], definition["version"], seed_row(definition))
        for definition in _newest_of_each(definitions)
    ]
    return {name: "".join(chunks).encode("ascii") for name, chunks in _files(rows, len(definitions)).items()}


def _files(rows: Iterable[SeedRow], versions: int) -> dict[str, Iterator[str]]:
    """The files, each statement by statement; ``rows`` is gone through twice."""
    files = {
        "0000_create_integration_definitions.sql": _rendered("create.sql.j2"),
        "0000_create_integration_definitions.down.sql": _rendered("create.down.sql.j2"),
    }
    if versions:
        seed = f"{versions:04d}_seed_integration_definitions"
        files[f"{seed}.sql"] = _rendered("seed.sql.j2", _batches(rows))
        files[f"{seed}.down.sql"] = _rendered("seed.down.sql.j2", _batches(map(_without_content, rows)))
    return files


def _without_content(row: SeedRow) -> SeedRow:
    return row._replace(text=_json(_identity(row.integration_id, row.version)))


def _newest_of_each(definitions: Iterable[Definition]) -> list[Definition]:
    by_id: dict[str, dict[str, Definition]] = {}
    for definition in definitions:
        by_id.setdefault(definition["integrationId"], {})[definition["version"]] = definition
    return [_newest(versions) for _, versions in sorted(by_id.items())]


def _newest(versions: Mapping[str, Definition]) -> Definition:
    """Sorted by text first, so that two builds of one version always have the same winner."""
    version = newest(map(Version.parse, sorted(versions)))
    assert version is not None
    return versions[version.text]


def seed_row(definition: Definition, shared: SharedDefs | None = None) -> str:
    """The row of a definition as JSON, in the encoding of literals.

    ``shared`` are its shared schemas, where somebody has looked at them before.

    Raises:
        EmitError: it cannot be stored.
    """
    integration_id = definition["integrationId"]
    for field, longest in _LONGEST.items():
        if len(definition[field]) > longest:
            raise EmitError(integration_id, f"/{field}: longer than {longest} characters")
    bodies = definition.get("$defs", {})
    known = shared or SharedDefs(bodies)
    try:
        return _json(_row(definition, partial(known.self_contained, bodies=_Texts(bodies))))
    except _UnstorableError as error:
        place = _in_definition(_path_to_unstorable(_row(definition, known.self_contained)))
        raise _refused(integration_id, place, str(error)) from None


_Standalone = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes a schema self-contained."""


class _Texts(dict[str, "Json"]):
    """The values of a mapping, encoded when they are first asked for: many schemas take one along."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = values

    def __missing__(self, name: str) -> Json:
        self[name] = Json(_json(self._values[name]))
        return self[name]


def _row(definition: Definition, standalone: _Standalone) -> Row:
    """The row of a definition: column to value. Absent columns are null."""
    full = {**_DEFAULTS, **definition}
    full["methods"] = [_with_standalone(each, standalone, "inputSchema", "outputSchema") for each in full["methods"]]
    full["configSchema"] = standalone(full["configSchema"])
    if "customAuthConfig" in full:
        full["customAuthConfig"] = _with_standalone(full["customAuthConfig"], standalone, "parametersSchema")
    columns = {column: full[field] for column, field in _COLUMNS.items() if field in full}
    identity = _identity(definition["integrationId"], definition["version"])
    return {**identity, **columns, "metadata": _metadata(full, standalone)}


def _identity(integration_id: str, version: str) -> Row:
    """What tells a row from others, and its version."""
    return {"id": _row_id(integration_id).hex, "integration_id": integration_id, "version": version}


def _row_id(integration_id: str) -> UUID:
    try:
        return uuid5(NAMESPACE, integration_id)
    except UnicodeEncodeError:
        raise _refused(integration_id, ["integrationId"], "a lone surrogate") from None


def _metadata(definition: Definition, standalone: _Standalone) -> Row:
    """What a definition says beyond its columns, and the order of its configuration fields, lost by JSONB."""
    kept = {key: value for key, value in definition.items() if key not in _NOT_IN_METADATA}
    if "alternativeAuth" in kept:
        kept["alternativeAuth"] = [_alternative(way, standalone) for way in kept["alternativeAuth"]]
    return {**kept, "configOrder": list(definition["configSchema"].get("properties", {}))}


def _alternative(way: Definition, standalone: _Standalone) -> Definition:
    if "customAuthConfig" not in way:
        return way
    return {**way, "customAuthConfig": _with_standalone(way["customAuthConfig"], standalone, "parametersSchema")}


def _with_standalone(part: Definition, standalone: _Standalone, *schemas: str) -> Definition:
    """The part of a definition with those of its fields that are schemas made self-contained."""
    return {key: standalone(value) if key in schemas else value for key, value in part.items()}


class Json(str):
    """JSON text in the encoding that stands between the quotes of a literal."""

    __slots__ = ()


class Sql(str):
    """SQL text that the templates may print."""

    __slots__ = ()


class Batch(NamedTuple):
    """The rows of one statement, and what names them: integration id and version."""

    carries: list[tuple[str, str]]
    rows: list[Json]


def _batches(rows: Iterable[SeedRow]) -> Iterator[Batch]:
    """The rows in statements of bounded size. A row that is larger has a statement of its own."""
    batch, size = Batch([], []), 0
    for row in rows:
        if batch.rows and size + len(row.text) > _BATCH:
            yield batch
            batch, size = Batch([], []), 0
        batch.carries.append((row.integration_id, row.version))
        batch.rows.append(Json(row.text))
        size += len(row.text)
    if batch.rows:
        yield batch


def _refused(integration_id: str, path: Sequence[str | int], what: str) -> EmitError:
    return EmitError(integration_id, f"{_shown(pointer(path))}: {what} cannot be stored in PostgreSQL")


def _in_definition(path: Sequence[str | int]) -> Sequence[str | int]:
    column, *rest = path
    return rest if column == "metadata" else [_COLUMNS.get(str(column), column), *rest]


class _UnstorableError(Exception):
    """PostgreSQL cannot hold it; says what."""


def _path_to_unstorable(value: Any) -> list[str | int]:
    """Where in a value that ``_json`` refuses the first thing lies that cannot be stored."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        if not _is_storable(str(step)):
            return [step]
        if not _is_storable(item):
            return [step, *_path_to_unstorable(item)]
    return []


def _is_storable(value: Any) -> bool:
    try:
        return bool(_json(value))
    except _UnstorableError:
        return False


def _json(value: Any) -> str:
    """The value as JSON in the encoding of literals.

    A blank follows each colon: ``:1`` and ``:true`` are parameters to some tools.

    Raises:
        _UnstorableError: PostgreSQL has no place for a part of it.
    """
    kind = type(value)
    if kind is str:
        return _strings[value]
    if kind is dict:
        members = [
            f"{_strings[key]}: {_strings[item] if type(item) is str else _json(item)}" for key, item in value.items()
        ]
        return "{" + ", ".join(members) + "}"
    if kind is list:
        return "[" + ", ".join(map(_json, value)) + "]"
    return _other(value)


def _other(value: Any) -> str:
    match value:
        case Json():
            return value
        case None | True | False:
            return _CONSTANTS[value]
        case int() | Decimal():
            return _number(Decimal(value))
    raise TypeError(f"a definition holds no {type(value).__name__}")


_CONSTANTS = {None: "null", True: "true", False: "false"}

_UNSAFE = re.compile(r"[^A-Za-z0-9 _.,+=()\[\]~|^<>]")


class _Strings(dict[str, str]):
    """Strings and how they are written. Short ones are kept: names and keywords come again and again."""

    _KEPT, _SHORT = 1 << 16, 64

    def __missing__(self, text: str) -> str:
        written = f'"{_UNSAFE.sub(_escaped, text)}"'
        if len(text) <= self._SHORT and len(self) < self._KEPT:
            self[text] = written
        return written


_strings = _Strings()


def _escaped(match: re.Match[str]) -> str:
    return _escape(match[0])


@lru_cache(maxsize=1 << 12)
def _escape(character: str) -> str:
    code = ord(character)
    if code == 0:
        raise _UnstorableError("NUL")
    if 0xD800 <= code <= 0xDFFF:
        raise _UnstorableError("a lone surrogate")
    units = (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)) if code > 0xFFFF else (code,)
    return "".join(rf"\\u{unit:04x}" for unit in units)


_DIGITS_BEFORE_POINT, _DIGITS_AFTER_POINT = 131_072, 16_383
"""The limits of numeric: https://www.postgresql.org/docs/18/datatype-numeric.html"""


def _number(number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise _UnstorableError("a number that is not finite")
    if number.adjusted() >= _DIGITS_BEFORE_POINT or -exponent > _DIGITS_AFTER_POINT:
        raise _UnstorableError("a number of so many digits")
    if number.is_zero() and number.is_signed():
        raise _UnstorableError("the sign of -0.0")
    return format(number, "f")


def literal(value: Any) -> Sql:
    """The JSON value as a SQL string literal, an item of a list a line. Parts may be ``Json`` already."""
    if isinstance(value, list):
        return Sql("E'[\n" + ",\n".join(map(_json, value)) + "\n]'")
    return Sql(f"E'{_json(value)}'")


def comment(words: Iterable[str]) -> Sql:
    """The words as text of a comment line: what is not of ids and versions becomes an underscore."""
    return Sql(" ".join(re.sub(r"[^A-Za-z0-9._+-]", "_", word) for word in words))


def _only_sql(value: object) -> Sql:
    if not isinstance(value, Sql):
        raise TypeError("a template prints a value that went through no filter")
    return value


def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - the output is SQL, and finalize lets nothing unfiltered out
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        finalize=_only_sql,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(literal=literal, comment=comment)
    return environment


def _rendered(template: str, batches: Iterable[Batch] = ()) -> Iterator[str]:
    """The file that a template makes, statement by statement, so that it is never held in full."""
    return iter(_environment().get_template(template).generate(batches=batches))


def _shown(text: str) -> str:
    """Text for a message: nothing that a terminal acts on or cannot print."""
    return text.encode("unicode_escape", "surrogatepass").decode("ascii")
