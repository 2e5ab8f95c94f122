"""Whether jsonschema and jsonschema-rs agree on every definition and schema of catalogs.

    make differential

Both are asked, each with its formats asserted: whether each definition is valid under schemas/definition-1.json;
whether each schema is valid under the meta-schema, patterns included; and, for each schema of an input, an output, a
configuration or credentials, whether it accepts a value that was made for it and copies of that which were damaged at
one place. Each difference is put down to one of CAUSES; one that is none of them makes the run fail. The same seed asks
the same.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import jsonschema_rs
from instances import Maker
from jsonschema_specifications import REGISTRY

from connectory.compiler.check import check, is_readable
from connectory.compiler.definition import Definition
from connectory.compiler.format import format_schema
from connectory.compiler.patterns.syntax import read
from connectory.compiler.schemas import is_valid_schema, pattern_compiles, patterns
from connectory.compiler.text import read_source
from connectory.compiler.text.source import SUFFIXES

SUBJECTS = ("definition", "schema", "value made for a schema", "damaged value")
LIBRARIES = ("jsonschema", "jsonschema-rs")
_ANSWERS = (
    "both accepts", "both refuses",
    "jsonschema refuses, jsonschema-rs accepts", "jsonschema accepts, jsonschema-rs refuses",
)  # fmt: skip
_UNUSABLE = frozenset(("S001", "S003", "S010", "S011", "S018", "S019"))
"""Findings after which no values are made for the schemas of a definition: one of the two would raise, or not end."""


class Cause(NamedTuple):
    """Why they differ.

    Attributes:
        refused_by: who refuses what the other accepts.
        title: what it is about, and who is right.
        holds: whether it explains a keyword's refusal of a value.
    """

    refused_by: str
    title: str
    holds: Callable[[str, Any], bool]


CAUSES = (
    Cause(
        "jsonschema",
        "`2.0` is an integer to JSON Schema and to jsonschema-rs; to jsonschema a float is, an exact decimal is not. "
        "What the compiler asks jsonschema for explanations counts it as one",
        lambda keyword, value: (
            keyword in ("type", "anyOf", "oneOf") and isinstance(value, Decimal) and value == int(value)
        ),
    ),
    Cause(
        "jsonschema-rs",
        "`$` is the end of the text to ECMA-262 and jsonschema-rs; to Python's `re`, which jsonschema uses, it is also "
        "before a line break there",
        lambda keyword, value: keyword == "pattern" and any(text.endswith("\n") for text in _texts(value)),
    ),
    Cause(
        "jsonschema-rs",
        "`\\d` and `\\w` are ASCII to ECMA-262 and jsonschema-rs, and all of Unicode to Python's `re`",
        lambda keyword, value: keyword == "pattern" and not all(text.isascii() for text in _texts(value)),
    ),
    Cause(
        "jsonschema-rs",
        "rfc3339-validator, which jsonschema asks about `date-time`, takes a line break at the end; RFC 3339 does not",
        lambda keyword, value: keyword == "format date-time" and any(text.endswith("\n") for text in _texts(value)),
    ),
    Cause(
        "jsonschema-rs",
        "to jsonschema any text with an `@` is an `email`; jsonschema-rs asks for an address of RFC 5321",
        lambda keyword, value: keyword == "format email" and isinstance(value, str) and "@" in value,
    ),
    Cause(
        "jsonschema-rs",
        "`dependencies` is no keyword of draft 2020-12; jsonschema-rs still knows it. S007 reports it",
        lambda keyword, value: keyword == "dependencies",
    ),
    Cause(
        "jsonschema",
        "the pattern is none to Python's `re`; S010 reports each of them",
        lambda keyword, value: keyword == "format regex" and bool(_not_portable(value)),
    ),
    Cause(
        "jsonschema-rs",
        "the pattern is none to the engine that validates at run time, or too large; S001 reports each of them",
        lambda keyword, value: keyword == "format regex" and not all(map(pattern_compiles, _texts(value))),
    ),
    Cause(
        "jsonschema",
        "a `$ref` or `$id` with characters that no URI may hold; S003 reports each of them",
        lambda keyword, value: keyword == "format uri-reference" and _NO_URI.search(str(value)) is not None,
    ),
)
"""What is known of disagreements."""


_NO_URI = re.compile(r"[^!-~]|[\[\]<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
"""What stands in no reference of RFC 3986."""


def _texts(value: Any) -> list[str]:
    """A text, or the names of an object, which ``propertyNames`` is about."""
    return [value] if isinstance(value, str) else list(value)


def _not_portable(value: Any) -> list[str]:
    """The patterns, or the names of patternProperties, that not every engine reads alike."""
    return [one for one in _texts(value) if read(one).problems]


class Difference(NamedTuple):
    """Something that only one of them refuses.

    Attributes:
        subject: what it is.
        refused_by: who refuses it.
        keyword: what refuses it, with its value where that is a format.
        cause: the index of the cause; -1 for an unknown one.
        example: what is refused.
        where: the file, and the schema in it.
    """

    subject: str
    refused_by: str
    keyword: str
    cause: int
    example: str
    where: str


class Told(NamedTuple):
    """What was asked about one file: how often what was answered, and every difference."""

    answers: Counter[tuple[str, str]]
    differences: list[Difference]


def compare(file: Path, damaged: int, seed: str) -> Told:
    """Ask both about everything in a file."""
    told = Told(Counter(), [])
    definition = Definition(read_source(file, str(file)), os.path.abspath(file))
    if not is_readable(definition):
        told.answers["file", "not readable"] += 1
        return told
    _ask(told, "definition", format_schema(), definition.data, str(file))
    for schema in definition.schemas:
        _ask_meta(told, schema.data, f"{file}#/{'/'.join(map(str, schema.path))}")
    if any(found.code in _UNUSABLE for found in check(definition)):
        told.answers["file", "without values"] += 1
        return told
    for schema in definition.root_schemas:
        where = f"{file}#/{'/'.join(map(str, schema.path))}"
        whole = definition.shared_defs.self_contained(schema.data)
        maker = Maker(whole, random.Random(f"{seed} {where}"))  # noqa: S311  # nothing secret
        value = maker.value()
        values = [
            ("value made for a schema", value),
            *(("damaged value", maker.damaged(value)) for _ in range(damaged)),
        ]
        _ask_all(told, whole, values, where)
    return told


def _ask(told: Told, subject: str, schema: dict[str, Any], value: Any, where: str) -> None:
    _ask_all(told, schema, [(subject, value)], where)


def _ask_all(told: Told, schema: dict[str, Any], values: list[tuple[str, Any]], where: str) -> None:
    fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    slow = jsonschema.Draft202012Validator(schema, registry=REGISTRY, format_checker=checker)
    for subject, value in values:
        answers = (_answer(slow.is_valid, value), _answer(fast.is_valid, value))
        told.answers[subject, _both(answers)] += 1
        if answers[0] != answers[1]:
            told.differences.append(_difference(subject, slow, fast, answers, value, where))


def _ask_meta(told: Told, schema: dict[str, Any], where: str) -> None:
    """Whether it is a schema; jsonschema-rs is asked as the compiler does."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    slow = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA, format_checker=checker)
    answers = (_answer(slow.is_valid, schema), _answer(is_valid_schema, schema))
    told.answers["schema", _both(answers)] += 1
    if answers[0] != answers[1]:
        told.differences.append(_difference("schema", slow, None, answers, schema, where))


