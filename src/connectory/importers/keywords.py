"""Keywords whose value is no schema: one function each, which puts what it says into the schema that is made."""

from __future__ import annotations

import re
from typing import Any

from connectory.compiler.schemas import TYPES
from connectory.compiler.vocabulary import FORMATS
from connectory.importers.place import Place
from connectory.importers.prose import FIELD, plain, shortened
from connectory.importers.references import Schema
from connectory.importers.source import as_text
from connectory.importers.tally import Tally
from connectory.importers.values import all_fit, as_count, as_number, fits, mended, portable_pattern

_FORMAT_ALIASES = {
    "datetime": "date-time",
    "date_time": "date-time",
    "iso8601": "date-time",
    "rfc3339": "date-time",
    "url": "uri",
    "guid": "uuid",
    "long": "int64",
    "google-datetime": "date-time",
}

_TYPE_ALIASES: dict[str, tuple[str | None, Schema]] = {
    "int": ("integer", {}),
    "int32": ("integer", {"format": "int32"}),
    "int64": ("integer", {"format": "int64"}),
    "long": ("integer", {"format": "int64"}),
    "float": ("number", {"format": "float"}),
    "double": ("number", {"format": "double"}),
    "decimal": ("number", {}),
    "bool": ("boolean", {}),
    "str": ("string", {}),
    "text": ("string", {}),
    "date": ("string", {"format": "date"}),
    "datetime": ("string", {"format": "date-time"}),
    "date-time": ("string", {"format": "date-time"}),
    "timestamp": ("string", {}),
    "uuid": ("string", {"format": "uuid"}),
    "file": ("string", {"contentMediaType": "application/octet-stream"}),
    "binary": ("string", {"contentMediaType": "application/octet-stream"}),
    "dict": ("object", {}),
    "map": ("object", {}),
    "hash": ("object", {}),
    "json": ("object", {}),
    "list": ("array", {}),
    "any": (None, {}),
    "mixed": (None, {}),
}

_DELIMITED = re.compile(r"/(\^.*\$|\^.*|.*\$)/([gimsuy]*)", re.DOTALL)


def wrong(keyword: str, place: Place, tally: Tally) -> None:
    """Note that a keyword's value is none that it can have."""
    tally.note(f"{keyword} with a value that it cannot have; dropped", str(place))


def text(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A text without markup, of reasonable length."""
    text = " ".join(plain(as_text(value)).split())
    if len(text) > FIELD:
        tally.note(f"{keyword} longer than {FIELD} characters; shortened at a sentence", str(place))
    if text:
        made[keyword] = shortened(text, FIELD)
    elif value is not None and not isinstance(value, str):
        wrong(keyword, place, tally)


def flag(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A keyword that counts where it is true."""
    value = mended(value, ("boolean",))
    if value is True:
        made[keyword] = True
    elif value not in (False, None):
        wrong(keyword, place, tally)


def deprecated(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``deprecated``, which some write as a text."""
    since = isinstance(value, str) and value != "false"  # some write when, or why
    flag(made, "deprecated", since or value, place, tally)


def count(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A whole number from 0."""
    found = as_count(value)
    if found is not None and fits(found):
        made[keyword] = found
    elif value is not None:
        wrong(keyword, place, tally)


def number(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A bound."""
    if isinstance(value, bool) and keyword.startswith("exclusive"):
        return
    found = as_number(value)
    if found is not None and fits(found) and (keyword != "multipleOf" or found > 0):
        made[keyword] = found
    elif found is not None and not fits(found):
        tally.note("bound that does not fit in 64 bits; dropped", str(place))
    elif value is not None:
        wrong(keyword, place, tally)


def types(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``type``, by any name that vendors have for one."""
    found: list[str] = []
    if value is None:  # in YAML, a type that was left empty
        wrong(keyword, place, tally)
        return
    for name in value if isinstance(value, list) else [value]:
        plain_name = name.strip().lower() if isinstance(name, str) else "null" if name is None else ""
        if plain_name in TYPES:
            found.append(plain_name)
        elif plain_name in _TYPE_ALIASES:
            alias, facts = _TYPE_ALIASES[plain_name]
            found += [alias] if alias else []
            for word, fact in facts.items():
                made.setdefault(word, fact)
            if plain_name != "file":  # which Swagger 2.0 has
                tally.note(f"type {plain_name} is no JSON Schema; read as {alias or 'anything'}", str(place))
        else:
            wrong(keyword, place, tally)
        if name not in TYPES and plain_name in TYPES and name is not None:
            tally.note("type in capitals; mended", str(place))
    found = list(dict.fromkeys(found))
    if found:
        made["type"] = found[0] if len(found) == 1 else found


def format_(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``format``, where it is known."""
    if not isinstance(value, str):
        if value is not None:
            wrong(keyword, place, tally)
    elif value in ("byte", "base64"):
        made["contentEncoding"] = "base64"
    elif value == "binary":
        made["contentMediaType"] = "application/octet-stream"
    elif value == "password":
        if place.direction == "input":
            made["writeOnly"] = True
    elif value in ("uri", "iri", "url") and place.direction == "output":
        made["format"] = "iri-reference" if value == "iri" else "uri-reference"
        tally.note(f"format {value} in an output; a relative one is accepted too", str(place))
    elif value in FORMATS:
        made["format"] = value
    elif value.lower() in _FORMAT_ALIASES:
        made["format"] = _FORMAT_ALIASES[value.lower()]
        tally.note(f"format {value[:40]} read as {made['format']}", str(place))
    elif value:
        tally.note(f"format {value[:40]} is unknown; dropped", str(place))


def pattern(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``pattern``."""
    found = portable(value, place, tally)
    if found is not None:
        made["pattern"] = found


def portable(value: Any, place: Place, tally: Tally) -> str | None:
    """The pattern as `check` takes it; what is done to it is noted."""
    if not isinstance(value, str):
        wrong("pattern", place, tally)
        return None
    found, done = portable_pattern(_undelimited(value))
    if found is None:
        tally.note(f"pattern that {done}; dropped", f"{place}: {value[:80]}")
    elif done == "widened":
        tally.note("pattern that is not portable; one that accepts more instead", f"{place}: {value[:80]}")
    elif found != value:
        tally.note("pattern of another language of patterns; mended", f"{place}: {value[:80]}")
    return found


def _undelimited(value: str) -> str:
    """A pattern without slashes around it, and with the flags behind them that change what it means."""
    delimited = _DELIMITED.fullmatch(value)
    if delimited is None:
        return value
    flags = "".join(flag for flag in "ims" if flag in delimited[2])
    return f"(?{flags}){delimited[1]}" if flags else delimited[1]


def enum(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``enum``."""
    if not isinstance(value, list) or not all_fit(value):
        wrong(keyword, place, tally)
    elif value:
        made["enum"] = value
    else:
        tally.note("enum without values; dropped", str(place))


def value_(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A keyword whose value is any value."""
    if all_fit(value):
        made[keyword] = value
    else:
        wrong(keyword, place, tally)


def names(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """A list of names."""
    if isinstance(value, list):
        made[keyword] = [name for name in map(as_text, value) if name]
    if not isinstance(value, list | bool | None) or (isinstance(value, list) and len(made[keyword]) < len(value)):
        wrong(keyword, place, tally)


def direction_mark(made: Schema, keyword: str, value: Any, place: Place, tally: Tally) -> None:
    """``readOnly`` in outputs and ``writeOnly`` in inputs, the only ones that have such members."""
    stays = {"readOnly": "output", "writeOnly": "input"}[keyword]
    if place.direction in (stays, "exact"):
        flag(made, keyword, value, place, tally)
