"""From a schema, draft 2020-12, to a term."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from weakref import ref

from connectory.compiler.compat.parts import Parts, is_in_place, shared_name, sorted_json
from connectory.compiler.compat.strings import SAMPLES
from connectory.compiler.compat.terms import (
    ARRAY,
    BOOLEAN,
    EVERY_TYPE,
    FALSE,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TRUE,
    Term,
    Terms,
)
from connectory.compiler.compat.values import Undecided, constant, exact, key, type_of
from connectory.compiler.schemas import DIALECT, children

_TYPE_NAMES = {"null": NULL, "boolean": BOOLEAN, "object": OBJECT, "array": ARRAY, "number": NUMBER, "string": STRING}
_MOST_CASES = 512
_NO_BASE = "https://schema.invalid/"


class _Case(NamedTuple):
    """One way in which a schema's parts hold, and what they evaluate in that way.

    Attributes:
        holds: the term of the way.
        names: the names of the properties that are evaluated.
        items: how many items from the first are; None: all.
        contained: items with such a value are, too.
    """

    holds: Term
    names: Term = FALSE
    items: int | None = 0
    contained: tuple[Term, ...] = ()


class Reference:
    """A reference in a schema; equal to one, also of another schema, that leads to an equal text.

    It does not keep the schema: that keeps its terms, and nobody looks for circles where thousands are compared.
    """

    __slots__ = ("_schema", "identity", "keyword", "node")

    def __init__(self, schema: Schema, node: dict[str, Any], keyword: str, identity: Any) -> None:
        self._schema = ref(schema)
        self.node = node
        self.keyword = keyword
        self.identity = identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def meaning(self) -> Term:
        """The term that it stands for."""
        schema = self._schema()
        assert schema is not None  # whoever searches keeps it
        return schema.of(schema.target(self.node, self.keyword))


class Schema:
    """A whole schema, whose references lead into it."""

    def __init__(self, terms: Terms, root: Any, label: Any, parts: Parts, *, alone: bool = False) -> None:
        """``label`` tells it from other schemas, whose references lead elsewhere. One that is ``alone`` is compared
        with none, so that what its references lead to need not be known again.

        Raises:
            Undecided: nobody knows what it means.
        """
        self.terms = terms
        self.root = root
        self.label = label
        self._resources: dict[str, Any] = {}
        self._anchors: dict[str, Any] = {}
        self._dynamic: set[str] = set()
        self._bases: dict[int, str] = {}
        self._referring: list[dict[str, Any]] = []
        self._read: dict[int, tuple[Any, Term]] = {}  # each with its node, so that no other gets its id
        self._parts = parts
        self._whole = parts.whole(root)
        self._referred: dict[tuple[str, str], Term] = {}
        self._targets: dict[tuple[str, str], Any] = {}
        if self._whole.is_simple:
            self._resources[_NO_BASE] = root
        else:
            self._survey()
            self._refuse_circles()
        self._plain = not alone and not self._anchors and len(self._resources) == 1

    def term(self) -> Term:
        """What it says."""
        return self.of(self.root)

    def of(self, node: Any) -> Term:
        """What a schema inside it says."""
        if isinstance(node, bool):
            return TRUE if node else FALSE
        if not isinstance(node, dict):
            raise Undecided(f"{node!r} is no schema")
        if id(node) not in self._read:
            parts = [read(self, node) for keyword, read in _READERS.items() if keyword in node]
            self._read[id(node)] = node, self.terms.all(parts)
        return self._read[id(node)][1]

    def referred(self, node: dict[str, Any], keyword: str) -> Term:
        """The term of a reference, which a keyword of a schema has."""
        reference = self._absolute(node, keyword)
        found = self._referred.get((keyword, reference))
        if found is None:
            found = self.terms.ref(Reference(self, node, keyword, self._identity(str(node[keyword]), reference)))
            self._referred[keyword, reference] = found
        return found

    def target(self, node: dict[str, Any], keyword: str) -> Any:
        """The schema that a reference names.

        Raises:
            Undecided: it names none in here, or one that depends on how the reference was reached.
        """
        reference = self._absolute(node, keyword)
        if (keyword, reference) not in self._targets:
            self._targets[keyword, reference] = self._look_up(reference, f"the reference {node[keyword]!r}", keyword)
        return self._targets[keyword, reference]

    def _look_up(self, reference: str, said: str, keyword: str) -> Any:
        base, fragment = urldefrag(reference)
        fragment = unquote(fragment)
        if base not in self._resources:
            raise Undecided(f"{said} leaves the schema")
        if fragment and not fragment.startswith("/"):
            if keyword == "$dynamicRef" and fragment in self._dynamic and len(self._resources) > 1:
                raise Undecided(f"{said} may lead to several schemas")
            if f"{base}#{fragment}" not in self._anchors:
                raise Undecided(f"{said} leads nowhere")
            return self._anchors[f"{base}#{fragment}"]
        at: Any = self._resources[base]
        for step in fragment.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(at, dict) and step in at:
                at = at[step]
            elif isinstance(at, list) and step.isdecimal() and int(step) < len(at):
                at = at[int(step)]
            else:
                raise Undecided(f"{said} leads nowhere")
            if isinstance(at, dict) and isinstance(at.get("$id"), str) and at is not self._resources[base]:
                raise Undecided(f"{said} leads through an $id")
        return at

    def _survey(self) -> None:
        """Note the schemas that have addresses and anchors.

        Raises:
            Undecided: it is of another dialect, or two have the same address.
        """
        waiting = [(self.root, _NO_BASE)]
        while waiting:
            node, base = waiting.pop()
            if not isinstance(node, dict):
                continue
            if node.get("$schema", DIALECT) not in (DIALECT, f"{DIALECT}#"):
                raise Undecided(f"the dialect {node['$schema']!r}")
            if "$id" in node or node is self.root:
                base = urldefrag(_joined_to(base, node.get("$id", ""))).url
                self._note(self._resources, base, node)
            self._bases[id(node)] = base
            if "$ref" in node or "$dynamicRef" in node:
                self._referring.append(node)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if keyword in node:
                    self._note(self._anchors, f"{base}#{node[keyword]}", node)
            self._dynamic |= {node["$dynamicAnchor"]} if "$dynamicAnchor" in node else set()
            waiting += [(child, base) for _, child in children(node)]

    def _note(self, known: dict[str, Any], address: str, node: Any) -> None:
        if known.setdefault(address, node) is not node:
            raise Undecided(f"two schemas have the address {address!r}")

    def _absolute(self, node: dict[str, Any], keyword: str) -> str:
        base = self._bases.get(id(node))
        if base is None and len(self._resources) > 1:
            raise Undecided(f"nobody knows what the reference {node[keyword]!r} starts from")
        return _joined_to(next(iter(self._resources)) if base is None else base, node[keyword])

    def _refuse_circles(self) -> None:
        """
        Raises:
            Undecided: a schema applies itself to the same value, so that it says nothing. It does so by a reference.
        """
        done: set[int] = set()
        for node in self._referring:
            path: list[int] = []
            waiting: list[tuple[Any, bool]] = [(node, False)]
            while waiting:
                at, is_left = waiting.pop()
                if is_left:
                    done.add(path.pop())
                elif id(at) in path:
                    raise Undecided("a schema refers to itself in a circle")
                elif isinstance(at, dict) and id(at) not in done:
                    path.append(id(at))
                    waiting.append((at, True))
                    waiting += [(inner, False) for inner in self._in_place(at)]

    def _in_place(self, node: dict[str, Any]) -> list[Any]:
        """The schemas that one applies to the value that it is applied to."""
        found = [child for step, child in children(node) if is_in_place(step[0])]
        return found + [self.target(node, word) for word in ("$ref", "$dynamicRef") if word in node]

    def _identity(self, reference: str, absolute: str) -> Any:
        """What tells the meaning of a reference: the texts of all that it leads to, where those are shared schemas."""
        name = shared_name(reference)
        reached = None if name is None or not self._plain else self._parts.reached(self._whole, name)
        return (self.label, absolute) if reached is None else (name, reached)


def _joined_to(base: str, reference: str) -> str:
    """A reference as an address of its own.

    Raises:
        Undecided: nobody knows what it means from there.
    """
    if reference.startswith("#"):
        return base + reference
    if not base.startswith(("http:", "https:")) and reference and not urlsplit(reference).scheme:
        raise Undecided(f"the reference {reference!r} is relative to {base!r}")
    return urljoin(base, reference)


def _names(terms: Terms, names: Any) -> Term:
    return terms.within((STRING, name) for name in names)


def _type(schema: Schema, node: dict[str, Any]) -> Term:
    names = node["type"] if isinstance(node["type"], list) else [node["type"]]
    types = 0
    for name in names:
        types |= NUMBER if name == "integer" else _TYPE_NAMES[name]
    found = [schema.terms.types(types)]
    if "integer" in names and "number" not in names:
        found.append(schema.terms.multiple(exact(1)))
    return schema.terms.all(found)


def _enum(schema: Schema, node: dict[str, Any]) -> Term:
    scalars = [value for value in node["enum"] if type_of(value) not in (ARRAY, OBJECT)]
    rest = [value for value in node["enum"] if type_of(value) in (ARRAY, OBJECT)]
    terms = schema.terms
    return terms.any([terms.within(map(key, scalars)), *(constant(terms, value) for value in rest)])


def _bound(kind: str, keyword: str, excluded: bool) -> Callable[[Schema, dict[str, Any]], Term]:
    return lambda schema, node: schema.terms.atom(kind, exact(node[keyword]), excluded)


def _multiple(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.multiple(exact(node["multipleOf"]))


def _size(kind: str, type_: int, keyword: str) -> Callable[[Schema, dict[str, Any]], Term]:
    def read(schema: Schema, node: dict[str, Any]) -> Term:
        size = int(exact(node[keyword]))
        return TRUE if kind == "shortest" and not size else schema.terms.atom(kind, type_, size)

    return read


def _format(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.atom("format", node["format"]) if node["format"] in SAMPLES else TRUE


def _properties(schema: Schema, node: dict[str, Any]) -> Term:
    terms = schema.terms
    return terms.all(terms.fields(terms.name(name), schema.of(child)) for name, child in node["properties"].items())


def _pattern_properties(schema: Schema, node: dict[str, Any]) -> Term:
    terms = schema.terms
    found = node["patternProperties"].items()
    return terms.all(terms.fields(terms.atom("pattern", pattern), schema.of(child)) for pattern, child in found)


def _named(schema: Schema, node: dict[str, Any]) -> Term:
    """The names that properties and patternProperties are about."""
    terms = schema.terms
    patterns = [terms.atom("pattern", pattern) for pattern in node.get("patternProperties", ())]
    return terms.any([_names(terms, node.get("properties", ())), *patterns])


def _additional(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.fields(schema.terms.no(_named(schema, node)), schema.of(node["additionalProperties"]))


def _property_names(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.fields(schema.terms.no(schema.of(node["propertyNames"])), FALSE)


def _required(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.all(schema.terms.atom("has", name) for name in node["required"])


def _dependent_required(schema: Schema, node: dict[str, Any]) -> Term:
    terms = schema.terms
    return terms.all(
        terms.any([_lacks(terms, name), terms.all(terms.atom("has", other) for other in others)])
        for name, others in node["dependentRequired"].items()
    )


def _dependent_schemas(schema: Schema, node: dict[str, Any]) -> Term:
    terms = schema.terms
    found = node["dependentSchemas"].items()
    return terms.all(terms.any([_lacks(terms, name), schema.of(child)]) for name, child in found)


def _dependencies(schema: Schema, node: dict[str, Any]) -> Term:
    """A keyword of older drafts, which some validators still follow: only equal to itself."""
    text = sorted_json(node["dependencies"])
    apart = "" if b'"$' not in text else str(schema.label)  # what it refers to may differ
    said = schema.terms.opaque(("dependencies", text, apart))
    return schema.terms.any([schema.terms.types(EVERY_TYPE & ~OBJECT), said])


def _lacks(terms: Terms, name: str) -> Term:
    return terms.fields(terms.name(name), FALSE)


def _prefix(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.all(
        schema.terms.items(at, at + 1, schema.of(child)) for at, child in enumerate(node["prefixItems"])
    )


def _items(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.items(len(node.get("prefixItems", ())), None, schema.of(node["items"]))


def _contains(schema: Schema, node: dict[str, Any]) -> Term:
    terms, inner = schema.terms, schema.of(node["contains"])
    found = [terms.atom("at_least", least, inner)] if (least := int(node.get("minContains", 1))) else []
    if "maxContains" in node:
        found.append(terms.atom("at_most", int(node["maxContains"]), inner))
    return terms.all(found)


def _unique(schema: Schema, node: dict[str, Any]) -> Term:
    return schema.terms.atom("unique") if node["uniqueItems"] else TRUE


def _listed(schema: Schema, node: dict[str, Any], keyword: str) -> list[Term]:
    return [schema.of(child) for child in node[keyword]]


def _one_of(schema: Schema, node: dict[str, Any]) -> Term:
    """Exactly one; where a member tells them apart, that is any of them, which takes far fewer steps."""
    join = schema.terms.any if _are_told_apart(schema, node) else schema.terms.one
    return join(_listed(schema, node, "oneOf"))


def _are_told_apart(schema: Schema, node: dict[str, Any]) -> bool:
    """Whether each alternative is an object that needs a member of a value that it has in no other alternative."""
    alternatives = [_plain_target(schema, child) for child in node["oneOf"]]
    if not all(each.get("type", node.get("type")) == "object" for each in alternatives):
        return False
    values = [_values_of_members(each) for each in alternatives]
    names = set(values[0]).intersection(*values[1:]) if values else set()
    return any(
        sum(map(len, same)) == len(frozenset().union(*same))
        for same in ([one[name] for one in values] for name in names)
    )


def _plain_target(schema: Schema, node: Any) -> dict[str, Any]:
    """A schema, or what it leads to where it is a reference."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(node, dict):
            return {}
        if "$ref" not in node:
            return node
        try:
            node = schema.target(node, "$ref")
        except Undecided:
            break
    return {}


