"""OpenAPI 3.0 to 3.2, and Swagger 2.0, in JSON or YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from connectory.importers.addresses import Base
from connectory.importers.draft import DEPRECATED, Content, Draft, In, Operation, Parameter, SignIn, hints
from connectory.importers.media import MULTIPART, URLENCODED, bare, is_any, is_binary, preferred
from connectory.importers.naming import distinct, integration_id, sentence_case, snake_case
from connectory.importers.prose import short
from connectory.importers.security import named, requirements, with_security
from connectory.importers.servers import of_servers, of_swagger
from connectory.importers.signin import sign_ins
from connectory.importers.source import Documents, Located, SourceError, Unresolved, as_text, mapping, spelling
from connectory.importers.styles import explodes, style_of
from connectory.importers.tally import Tally
from connectory.importers.values import mended
from connectory.request import OF_CONNECTION

_VERBS = ("get", "put", "post", "delete", "patch", "head", "options")
_UNSENT = OF_CONNECTION | {"accept", "content-type", "accept-encoding"}
_TOKENS = frozenset(("token", "access_token", "oauth_token", "api_key", "apikey", "api_token", "auth_token", "key"))
_SECRET = re.compile(r"(^|[_-])(auth|authentication|token|api-?key|secret)$")
_SIGNS_IN = re.compile(r"\bauthenticat|\bauthori[sz]|\bbearer\b|\bapi[ _-]?key\b|\baccess token\b", re.IGNORECASE)
_TENANT = re.compile(r"version|tenant|organi[sz]ation|account|workspace|project|subdomain|site", re.IGNORECASE)
_PER_CALL = re.compile(
    r"^if-|idempoten|^range$|request-id|correlation|trace|^prefer$|^content-|etag|(^|[-_])(date|time|timestamp|nonce"
    r"|signature|digest|checksum|md5|limit|offset|page|cursor|count|sort|filter|query|priority|expires|retry)([-_]|$)",
    re.IGNORECASE,
)
_NEVER_FIXED = frozenset(("date", "date-time", "time", "duration"))
"""Formats of what differs from call to call."""

_OF_SCHEMA = frozenset(
    (
        *("type", "format", "items", "default", "enum", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "x-nullable"),
    )
)
"""What a parameter of Swagger 2.0 says of its value."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

MARKS = "'openapi' or 'swagger' with a version at its top"
"""What tells a document of this format."""


def recognises(root: Any) -> bool:
    """Whether it has the mark of OpenAPI or Swagger."""
    return isinstance(root, dict) and ("openapi" in root or "swagger" in root)


def find(name: str) -> Path | None:
    """No document has a name."""
    return None


class _Api(NamedTuple):
    documents: Documents
    tally: Tally
    root: dict[str, Any]
    swagger: bool
    security: Any
    schemes: dict[str, Any]
    config: dict[str, Any]
    """Of the addresses of single operations, by the names of its properties."""


