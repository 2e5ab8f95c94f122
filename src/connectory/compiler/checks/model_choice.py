"""What a method says of AI models fits none.

``models.parameter`` is the input that holds a model's id, and each capability in ``models.requires`` is one that a
model of aiConfig has. Another combination would leave nothing to choose.

Example:

    models: {parameter: model, requires: [images]}
    inputSchema: {type: object, properties: {modelId: {type: string}}}

Instead:

    models: {parameter: modelId, requires: [image_generation]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.members import members

CODE = "D024"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of each method that chooses a model."""
    for method in definition.methods:
        said = method.data.get("models")
        if isinstance(said, dict):
            path = (*method.path, "models")
            yield from _parameter(definition, method, said, path)
            yield from _capabilities(definition, said, path)


def _parameter(definition: Definition, method: Part, said: dict[str, Any], path: Path) -> Iterator[Diagnostic]:
    name = said.get("parameter")
    inputs = members(method.data.get("inputSchema"), definition.shared)
    if isinstance(name, str) and name not in inputs.schemas and not inputs.is_open:
        close = definition.close(name, inputs.schemas)
        help_ = f"did you mean {close[0]!r}?" if close else "declare it in inputSchema"
        message = f"models.parameter names the input {name!r}, which there is none of"
        yield definition.finding(globals(), message, (*path, "parameter"), help=help_)


def _capabilities(definition: Definition, said: dict[str, Any], path: Path) -> Iterator[Diagnostic]:
    required = said.get("requires")
    names = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    offered = [_offered(model) for model in definition.models]
    known = set().union(*offered)
    for name in names:
        if name not in known:
            close = definition.close(name, known)
            help_ = f"did you mean {close[0]!r}?" if close else "name what a model of aiConfig can do"
            message = f"no model has the capability {name!r}"
            yield definition.finding(globals(), message, (*path, "requires", names.index(name)), help=help_)
    if len(names) > 1 and known.issuperset(names) and not any(one.issuperset(names) for one in offered):
        message = f"no model has all of {', '.join(map(repr, names))}"
        yield definition.finding(globals(), message, (*path, "requires"), help="leave one out, or split the method")


def _offered(model: Part) -> set[str]:
    capabilities = model.data.get("capabilities")
    return {name for name in capabilities if isinstance(name, str)} if isinstance(capabilities, list) else set()
