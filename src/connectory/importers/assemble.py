"""From a draft to a definition that the rules accept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from connectory.compiler.definition import Part
from connectory.compiler.signed import Sent, sent_by
from connectory.importers.choose import method_ids, selected
from connectory.importers.convert import Converter
from connectory.importers.draft import Draft, Operation, Parameter, SignIn
from connectory.importers.inputs import convert_inputs
from connectory.importers.naming import sentence_case
from connectory.importers.outputs import convert_outputs
from connectory.importers.prose import METHOD, TITLE, plain, shortened, title, whole_title
from connectory.importers.references import Key, Schema
from connectory.importers.rejected import Unwritten, without_refused
from connectory.importers.secrets import drop_secrets
from connectory.importers.shared_names import named
from connectory.importers.sharing import open_parts, pending, reachable, renamed, without_circles
from connectory.importers.source import Located, SourceError
from connectory.importers.tally import Tally
from connectory.importers.undeclared import drop_undeclared
from connectory.importers.unfit import drop_unfit

_CONFIG = {"oauth2": "oauth2Config", "apikey": "apiKeyConfig", "custom": "customAuthConfig"}


class Converted(NamedTuple):
    """An operation that became a method."""

    operation: str
    name: str
    method: str


class Skipped(NamedTuple):
    """An operation that did not, and why."""

    operation: str
    name: str
    reason: str


class Assembled(NamedTuple):
    """A definition and what became of each operation.

    Attributes:
        definition: its data.
        found: how many operations the source has.
        unselected: how many of them were not asked for.
    """

    definition: dict[str, Any]
    found: int
    unselected: int
    converted: list[Converted]
    skipped: list[Skipped]


class Request(NamedTuple):
    """What is asked for.

    Attributes:
        id, version: of the definition.
        select: patterns of operations; none for all.
        names: ids of methods by the source's names.
    """

    id: str
    version: str
    select: Sequence[str] = ()
    names: Mapping[str, str] = {}


def assemble(draft: Draft, request: Request, tally: Tally) -> Assembled:
    """The definition of a draft.

    Raises:
        SourceError: there is nothing to convert, or ``request`` asks for what is not there.
    """
    found = len(draft.operations) + len(draft.skipped)
    if not found:
        raise SourceError(f"{draft.documents.shown} describes no operation")
    draft = _without_credentials(draft, tally)
    ids = method_ids(draft.operations, request.names, tally)
    wanted = selected(draft.operations, ids, request.select)
    tally.leave_out({one.key for one in draft.operations} - {one.key for one in wanted})
    skipped = [Skipped(*one) for one in draft.skipped]
    converter = Converter(draft.documents, tally, siblings=draft.siblings, xml=draft.xml)
    converter.share(schema for one in wanted for schema in _schemas(one))
    methods = [
        _method(one, ids[one.key], converter, tally)
        for one in sorted(wanted, key=lambda one: (one.path, one.verb, one.key))
    ]
    config = {
        name: converter.convert(Located("", ("config", name), schema), "input")
        for name, schema in sorted(draft.config.items())
    }
    _share(methods, config, converter, tally)
    data = _definition(draft, request, wanted, methods, config, converter)
    drop_undeclared(Unwritten(data), tally)
    drop_unfit(data, tally)
    drop_secrets(data, tally)
    by_method = {ids[one.key]: one for one in wanted}
    for method, reason in without_refused(data, tally):
        one = by_method[method]
        skipped.append(Skipped(one.key, one.name, reason))
    tally.leave_out({one.operation for one in skipped})
    kept = {method["id"] for method in data["methods"]}
    converted = [Converted(one.key, one.name, ids[one.key]) for one in wanted if ids[one.key] in kept]
    if not converted:
        raise SourceError(f"no operation could be converted; the first: {skipped[0].operation}: {skipped[0].reason}")
    converted.sort()
    return Assembled(data, found, len(draft.operations) - len(wanted), converted, sorted(skipped))


def _without_credentials(draft: Draft, tally: Tally) -> Draft:
    """The draft without the parameters that signing in sends."""
    ways = [sent_by(Part((), {_CONFIG[way.auth_type]: way.config})) for way in draft.signins]
    sent = {one.key for way in ways for one in way}

    def is_sent(operation: Operation, one: Parameter) -> bool:
        place = {"header": "headers", "cookie": "cookies"}.get(one.place, one.place)
        return operation.auth != () and Sent(place, one.name, None, ()).key in sent

    operations = []
    for operation in draft.operations:
        left = tuple(one for one in operation.parameters if not is_sent(operation, one))
        for one in operation.parameters:
            if is_sent(operation, one):
                tally.note(f"parameter {one.name} carries credentials; it belongs to authentication", operation.key)
        operations.append(msgspec.structs.replace(operation, parameters=left))
    return msgspec.structs.replace(draft, operations=tuple(operations))


def _schemas(one: Operation) -> Iterator[Located]:
    yield from (parameter.schema for parameter in one.parameters)
    yield from (content.schema for content in (one.body, *one.responses) if content and content.schema)


def _method(one: Operation, id_: str, converter: Converter, tally: Tally) -> dict[str, Any]:
    input_schema, http = convert_inputs(one, converter, tally)
    output_schema, wrap = convert_outputs(one, converter, tally)
    if wrap and http:
        http = _with_wrap(http, wrap)
    text = plain(one.description) or plain(one.summary)
    if len(text) > METHOD:
        tally.note(f"description longer than {METHOD} characters; shortened at a sentence", one.key)
    if len(whole_title(one.summary)) > TITLE:
        tally.note(f"summary longer than {TITLE} characters; shortened", one.key)
    needed: Mapping[str, Sequence[str]] = next(filter(None, one.scopes.values()), {})  # a method has those of one way
    method = {
        "id": id_,
        "name": title(one.summary) or sentence_case(one.name or id_) or id_,
        "description": shortened(text, METHOD),
        "deprecated": {"message": shortened(" ".join(plain(one.deprecated).split()), METHOD)} if one.deprecated else {},
        "scopes": {kind: list(scopes) for kind, scopes in sorted(needed.items()) if scopes},
        "annotations": dict(sorted(one.annotations.items())),
        "http": http,
        "mcp": {"tool": one.tool} if one.tool else {},
    }
    made = {field: value for field, value in method.items() if value}
    made |= {} if one.auth is None else {"auth": list(one.auth)}
    return made | {"inputSchema": input_schema, "outputSchema": output_schema}


def _with_wrap(http: dict[str, Any], wrap: str) -> dict[str, Any]:
    pagination = http.pop("pagination", None)
    http["response"] = {"wrap": wrap}
    return http | ({"pagination": pagination} if pagination else {})


# Shared schemas.


def _roots(methods: Sequence[dict[str, Any]], config: dict[str, Schema]) -> Iterator[tuple[dict[str, Any], str]]:
    for method in methods:
        yield method, "inputSchema"
        yield method, "outputSchema"
    yield from ((config, name) for name in config)


def _share(methods: Sequence[dict[str, Any]], config: dict[str, Schema], converter: Converter, tally: Tally) -> None:
    """Leave in ``converter.components`` what is used, mended."""
    components = converter.components
    without_circles(components, tally)
    open_parts([owner[field] for owner, field in _roots(methods, config)], components, tally)
    used = reachable((owner[field] for owner, field in _roots(methods, config)), components)
    for key in set(components) - used:
        del components[key]


def _inline_roots(methods: Sequence[dict[str, Any]], components: dict[Key, Schema]) -> None:
    """An output that is nothing but a shared schema which nothing else uses is that schema."""
    uses: dict[Key, int] = {}
    for schema in [*(method[f] for method in methods for f in ("inputSchema", "outputSchema")), *components.values()]:
        for key in pending(schema):
            uses[key] = uses.get(key, 0) + 1
    for method in methods:
        keys = list(pending({"$ref": method["outputSchema"].get("$ref")}))
        own = {word: value for word, value in method["outputSchema"].items() if word != "$ref"}
        if keys and uses[keys[0]] == 1 and set(own) <= {"type", "examples"}:
            body = components.pop(keys[0])
            examples = [*own.get("examples", ()), *body.get("examples", ())]
            method["outputSchema"] = {**body, "type": "object"} | ({"examples": examples} if examples else {})


def _definition(
    draft: Draft,
    request: Request,
    wanted: Sequence[Operation],
    methods: Sequence[dict[str, Any]],
    config: dict[str, Schema],
    converter: Converter,
) -> dict[str, Any]:
    _inline_roots(methods, converter.components)
    names = named(converter.components)
    for owner, field in list(_roots(methods, config)):
        owner[field] = renamed(owner[field], names.__getitem__)
    shared = {names[key]: renamed(schema, names.__getitem__) for key, schema in sorted(converter.components.items())}
    text = shortened(plain(draft.description), METHOD)
    data: dict[str, Any] = {
        "integrationId": request.id,
        "name": title(draft.name) or request.id,
        "description": text or f"{title(draft.name) or request.id}.",
        "version": request.version,
        "type": "integration",
    }
    if draft.base_url:
        data["baseUrl"] = draft.base_url
    if draft.headers:
        data["headers"] = dict(sorted(draft.headers.items()))
    data |= _signins(draft.signins, wanted)
    required = sorted(name for name, said in config.items() if "default" not in said and name not in draft.optional)
    data["configSchema"] = {"type": "object", "additionalProperties": False} | (
        {"required": required} if required else {}
    )
    data["configSchema"]["properties"] = config
    data |= draft.extensions
    data["methods"] = list(methods)
    if shared:
        data["$defs"] = dict(sorted(shared.items()))
    data["metadata"] = dict(draft.metadata) | {"sources": [dict(draft.source)]}
    return data


def _signins(signins: Sequence[SignIn], wanted: Sequence[Operation]) -> dict[str, Any]:
    ways = [_signin(way, wanted) for way in signins] or [{"authType": "custom", "customAuthConfig": {"scheme": "none"}}]
    others = []
    for way, made in zip(signins[1:], ways[1:], strict=True):
        others.append({"id": way.id} | ({"description": way.description} if way.description else {}) | made)
    return ways[0] | ({"alternativeAuth": others} if others else {})


def _signin(way: SignIn, wanted: Sequence[Operation]) -> dict[str, Any]:
    config = dict(way.config)
    if way.auth_type == "oauth2" and "scopes" not in config:
        scopes = _needed([_known(one.scopes.get(way.id, {}), way.scopes) for one in wanted])
        if scopes:
            config["scopes"] = scopes
    return {"authType": way.auth_type, _CONFIG[way.auth_type]: config}


def _known(scopes: Mapping[str, Sequence[str]], known: frozenset[str] | None) -> dict[str, list[str]]:
    """The scopes that this way to sign in has; all where it does not say which."""
    return {kind: [scope for scope in every if known is None or scope in known] for kind, every in scopes.items()}


def _needed(every: Sequence[Mapping[str, Sequence[str]]]) -> list[str]:
    """Few scopes that suffice for every method: all of allOf, and of anyOf those that serve most methods first."""
    needed = {scope for scopes in every for scope in scopes.get("allOf", ())}
    open_ = [set(scopes["anyOf"]) for scopes in every if scopes.get("anyOf")]
    open_ = [choice for choice in open_ if not choice & needed]
    while open_:
        counts: dict[str, int] = {}
        for choice in open_:
            for scope in choice:
                counts[scope] = counts.get(scope, 0) + 1
        best = min(counts, key=lambda scope: (-counts[scope], len(scope), scope))
        needed.add(best)
        open_ = [choice for choice in open_ if best not in choice]
    return sorted(needed)