def read(documents: Documents, tally: Tally) -> Draft:
    """The document as a draft.

    Raises:
        SourceError: its version is none that is read here, or it has no paths.
    """
    root = documents.root
    version = str(root.get("openapi") or root.get("swagger"))
    if not re.match(r"(3\.[01]|2\.0|3\.2)(\.|$|-)|3$|2$", version):
        raise SourceError(f"{documents.shown} is of version {version[:20]!r}; 2.0 and 3.0 to 3.2 are read")
    swagger = version.startswith("2")
    if not isinstance(root.get("paths"), dict):
        raise SourceError(
            f"{documents.shown} has no paths" + ("; webhooks alone are no methods" if "webhooks" in root else "")
        )
    if "webhooks" in root or "x-webhooks" in root:
        tally.note("webhooks; they are no methods and are left out", "#/webhooks")
    for word in sorted(map(str, set(root) - _READ["the document"])):
        tally.note(f"{word[:40]} of the document; left out", "#")
    holder = mapping(root if swagger else root.get("components"))
    schemes = _schemes(documents, mapping(holder.get("securityDefinitions" if swagger else "securitySchemes")))
    api = _Api(documents, tally, root, swagger, root.get("security"), schemes, {})
    info = mapping(_follow(api, Located("", ("info",), root.get("info")), quiet=True).value)
    base_url, config = of_swagger(root, tally) if swagger else of_servers(root.get("servers"), tally, "#/servers")
    title = short(as_text(info.get("title")))
    id_ = integration_id(title, _host(base_url), documents.file.name.partition(".")[0])
    operations: list[Operation] = []
    skipped: list[tuple[str, str, str]] = []
    items = sorted(_items(api, skipped), key=lambda one: (one[2], one[1]))
    for located, verb, path, item in items:
        key = f"{verb.upper()} {path}"
        name = as_text(located.value.get("operationId")).strip()
        if not name and located.value.get("operationId") is not None:
            tally.note("operationId that is no text; left out", key)
        try:
            operations.append(_operation(api, located, item, key, verb, path, name, Base(base_url, config)))
        except Unresolved as error:
            skipped.append((key, name, _lost(error)))
        except _Unusable as error:
            skipped.append((key, name, str(error)))
    if info.get("summary") and info.get("description"):
        tally.note("summary of the document, which has a description too; left out", "#/info/summary")
    requirements = _requirements(api, operations_of=[located.value for located, *_ in items])
    ways = sign_ins(schemes, requirements, base_url, tally)
    security = {f"{verb.upper()} {path}": located.value.get("security") for located, verb, path, _ in items}
    operations = with_security(operations, security, api.security, ways, tally)
    operations, ways = _without_tokens(operations, ways, schemes, tally)
    operations, moved, headers = _without_tenants(documents, operations, {**config, **api.config}, tally)
    if not ways and not schemes:
        tally.note("the source does not say how to sign in", "#")
    return Draft(
        documents=documents,
        name=title or sentence_case(id_) or documents.file.stem,
        suggested_id=id_,
        suggested_by="" if integration_id(title) else "the server's address or the name of the file",
        description=as_text(info.get("description")) or as_text(info.get("summary")),
        base_url=base_url,
        siblings=version.startswith(("3.1", "3.2")),
        config={**config, **api.config, **{name: _of_parameter(documents, one) for name, one in moved.items()}},
        optional=frozenset((*api.config, *(name for name, one in moved.items() if not one.required))),
        headers=headers,
        signins=ways,
        operations=tuple(operations),
        source=_source(info, version),
        metadata=_metadata(root, info),
        xml=any("xml" in content.media_type for one in operations for content in (one.body, *one.responses) if content),
        skipped=tuple(skipped),
    )


class _Unusable(Exception):
    """An operation that cannot be converted; the message says why."""


def _is_true(value: Any) -> bool:
    """Whether a flag is set, also where it is written as a text."""
    return mended(value, ("boolean",)) is True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _host(base_url: str) -> str:
    """The part of a base address that names the company, as in ``api.acme.com``; may be empty."""
    labels = base_url.partition("://")[2].partition("/")[0].partition(":")[0].split(".")
    labels = labels[:-2] if len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "gov", "ac") else labels[:-1]
    return labels[-1] if labels and "$" not in labels[-1] else ""


def _source(info: Mapping[str, Any], version: str) -> dict[str, str]:
    kind = "Swagger" if version.startswith("2") else "OpenAPI"
    made = {"name": f"{kind} {version} document {short(as_text(info.get('title')))}".strip()}
    if info.get("version") not in (None, ""):
        made["version"] = spelling(info["version"])[:100]
        if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])", made["version"]):
            made["date"] = made["version"]
    return made


def _metadata(root: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, str]:
    url = mapping(root.get("externalDocs")).get("url")
    return {"documentation": url} if isinstance(url, str) and re.fullmatch(r"https?://[^\s<>\"\\^`@]+", url) else {}


# Operations.


