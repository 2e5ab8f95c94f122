"""A method, as the catalog hands it out."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from connectory import layout
from connectory.errors import InvalidInput, InvalidOutput
from connectory.model import (
    Annotations,
    Deprecated,
    Http,
    Json,
    MethodModels,
    MethodRecord,
    MethodRest,
    MethodScopes,
    decode_json,
    view,
)
from connectory.reader import Bundle

Result = TypeVar("Result")


class Method:
    """A method of an integration. Frozen: what its attributes hold cannot be changed, or is a copy."""

    __slots__ = ("_bundle", "_input", "_output", "_record", "_view")

    def __init__(self, bundle: Bundle, record: MethodRecord) -> None:
        self._bundle = bundle
        self._record = record
        self._view: MethodRest | None = None
        self._input: Any = None
        self._output: Any = None

    @property
    def id(self) -> str:
        """Its id, unique within the integration."""
        return self._record.id

    @property
    def name(self) -> str:
        """Its name, for people."""
        return self._record.name

    @property
    def description(self) -> str:
        """What it does; empty where the definition does not say."""
        return self._record.description

    @property
    def integration_id(self) -> str:
        """The id of its integration."""
        return self._record.integration_id

    @property
    def version(self) -> str:
        """The version of its integration."""
        return self._record.version

    @property
    def input_schema(self) -> dict[str, Json]:
        """JSON Schema of its input, self-contained: a copy."""
        return self._bundle.schema(self._record.schemas)

    @property
    def output_schema(self) -> dict[str, Json]:
        """JSON Schema of its output, self-contained: a copy."""
        return self._bundle.schema(self._record.schemas, layout.REFERENCE.size)

    @property
    def http(self) -> Http | None:
        """How its inputs become a request; None where the definition does not say."""
        return self._rest().http

    @property
    def scopes(self) -> MethodScopes | None:
        """The OAuth 2 scopes that a call needs; None where the definition does not say."""
        return self._rest().scopes

    @property
    def annotations(self) -> Annotations:
        """Hints: whether it only reads, destroys, may be repeated."""
        return self._rest().annotations

    @property
    def models(self) -> MethodModels | None:
        """Which input chooses an AI model; None where none does."""
        return self._rest().models

    @property
    def deprecated(self) -> Deprecated | None:
        """The mark of what should no longer be used; None where there is none."""
        return self._rest().deprecated

    @property
    def examples(self) -> list[dict[str, Json]]:
        """Calls that are known to work: a copy."""
        examples: list[dict[str, Json]] = decode_json(self._record.rest).get("examples", [])
        return examples

    def validate_input(self, data: Json) -> dict[str, Json]:
        """The input with defaults filled in; ``data`` itself stays as it is.

        Raises:
            InvalidInput: with every error.
        """
        validator = self._input or self._compile_input()
        completed: dict[str, Json] = validator.complete(data, self._subject(), InvalidInput)
        return completed

    def validate_output(self, result: Result) -> Result:
        """``result`` itself, once it is found valid.

        Raises:
            InvalidOutput: with every error.
        """
        validator = self._output or self._compile_output()
        validator.check(result, self._subject(), InvalidOutput)
        return result

    def bind(self, handler: Callable[[dict[str, Any]], Result]) -> Callable[[Json], Result]:
        """A callable that validates and completes its input, calls ``handler`` with it and validates the result.

        ``handler`` takes the input as one dict. For a coroutine function the callable is one as well.

        Raises:
            TypeError: ``handler`` cannot be called.
            InvalidInput, InvalidOutput: when the callable is called.
        """
        if not callable(handler):
            raise TypeError(f"handler must be callable, not {type(handler).__name__}")
        run: Callable[[dict[str, Any]], Any] = handler
        if _is_async(handler):

            @functools.wraps(handler)
            async def call_async(data: Json) -> Any:
                return self.validate_output(await run(self.validate_input(data)))

            return cast("Callable[[Json], Result]", call_async)

        @functools.wraps(handler)
        def call(data: Json) -> Any:
            result = run(self.validate_input(data))
            return self._finish(result) if inspect.isawaitable(result) else self.validate_output(result)

        return call

    def definition(self) -> dict[str, Json]:
        """The method as its definition says it, in the order of the format: a copy."""
        record = self._record
        return {
            "id": record.id,
            "name": record.name,
            **({"description": record.description} if record.description else {}),
            **decode_json(record.rest),
            "inputSchema": self._bundle.schema_as_written(record.schemas),
            "outputSchema": self._bundle.schema_as_written(record.schemas, layout.REFERENCE.size),
        }

    def preload(self) -> None:
        """Compile both validators."""
        self._compile_input()
        self._compile_output()

    def __repr__(self) -> str:
        return f"<Method {self._subject()}>"

    async def _finish(self, result: Awaitable[Any]) -> Any:
        return self.validate_output(await result)

    def _compile_input(self) -> Any:
        self._input = self._input or compile_validator(self.input_schema)
        return self._input

    def _compile_output(self) -> Any:
        self._output = self._output or compile_validator(self.output_schema)
        return self._output

    def _rest(self) -> MethodRest:
        if self._view is None:
            self._view = view(MethodRest, decode_json(self._record.rest))
        return self._view

    def _subject(self) -> str:
        return f"{self.integration_id}.{self.id}"


def _is_async(handler: object) -> bool:
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)


def compile_validator(schema: dict[str, Json]) -> Any:
    """The schema's validator. The import is here so that opening a catalog does not load jsonschema-rs."""
    from connectory.validation import Validator

    return Validator(schema)
