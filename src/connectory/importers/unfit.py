"""Defaults and examples that their own schemas refuse, and formats that a source uses in a sense of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs

from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import subschemas
from connectory.importers.source import integer, number
from connectory.importers.tally import Tally
from connectory.importers.values import all_fit, mended, unspelled
from connectory.importers.whole import shown_at, whole_schemas
from connectory.pointers import pointer

_FEW = 3
"""Values against a format that may be slips."""

_ROOT = "json-schema:///definition"


class _Value(NamedTuple):
    """A default or an example.

    Attributes:
        root: the path of the whole schema that it stands in.
        said: the value as the source writes it.
    """

    root: Path
    path: Path
    node: dict[str, Any]
    keyword: str
    value: Any
    said: Any


class _Mended(NamedTuple):
    value: Any
    how: str


def drop_unfit(data: dict[str, Any], tally: Tally) -> None:
    """Remove, or mend, the defaults and examples of a definition that their own schemas refuse."""
    values = list(_values(data))
    for name in _belied(values):
        _drop_format(data, name, tally)
    refused = _refused(data, values)
    better = {index: found for index, places in refused.items() if (found := _mended(values[index], places))}
    again = list(better)
    still = {again[i] for i in _refused(data, [values[index]._replace(value=better[index].value) for index in again])}
    places: dict[tuple[int, str], list[int]] = {}
    for index, one in enumerate(values):
        places.setdefault((id(one.node), one.keyword), []).append(index)
    for indices in places.values():
        one = values[indices[0]]
        kept = []
        for index in indices:
            if index not in refused:
                kept.append(values[index].value)
            elif index in better and index not in still:
                kept.append(better[index].value)
                tally.note(f"{_WORDS[one.keyword]} {better[index].how}; mended", shown_at(data, one.path))
            else:
                tally.note(_reason(values[index]), shown_at(data, one.path))
        if kept:
            one.node[one.keyword] = kept if one.keyword == "examples" else kept[0]
        else:
            del one.node[one.keyword]


_WORDS = {"default": "default", "examples": "example"}


def _reason(one: _Value) -> str:
    if one.value is None:
        return f"{_WORDS[one.keyword]} that is null, which its own schema refuses; dropped"
    return f"{_WORDS[one.keyword]} that its own schema refuses; dropped"


def _values(data: Mapping[str, Any]) -> Iterator[_Value]:
    """The defaults and examples; numbers in the definition are no longer spelled as in the source."""
    for root, schema in whole_schemas(data):
        for inner, node in subschemas(schema):
            for keyword in _WORDS:
                if keyword in node:
                    said, node[keyword] = node[keyword], unspelled(node[keyword])
                    pairs = zip(said, node[keyword], strict=True) if keyword == "examples" else [(said, node[keyword])]
                    yield from (_Value(root, (*root, *inner), node, keyword, value, one) for one, value in pairs)


def _belied(values: Iterable[_Value]) -> list[str]:
    """Formats that most of the source's own values contradict: it means something else by their names."""
    fitting: Counter[str] = Counter()
    against: Counter[str] = Counter()
    validators: dict[str, Any] = {}
    for one in values:
        name = one.node.get("format")
        if isinstance(name, str) and isinstance(one.value, str):
            if name not in validators:
                validators[name] = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
            (fitting if validators[name].is_valid(one.value) else against)[name] += 1
    return sorted(name for name, count in against.items() if count >= _FEW and count > fitting[name])


def _drop_format(data: Mapping[str, Any], name: str, tally: Tally) -> None:
    for root, schema in whole_schemas(data):
        for inner, node in subschemas(schema):
            if node.get("format") == name:
                del node["format"]
                kind = f"format {name}, which most of the source's own values contradict; dropped"
                tally.note(kind, shown_at(data, (*root, *inner)))


def _refused(data: Mapping[str, Any], values: Sequence[_Value]) -> dict[int, list[Path]]:
    """The indices of the values that the schemas around them refuse, and where in each value.

    Schemas that cannot be compiled refuse nothing: the rules refuse them.
    """
    found = _refused_together(data, list(enumerate(values)))
    if found is None:
        found = {}
        for _, several in groupby(enumerate(values), key=lambda one: one[1].root):
            found |= _refused_together(data, list(several)) or {}
    return dict(sorted(found.items()))


def _refused_together(data: Mapping[str, Any], values: Sequence[tuple[int, _Value]]) -> dict[int, list[Path]] | None:
    """As ``_refused``, with one validator for all values; None where it cannot be compiled."""
    if not values:
        return {}
    every = {str(index): {"$ref": f"{_ROOT}#{quote(pointer(one.path))}"} for index, one in values}
    try:
        registry = jsonschema_rs.Registry([(_ROOT, dict(data))])
        validator = jsonschema_rs.Draft202012Validator(
            {"properties": every}, registry=registry, validate_formats=True, offline=True
        )
        instance = {str(index): one.value for index, one in values}
        found: dict[int, list[Path]] = {}
        for error in validator.iter_errors(instance):
            index, *inner = error.instance_path
            found.setdefault(int(index), []).append(tuple(inner))
        return found
    except (ValueError, RecursionError):
        return None


def _mended(one: _Value, places: Sequence[Path]) -> _Mended | None:
    """What a value may have been meant to be; ``places``: where in it the schema refuses it."""
    if isinstance(one.value, str):
        return _unquoted(one.value)
    made = one.said
    for place in places:
        made = _in_words(made, place)
    return None if made is one.said else _Mended(unspelled(made), "written as another type")


def _in_words(value: Any, place: Path) -> Any:
    """The value with the text of the number that stands at a place of it; itself where none stands there."""
    if not place:
        return mended(value, ("string",))
    step, *rest = place
    if isinstance(value, dict) and step in value:
        return {**value, step: _in_words(value[step], tuple(rest))}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _in_words(value[step], tuple(rest)), *value[step + 1 :]]
    return value


def _unquoted(text: str) -> _Mended | None:
    """The object or the list that a text is the JSON of; None where it is none."""
    if text.strip()[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(text, parse_int=integer, parse_float=number, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return _Mended(unspelled(found), "written as JSON in a text") if all_fit(found) else None


def _no_constant(name: str) -> Decimal:
    raise ValueError(name)