def _items(api: _Api, lost: list[tuple[str, str, str]]) -> Iterator[tuple[Located, str, str, Located]]:
    """Each operation, its verb, its path, and the path item around it; ``lost`` gets those that lie nowhere."""

    def followed(at: Located, key: str) -> Located:
        try:
            return _follow(api, at)
        except Unresolved as error:
            lost.append((key, "", _lost(error)))
            return at

    more = mapping(api.root.get("x-ms-paths"))
    for path in sorted(set(more) & set(api.root["paths"])):
        api.tally.note("path of x-ms-paths that stands among the paths too; left out", path)
    places = dict.fromkeys(more, "x-ms-paths") | dict.fromkeys(api.root["paths"], "paths")
    for path, table in places.items():
        item = api.root[table][path]
        own = Located("", (table, path), item)
        if path.startswith("x-"):
            continue
        located = followed(own, path)
        if not isinstance(located.value, dict):
            continue
        _note_unread(api, located.value, "a path", path)
        if located is not own:
            for word in sorted(set(item) - {"$ref", *_VERBS}):
                api.tally.note(f"{word[:40]} beside the $ref of a path; left out of what it leads to", path)
        for verb in _VERBS:
            holder = own if isinstance(item.get(verb), dict) else located
            if isinstance(holder.value.get(verb), dict):
                at = followed(holder.below(verb), f"{verb.upper()} {path}")
                if isinstance(at.value, dict) and "$ref" not in at.value:
                    yield at, verb, path, holder
        if "trace" in located.value:
            api.tally.note("TRACE operation; left out", path)


_READ: Mapping[str, frozenset[str]] = {
    "the document": frozenset(
        (
            *("openapi", "swagger", "info", "servers", "host", "basePath", "schemes", "consumes", "produces"),
            *("components", "definitions", "parameters", "responses", "securityDefinitions", "security"),
            *("tags", "externalDocs", "webhooks", "x-webhooks", "jsonSchemaDialect", "paths"),
            "x-ms-paths",  # Microsoft's, which may differ in their query alone
        )
    ),
    "a path": frozenset(("$ref", "parameters", "servers", "summary", "description", "trace", *_VERBS)),
    "an operation": frozenset(
        (
            *("operationId", "summary", "description", "tags", "parameters", "requestBody", "responses", "deprecated"),
            *("security", "servers", "consumes", "produces", "schemes"),
        )
    ),
    "a parameter": frozenset(
        (
            *("name", "in", "required", "description", "deprecated", "example", "examples", "schema", "content"),
            *("style", "explode", "collectionFormat", "allowEmptyValue"),
        )
    ),
    "a request body": frozenset(("description", "content", "required")),
    "an answer": frozenset(("content", "schema", "examples")),
    "a media type": frozenset(("schema", "example", "examples", "encoding")),
}
"""What of the parts of a document is read, in any version; anything else is counted."""


def _note_unread(api: _Api, said: Mapping[str, Any], what: str, key: str) -> None:
    for word in said:
        if word not in _READ[what] and said[word] not in (None, {}, []):
            extension = word.lower().startswith("x-")
            api.tally.note(f"{'extensions (x-)' if extension else word[:40]} of {what}; left out", key)


def _follow(api: _Api, at: Located, *, quiet: bool = False) -> Located:
    """What a reference leads to, through other references."""
    for _ in range(50):
        reference = at.value.get("$ref") if isinstance(at.value, dict) else None
        if not isinstance(reference, str):
            return at
        try:
            at = api.documents.resolve(at.document, reference)
        except Unresolved as error:
            if not quiet:
                raise
            api.tally.note(f"reference that {error.why}; left out", f"{at}: {reference}")
            return at._replace(value=None)
    raise SourceError(f"the reference at {at} leads in a circle")


def _lost(error: Unresolved) -> str:
    """Why what needs a reference is skipped."""
    return f"the reference {str(error)[:100]!r} {error.why}"


