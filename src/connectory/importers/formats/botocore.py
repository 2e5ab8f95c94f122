"""AWS service models, as botocore ships them: service-2.json, gzip or not."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from connectory.importers.draft import DEPRECATED, Content, Draft, Operation, Parameter, SignIn, hints
from connectory.importers.naming import snake_case
from connectory.importers.prose import short
from connectory.importers.source import Documents, Located, SourceError, as_text, mapping, parse
from connectory.importers.tally import Tally
from connectory.pointers import pointer
from connectory.request import OF_CONNECTION

_NAME = re.compile(r"([a-z0-9][a-z0-9.-]*)(?:/([0-9]{4}-[0-9]{2}-[0-9]{2}))?")
_PROTOCOLS = ("rest-json", "json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")
_TOKEN = re.compile(r"[A-Za-z0-9_.]+")
_LABEL = re.compile(r"\{([^{}+]+)\+?\}")
_LARGEST = 8 * 1024 * 1024
_MEDIA = {"rest-json": "application/json", "rest-xml": "application/xml", "smithy-rpc-v2-cbor": "application/cbor"}
_CREDENTIALS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["accessKeyId", "secretAccessKey"],
    "properties": {
        "accessKeyId": {"type": "string", "minLength": 1, "description": "Id of an access key"},
        "secretAccessKey": {"type": "string", "minLength": 1, "writeOnly": True, "description": "Its secret"},
        "sessionToken": {"type": "string", "writeOnly": True, "description": "Of temporary credentials only"},
    },
}

MARKS = "metadata, operations and shapes"
"""What tells a document of this format."""

PACKAGE = "botocore"
"""What ships documents that can be named."""


def recognises(root: Any) -> bool:
    """Whether it has metadata, operations and shapes."""
    return isinstance(root, dict) and all(
        isinstance(root.get(part), dict) for part in ("metadata", "operations", "shapes")
    )


def find(name: str) -> Path | None:
    """The model of a service that an installed botocore ships: ``s3``, or ``s3/2006-03-01``; else of its newest API."""
    asked = _NAME.fullmatch(name)
    package = importlib.util.find_spec("botocore")
    if not asked or package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0]) / "data" / asked[1]
    found = sorted(folder.glob(f"{asked[2] or '*'}/service-2.json*"))
    return found[-1] if found else None


class _Model(NamedTuple):
    """A model.

    Attributes:
        made: the schemas made of it, by where they are kept and by name.
        labels: what is said of the configuration that hosts of single operations start with, by its names.
        arguments: the shapes that EC2 writes in a request in other words than in an answer.
        request: whether it is looked at for a request.
    """

    shapes: dict[str, Any]
    protocol: str
    made: dict[str, Any]
    tally: Tally
    labels: dict[str, str]
    arguments: frozenset[str] = frozenset()
    request: bool = False

    def wire(self, name: str, member: Mapping[str, Any]) -> str:
        """What a member of a structure is called on the wire."""
        location = member.get("locationName")
        given = location if isinstance(location, str) and location and member.get("location") is None else name
        if not (self.request and self.protocol == "ec2"):
            return given
        query = member.get("queryName")
        return query if isinstance(query, str) and query else given if given == name else given[0].upper() + given[1:]

    def holder(self, shape: str) -> str:
        """Where the schema of a shape is kept."""
        return "arguments" if self.request and shape in self.arguments else "shapes"


def read(documents: Documents, tally: Tally) -> Draft:
    """The model as a draft.

    Raises:
        SourceError: its protocol is none that is known.
    """
    root = documents.root
    metadata = root["metadata"]
    protocol = _protocol(metadata, documents)
    made: dict[str, Any] = {"shapes": {}, "arguments": {}, "inputs": {}, "outputs": {}, "members": {}}
    model = _Model(
        root["shapes"], protocol, made, tally, {}, _arguments(root["shapes"]) if protocol == "ec2" else frozenset()
    )
    for name, shape in root["shapes"].items():
        made["shapes"][name] = _shape(model, name, mapping(shape))
    asking = model._replace(request=True)
    for name in model.arguments:
        made["arguments"][name] = _shape(asking, name, mapping(root["shapes"][name]))
    paginators = _paginators(documents, tally)
    host = _host(metadata)
    operations: list[Operation] = []
    skipped: list[tuple[str, str, str]] = []
    documents = documents.rewritten(made)
    for name, operation in root["operations"].items():
        said = mapping(operation)
        http = mapping(said.get("http"))
        verb, uri = http.get("method", "POST"), http.get("requestUri", "/")
        if not isinstance(uri, str) or str(verb) not in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            skipped.append((name, name, "it has no path, or no HTTP method that is known"))
            continue
        operations.append(_operation(model, documents, name, said, metadata, host, paginators.get(name)))
    version = str(metadata.get("apiVersion", ""))[:100]
    source = {"name": f"AWS service model {metadata.get('uid') or metadata.get('serviceId') or documents.shown}"}
    if version:
        source["version"] = version
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", version):
        source["date"] = version
    title = metadata.get("serviceFullName") or metadata.get("serviceId") or documents.file.stem
    return Draft(
        documents=documents,
        name=str(title),
        description=as_text(root.get("documentation")),
        suggested_id="aws_" + snake_case(str(metadata.get("serviceId") or metadata.get("endpointPrefix") or title)),
        base_url=f"https://{host}",
        siblings=True,
        config={
            **{name: _TEXT | {"description": about} for name, about in model.labels.items()},
            "region": _region(metadata),
        },
        optional=frozenset(model.labels),
        signins=(SignIn(id="aws_sigv4", auth_type="custom", config=_signing(metadata)),),
        operations=tuple(operations),
        extensions={"x-aws": _facts(metadata, protocol)},
        source=source,
        xml=protocol in ("rest-xml", "query"),
        skipped=tuple(skipped),
    )


def _protocol(metadata: Mapping[str, Any], documents: Documents) -> str:
    listed = metadata.get("protocols")
    known = [*(listed if isinstance(listed, list) else ()), metadata.get("protocol")]
    found = next((protocol for protocol in _PROTOCOLS if protocol in known), None)
    if found is None:
        raise SourceError(f"{documents.shown} has a protocol that is not known: {str(metadata.get('protocol'))[:40]!r}")
    return found


def _host(metadata: Mapping[str, Any]) -> str:
    if isinstance(metadata.get("globalEndpoint"), str):
        return str(metadata["globalEndpoint"])
    return f"{metadata.get('endpointPrefix') or 'service'}.${{config.region}}.amazonaws.com"


_TEXT = {"type": "string", "minLength": 1}


def _region(metadata: Mapping[str, Any]) -> dict[str, Any]:
    made = _TEXT | {"description": "AWS region, such as us-east-1", "examples": ["us-east-1"]}
    return made | ({"default": "us-east-1"} if "globalEndpoint" in metadata else {})


def _signing(metadata: Mapping[str, Any]) -> dict[str, Any]:
    service = str(metadata.get("signingName") or metadata.get("endpointPrefix") or "")
    parameters = {"service": service, "region": "${config.region}"}
    return {"scheme": "aws_sigv4", "parametersSchema": _CREDENTIALS, "parameters": parameters}


def _facts(metadata: Mapping[str, Any], protocol: str) -> dict[str, str]:
    """What a client of the protocol needs besides the methods."""
    made = {"protocol": protocol}
    for field in ("apiVersion", "signatureVersion", "targetPrefix", "jsonVersion", "xmlNamespace"):
        if isinstance(metadata.get(field), str):
            made[field] = metadata[field]
    return made


def _paginators(documents: Documents, tally: Tally) -> dict[str, Any]:
    """What paginators-1.json beside the model says."""
    path = documents.file.with_name("paginators-1.json")
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _LARGEST:
        return {}
    return mapping(mapping(parse(path.read_bytes(), path.name, tally)).get("pagination"))


def _arguments(shapes: Mapping[str, Any]) -> frozenset[str]:
    """The shapes that hold a structure, themselves or in what they consist of."""
    users: dict[str, list[str]] = {}
    for name, shape in shapes.items():
        said = mapping(shape)
        for member in (*mapping(said.get("members")).values(), said.get("member"), said.get("value")):
            users.setdefault(str(mapping(member).get("shape")), []).append(name)
    found = {name for name, shape in shapes.items() if mapping(shape).get("type") == "structure"}
    waiting = list(found)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return frozenset(found)


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


# Shapes.

_SIMPLE = {
    "integer": {"type": "integer"},
    "long": {"type": "integer"},
    "bigInteger": {"type": "integer"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "bigDecimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
    "character": {"type": "string"},
    "blob": {"type": "string", "format": "byte"},
}
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"),
    "long": ("minimum", "maximum"),
    "float": ("minimum", "maximum"),
    "double": ("minimum", "maximum"),
}


def _shape(model: _Model, name: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(shape.get("type"))
    made: dict[str, Any] = dict(_SIMPLE.get(kind, {}))
    if kind == "structure" and shape.get("document") is not True:
        made = _structure(model, name, shape, list(mapping(shape.get("members"))))
    elif kind == "list":
        member = mapping(shape.get("member"))
        made = {"type": "array", "items": _member(model, member, f"{name}.member")}
        named = member.get("locationName")
        if model.protocol == "rest-xml":
            made["xml"] = {"name": named or "member", "flattened": shape.get("flattened") is True}
        elif model.protocol == "query" and shape.get("flattened") is True:
            made["xml"] = {"flattened": True, **({"name": named} if named else {})}
        elif model.protocol == "query":
            made["xml"] = {"name": named or "member"}
    elif kind == "map":
        made = {"type": "object", "additionalProperties": _member(model, mapping(shape.get("value")), f"{name}.value")}
        key = mapping(model.shapes.get(str(mapping(shape.get("key")).get("shape"))))
        names = {word: key[word] for word in ("enum", "pattern") if word in key}
        if names:
            made["propertyNames"] = names
        if model.protocol == "query":
            ends = {word: mapping(shape.get(word)).get("locationName") or word for word in ("key", "value")}
            made["xml"] = {"flattened": True, **ends} if shape.get("flattened") is True else {"name": "entry", **ends}
    elif kind == "timestamp":
        made = _timestamp(shape.get("timestampFormat"), model.protocol)
    elif kind not in _SIMPLE and kind != "structure":
        model.tally.note(f"shape of type {kind[:40]}; anything is accepted", name)
    if kind == "blob" and {"min", "max"} & set(shape):
        model.tally.note("how many bytes there may be; left out", name)
    for field, word in zip(("min", "max"), _BOUNDS.get(kind, ()), strict=False):
        if field in shape:
            made[word] = shape[field]
    for word in ("enum", "pattern", "documentation"):
        if word in shape:
            made["description" if word == "documentation" else word] = shape[word]
    if shape.get("sensitive") is True and kind == "string":
        made["format"] = "password"
    if shape.get("deprecated") is True:
        made["deprecated"] = True
    if shape.get("eventstream") is True:
        model.tally.note("stream of events; described as a list of them", name)
        return {"type": "array", "items": made}
    return made


def _structure(model: _Model, name: str, shape: Mapping[str, Any], members: list[str]) -> dict[str, Any]:
    """An object with these of the shape's members."""
    said = mapping(shape.get("members"))
    made: dict[str, Any] = {"type": "object", "properties": {}}
    wire = {member: model.wire(member, mapping(said[member])) for member in members}
    if len(set(wire.values())) < len(wire):
        wire = _one_each(model, name, said, wire)
    needed = [wire[name] for name in _texts(shape.get("required")) if name in wire]
    if needed:
        made["required"] = needed
    if shape.get("union") is True:
        made |= {"minProperties": 1, "maxProperties": 1}
    for member in wire:
        made["properties"][wire[member]] = _member(model, mapping(said[member]), f"{name}.{member}")
    return made


