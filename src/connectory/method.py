"""A method, as the catalog hands it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from connectory.errors import CorruptBundle, InvalidInput, InvalidOutput, Issue, NoAI
from connectory.reader import Bundle
from connectory.records import Json, MethodRecord, decode_json

if TYPE_CHECKING:
    from connectory.answers import Answer
    from connectory.integration import Integration
    from connectory.model import Annotations, Deprecated, Http, Mcp, MethodModels, MethodRest, MethodScopes
    from connectory.request import Request
    from connectory.tokens import Token

Result = TypeVar("Result")

OnInvalidOutput = Literal["raise", "warn"] | Callable[[InvalidOutput], object]


class Method:
    """A method of an integration. Frozen: what its attributes hold cannot be changed, or is a copy."""

    __slots__ = ("_bundle", "_input", "_integration", "_is_complete", "_offset", "_output", "_record", "_view")

    def __init__(
        self, bundle: Bundle, offset: int, record: MethodRecord, integration: Callable[[], Integration]
    ) -> None:
        """``offset``: of the record; ``integration``: finds the method's integration."""
        self._bundle = bundle
        self._offset = offset
        self._record = record
        self._integration = integration
        self._is_complete: Callable[[Json], bool] = _not_known
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
    def integration(self) -> Integration:
        """The integration of its version."""
        return self._integration()

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
        return self._bundle.schema(self._offset, self._record.schemas)

    @property
    def output_schema(self) -> dict[str, Json]:
        """JSON Schema of its output, self-contained: a copy."""
        return self._bundle.schema(self._offset, self._record.schemas, 1)

    @property
    def http(self) -> Http | None:
        """How its inputs become a request; None where the definition does not say."""
        return self._rest().http

    @property
    def mcp(self) -> Mcp | None:
        """Which tool of an MCP server it calls; None where it calls none."""
        return self._rest().mcp

    @property
    def auth(self) -> tuple[str, ...] | None:
        """The ids of the ways to sign in that it takes, ``default`` for the definition's own, the preferred one first.

        None for all of them; empty where it needs none.
        """
        return self._rest().auth

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

    def deprecation(self) -> dict[str, Json]:
        """The mark of what should no longer be used, as the definition says it: a copy."""
        mark: dict[str, Json] = decode_json(self._record.rest)["deprecated"]
        return mark

    @property
    def is_deprecated(self) -> bool:
        """Whether it is marked as deprecated."""
        return b"deprecated" in bytes(self._record.rest) and "deprecated" in decode_json(self._record.rest)

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

        Where the definition says which input chooses an AI model, that must be a model that can do what is needed.

        Raises:
            InvalidInput: with every error.
        """
        try:
            if self._is_complete(data):
                return dict(data)
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass  # it is no JSON; what follows says where
        validator = self._input or self._compile_input()
        completed: dict[str, Json] = validator.complete(data, self._subject(), InvalidInput)
        if b"models" in bytes(self._record.rest):
            self._check_model(completed)
        return completed

    def validate_output(self, result: Result) -> Result:
        """``result`` itself, once it is found valid.

        Raises:
            InvalidOutput: with every error.
        """
        validator = self._output or self._compile_output()
        validator.check(result, self._subject(), InvalidOutput)
        return result

    def bind(
        self, handler: Callable[[dict[str, Any]], Result], *, on_invalid_output: OnInvalidOutput = "raise"
    ) -> Callable[[Json], Result]:
        """A callable that validates and completes its input, calls ``handler`` with it and validates the result.

        ``handler`` takes the input as one dict. For a coroutine function the callable is one as well.
        ``Catalog.implements`` does this as a decorator.

        Args:
            handler: what does the work.
            on_invalid_output: ``"raise"`` raises InvalidOutput; ``"warn"`` warns with it and returns the result, since
                vendors change what they answer; a callable is called with it, and the result is returned.

        Raises:
            TypeError: ``handler`` cannot be called.
            InvalidInput, InvalidOutput: when the callable is called.
        """
        from connectory.binding import bind

        return bind(self, handler, on_invalid_output)

    def request(
        self,
        data: Json,
        credentials: Mapping[str, Json] | None = None,
        config: Mapping[str, Json] | None = None,
        *,
        token: Token | None = None,
        auth: str | None = None,
        next_url: str | None = None,
    ) -> Request:
        """The request of a call, validated, every input in its place, and authenticated: a value for any HTTP client.

        Args:
            data: the input.
            credentials: what the user supplied; see ``Auth.credentials_schema``.
            config: the configuration of the instance.
            token: where the way to sign in needs one.
            auth: the id of the way to sign in, ``default`` for the definition's own; None for the first one that the
                method takes. A method that needs none is sent without credentials.
            next_url: of the answer before, where that has no ``next``: the same request, to that address.

        Raises:
            InvalidInput, InvalidConfig, InvalidCredentials: something that was given is not valid.
            NotCallable: the definition does not say what the request is, or the method does not take that way to
                sign in.
            UnsafeValue: a configured value cannot stand where it should, or ``next_url`` is at another host.
            MissingExtra: a package that signs is not installed.
        """
        from connectory import calling

        return calling.authenticated(self, self._integration(), data, credentials or {}, config, token, auth, next_url)

    def parse_response(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes | str,
        data: Json = None,
        *,
        on_invalid_output: OnInvalidOutput = "raise",
    ) -> Answer:
        """The validated output of a call, and the input for the next page.

        Args:
            status, headers, body: what the vendor answered.
            data: the input of the call, which the next page's is made of.
            on_invalid_output: as for ``bind``.

        Raises:
            CallFailed: the vendor says that the call failed, by the status or in the body.
            InvalidOutput: the output is not valid.
        """
        from connectory import answers

        return answers.parse(self, status, headers, body, data, on_invalid_output)

    def definition(self) -> dict[str, Json]:
        """The method as its definition says it, in the order of the format: a copy."""
        record = self._record
        return {
            "id": record.id,
            "name": record.name,
            **({"description": record.description} if record.description else {}),
            **decode_json(record.rest),
            "inputSchema": self._bundle.schema_as_written(self._offset, record.schemas),
            "outputSchema": self._bundle.schema_as_written(self._offset, record.schemas, 1),
        }

    def preload(self) -> None:
        """Compile both validators."""
        self._compile_input()
        self._compile_output()

    def __repr__(self) -> str:
        return f"<Method {self._subject()}>"

    def _compile_input(self) -> Any:
        validator = self._input or compile_validator(self.input_schema, self._bundle.path)
        if b"models" not in bytes(self._record.rest):
            self._is_complete = validator.is_complete
        self._input = validator
        return validator

    def _compile_output(self) -> Any:
        self._output = self._output or compile_validator(self.output_schema, self._bundle.path)
        return self._output

    def _check_model(self, data: dict[str, Json]) -> None:
        """Refuse a model that there is none of, or that cannot do what the method needs."""
        models = self.models
        if models is None or models.parameter not in data:
            return
        try:
            reason = self._integration().ai.unsuitable(data[models.parameter], models.requires)
        except NoAI:
            return  # it chooses among the models of some other integration
        if reason:
            from connectory.pointers import pointer

            raise InvalidInput(self._subject(), [Issue(pointer([models.parameter]), reason, "models")])

    def _rest(self) -> MethodRest:
        if self._view is None:
            from connectory.model import MethodRest, view

            self._view = view(MethodRest, decode_json(self._record.rest))
        return self._view

    def _subject(self) -> str:
        return f"{self.integration_id}.{self.id}"


def _not_known(data: Json) -> bool:
    """Before the validator is compiled."""
    return False


def compile_validator(schema: dict[str, Json], bundle: str = "") -> Any:
    """The schema's validator. The import is here so that opening a catalog does not load jsonschema-rs.

    Raises:
        CorruptBundle: the schema cannot be compiled; ``bundle`` is the file that it is from.
    """
    from connectory.validation import Validator

    try:
        return Validator(schema)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise CorruptBundle(f"a schema cannot be compiled: {reason}", bundle) from error