def _operation(
    api: _Api, at: Located, item: Located, key: str, verb: str, path: str, name: str, base: Base
) -> Operation:
    said = at.value
    plain_path, _, query = path.partition("?")
    plain_path, _, fragment = plain_path.partition("#")
    deep = {_deep_name(name) for name in _PLACEHOLDER.findall(plain_path)} - {""}
    plain_path = _PLACEHOLDER.sub(lambda found: "{" + (_deep_name(found[1]) or found[1]) + "}", plain_path)
    query = query or fragment.partition("?")[2]
    parameters, body = _parameters(api, at, item, key)
    parameters, constants = _of_query(api, parse_qsl(query, keep_blank_values=True), parameters, key)
    if not api.swagger and said.get("requestBody") is not None:
        body = _request_body(api, at.below("requestBody"), key)
    parameters = [_with_plain_name(one) for one in parameters]
    declared = {parameter.name for parameter in parameters if parameter.place == "path"}
    wanted = list(dict.fromkeys(_PLACEHOLDER.findall(plain_path)))
    for missing in (placeholder for placeholder in wanted if placeholder not in declared):
        api.tally.note("path parameter that is not declared; taken as text", f"{key}: {missing}")
        schema = Located("", (), {"type": "string"})
        parameters.append(Parameter(name=missing, place="path", schema=schema, required=True))
    for extra in declared - set(wanted):
        api.tally.note("path parameter that its path lacks; left out", f"{key}: {extra}")
    used = [one for one in parameters if one.place != "path" or one.name in wanted]
    own_url = _own_server(api, at, item, base)
    _note_unread(api, said, "an operation", key)
    own_text = as_text(said.get("description")) or as_text(said.get("summary"))
    texts = [word for word in ("description", "summary") if as_text(item.value.get(word))]
    for word in texts if own_text else texts[1:]:
        api.tally.note(f"{word} of a path, whose operation has a text of its own; left out", key)
    return Operation(
        key=key,
        name=name,
        summary=as_text(said.get("summary")),
        description=own_text or next((as_text(item.value[word]) for word in texts), ""),
        verb=verb.upper(),
        path="/" + plain_path.strip().lstrip("/"),
        templates=frozenset(deep),
        parameters=tuple(used),
        body=body,
        responses=tuple(_responses(api, at, key)),
        deprecated=DEPRECATED if _is_true(said.get("deprecated")) else "",
        annotations=hints(verb),
        constants={"query": constants},
        base_url=own_url,
        tags=tuple(filter(None, map(as_text, _listed(said.get("tags"))))),
    )


_DEEP = re.compile(r"\+([^*+:=]+)|([^*+:=]+)(?:\*|\+|=\*\*|:path|:\.[*+])")


def _deep_name(name: str) -> str:
    """The name of a placeholder that stands for several segments, as routers write it; empty for any other."""
    found = _DEEP.fullmatch(name)
    return (found[1] or found[2]) if found else ""


def _with_plain_name(one: Parameter) -> Parameter:
    name = _deep_name(one.name) if one.place == "path" else ""
    return msgspec.structs.replace(one, name=name) if name else one


def _of_query(
    api: _Api, pairs: list[tuple[str, str]], parameters: list[Parameter], key: str
) -> tuple[list[Parameter], dict[str, str]]:
    """What a path says after its question mark: placeholders are parameters of the query, the rest never changes."""
    constants: dict[str, str] = {}
    for wire, value in pairs:
        found = _PLACEHOLDER.fullmatch(value)
        if found is None and _PLACEHOLDER.search(value):
            api.tally.note("query of a path with a text around its placeholder; left out", f"{key}: {wire}")
        elif found is None:
            constants[wire] = value
        elif not any(one.place == "query" and one.name in (wire, found[1]) for one in parameters):
            declared = next((one for one in parameters if one.place == "path" and one.name == found[1]), None)
            plain = Parameter(name=wire, place="query", schema=Located("", (), {"type": "string"}), required=True)
            parameters = [one for one in parameters if one is not declared]
            parameters.append(msgspec.structs.replace(declared, name=wire, place="query") if declared else plain)
    return parameters, constants


def _parameters(api: _Api, at: Located, item: Located, key: str) -> tuple[list[Parameter], Content | None]:
    found: dict[tuple[str, str], Located] = {}
    for owner in (item, at):
        for index in range(len(_listed(owner.value.get("parameters")))):
            parameter = _follow(api, owner.below("parameters", index))
            said = mapping(parameter.value)
            name, place = as_text(said.get("name")), said.get("in")
            if not name or not isinstance(place, str):
                raise _Unusable(f"parameter {index + 1} has no name or no place")
            found[name.lower() if place == "header" else name, place] = parameter
    made: list[Parameter] = []
    body: Content | None = None
    forms = False
    for (name, place), parameter in found.items():
        said = parameter.value
        if place == "body":
            schema = parameter.below("schema") if "schema" in said else None
            text = as_text(said.get("description"))
            media_type = _consumed(api, at, key)
            body = Content(
                media_type=media_type,
                schema=schema,
                required=_is_true(said.get("required")),
                binary=is_binary(media_type) and mapping(said.get("schema")).get("format") in ("binary", "byte"),
                facts=parameter._replace(value={"description": text}) if text else None,
            )
        elif place == "header" and name in _UNSENT:
            api.tally.note(f"header {as_text(said['name'])}, which a client sets itself; left out", key)
        elif place in ("path", "query", "header", "cookie", "formData"):
            forms = forms or place == "formData"
            made.append(_parameter(api, parameter, "form" if place == "formData" else place, key))  # type: ignore[arg-type]
        else:
            raise _Unusable(f"parameter {name!r} stands in {place[:40]!r}")
    if forms and body is None:
        files = any(mapping(one.value).get("type") == "file" for one in found.values())
        body = Content(media_type=MULTIPART if files else _consumed(api, at, key, form=True))
    return made, body