def _one_each(model: _Model, name: str, said: Mapping[str, Any], wire: Mapping[str, str]) -> dict[str, str]:
    """The members, without those that share their name on the wire with one that is to be used instead of them."""
    alike: dict[str, list[str]] = {}
    for member, given in wire.items():
        alike.setdefault(given, []).append(member)
    for members in alike.values():
        members.sort(key=lambda member: (mapping(said[member]).get("deprecated") is True, member))
        for other in members[1:]:
            model.tally.note("member that is called on the wire as another is; left out", f"{name}.{other}")
    return {member: given for member, given in wire.items() if alike[given][0] == member}


def _member(model: _Model, member: Mapping[str, Any], at: str) -> dict[str, Any]:
    target = member.get("shape")
    shape = model.shapes.get(target) if isinstance(target, str) else None
    if not isinstance(shape, dict):
        model.tally.note("reference that leads nowhere; anything is accepted", at)
        return {}
    made: dict[str, Any] = {"$ref": "#" + quote(pointer((model.holder(str(target)), str(target))))}
    if member.get("jsonvalue") is True:
        made = {"type": "string", "contentMediaType": "application/json"}
    elif str(shape.get("type")) in _INLINE and not {"enum", "pattern"} & set(shape):
        made = {
            k: v
            for k, v in _shape(model, str(target), shape).items()
            if k != "description" or "documentation" not in member
        }
    if shape.get("type") == "timestamp":
        made = _timestamp(member.get("timestampFormat", shape.get("timestampFormat")), model.protocol)
        if "documentation" in shape:
            made["description"] = shape["documentation"]
    if "documentation" in member:
        made["description"] = member["documentation"]
    if member.get("deprecated") is True:
        made["deprecated"] = True
    xml = {field: member[name] for name, field in _XML.items() if name in member}
    if xml and model.protocol == "rest-xml":
        made["xml"] = xml
    return made


