"""The format's own JSON Schema, schemas/definition-1.json, and what is wrong with a document under it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path as File
from typing import Any, NamedTuple

import jsonschema_rs

from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import explainer

NAME = "definition-1.json"


class Violation(NamedTuple):
    """One way in which a document violates the format.

    Attributes:
        path: the value that violates it.
        keyword: the JSON Schema keyword that refuses it.
        argument: the keyword's value.
        schema: the schema that holds the keyword.
        instance: the value.
    """

    path: Path
    keyword: str
    argument: Any
    schema: dict[str, Any]
    instance: Any


@cache
def schema_text() -> str:
    """The text of the format's JSON Schema, as the wheel carries it or, in a checkout, from schemas/."""
    packed = resources.files("connectory") / "schemas" / NAME
    source = packed if packed.is_file() else File(__file__).parents[3] / "schemas" / NAME
    return source.read_text(encoding="utf-8")


@cache
def format_schema() -> dict[str, Any]:
    """The format's JSON Schema."""
    schema: dict[str, Any] = json.loads(schema_text())
    return schema


MOST = 5000
"""Violations of a document that are explained."""


def violations(document: Any) -> list[Violation]:
    """The first violations. jsonschema-rs accepts, which is fast; jsonschema explains a rejection."""
    if _accepts().is_valid(document):
        return []
    errors = explainer()(format_schema(), format_checker=explainer().FORMAT_CHECKER).iter_errors(document)
    return [
        Violation(tuple(error.absolute_path), str(error.validator), error.validator_value, error.schema, error.instance)
        for error in islice(errors, MOST)
    ]


@cache
def _accepts() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(format_schema(), validate_formats=True, offline=True)