def _parameter(api: _Api, at: Located, place: In, key: str) -> Parameter:
    said = at.value
    name = as_text(said["name"])
    facts = {field: said[field] for field in ("description", "deprecated", "example", "examples") if field in said}
    schema: Located = at._replace(value={})
    content = mapping(said.get("content"))
    if "schema" in said:
        schema = at.below("schema")
    elif content:
        media_type = preferred(list(content))
        api.tally.note("parameter whose value is text of another format, such as JSON", f"{key}: {name}")
        schema = at.below("content", media_type, "schema") if "schema" in mapping(content[media_type]) else schema
    elif api.swagger:
        schema = at._replace(value={field: said[field] for field in said if field in _OF_SCHEMA})
        said = {field: value for field, value in said.items() if field not in _OF_SCHEMA}
    _note_unread(api, said, "a parameter", f"{key}: {name}")
    style: str | None = "json" if content else _style(api, at.value, place, schema, f"{key}: {name}")
    if style is None:
        kind = "way to write a list or an object in a parameter; the definition does not say it"
        api.tally.note(kind, f"{key}: {name}")
    if _is_true(said.get("allowEmptyValue")):
        api.tally.note("allowEmptyValue of a parameter; left out", f"{key}: {name}")
    required = _is_true(said.get("required")) or place == "path"
    before = {"label": ".", "matrix": f";{name}="}.get(str(at.value.get("style")), "") if place == "path" else ""
    return Parameter(
        name=name, place=place, schema=schema, required=required, style=style or "", facts=facts, before=before
    )


_COLLECTION_FORMATS: Mapping[str, str] = {"csv": "comma", "ssv": "space", "pipes": "pipe", "multi": ""}
"""How a list is written, by a collectionFormat of Swagger 2.0."""


def _style(api: _Api, said: Mapping[str, Any], place: In, schema: Located, where: str) -> str | None:
    """How a list or an object is written, as a definition says it: empty for the usual way, None where it has no word.

    The usual way is the name for each item in a query or a form, and commas elsewhere.
    """
    kinds = _kinds(api, schema)
    before = place == "path" and said.get("style") in ("label", "matrix")  # what stands before the value is of the path
    if not kinds & {"array", "object"}:
        return "" if before or said.get("style", "form") in ("form", "simple") else None
    repeats = place in ("query", "form")
    if api.swagger:
        separator = _COLLECTION_FORMATS.get(str(said.get("collectionFormat", "csv")))
        return separator if repeats and "array" in kinds else "" if separator == "comma" else None
    style = as_text(said.get("style")) or ("form" if repeats or place == "cookie" else "simple")
    is_object = "object" in kinds
    if repeats:
        return style_of(style, said.get("explode"), api.tally, where, is_object=is_object)
    is_plain = before or style == "simple" or (style == "form" and place == "cookie")
    is_one = not explodes(style, said.get("explode")) or (style == "simple" and not is_object)
    return "" if is_plain and is_one else None


def _kinds(api: _Api, at: Located) -> set[str]:
    """The types that a parameter's schema names, also in what it refers to and in its alternatives."""
    kinds: set[str] = set()
    waiting = [at]
    for one in waiting:  # which grows meanwhile
        said = mapping(_follow(api, one, quiet=True).value)
        types = said.get("type", "array" if "items" in said else "object" if "properties" in said else None)
        kinds.update(kind for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str))
        for word in ("allOf", "anyOf", "oneOf"):
            if len(waiting) < _ALTERNATIVES:
                waiting += [one._replace(value=part) for part in _listed(said.get(word))]
    return kinds