_INLINE = frozenset(("string", "integer", "long", "float", "double", "boolean", "blob", "timestamp"))
"""Shapes that are written out where they are used, unless they say more than their type and bounds."""

_XML = {"xmlAttribute": "attribute", "xmlNamespace": "namespace", "flattened": "flattened"}


def _timestamp(format_: Any, protocol: str) -> dict[str, Any]:
    if format_ == "iso8601" or (format_ is None and protocol in ("query", "ec2", "rest-xml")):
        return {"type": "string", "format": "date-time"}
    if format_ == "rfc822":
        return {"type": "string"}
    return {"type": "number"}


# Operations.


def _operation(
    model: _Model,
    documents: Documents,
    name: str,
    said: Mapping[str, Any],
    metadata: Mapping[str, Any],
    host: str,
    paginator: Any,
) -> Operation:
    http = mapping(said.get("http"))
    verb, uri = http.get("method", "POST"), http.get("requestUri", "/")
    path, _, query = uri.partition("?")
    constants: dict[str, dict[str, str]] = {"query": dict(parse_qsl(query, keep_blank_values=True))}
    asking = model._replace(request=True)
    input_name, shape = _target(model, said.get("input"))
    for field, what in _UNSAID.items():
        if mapping(said.get("output")).get(field) or said.get(field):
            model.tally.note(what, name)
    if said.get("authtype") == "none" or "smithy.api#noAuth" in _texts(said.get("auth")):
        model.tally.note("operation that needs no signature; the definition signs all", name)
    rest = model.protocol in ("rest-json", "rest-xml")
    parameters: list[Parameter] = []
    body: Content | None = None
    if rest:
        parameters, body = _rest_input(asking, documents, name, shape)
    else:
        media_type = _media_type(model.protocol, metadata)
        if shape is not None or model.protocol != "smithy-rpc-v2-cbor":
            schema = documents.main(asking.holder(input_name), input_name) if shape is not None else None
            body = Content(media_type=media_type, described=True, schema=schema, required=_requires(shape))
        if model.protocol == "smithy-rpc-v2-cbor":
            path = f"/service/{metadata.get('targetPrefix', '')}/operation/{name}"
            constants["headers"] = {"Smithy-Protocol": "rpc-v2-cbor", "Accept": "application/cbor"}
        elif model.protocol == "json":
            constants["headers"] = {"X-Amz-Target": f"{metadata.get('targetPrefix', '')}.{name}"}
        elif model.protocol in ("query", "ec2"):
            constants["body"] = {"Action": name, "Version": str(metadata.get("apiVersion", ""))}
        if body is not None and body.schema is None:
            model.made["inputs"][name] = {"type": "object", "properties": {}}
            body = Content(media_type=media_type, described=True, schema=documents.main("inputs", name), required=False)
    text = said.get("deprecatedMessage")
    deprecated = (text if isinstance(text, str) and text else DEPRECATED) if said.get("deprecated") else ""
    annotations = hints(verb) if rest else {}
    if said.get("readonly") is True:
        annotations = {"readOnlyHint": True, "idempotentHint": True}
    if said.get("idempotent") is True:
        annotations = annotations | {"idempotentHint": True}
    wanted = _LABEL.findall(path)
    declared = {one.name for one in parameters if one.place == "path"}
    for label in wanted:
        if label not in declared:
            parameters.append(_text_parameter(label))
    return Operation(
        key=name,
        name=name,
        description=as_text(said.get("documentation")),
        verb=verb,
        path="/" + _LABEL.sub(r"{\1}", path).lstrip("/"),
        templates=frozenset(re.findall(r"\{([^{}+]+)\+\}", path)),
        parameters=tuple(one for one in parameters if one.place != "path" or one.name in wanted),
        body=body,
        responses=(_output(model, documents, name, said, rest=rest),),
        deprecated=deprecated,
        annotations=annotations,
        constants=constants,
        styles={"*": "numbered"} if model.protocol in ("query", "ec2") and body is not None else {},
        base_url=_own_host(model, name, said, host),
        pagination=_pagination(model, said, name, paginator),
    )


