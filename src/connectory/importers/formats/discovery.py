"""Google Discovery documents."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectory.importers.draft import DEPRECATED, Content, Draft, Operation, Parameter, SignIn, hints
from connectory.importers.naming import snake_case
from connectory.importers.source import Documents, Located, SourceError, as_text, mapping
from connectory.importers.tally import Tally

_NAME = re.compile(r"([a-z0-9-]+)(?:[.:]([A-Za-z0-9._-]+))?")
_RESERVED = re.compile(r"\{\+([^{}]+)\}")
_SIGN_IN = "oauth2"
_OAUTH2 = {
    "authorizationUrl": "https://accounts.google.com/o/oauth2/v2/auth",
    "tokenUrl": "https://oauth2.googleapis.com/token",
    "additionalParameters": {"access_type": "offline", "prompt": "consent"},
    "revocationUrl": "https://oauth2.googleapis.com/revoke",
}
"""Google's addresses (developers.google.com/identity/protocols/oauth2/web-server); documents do not have them."""

_FORMATS = {"google-datetime": "date-time", "google-duration": None, "google-fieldmask": None}
_DROPPED = frozenset(("id", "location", "repeated", "annotations"))
"""What is no part of a schema and has been read elsewhere."""

_MEDIA = {
    "mediaUpload": "upload of media; only the request without it is converted",
    "supportsMediaDownload": "download of media; only the answer without it is converted",
}

MARKS = "'discoveryVersion'"
"""What tells a document of this format."""

PACKAGE = "google-api-python-client"
"""What ships documents that can be named."""


def recognises(root: Any) -> bool:
    """Whether it calls itself a discovery document."""
    return isinstance(root, dict) and (root.get("kind") == "discovery#restDescription" or "discoveryVersion" in root)


def find(name: str) -> Path | None:
    """A document that an installed google-api-python-client ships: ``drive.v3``, or ``drive`` for the newest."""
    asked = _NAME.fullmatch(name)
    package = importlib.util.find_spec("googleapiclient")
    if not asked or package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0]) / "discovery_cache" / "documents"
    files = sorted(folder.glob(f"{asked[1]}.{asked[2] or '*'}.json"), key=lambda path: age(path.stem), reverse=True)
    return files[0] if files else None


def age(stem: str) -> tuple[bool, list[int], str]:
    """What orders the versions of an API, such as ``drive.v3``: stable ones after alpha and beta, then by number."""
    version = stem.partition(".")[2]
    return (re.search("alpha|beta", version) is None, [int(digits[:9]) for digits in re.findall(r"\d+", version)], stem)