_ALTERNATIVES = 100
"""Alternatives of a parameter from which on no further ones are looked at."""


def _consumed(api: _Api, at: Located, key: str, *, form: bool = False) -> str:
    types = [one for one in _listed(at.value.get("consumes", api.root.get("consumes"))) if isinstance(one, str)]
    if form:
        return next((one for one in types if "form" in one), URLENCODED)
    return bare(_best(types, key, api.tally, "request") or "application/json")


def _best(types: list[str], key: str, tally: Tally, what: str) -> str | None:
    """The media type that is converted."""
    if len(types) > 1:
        tally.note(f"{what} in several media types; one is converted", key)
    return preferred(types) if types else None


def _request_body(api: _Api, at: Located, key: str) -> Content | None:
    at = _follow(api, at)
    content = mapping(mapping(at.value).get("content"))
    name = _best(list(content), key, api.tally, "request")
    if name is None:
        return None
    said = mapping(content[name])
    _note_unread(api, at.value, "a request body", key)
    _note_unread(api, said, "a media type", key)
    facts: dict[str, Any] = {word: said[word] for word in ("example", "examples") if word in said}
    if as_text(at.value.get("description")):
        facts["description"] = as_text(at.value["description"])
    schema = at.below("content", name, "schema") if "schema" in said else None
    is_bytes = is_binary(name) or (is_any(name) and schema is not None and _is_file(api, schema))
    return Content(
        media_type="application/octet-stream" if is_any(name) and is_bytes else bare(name),
        schema=schema,
        required=_is_true(at.value.get("required")),
        binary=is_bytes,
        encodings=mapping(said.get("encoding")),
        facts=Located(at.document, (*at.path, "content", name), facts) if facts else None,
    )


def _is_file(api: _Api, schema: Located) -> bool:
    """Whether a schema is that of bytes."""
    return mapping(_follow(api, schema, quiet=True).value).get("format") == "binary"


def _responses(api: _Api, at: Located, key: str) -> Iterator[Content]:
    responses = mapping(at.value.get("responses"))
    codes = sorted(str(code) for code in responses if re.fullmatch(r"2([0-9]{2}|XX)", str(code), re.IGNORECASE))
    if not codes and "default" in responses:
        api.tally.note("operation whose only answer is the default one; taken for its success", key)
        codes = ["default"]
    if set(responses) - {*codes}:
        api.tally.note("answers that are no success; left out", key)
    for code in codes:
        response = _follow(api, at.below("responses", code), quiet=True)
        said = mapping(response.value)
        _note_unread(api, said, "an answer", key)
        if api.swagger:
            produced = [
                one for one in _listed(at.value.get("produces", api.root.get("produces"))) if isinstance(one, str)
            ]
            name = _best(produced, key, api.tally, "answer") or "application/json"
            kind = mapping(said.get("schema")).get("type")
            is_file = kind == "file" or (kind == "string" and is_binary(name))
            schema = response.below("schema") if "schema" in said and not is_file else None
            examples = mapping(said.get("examples"))
            facts = {"example": examples[name]} if name in examples else {}
            yield Content(
                media_type=name if schema or is_file else "",
                schema=schema,
                binary=is_file,
                facts=response._replace(value=facts) if facts else None,
            )
            continue
        content = mapping(said.get("content"))
        best = _best(list(content), key, api.tally, "answer")
        if best is None:
            yield Content(media_type="")
            continue
        about = mapping(content[best])
        _note_unread(api, about, "a media type", key)
        facts = {word: about[word] for word in ("example", "examples") if word in about}
        yield Content(
            media_type=best,
            schema=response.below("content", best, "schema") if "schema" in about else None,
            binary=is_binary(best),
            facts=Located(response.document, (*response.path, "content", best), facts) if facts else None,
        )


# Sign-in.