def _answer(ask: Callable[[Any], bool], value: Any) -> str:
    try:
        return "accepts" if ask(value) else "refuses"
    except Exception as error:
        return f"raises {type(error).__name__}"


def _both(answers: tuple[str, str]) -> str:
    return f"both {answers[0]}" if answers[0] == answers[1] else f"jsonschema {answers[0]}, jsonschema-rs {answers[1]}"


def _difference(subject: str, slow: Any, fast: Any, answers: tuple[str, str], value: Any, where: str) -> Difference:
    if sorted(answers) != ["accepts", "refuses"]:
        return Difference(subject, "either", ", ".join(answers), -1, _short(value), where)
    if answers[0] == "refuses":
        refused_by = "jsonschema"
        error = jsonschema.exceptions.best_match(slow.iter_errors(value))
        keyword, argument, instance, place = error.validator, error.validator_value, error.instance, error.absolute_path
    else:
        refused_by = "jsonschema-rs"
        keyword, argument, instance, place = _refusal(fast, value)
    if keyword == "format":
        keyword = f"format {argument}"
    fitting = (at for at, one in enumerate(CAUSES) if one.refused_by == refused_by and one.holds(keyword, instance))
    return Difference(subject, refused_by, keyword, next(fitting, -1), _short(instance), f"{where} {list(place)}")


