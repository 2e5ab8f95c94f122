"""What every format is turned into: an API's operations and sign-in, with schemas still in the source's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from connectory.importers.source import Documents, Located

In = Literal["path", "query", "header", "cookie", "form"]
"""Where a parameter goes; ``form`` is a member of a form or multipart body."""


DEPRECATED = "Deprecated by the vendor."
"""Why a method is deprecated, where the source does not say."""


def hints(verb: str) -> dict[str, bool]:
    """What RFC 9110 says of a verb, as annotations."""
    verb = verb.upper()
    if verb in ("GET", "HEAD", "OPTIONS"):
        return {"readOnlyHint": True, "idempotentHint": True}
    return {"PUT": {"idempotentHint": True}, "DELETE": {"destructiveHint": True, "idempotentHint": True}}.get(verb, {})


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of an operation.

    Attributes:
        name: its name on the wire.
        place: where it goes.
        schema: its schema in the source; its value is True where the source has none.
        style: how an array or an object is written, as ``http.styles`` has it; empty for the usual way.
        facts: keywords of the parameter itself, such as description and example; they win over the schema's.
        before: what stands before its value in the path.
    """

    name: str
    place: In
    schema: Located
    required: bool = False
    style: str = ""
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    before: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A body: what is sent, or comes back.

    Attributes:
        media_type: such as ``application/json``; empty where a response has no body.
        schema: None where the source describes none.
        required: of a request: whether it must be sent.
        binary: whether it is bytes, whatever its schema says.
        described: whether its schema is what the vendor writes as another text than JSON, in a way that is well known.
        encodings: of a form, or a body of several parts: how its members are written, as OpenAPI has it.
        facts: its description and examples, as ``example`` or ``examples``, where they stand outside its schema.
    """

    media_type: str
    schema: Located | None = None
    required: bool = True
    binary: bool = False
    described: bool = False
    encodings: Mapping[str, Any] = msgspec.field(default_factory=dict)
    facts: Located | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation.

    Attributes:
        key: what names it in reports, such as ``GET /users/{id}``; unique.
        name: the vendor's name of it, such as an operationId; empty where it has none.
        summary: a short title; may be empty.
        verb, path: of HTTP; empty where the source does not describe HTTP. The path has ``{name}`` for parameters.
        templates: path parameters that may hold several segments.
        body: what is sent.
        responses: what comes back on success, in the order of the source.
        scopes: ``anyOf`` and ``allOf``, as a method has them, by the id of the way to sign in that has such scopes.
        auth: the ids of the ways to sign in that it takes, as a method has them; None for all.
        deprecated: why; empty where it is not.
        annotations: hints, as a method has them.
        constants: ``headers``, ``query`` and ``body`` members that are the same for each call.
        styles: how arrays and objects of the body are written, as ``http`` has it.
        base_url: where it has one of its own.
        pagination: as ``http`` has it, in wire names.
        tool: the name of the tool of an MCP server that it is; empty where it is none.
        tags: names that ``--select`` can use.
    """

    key: str
    name: str
    summary: str = ""
    description: str = ""
    verb: str = ""
    path: str = ""
    templates: frozenset[str] = frozenset()
    parameters: tuple[Parameter, ...] = ()
    body: Content | None = None
    responses: tuple[Content, ...] = ()
    scopes: Mapping[str, Mapping[str, tuple[str, ...]]] = msgspec.field(default_factory=dict)
    auth: tuple[str, ...] | None = None
    deprecated: str = ""
    annotations: Mapping[str, bool] = msgspec.field(default_factory=dict)
    constants: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    styles: Mapping[str, str] = msgspec.field(default_factory=dict)
    base_url: str = ""
    pagination: Mapping[str, str] = msgspec.field(default_factory=dict)
    tool: str = ""
    tags: tuple[str, ...] = ()


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """One way to sign in, as the fields of a definition say it.

    Attributes:
        id: what names it among others.
        auth_type: oauth2, apikey or custom.
        config: the value of oauth2Config, apiKeyConfig or customAuthConfig.
        description: plain text; may be empty.
        scopes: of OAuth 2: those that it has; None where the source does not list them.
        schemes: the sets of the source's schemes that it stands for.
        scheme: the one of them that has scopes; empty where none has.
    """

    id: str
    auth_type: Literal["oauth2", "apikey", "custom"]
    config: Mapping[str, Any]
    description: str = ""
    scopes: frozenset[str] | None = None
    schemes: tuple[tuple[str, ...], ...] = ()
    scheme: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An API.

    Attributes:
        documents: the files that the schemas lie in.
        suggested_by: where ``suggested_id`` comes from, if the name makes none.
        siblings: whether keywords beside ``$ref`` count, as they do from OpenAPI 3.1 on.
        config: schemas of configuration properties, in the source's dialect, by name.
        optional: those of them that need not be given; nor need those that have a default.
        headers: headers of every request.
        signins: ways to sign in, the preferred one first; empty where the source names none.
        extensions: ``x-`` members of the definition.
        source: what ``metadata.sources`` says of the document.
        xml: whether schemas keep what they say about XML.
        skipped: operations that cannot be converted, as (key, name, reason).
    """

    documents: Documents
    name: str
    description: str = ""
    suggested_id: str = ""
    suggested_by: str = ""
    base_url: str = ""
    siblings: bool = True
    config: Mapping[str, Any] = msgspec.field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    signins: tuple[SignIn, ...] = ()
    operations: tuple[Operation, ...] = ()
    extensions: Mapping[str, Any] = msgspec.field(default_factory=dict)
    source: Mapping[str, str] = msgspec.field(default_factory=dict)
    metadata: Mapping[str, Any] = msgspec.field(default_factory=dict)
    xml: bool = False
    skipped: tuple[tuple[str, str, str], ...] = ()