def _schemes(documents: Documents, schemes: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for name, scheme in schemes.items():
        if isinstance(scheme, dict) and isinstance(scheme.get("$ref"), str):
            try:
                scheme = documents.resolve("", scheme["$ref"]).value
            except Unresolved:
                scheme = None
        made[name] = scheme
    return made


def _requirements(api: _Api, operations_of: list[dict[str, Any]]) -> list[list[str]]:
    """The sets of schemes that are asked for together: the document's first, then by how many operations ask.

    Those that no operation asks for come last.
    """
    counts: dict[tuple[str, ...], int] = {}
    for said in operations_of:
        for one in requirements(api.security if said.get("security") is None else said["security"]):
            if one:
                names = named(one)
                counts[names] = counts.get(names, 0) + 1
    first = [named(one) for one in requirements(api.security) if one]
    ranked = sorted(
        counts, key=lambda names: (first.index(names) if names in first else len(first), -counts[names], names)
    )
    used = {name for names in ranked for name in names}
    unused = [names for names in first if names not in counts and not set(names) & used]
    used |= {name for names in unused for name in names}
    return [list(names) for names in (*ranked, *unused)] + [[name] for name in sorted(api.schemes) if name not in used]


def _without_tokens(
    operations: list[Operation], ways: tuple[SignIn, ...], schemes: Mapping[str, Any], tally: Tally
) -> tuple[list[Operation], tuple[SignIn, ...]]:
    """The operations without the parameters that carry credentials; a way to sign in for them where there is none."""
    keys = {(str(s.get("in")), str(s.get("name")).lower()) for s in schemes.values()
            if isinstance(s, dict) and s.get("type") == "apiKey"}  # fmt: skip
    often: dict[str, int] = {}
    for operation in operations:
        for name in {one.name.lower() for one in operation.parameters if one.place != "path"}:
            often[name] = often.get(name, 0) + 1

    def is_credential(one: Parameter) -> bool:
        name = one.name.lower()
        if one.place == "header" and name in ("authorization", "proxy-authorization"):
            return True
        if (one.place, name) in keys:
            return True
        usual = len(operations) > 1 and often.get(name, 0) * 2 > len(operations)
        said = _SIGNS_IN.search(str(one.facts.get("description", ""))) is not None
        if not schemes and one.place == "header" and _SECRET.search(name):
            return usual and said
        return one.place != "path" and name in _TOKENS and bool(schemes) and (usual or said)

    moved = [one for operation in operations for one in operation.parameters if is_credential(one)]
    for operation in operations:
        for one in operation.parameters:
            if is_credential(one):
                tally.note(f"parameter {one.name} carries credentials; it belongs to authentication", operation.key)
    headers = sorted(
        {one.name for one in moved if one.place == "header"}, key=lambda name: (-often[name.lower()], name)
    )
    if not ways and headers:
        key = {"in": "header", "name": headers[0]}
        ways = (SignIn(id=snake_case(headers[0]), auth_type="apikey", config=key),)
    kept = []
    for operation in operations:
        left = _with_parameters(operation, [one for one in operation.parameters if not is_credential(one)])
        signs_in = left is not operation and left.auth == ()  # whatever its security says
        kept.append(msgspec.structs.replace(left, auth=None) if signs_in else left)
    return kept, ways


def _with_parameters(operation: Operation, parameters: list[Parameter]) -> Operation:
    if len(parameters) == len(operation.parameters):
        return operation
    body = operation.body
    if body is not None and body.schema is None and not body.binary and not any(p.place == "form" for p in parameters):
        body = None
    return msgspec.structs.replace(operation, parameters=tuple(parameters), body=body)


def _without_tenants(
    documents: Documents, operations: list[Operation], config: Mapping[str, Any], tally: Tally
) -> tuple[list[Operation], dict[str, Parameter], dict[str, str]]:
    """The operations without headers that say the same in each call: tenants, versions; they become configuration.

    One that need not be sent, and that some operations do not know, stays an input.
    """
    uses: dict[str, list[Parameter]] = {}
    for operation in operations:
        for one in operation.parameters:
            if one.place == "header" and not _PER_CALL.search(one.name) and not _differs(documents, one):
                uses.setdefault(one.name.lower(), []).append(one)
    moved: dict[str, Parameter] = {}
    headers: dict[str, str] = {}
    gone: set[str] = set()
    for name, same in sorted(uses.items()):
        fixed = sum(one.required for one in same) * 2 > len(same) or _TENANT.search(name) is not None
        alike = len({_fingerprint(one) for one in same}) == 1
        spread = len(same) * 2 >= len(operations) if all(one.required for one in same) else len(same) == len(operations)
        if alike and spread and (len(same) > 1 or _TENANT.search(name)) and fixed:
            own = distinct(snake_case(same[0].name) or "header", {*config, *moved})
            moved[own] = same[0]
            headers[same[0].name] = f"${{config.{own}}}"
            gone.add(name)
    for operation in operations:
        for one in operation.parameters:
            if one.place == "header" and one.name.lower() in gone:
                tally.note(
                    f"header {one.name} is the same for all calls; it belongs to the configuration", operation.key
                )
    kept = [
        _with_parameters(one, [p for p in one.parameters if not (p.place == "header" and p.name.lower() in gone)])
        for one in operations
    ]
    return kept, moved, headers


def _differs(documents: Documents, one: Parameter) -> bool:
    """Whether a parameter's value differs from call to call, by what its schema says."""
    said = _of_parameter(documents, one)
    if _TENANT.search(one.name) or len(_listed(said.get("enum"))) == 1 or "default" in said or "const" in said:
        return False
    return said.get("type") in ("integer", "number", "array", "object") or said.get("format") in _NEVER_FIXED


def _fingerprint(one: Parameter) -> str:
    """What a parameter accepts, for comparison; a reference stands for what it leads to."""
    value = one.schema.value
    shown = {k: v for k, v in value.items() if k != "description"} if isinstance(value, dict) else value
    return json.dumps(shown, sort_keys=True, default=str)


def _of_parameter(documents: Documents, one: Parameter) -> dict[str, Any]:
    """The schema of a configuration property that was a parameter, with what the parameter itself says."""
    value = mapping(one.schema.value)
    if isinstance(value.get("$ref"), str):
        try:
            value = mapping(documents.resolve(one.schema.document, value["$ref"]).value)
        except Unresolved:
            value = {}
    return {**value, **one.facts}


# Servers.


def _own_server(api: _Api, at: Located, item: Located, base: Base) -> str:
    """The address of one operation, where it has its own; its variables are configuration, shared with equal ones."""
    for owner in (at.value, item.value):
        if isinstance(owner.get("servers"), list) and owner["servers"]:
            servers = [_beside_others(api, one, base.url) for one in owner["servers"]]
            url, config = of_servers(servers, api.tally, f"{at}", one=True)
            url = url.replace(_SAME_HOST, base.url[: _path_at(base.url)])
            names = {name: _shared_name(api, name, schema, base) for name, schema in config.items()}
            url = _renamed(url, names)
            return url if url != base.url else ""
    return ""


def _renamed(url: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\$\{config\.([^{}]*)\}", lambda found: f"${{config.{names.get(found[1], found[1])}}}", url)


def _shared_name(api: _Api, name: str, schema: dict[str, Any], base: Base) -> str:
    """The name of a configuration property that is of this schema, which is added where there is none."""
    known = {**base.config, **api.config}
    for other, said in known.items():
        if said == schema and re.fullmatch(rf"{re.escape(name)}(_[0-9]+)?", other):
            return other
    own = distinct(name, known)
    api.config[own] = schema
    return own


_SAME_HOST = "https://same-host.invalid"


def _beside_others(api: _Api, server: Any, base_url: str) -> Any:
    """A server whose address may be relative to the base address, with what the document says of its variables."""
    url = mapping(server).get("url")
    if isinstance(server, dict):
        known = [mapping(mapping(one).get("variables")) for one in _listed(api.root.get("servers"))]
        own = mapping(server.get("variables"))
        server = {**server, "variables": {name: said for one in (*reversed(known), own) for name, said in one.items()}}
    if not isinstance(url, str) or re.match(r"\s*([a-z]+:|//|\{)", url, re.IGNORECASE):
        return server
    path = url.strip().removeprefix("./")
    root = "" if path.startswith("/") else base_url[_path_at(base_url) :]
    return {**server, "url": f"{_SAME_HOST}{root}/{path.lstrip('/')}"}


def _path_at(url: str) -> int:
    """Where the path of an address starts."""
    start = url.find("/", url.find("://") + 3)
    return len(url) if start < 0 else start