def _refusal(fast: Any, value: Any) -> tuple[str, Any, Any, Any]:
    """Why jsonschema-rs refuses a value, or, without its validator, the compiler a schema."""
    if fast is None:
        wrong = [pattern for _, pattern in patterns(value) if not pattern_compiles(pattern)]
        return ("format", "regex", wrong, ()) if wrong else ("meta-schema", None, value, ())
    error = next(iter(fast.iter_errors(value)))
    return str(error.schema_path[-1]), getattr(error.kind, "format", None), error.instance, error.instance_path


def _short(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def files_of(catalogs: list[Path]) -> list[Path]:
    """The files below folders that may hold a definition."""
    return sorted(
        file for folder in catalogs for file in folder.rglob("*") if file.suffix in SUFFIXES and file.is_file()
    )


def table(total: Told, files: int, catalogs: list[Path]) -> str:
    """What was asked and answered, as Markdown."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    lines = [
        "# jsonschema and jsonschema-rs, asked the same", "",
        f"Written by `make differential`: {versions}. {files:,} files below {', '.join(map(str, catalogs))}. No values "
        f"were made for the schemas of {total.answers['file', 'without values']} files that `check` refuses: one "
        f"of both would raise or not end ({', '.join(sorted(_UNUSABLE))}); {total.answers['file', 'not readable']} "
        "have no text that can be read.", "",
        "| | both accept | both refuse | only jsonschema refuses | only jsonschema-rs refuses | other |",
        "|---|---:|---:|---:|---:|---:|",
    ]  # fmt: skip
    for subject in SUBJECTS:
        answers = {answer: count for (one, answer), count in total.answers.items() if one == subject}
        counts = [answers.pop(answer, 0) for answer in _ANSWERS]
        lines.append(f"| {subject} | " + " | ".join(f"{count:,}" for count in (*counts, sum(answers.values()))) + " |")
    lines += ["", "| refused by | times | why they differ | for example |", "|---|---:|---|---|"]
    for index in (*range(len(CAUSES)), -1):
        found = [one for one in total.differences if one.cause == index]
        if found:
            title = CAUSES[index].title if index >= 0 else "unknown"
            example = f"{found[0].keyword}: `{found[0].example}`"
            lines.append(f"| {found[0].refused_by} | {len(found):,} | {title} | {example} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Ask, write the table, and fail where a disagreement has no known cause."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogs", nargs="+", type=Path)
    parser.add_argument("--damaged", type=int, default=2, help="damaged copies of each value")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--table", type=Path)
    given = parser.parse_args()
    total = Told(Counter(), [])
    files = files_of(given.catalogs)
    with ProcessPoolExecutor(given.jobs) as pool:
        work = partial(compare, damaged=given.damaged, seed=given.seed)
        for told in pool.map(work, files, chunksize=4):
            total.answers.update(told.answers)
            total.differences.extend(told.differences)
    written = table(total, len(files), given.catalogs)
    print(written)
    if given.table:
        given.table.write_text(written, encoding="utf-8")
    unknown = [one for one in total.differences if one.cause < 0]
    for one in unknown:
        print(*one, sep="\t", file=sys.stderr)
    sys.exit(bool(unknown))


if __name__ == "__main__":
    main()