_UNSAID = {
    "resultWrapper": "answer inside an element of its own; its members are described",
    "httpChecksumRequired": "checksum that a request must carry; left out",
    "httpChecksum": "checksum that a request or an answer may carry; left out",
}
"""What an operation may say that a definition has no word for."""


def _text_parameter(label: str) -> Parameter:
    return Parameter(name=label, place="path", schema=Located("", (), {"type": "string"}), required=True)


def _target(model: _Model, reference: Any) -> tuple[str, dict[str, Any] | None]:
    name = mapping(reference).get("shape")
    shape = model.shapes.get(name) if isinstance(name, str) else None
    return (str(name), shape) if isinstance(shape, dict) else ("", None)


def _requires(shape: Mapping[str, Any] | None) -> bool:
    return bool(shape and shape.get("required"))


def _media_type(protocol: str, metadata: Mapping[str, Any]) -> str:
    if protocol == "json":
        return f"application/x-amz-json-{metadata.get('jsonVersion', '1.0')}"
    return _MEDIA.get(protocol, "application/x-www-form-urlencoded")


def _rest_input(
    model: _Model, documents: Documents, name: str, shape: dict[str, Any] | None
) -> tuple[list[Parameter], Content | None]:
    if shape is None:
        return [], None
    parameters: list[Parameter] = []
    inside: list[str] = []
    needed = set(_texts(shape.get("required")))
    payload = shape.get("payload")
    for member, said in mapping(shape.get("members")).items():
        place = _PLACES.get(str(mapping(said).get("location")))
        if place is None:
            if member != payload and mapping(said).get("location") is None:
                inside.append(member)
            elif member != payload:
                model.tally.note(f"member at {str(mapping(said).get('location'))[:40]}; left out", f"{name}: {member}")
            continue
        wire = said.get("locationName") if isinstance(said.get("locationName"), str) else member
        if place == "query" and mapping(model.shapes.get(str(said.get("shape")))).get("type") == "map":
            model.tally.note("map of query parameters; left out", f"{name}: {member}")
            continue
        if place == "header" and wire.lower() in OF_CONNECTION:
            model.tally.note(f"header {wire}, which a client sets itself; left out", f"{name}: {member}")
            continue
        model.made["members"][f"{name}.{member}"] = _in_text(model, said, f"{name}.{member}")
        schema = documents.main("members", f"{name}.{member}")
        is_needed = member in needed or place == "path"
        parameters.append(Parameter(name=wire, place=place, schema=schema, required=is_needed))  # type: ignore[arg-type]
    media_type = _MEDIA[model.protocol]
    if isinstance(payload, str):
        return parameters, _payload(model, documents, name, shape, payload, payload in needed)
    if not inside:
        return parameters, None
    model.made["inputs"][name] = _structure(model, name, shape, inside)
    schema = documents.main("inputs", name)
    return parameters, Content(
        media_type=media_type, described=True, schema=schema, required=bool(needed & set(inside))
    )