_MOST_REFERENCES = 8


def _values_of_members(node: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The texts that required members of an object may have, where these are listed."""
    found = {}
    for name in node.get("required", ()):
        said = node.get("properties", {}).get(name)
        listed = ([said["const"]] if "const" in said else said.get("enum", ())) if isinstance(said, dict) else ()
        if listed and all(isinstance(value, str) for value in listed):
            found[name] = frozenset(listed)
    return found


def _if(schema: Schema, node: dict[str, Any]) -> Term:
    terms, condition = schema.terms, schema.of(node["if"])
    then, other = schema.of(node.get("then", True)), schema.of(node.get("else", True))
    return terms.all([terms.any([terms.no(condition), then]), terms.any([condition, other])])


def _reference(schema: Schema, node: dict[str, Any], keyword: str) -> Term:
    return schema.referred(node, keyword)


def _unevaluated_properties(schema: Schema, node: dict[str, Any]) -> Term:
    terms, inner = schema.terms, schema.of(node["unevaluatedProperties"])
    cases = _cases(schema, node, whole=False)
    return terms.all(terms.any([terms.no(case.holds), terms.fields(terms.no(case.names), inner)]) for case in cases)


def _unevaluated_items(schema: Schema, node: dict[str, Any]) -> Term:
    terms, inner = schema.terms, schema.of(node["unevaluatedItems"])
    found = []
    for case in _cases(schema, node, whole=False):
        if case.items is not None:
            rest = terms.items(case.items, None, terms.any([*case.contained, inner]))
            found.append(terms.any([terms.no(case.holds), rest]))
    return terms.all(found)


def _cases(schema: Schema, node: Any, whole: bool = True) -> list[_Case]:
    """The ways in which the parts of a schema that apply in place hold, and what they evaluate.

    Exactly one of them is the case for every value that the schema accepts.
    """
    if not isinstance(node, dict):
        return [_Case(TRUE)]
    if "dependencies" in node:
        raise Undecided("'dependencies' may evaluate properties")
    terms = schema.terms
    groups = [[_own(schema, node, whole)]]
    groups += [_cases(schema, schema.target(node, word)) for word in ("$ref", "$dynamicRef") if word in node]
    groups += [_cases(schema, child) for child in node.get("allOf", ())]
    groups += [_maybe(schema, child) for word in ("anyOf", "oneOf") for child in node.get(word, ())]
    for name, child in node.get("dependentSchemas", {}).items():
        has = terms.no(_lacks(terms, name))
        found = [_restrict(terms, case, has) for case in _cases(schema, child)]
        groups.append([_Case(terms.no(has)), *found] if _tells(found) else [_Case(TRUE)])
    if "if" in node:
        condition = schema.of(node["if"])
        held = _joined(terms, [_cases(schema, node["if"]), _cases(schema, node.get("then", True))])
        failed = [_restrict(terms, case, terms.no(condition)) for case in _cases(schema, node.get("else", True))]
        held = [_restrict(terms, case, condition) for case in held]
        groups.append([*held, *failed] if _tells([*held, *failed]) else [_Case(TRUE)])
    return _joined(terms, groups)


def _maybe(schema: Schema, child: Any) -> list[_Case]:
    """The cases of a part that need not hold."""
    terms, term = schema.terms, schema.of(child)
    found = [_restrict(terms, case, term) for case in _cases(schema, child)]
    return [*found, _Case(terms.no(term))] if _tells(found) else [_Case(TRUE)]


def _tells(cases: list[_Case]) -> bool:
    """Whether any of them evaluates anything."""
    return any(case.names is not FALSE or case.items != 0 or case.contained for case in cases)


def _own(schema: Schema, node: dict[str, Any], whole: bool) -> _Case:
    """What a schema's own keywords evaluate; ``unevaluated*`` itself only where ``whole``."""
    names = _named(schema, node)
    if "additionalProperties" in node or (whole and "unevaluatedProperties" in node):
        names = TRUE
    items: int | None = len(node.get("prefixItems", ()))
    if "items" in node or (whole and "unevaluatedItems" in node):
        items = None
    contained = (schema.of(node["contains"]),) if "contains" in node else ()
    return _Case(TRUE, names, items, contained)


def _restrict(terms: Terms, case: _Case, term: Term) -> _Case:
    return case._replace(holds=terms.all([case.holds, term]))


def _joined(terms: Terms, groups: list[list[_Case]]) -> list[_Case]:
    count = 1
    for group in groups:
        count *= len(group)
    if count > _MOST_CASES:
        raise Undecided("too many ways in which properties or items can be evaluated")
    found = []
    for cases in product(*groups):
        reach = [case.items for case in cases]
        found.append(
            _Case(
                terms.all(case.holds for case in cases),
                terms.any(case.names for case in cases),
                None if None in reach else max(each for each in reach if each is not None),
                tuple(dict.fromkeys(term for case in cases for term in case.contained)),
            )
        )
    return found


_READERS: dict[str, Callable[[Schema, dict[str, Any]], Term]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda schema, node: constant(schema.terms, node["const"]),
    "minimum": _bound("above", "minimum", False),
    "exclusiveMinimum": _bound("above", "exclusiveMinimum", True),
    "maximum": _bound("below", "maximum", False),
    "exclusiveMaximum": _bound("below", "exclusiveMaximum", True),
    "multipleOf": _multiple,
    "minLength": _size("shortest", STRING, "minLength"),
    "maxLength": _size("longest", STRING, "maxLength"),
    "pattern": lambda schema, node: schema.terms.atom("pattern", node["pattern"]),
    "format": _format,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "required": _required,
    "minProperties": _size("shortest", OBJECT, "minProperties"),
    "maxProperties": _size("longest", OBJECT, "maxProperties"),
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "dependencies": _dependencies,
    "prefixItems": _prefix,
    "items": _items,
    "contains": _contains,
    "minItems": _size("shortest", ARRAY, "minItems"),
    "maxItems": _size("longest", ARRAY, "maxItems"),
    "uniqueItems": _unique,
    "allOf": lambda schema, node: schema.terms.all(_listed(schema, node, "allOf")),
    "anyOf": lambda schema, node: schema.terms.any(_listed(schema, node, "anyOf")),
    "oneOf": _one_of,
    "not": lambda schema, node: schema.terms.no(schema.of(node["not"])),
    "if": _if,
    "$ref": lambda schema, node: _reference(schema, node, "$ref"),
    "$dynamicRef": lambda schema, node: _reference(schema, node, "$dynamicRef"),
    "unevaluatedProperties": _unevaluated_properties,
    "unevaluatedItems": _unevaluated_items,
}
"""What each keyword that asserts something says; every other is a comment, a definition, or read with one of these."""
