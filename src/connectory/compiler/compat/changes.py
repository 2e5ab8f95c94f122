"""What changed between two versions of a definition, for those who use it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec

from connectory.compiler.compat import prices, scopes
from connectory.compiler.compat.decide import Comparer, Verdict
from connectory.compiler.compat.fields import fields_at
from connectory.compiler.compat.filled import Filled, doubtful_defaults, filled
from connectory.compiler.compat.grafting import with_new_properties
from connectory.compiler.compat.kinds import BY_CODE, Bump
from connectory.compiler.compat.needs import Need, Needs, Request, Way
from connectory.compiler.compat.parts import Parts, sorted_json
from connectory.compiler.compat.promises import Promises, sunset
from connectory.compiler.compat.walk import changed_defaults, pairs, with_new_values
from connectory.compiler.defs import SharedDefs
from connectory.compiler.diagnostics import Path
from connectory.records import OWN_WAY

_SIGNIN: dict[str, tuple[str, ...]] = {
    "oauth2Config": ("authorizationUrl", "tokenUrl", "grantType"),
    "apiKeyConfig": ("in", "name", "valueTemplate"),
    "customAuthConfig": ("scheme", "apply"),
}
"""What users, or where their credentials go, depend on."""
_BESIDE = {"baseUrl", "pagination"}
"""What of a binding is looked at by itself."""


class Change(msgspec.Struct, frozen=True):
    """One change.

    Attributes:
        code: its kind.
        bump: what it needs.
        message: what changed, quoting names.
        path: where, in the new definition; of what is gone, where it would stand.
        subject: the method, model or other part that it is about; empty for the definition as a whole.
        witness: where it breaks, an instance that shows it; otherwise UNSET.
        sunset: of what is gone, or is to go earlier, until when it was promised.
        ends: of what is deprecated now, or on another day, when it is to go.
        allowed: why it breaks nobody, where those who made it say so.
        fields: the top-level fields of the schema that it is about; empty where it may be about any.
    """

    code: str
    bump: Bump
    message: str
    path: Path
    subject: str = ""
    witness: Any = msgspec.UNSET
    sunset: str = ""
    ends: str = ""
    allowed: str = ""
    fields: Sequence[str] = ()

    def code_on(self, day: date) -> str:
        """The rule that reports it on a day: that what is gone was promised, or that of its kind."""
        return "C032" if self.sunset > day.isoformat() else self.code


def changes(
    old: dict[str, Any], new: dict[str, Any], today: date, promised: Promises = MappingProxyType({})
) -> list[Change]:
    """What changed from ``old`` to ``new``, two definitions without an error; what breaks most comes first.

    ``today`` says which sunsets have passed, ``promised`` what releases before ``old`` promised.
    """
    found = list(_Comparison(old, new, today, promised).changes())
    return sorted(found, key=lambda change: -change.bump)


def needed(found: list[Change]) -> Bump:
    """The bump that changes need together, but for those that are allowed; where nothing changed, a patch."""
    return max((change.bump for change in found if not change.allowed), default=Bump.PATCH)


class _Comparison:
    def __init__(self, old: dict[str, Any], new: dict[str, Any], today: date, promised: Promises) -> None:
        self.old = old
        self.new = new
        self.today = today
        self.promised = promised
        self.parts = Parts()
        shared = old.get("$defs", {})
        self.old_defs = SharedDefs(shared, self.parts.names_in)
        self.new_defs = SharedDefs(self.parts.merged(shared, new.get("$defs", {})), self.parts.names_in)
        self.same_defs = _same(old.get("$defs"), new.get("$defs"))

    def changes(self) -> Iterator[Change]:
        found = [*self._whole(), *self._signins()]
        yield from found
        yield from self._needs({change.path for change in found if change.code == "C005"})
        yield from self._schema(("configSchema",), self.old, self.new, "configuration", "")
        yield from self._methods()
        yield from self._models()

    # The definition as a whole.

    def _whole(self) -> Iterator[Change]:
        for field, default in (("type", "integration"), ("aiConfig.provider", None)):
            before, after = _at(self.old, field, default), _at(self.new, field, default)
            if before != after:
                yield _change("C011", f"the {field} was {before!r} and is {after!r}", tuple(field.split(".")))
        if self.old.get("baseUrl") != self.new.get("baseUrl"):
            before, after = self.old.get("baseUrl"), self.new.get("baseUrl")
            yield _change("C005", f"the base URL was {_said(before)} and is {_said(after)}", ("baseUrl",))
        yield from self._deprecated(self.old, self.new, (), "the definition", sunset(self.old))
        for field in ("name", "description", "metadata", "verify", "headers"):
            if not _same(self.old.get(field), self.new.get(field)):
                yield _change("C042", f"the {field} of the definition changed", (field,))

    def _deprecated(
        self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str, until: str, subject: str = ""
    ) -> Iterator[Change]:
        """What is said of the end of something that was promised until a day."""
        if _same(old.get("deprecated"), new.get("deprecated")):
            return
        ends = sunset(new) if sunset(new) != sunset(old) else ""
        now = "is deprecated" if "deprecated" not in old else "is deprecated in other words or on other days"
        now = now if "deprecated" in new else "is no longer deprecated"
        now = f"is deprecated, to go on {ends}" if ends else now
        change = _change("C024", f"{what} {now}", (*path, "deprecated"), subject)
        yield msgspec.structs.replace(change, sunset=until if "" < ends < until else "", ends=ends)

    def _until(self, kind: str, owner: dict[str, Any]) -> str:
        """Until when a method or a model of the old version was promised."""
        return max(sunset(owner), self.promised.get((kind, owner["id"]), ""))

    # Signing in.

    @cached_property
    def ways(self) -> list[Way]:
        """The ways to sign in that both have."""
        old, new = _ways(self.old), _ways(self.new)
        both = [(name, old[name][1], *new[name]) for name in old if name in new]
        return [
            Way(OWN_WAY, self.old, self.new, (), "signing in"),
            *(
                Way(name, before, after, ("alternativeAuth", index), f"the way to sign in {name!r}")
                for name, before, index, after in both
            ),
        ]

    def _signins(self) -> Iterator[Change]:
        for way in self.ways:
            yield from self._signin(way.old, way.new, way.path, way.what)
        old, new = _ways(self.old), _ways(self.new)
        for name in old:
            if name not in new:
                yield _change("C007", f"the way to sign in {name!r} is gone", ("alternativeAuth",))
        for name, (index, _) in new.items():
            if name not in old:
                yield _change("C021", f"there is a new way to sign in, {name!r}", ("alternativeAuth", index))

    def _signin(self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str) -> Iterator[Change]:
        if old.get("authType") != new.get("authType"):
            message = f"{what}: authType was {old.get('authType')!r} and is {new.get('authType')!r}"
            yield _change("C005", message, (*path, "authType"))
            return
        for config, fields in _SIGNIN.items():
            before, after = old.get(config) or {}, new.get(config) or {}
            where = (*path, config)
            for field in fields:
                if not _same(before.get(field), after.get(field)):
                    said = f"{what}: {config}.{field} was {_said(before.get(field))} and is {_said(after.get(field))}"
                    yield _change("C005", said, (*where, field))
            moved = list(_moved(before, after))
            for address in moved:
                was, now = (_said(_at(one, address)) for one in (before, after))
                said = f"{what}: {config}.{address} was {was} and is {now}"
                yield _change("C005", said, (*where, *address.split(".")))
            yield from self._schema((*where, "parametersSchema"), before, after, "credentials", "")
            yield from self._scopes(before, after, where, what)
            left = {*fields, "scopes", "parametersSchema", *moved}
            if not _same(*(_without(_without_url(one), left) for one in (before, after))):
                yield _change("C042", f"{what}: {config} changed", where)

    def _scopes(self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str) -> Iterator[Change]:
        before, after = scopes.asked(old), scopes.asked(new)
        listed = new.get("scopes") or []
        known = {method.get("id") for method in _methods(self.old)}
        for scope in after:
            if scope not in before:
                where = (*path, "scopes", listed.index(scope)) if scope in listed else (*path, "additionalParameters")
                if self._is_for_new_methods(scope, known):
                    yield _change("C020", f"{what}: the scope {scope!r} is asked for, by new methods only", where)
                else:
                    yield _change("C006", f"{what}: the scope {scope!r} is asked for", where)
        for scope in before:
            if scope not in after:
                yield _change("C020", f"{what}: the scope {scope!r} is no longer asked for", (*path, "scopes"))

    def _is_for_new_methods(self, scope: str, known: set[Any]) -> bool:
        """Whether methods say that they need a scope, and all of them are new."""
        asking = []
        for method in _methods(self.new):
            needed = method.get("scopes") or {}
            if scope in (*needed.get("allOf", ()), *needed.get("anyOf", ())):
                asking.append(method.get("id"))
        return bool(asking) and not known.intersection(asking)

    def _needed_scopes(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        """The scopes that a method needs now, and that those who signed in before need not have."""
        before, after = old.get("scopes") or {}, new.get("scopes") or {}
        if _same(before, after):
            return
        lacking: dict[str, None] = {}
        for way in self._shared_ways(old, new):
            if "oauth2Config" in way.old and "oauth2Config" in way.new:
                told = set(scopes.asked(way.new["oauth2Config"]))  # that they are asked for is said already
                found = scopes.lacking(before, after, scopes.asked(way.old["oauth2Config"]))
                lacking |= dict.fromkeys(scope for scope in found if scope not in told)
        if lacking:
            said = ", ".join(map(repr, lacking))
            message = f"the method {name!r} needs the scope {said}, which signing in did not ask for"
            yield _change("C006", message, (*path, "scopes"), name)
        else:
            yield _change("C042", f"the scopes of the method {name!r} changed", (*path, "scopes"), name)

    def _shared_ways(self, old: dict[str, Any], new: dict[str, Any]) -> list[Way]:
        """The ways to sign in that a method takes in both versions."""
        return [
            way
            for way in self.ways
            if way.name in old.get("auth", (way.name,)) and way.name in new.get("auth", (way.name,))
        ]

    # What requests need.

    def _needs(self, told: set[Path]) -> Iterator[Change]:
        """The values that are needed now; ``told`` are the places of which it is said that they changed."""
        needs = Needs(self.old, self.new, self._is_configured, self._had_default)
        old = {method["id"]: method for method in _methods(self.old)}
        requests = [
            Request(old[method["id"]], method, ("methods", index), self._shared_ways(old[method["id"]], method))
            for index, method in enumerate(_methods(self.new))
            if method["id"] in old
        ]
        for need in needs.unmet(self.ways, requests):
            if not any(need.path[: len(path)] == path for path in told):
                yield self._needed(need)

    def _needed(self, need: Need) -> Change:
        way = next((way for way in self.ways if way.path and need.path[:2] == way.path), None)
        inner, what, subject = need.path, "", ""
        if need.path[0] == "methods":
            inner, subject = need.path[2:], self.new["methods"][need.path[1]]["id"]
            what = f"the method {subject!r}: "
        elif way or need.path[0] in _SIGNIN:
            what = f"{(way or self.ways[0]).what}: "
            inner = need.path[len(way.path) if way else 0 :]
        said = (
            f"{what}{'.'.join(map(str, inner))} needs ${{{need.name}}}, which {_WHO_LACKS[need.name.partition('.')[0]]}"
        )
        return _change("C005", said, need.path, subject)

    def _is_configured(self, field: str) -> bool:
        """Whether every configuration has a field, as one value."""
        wanted: dict[str, Any] = {"type": "object", "properties": {field: {"type": ["string", "number", "boolean"]}}}
        if not isinstance(_default(self.new, field), str | int | float):
            wanted["required"] = [field]
        both = (self.old, self.old_defs), (self.new, self.new_defs)
        schemas = (shared.self_contained(one.get("configSchema", _NOTHING)) for one, shared in both)
        return any(Comparer(self.parts).subset(schema, wanted).answer == "yes" for schema in schemas)

    def _had_default(self, field: str) -> bool:
        return _default(self.old, field) is not None

    # Methods.

    def _methods(self) -> Iterator[Change]:
        old = {method["id"]: method for method in _methods(self.old)}
        new = {method["id"]: (index, method) for index, method in enumerate(_methods(self.new))}
        for name, method in old.items():
            if name not in new:
                message = f"the method {name!r} is gone"
                yield _change("C001", message, ("methods",), name, sunset=self._until("method", method))
        for name, (index, method) in new.items():
            if name not in old:
                yield _change("C014", f"there is a new method, {name!r}", ("methods", index), name)
            elif not self.same_defs or not _same(old[name], method):
                yield from self._method(old[name], method, ("methods", index), name)

    def _method(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        what = f"the method {name!r}"
        yield from self._schema((*path, "inputSchema"), old, new, "input", name)
        yield from self._schema((*path, "outputSchema"), old, new, "output", name)
        yield from self._deprecated(old, new, path, what, self._until("method", old), name)
        yield from self._chosen_models(old.get("models") or {}, new.get("models") or {}, path, name)
        yield from self._taken(old, new, path, name)
        before, after = old.get("http") or {}, new.get("http") or {}
        if before and after and before.get("baseUrl") != after.get("baseUrl"):
            now, then = (
                repr(url) if url else "the definition's base URL"
                for url in (after.get("baseUrl"), before.get("baseUrl"))
            )
            said = f"{what} goes to {now}, and went to {then}"
            yield _change("C005", said, (*path, "http", "baseUrl"), name)
        yield from self._callable(old, new, path, name)
        yield from self._needed_scopes(old, new, path, name)
        for field in ("name", "description", "examples", "annotations"):
            if not _same(old.get(field), new.get(field)):
                yield _change("C042", f"the {field} of {what} changed", (*path, field), name)

    def _callable(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        """How a method is called, and whether it still can be."""
        what = f"the method {name!r}"
        for field, how, other in (
            ("http", "over HTTP", "makes another request"),
            ("mcp", "as a tool", "calls another tool"),
        ):
            before, after = old.get(field), new.get(field)
            if before is None and after is not None:
                yield _change("C027", f"{what} can be called {how}", (*path, field), name)
            elif before is not None and after is None:
                yield _change("C025", f"{what} can no longer be called {how}", (*path, field), name)
            elif before and after and not _same(_without(before, _BESIDE), _without(after, _BESIDE)):
                yield _change("C041", f"{what} {other}", (*path, field), name)
        if "http" in old and "http" in new:
            before, after = old["http"].get("pagination"), new["http"].get("pagination")
            where = (*path, "http", "pagination")
            if _is_paged(before) and not _is_paged(after):
                yield _change("C025", f"{what} no longer leads from a page to the next", where, name)
            elif _is_paged(after) and not _is_paged(before):
                yield _change("C027", f"{what} leads from a page to the next", where, name)
            elif not _same(before, after):
                yield _change("C041", f"{what} is paged otherwise", where, name)

    def _taken(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        """Which ways to sign in a method takes, of those that the definition has before and after."""
        if _same(old.get("auth"), new.get("auth")):
            return
        what, where = f"the method {name!r}", (*path, "auth")
        known = [OWN_WAY, *(way for way in _ways(self.old) if way in _ways(self.new))]
        before, after = (said.get("auth", known) for said in (old, new))
        gone = [way for way in known if way in before and way not in after]
        added = [way for way in known if way in after and way not in before]
        if not after:
            yield _change("C021", f"{what} no longer needs signing in", where, name)
        elif not before:
            yield _change("C007", f"{what} needs signing in", where, name)
        elif gone:
            said = ", ".join(map(repr, gone))
            yield _change("C007", f"{what} no longer takes the way to sign in {said}", where, name)
        elif before[0] != after[0] and before[0] in known:
            yield _change("C005", f"{what} signs in with {after[0]!r} first, and did with {before[0]!r}", where, name)
        elif added:
            said = ", ".join(map(repr, added))
            yield _change("C021", f"{what} takes the way to sign in {said} too", where, name)
        else:
            yield _change("C042", f"the auth of {what} is said in other words", where, name)

    def _chosen_models(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        """What a method asks of the model that it is used with."""
        where = (*path, "models")
        was, now = old.get("parameter"), new.get("parameter")
        if was != now:
            said = f"chooses its model by the input {now!r}, which takes only" if now else "no longer takes"
            message = f"the method {name!r} {said} the id of a model"
            yield _change("C002", message, where, name)
        before, after = set(old.get("requires", ())), set(new.get("requires", ()))
        if after - before:
            said = ", ".join(map(repr, sorted(after - before)))
            yield _change("C002", f"the method {name!r} needs models that can do {said}", where, name)
        elif before - after:
            said = ", ".join(map(repr, sorted(before - after)))
            yield _change("C015", f"the method {name!r} no longer needs models that can do {said}", where, name)

    # Schemas.

    def _schema(self, path: Path, old: dict[str, Any], new: dict[str, Any], role: str, name: str) -> Iterator[Change]:
        field = str(path[-1])
        before, after = old.get(field, _NOTHING), new.get(field, _NOTHING)
        if self.same_defs and _same(before, after):
            return
        before, after = self.old_defs.self_contained(before), self.new_defs.self_contained(after)
        wholes = self.parts.whole(before), self.parts.whole(after)
        if wholes[0].equals(wholes[1]):
            return
        what = f"the {role}" + (f" of the method {name!r}" if name else "")
        compare = self._output if role == "output" else self._input
        found = list(compare(before, after, path, what, role, name))
        doubtful = {change.path for change in found if change.code == "C012"}
        has_defaults = role != "output" and any(whole.mentions("default") for whole in wholes)
        for inner in changed_defaults(before, after) if has_defaults else ():
            place, at = self._place(path, inner), "/".join(map(str, inner))
            if place not in doubtful:
                found.append(_change("C019", f"a default in {what} changed, at {at}", place, name))
        if any(whole.mentions("deprecated") for whole in wholes):
            found += self._deprecated_inside(before, after, path, what, name)
        if not found:
            found.append(_change("C042", f"{what} is said in other words", path, name))
        yield from found

    def _deprecated_inside(
        self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str, name: str
    ) -> Iterator[Change]:
        """What parts of a schema, such as properties, are marked as deprecated, or no longer are."""
        for pair in pairs(old, new):
            was, is_now = (one.get("deprecated", False) for one in (pair.before, pair.after))
            if was is not is_now:
                said = "is deprecated" if is_now else "is no longer deprecated"
                at = "/".join(map(str, pair.new_path))
                yield _change("C024", f"a part of {what} {said}, at {at}", self._place(path, pair.new_path), name)

    def _input(
        self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str, role: str, name: str
    ) -> Iterator[Change]:
        """Everything that was accepted still has to be."""
        compared = Comparer(self.parts)
        narrowed, widened = ("C004", "C018") if role != "input" else ("C002", "C015")
        before, after = (self._filled(one) if role != "credentials" else Filled(one, one) for one in (old, new))
        for inner in doubtful_defaults(old, new, before, after):
            said = f"a default in {what} changed, beside keywords that ask which members there are"
            yield _change("C012", said, self._place(path, inner), name)
        verdict = compared.subset(before.schema, after.schema)
        if verdict.answer == "yes":
            if compared.subset(after.schema, before.schema).answer != "yes":
                yield _change(widened, f"{what} accepts more", path, name)
            return
        is_simple = self.parts.whole(old).is_simple
        grafted = with_new_properties(before.schema, after.schema, is_simple=is_simple)
        refusals = compared.refusals(grafted, after.schema)
        if not refusals:
            code = "C016" if role == "input" else "C018"
            yield _change(code, f"{what} has a new optional property", self._place(path, verdict.path), name)
        for refusal in refusals:
            where = self._place(path, refusal.path)
            if refusal.answer == "no":
                refusal = _confirmed(compared, before, after, refusal)
            yield self._broken(narrowed, f"{what} accepts less", refusal, where, name, after.schema)

    def _filled(self, schema: dict[str, Any]) -> Filled:
        return filled(schema) if self.parts.whole(schema).mentions("default") else Filled(schema, schema)

    def _output(
        self, old: dict[str, Any], new: dict[str, Any], path: Path, what: str, role: str, name: str
    ) -> Iterator[Change]:
        """Everything that is answered has to be what was answered before."""
        compared = Comparer(self.parts)
        refusals = compared.refusals(new, old)
        if not refusals and compared.subset(old, new).answer != "yes":
            yield _change("C017", f"{what} promises more", path, name)
        relaxed, places = with_new_values(old, new) if refusals else (old, set())
        for refusal in refusals:
            where = self._place(path, refusal.path)
            of_enum = refusal.path[-1:] == ("enum",) and refusal.path[:-1] in places
            if of_enum or (places and refusal.answer == "no" and compared.accepts(relaxed, refusal.witness)):
                yield self._broken("C013", f"{what} has more values to choose from", refusal, where, name, old)
            else:
                yield self._broken("C003", f"{what} may be more", refusal, where, name, old)

    def _broken(self, code: str, message: str, verdict: Verdict, path: Path, name: str, schema: Any) -> Change:
        """What ``schema`` refuses."""
        if verdict.answer == "unknown":
            said = f"{message.rpartition(' accepts')[0] or message.rpartition(' may be')[0]}: {verdict.reason}"
            return _change("C012", f"nobody can tell what a change means in {said}", path, name)
        change = _change(code, f"{message}: {verdict.reason}", path, name, verdict.witness)
        return msgspec.structs.replace(change, fields=fields_at(self.parts.whole(schema), verdict.path))

    def _place(self, path: Path, inner: Path) -> Path:
        """A place inside a schema, as one in the definition: shared schemas stand at its top."""
        if len(inner) > 1 and inner[0] == "$defs" and inner[1] not in (_at(self.new, path) or {}).get("$defs", {}):
            return tuple(inner)
        return (*path, *inner)

    # Models.

    def _models(self) -> Iterator[Change]:
        old = {model["id"]: model for model in _at(self.old, "aiConfig.availableModels") or ()}
        after = _at(self.new, "aiConfig.availableModels") or ()
        new = {model["id"]: (index, model) for index, model in enumerate(after)}
        path: Path = ("aiConfig", "availableModels")
        for name, model in old.items():
            if name not in new:
                until = self._until("model", model)
                passed = bool(sunset(model)) and until <= self.today.isoformat()
                change = _change("C008", f"the model {name!r} is gone", path, name, sunset=until)
                yield msgspec.structs.replace(change, bump=Bump.MINOR) if passed else change
        for name, (index, model) in new.items():
            if name not in old:
                yield _change("C022", f"there is a new model, {name!r}", (*path, index), name)
            else:
                yield from self._model(old[name], model, (*path, index), name)
        before, now = _at(self.old, "aiConfig.defaultModel"), _at(self.new, "aiConfig.defaultModel")
        if before != now and before is not None and now is not None:
            yield _change("C019", f"the default model was {before!r} and is {now!r}", ("aiConfig", "defaultModel"))

    def _model(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        what = f"the model {name!r}"
        for field in ("contextWindow", "maxTokens"):
            before, after = old.get(field), new.get(field)
            if before != after:
                lower = before is not None and (after is None or after < before)
                said = f"{field} of {what} was {_said(before)} and is {_said(after)}"
                yield _change("C009" if lower else "C023", said, (*path, field), name)
        for field in ("capabilities", "inputFormats", "outputFormats"):
            had, has = old.get(field, []), new.get(field, [])
            for each in had:
                if each not in has:
                    yield _change("C010", f"{what} no longer has {each!r} among its {field}", (*path, field), name)
            for each in has:
                if each not in had:
                    yield _change("C023", f"{what} has {each!r} among its {field}", (*path, field), name)
        yield from self._price(old, new, path, name)
        yield from self._deprecated(old, new, path, what, self._until("model", old), name)
        for field in ("name", "description"):
            if old.get(field) != new.get(field):
                yield _change("C042", f"the {field} of {what} changed", (*path, field), name)

    def _price(self, old: dict[str, Any], new: dict[str, Any], path: Path, name: str) -> Iterator[Change]:
        what = f"the model {name!r}"
        if all(_same(old.get(field), new.get(field)) for field in prices.FIELDS):
            return
        gone = prices.unpriced(old, new)
        was, now = prices.currency(old), prices.currency(new)
        if gone:
            yield _change("C026", f"{what} has no price any more: {', '.join(gone)}", path, name)
        elif was and now and was != now:
            yield _change("C026", f"the price of {what} was in {was!r} and is in {now!r}", path, name)
        else:
            yield _change("C040", f"the price of {what} changed", path, name)


def _confirmed(compared: Comparer, old: Filled, new: Filled, refusal: Verdict) -> Verdict:
    """A refusal whose witness shows it of the schemas as they are written, once defaults are filled in."""
    before, after = [(one.fill or copy.copy)(refusal.witness) for one in (old, new)]
    if compared.accepts(old.written, before) and not compared.accepts(new.written, after):
        return refusal
    return Verdict("unknown", "no instance was found that shows what it refuses")


_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
"""The schema of what a definition does not speak of."""


def _change(
    code: str, message: str, path: Path, subject: str = "", witness: Any = msgspec.UNSET, sunset: str = ""
) -> Change:
    return Change(code, BY_CODE[code].bump, message, path, subject, witness, sunset)


_WHO_LACKS = {
    "config": "a configuration need not have",
    "credentials": "nobody was asked for before",
    "token": "a token from before need not have",
}
"""What is said of a value that is needed, by what it is one of."""


def _default(data: dict[str, Any], field: str) -> Any:
    """The default of a field of the configuration."""
    return _at(data, ("configSchema", "properties", field, "default"))


def _is_paged(said: dict[str, Any] | None) -> bool:
    """Whether a ``pagination`` leads to a next page."""
    if not said:
        return False
    return said["style"] == "link" or ("input" in said and ("output" in said or "items" in said))


def _moved(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """The addresses, as dotted paths, by which credentials or tokens now go elsewhere than before."""
    if _at(old, "tokenRequest.url") != _at(new, "tokenRequest.url"):
        yield "tokenRequest.url"
    refreshed = [one.get("refreshUrl") or one.get("tokenUrl") for one in (old, new)]
    if refreshed[0] != refreshed[1] and old.get("refreshUrl") != new.get("refreshUrl"):
        yield "refreshUrl"
    before, after = old.get("revocationUrl"), new.get("revocationUrl")
    trusted = {_host(url) for url in (old.get("tokenUrl"), old.get("refreshUrl")) if url}
    if before != after and (before or _host(str(after)) not in trusted):
        yield "revocationUrl"


def _without_url(config: dict[str, Any]) -> dict[str, Any]:
    """A way to sign in without the address of its token request, which is looked at by itself."""
    return {**config, "tokenRequest": _without(config.get("tokenRequest") or {}, {"url"})}


def _host(url: str) -> str:
    """What stands before the path of an address."""
    return "/".join(url.split("/", 3)[:3])


def _methods(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [method for method in data.get("methods", ()) if isinstance(method, dict)]


def _ways(data: dict[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    """The further ways to sign in, by id; by kind where they have none."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for index, way in enumerate(data.get("alternativeAuth") or ()):
        name = str(way.get("id") or way.get("name") or way.get("authType"))
        found[name if name not in found else f"{name} {index}"] = (index, way)
    return found


def _at(data: Any, path: str | Path, default: Any = None) -> Any:
    """The value at a path, which a text writes with dots."""
    for step in path.split(".") if isinstance(path, str) else path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return default
    return data


def _same(one: Any, other: Any) -> bool:
    return one is other or sorted_json(one) == sorted_json(other)


def _without(data: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def _said(value: Any) -> str:
    return "not set" if value is None else repr(value)