def read(documents: Documents, tally: Tally) -> Draft:
    """The document as a draft.

    Raises:
        SourceError: it has no name.
    """
    root = documents.root
    name = root.get("name")
    if not isinstance(name, str) or not name:
        raise SourceError(f"{documents.shown} has no name")
    methods = _methods(root)
    made: dict[str, Any] = {"schemas": {}, "requests": {}, "parameters": {}}
    for schema_name, schema in mapping(root.get("schemas")).items():
        made["schemas"][schema_name] = _schema(schema, f"#/schemas/{schema_name}", tally)
    fields = mapping(mapping(root.get("parameters")).get("fields"))
    for other in sorted(set(mapping(root.get("parameters"))) - {"fields"}):
        tally.note("parameter of every method of the API; left out", f"#/parameters/{other}")
    for key, method in methods:
        own = {**({"fields": fields} if fields else {}), **mapping(method.get("parameters"))}
        made["parameters"][key] = {p: _parameter(said, f"{key}: {p}", tally) for p, said in own.items()}
        reference = mapping(method.get("request")).get("$ref")
        if isinstance(reference, str):
            made["requests"][key] = _request(made["schemas"].get(reference), reference, key, root)
    documents = documents.rewritten(made)
    operations: list[Operation] = []
    skipped: list[tuple[str, str, str]] = []
    for key, method in methods:
        verb, path = method.get("httpMethod"), method.get("path")
        short = key.removeprefix(f"{name}.")
        if not isinstance(path, str) or str(verb) not in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            skipped.append((key, short, "it has no path, or no HTTP method that is known"))
        else:
            operations.append(_operation(documents, key, short, method, tally))
    revision = root.get("revision")
    source = {"name": f"Google Discovery document {root.get('id', name)}"}
    if isinstance(revision, str) and revision:
        source["version"] = revision[:100]
        if re.fullmatch(r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", revision):
            source["date"] = f"{revision[:4]}-{revision[4:6]}-{revision[6:]}"
    link = root.get("documentationLink")
    return Draft(
        documents=documents,
        name=next((root[field] for field in ("title", "canonicalName") if isinstance(root.get(field), str)), name),
        description=as_text(root.get("description")),
        suggested_id=f"google_{snake_case(name)}",
        base_url=_base_url(root),
        siblings=True,
        signins=tuple(_signins(root)),
        operations=tuple(operations),
        source=source,
        metadata={"documentation": link}
        if isinstance(link, str) and re.fullmatch(r"https?://[^\s<>\"\\^`@]+", link)
        else {},
        skipped=tuple(skipped),
    )


def _methods(root: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Each method with its id, of the API and of all its resources; where several have one id, with its place."""
    found: list[tuple[str, dict[str, Any]]] = []
    waiting: list[tuple[str, Mapping[str, Any]]] = [(str(root["name"]), root)]
    while waiting:
        prefix, owner = waiting.pop()
        for name, method in mapping(owner.get("methods")).items():
            if isinstance(method, dict):
                found.append((f"{prefix}.{name}", method))
        waiting += [(f"{prefix}.{name}", mapping(one)) for name, one in mapping(owner.get("resources")).items()]
    ids = Counter(as_text(method.get("id")) for _, method in found)
    own = [(as_text(method.get("id")), place, method) for place, method in found]
    return [(id_ if ids[id_] == 1 and id_ else place, method) for id_, place, method in own]


def _base_url(root: Mapping[str, Any]) -> str:
    start, path = root.get("rootUrl"), root.get("servicePath")
    if isinstance(start, str) and start.startswith("http"):
        return (start.rstrip("/") + "/" + (path if isinstance(path, str) else "").strip("/")).rstrip("/")
    base = root.get("baseUrl")
    return base.rstrip("/") if isinstance(base, str) and base.startswith("http") else ""


def _signins(root: Mapping[str, Any]) -> Iterator[SignIn]:
    if mapping(mapping(mapping(root.get("auth")).get("oauth2")).get("scopes")):
        yield SignIn(id=_SIGN_IN, auth_type="oauth2", config=_OAUTH2)
    yield SignIn(id="api_key", auth_type="apikey", config={"in": "query", "name": "key"})


def _operation(documents: Documents, key: str, short: str, method: Mapping[str, Any], tally: Tally) -> Operation:
    scopes = method.get("scopes")
    for flag, what in _MEDIA.items():
        if method.get(flag):
            tally.note(what, key)
    request = documents.root["requests"].get(key)
    response = mapping(method.get("response")).get("$ref")
    answer = Content(media_type="")
    if isinstance(response, str) and response in documents.root["schemas"]:
        answer = Content(media_type="application/json", schema=documents.main("schemas", response))
    elif response is not None:
        tally.note("reference that leads nowhere; anything is accepted", f"{key}: {response}")
        answer = Content(media_type="application/json")
    needed = bool(mapping(request).get("required"))
    path = method["path"]
    return Operation(
        key=key,
        name=short,
        description=as_text(method.get("description")),
        verb=method["httpMethod"],
        path="/" + _RESERVED.sub(r"{\1}", path).lstrip("/"),
        templates=frozenset(_RESERVED.findall(path)),
        parameters=tuple(_parameters(documents, key, path, tally)),
        body=Content(media_type="application/json", schema=documents.main("requests", key), required=needed)
        if request is not None
        else None,
        responses=(answer,),
        scopes={_SIGN_IN: {"anyOf": tuple(dict.fromkeys(s for s in scopes if isinstance(s, str) and s))}}
        if isinstance(scopes, list)
        else {},
        deprecated=DEPRECATED if method.get("deprecated") is True else "",
        annotations=hints(method["httpMethod"]),
        pagination=_pagination(documents.root, key, response),
        tags=tuple(key.split(".")[1:-1]),
    )


def _pagination(root: Mapping[str, Any], key: str, response: Any) -> dict[str, str]:
    """Lists come in pages wherever an input is named pageToken and a member of the answer nextPageToken (AIP-158)."""
    answer = mapping(mapping(root["schemas"].get(response)).get("properties"))
    inputs = {*root["parameters"][key], *_members(root, root["requests"].get(key))}
    if "pageToken" not in inputs or "nextPageToken" not in answer:
        return {}
    limit = next(({"limit": name} for name in ("pageSize", "maxResults") if name in inputs), {})
    return {"style": "cursor", "input": "pageToken", "output": "nextPageToken", **limit}


def _members(root: Mapping[str, Any], schema: Any) -> set[str]:
    """The members that a request's schema declares, or the shared one that it refers to."""
    reference = mapping(schema).get("$ref")
    shared = root["schemas"].get(reference.rpartition("/")[2]) if isinstance(reference, str) else schema
    return set(mapping(mapping(shared).get("properties")))


def _parameters(documents: Documents, key: str, path: str, tally: Tally) -> Iterator[Parameter]:
    wanted = set(re.findall(r"\{\+?([^{}]+)\}", path))
    for name, said in documents.root["parameters"][key].items():
        place = "path" if name in wanted else "query"
        if place == "query" and said["location"] == "path":
            tally.note("path parameter that its path lacks; left out", f"{key}: {name}")
            continue
        yield Parameter(
            name=name,
            place=place,  # type: ignore[arg-type]  # one of In
            schema=documents.main("parameters", key, name, "schema"),
            required=place == "path" or said["required"],
        )
    for name in sorted(wanted - set(documents.root["parameters"][key])):
        tally.note("path parameter that is not declared; taken as text", f"{key}: {name}")
        yield Parameter(name=name, place="path", schema=Located("", (), {"type": "string"}), required=True)


def _parameter(said: Any, at: str, tally: Tally) -> dict[str, Any]:
    said = mapping(said)
    schema = _schema({word: value for word, value in said.items() if word != "required"}, at, tally)
    if said.get("repeated") is True:
        outer: dict[str, Any] = {
            word: schema.pop(word) for word in ("description", "deprecated", "default") if word in schema
        }
        schema = {"type": "array", "items": schema, **outer}
    return {"schema": schema, "required": said.get("required") is True, "location": said.get("location")}


def _request(schema: Any, reference: str, key: str, root: Mapping[str, Any]) -> Any:
    """The schema of a request: the shared one, with the members that this method requires."""
    if not isinstance(schema, dict):
        return {"$ref": f"#/schemas/{reference}"}
    source = mapping(mapping(mapping(root.get("schemas")).get(reference)).get("properties"))
    needing = {name: mapping(mapping(child).get("annotations")).get("required") for name, child in source.items()}
    needed = [name for name, methods in needing.items() if isinstance(methods, list) and key in methods]
    if not needed:
        return {"$ref": f"#/schemas/{reference}"}
    return {"$ref": f"#/schemas/{reference}", "required": needed}


def _schema(node: Any, at: str, tally: Tally) -> dict[str, Any]:
    """A schema of draft 3, as Google writes it, in the words of newer drafts."""
    if not isinstance(node, dict):
        tally.note("a schema that is no mapping; anything is accepted", at)
        return {}
    made: dict[str, Any] = {}
    for word, value in node.items():
        if word == "$ref" and isinstance(value, str):
            made[word] = f"#/schemas/{value.replace('~', '~0').replace('/', '~1')}"
        elif word == "properties" and isinstance(value, dict):
            made[word] = {name: _schema(child, f"{at}/properties/{name}", tally) for name, child in value.items()}
            needed = [name for name, child in value.items() if mapping(child).get("required") is True]
            if needed:
                made["required"] = needed
        elif word in ("items", "additionalProperties") and isinstance(value, dict):
            made[word] = _schema(value, f"{at}/{word}", tally)
        elif word == "type" and value == "any":
            continue
        elif word == "format":
            _format(made, node, value, at, tally)
        elif word == "variant":
            _variant(made, value, at, tally)
        elif word == "required" and isinstance(value, bool):
            continue
        elif word in ("enumDescriptions", "enumDeprecated"):
            tally.note(f"{word}; left out", at)
        elif word not in _DROPPED:
            made[word] = value
    return made


def _format(made: dict[str, Any], node: Mapping[str, Any], value: Any, at: str, tally: Tally) -> None:
    if node.get("type") == "string" and str(value) in ("int64", "uint64"):
        tally.note(f"format {value} of text; dropped", at)
    elif not isinstance(value, str):
        made["format"] = value
    elif value in _FORMATS:
        if _FORMATS[value]:
            made["format"] = _FORMATS[value]
        else:
            tally.note(f"format {value} is unknown; dropped", at)
    else:
        made["format"] = value


def _variant(made: dict[str, Any], said: Any, at: str, tally: Tally) -> None:
    name, choices = mapping(said).get("discriminant"), mapping(said).get("map")
    if not isinstance(name, str) or not isinstance(choices, list):
        tally.note("variant that cannot be read; dropped", at)
        return
    made["oneOf"] = [
        {"$ref": f"#/schemas/{one['$ref']}", "required": [name], "properties": {name: {"const": one.get("type_value")}}}
        for one in map(mapping, choices)
        if isinstance(one.get("$ref"), str)
    ]