_PLACES = {"uri": "path", "querystring": "query", "header": "header"}


def _in_text(model: _Model, member: Mapping[str, Any], at: str) -> dict[str, Any]:
    """A member that stands in a header or an address, where timestamps have forms of their own."""
    made = _member(model, member, at)
    shape = mapping(model.shapes.get(str(member.get("shape"))))
    if shape.get("type") == "timestamp":
        given = member.get("timestampFormat", shape.get("timestampFormat"))
        fallback = "rfc822" if member.get("location") == "header" else "iso8601"
        made = _timestamp(given or fallback, model.protocol) | {k: v for k, v in made.items() if k == "description"}
    return made


def _payload(
    model: _Model, documents: Documents, name: str, shape: Mapping[str, Any], payload: str, required: bool
) -> Content:
    member = mapping(mapping(shape.get("members")).get(payload))
    _, found = _target(model, member)
    at = f"{name}.{payload}"
    model.made["members"][at] = _member(model, member, at)
    schema = documents.main("members", at)
    if found is None or found.get("type") == "blob":
        return Content(media_type="application/octet-stream", schema=schema, required=required, binary=True)
    media_type = "text/plain" if found.get("type") == "string" else _MEDIA[model.protocol]
    return Content(media_type=media_type, described=True, schema=schema, required=required)


def _output(model: _Model, documents: Documents, name: str, said: Mapping[str, Any], *, rest: bool) -> Content:
    target, shape = _target(model, said.get("output"))
    media_type = _MEDIA.get(
        model.protocol, "application/xml" if model.protocol in ("query", "ec2") else "application/json"
    )
    if shape is None:
        return Content(media_type="")
    members = mapping(shape.get("members"))
    payload = shape.get("payload")
    outside = [one for one, member in members.items() if mapping(member).get("location") is not None]
    if not rest or not (outside or isinstance(payload, str)):
        return Content(media_type=media_type, described=True, schema=documents.main("shapes", target))
    if outside:
        model.tally.note("header or status of an answer; a member of the output", name)
    elif isinstance(payload, str):
        return _payload(model, documents, f"{name} output", shape, payload, True)
    model.made["outputs"][name] = _structure(model, target, shape, list(members))
    return Content(media_type=media_type, described=True, schema=documents.main("outputs", name))


def _own_host(model: _Model, name: str, said: Mapping[str, Any], host: str) -> str:
    prefix = mapping(said.get("endpoint")).get("hostPrefix")
    if not isinstance(prefix, str) or not prefix:
        return ""
    labels = _LABEL.findall(prefix)
    if not re.fullmatch(r"[a-z0-9.-]+", _LABEL.sub("a", prefix)) or not all(map(snake_case, labels)):
        model.tally.note("host that is none; left out", f"{name}: {prefix}")
        return ""
    for label in labels:
        model.tally.note("host that depends on an input; it is configuration", f"{name}: {prefix}")
        members = mapping(mapping(model.shapes.get(str(mapping(said.get("input")).get("shape")))).get("members"))
        about = short(mapping(members.get(label)).get("documentation"))
        model.labels.setdefault(snake_case(label), about or f"What the host of some methods starts with: {label}.")
    return "https://" + _LABEL.sub(lambda found: f"${{config.{snake_case(found[1])}}}", prefix) + host


def _pagination(model: _Model, operation: Mapping[str, Any], name: str, said: Any) -> dict[str, str]:
    """How the next page is asked for, in the names of the wire; the source has those of the members."""
    if not isinstance(said, dict):
        return {}
    items = said.get("result_key")
    asked, answered = operation.get("input"), operation.get("output")
    _, answer = _target(model, answered)
    payload = mapping(answer).get("payload")
    made: dict[str, str] = {}
    for field, path in (("input", said.get("input_token")), ("limit", said.get("limit_key"))):
        if isinstance(path, str) and _TOKEN.fullmatch(path):
            made[field] = _wire_path(model._replace(request=True), asked, path)
    for field, path in (
        ("output", said.get("output_token")),
        ("items", items[0] if isinstance(items, list) else items),
    ):
        if isinstance(path, str) and _TOKEN.fullmatch(path):
            members = mapping(answer).get("members")
            alone = all(mapping(one).get("location") is None for one in mapping(members).values())
            found = _wire_path(model, answered, path)
            first, _, rest = path.partition(".")
            made[field] = _wire_path(model, mapping(members)[payload], rest) if alone and first == payload else found
    if not made.get("input") or not made.get("output"):
        model.tally.note("pagination by several tokens, or by an expression; left out", name)
        return {}
    return {"style": "cursor", **{field: path for field, path in made.items() if path}}


def _wire_path(model: _Model, reference: Any, path: str) -> str:
    """A dotted path of members, in the names of the wire; as it is from where it leads out of the shapes."""
    made = []
    for step in path.split(".") if path else ():
        _, shape = _target(model, reference)
        reference = mapping(mapping(shape).get("members")).get(step)
        member = mapping(reference)
        if member.get("location") is not None and model.request and isinstance(member.get("locationName"), str):
            made.append(member["locationName"])
        else:
            made.append(model.wire(step, member))
    return ".".join(made)
