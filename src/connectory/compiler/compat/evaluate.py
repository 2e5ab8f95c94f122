"""Whether a value satisfies a term."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectory.compiler.compat import strings
from connectory.compiler.compat.terms import ARRAY, NUMBER, OBJECT, STRING, Term
from connectory.compiler.compat.values import Undecided, exact, key, type_of

if TYPE_CHECKING:
    from connectory.compiler.compat.search import Search


def holds(search: Search, term: Term, value: Any) -> bool:
    """Whether ``value`` satisfies ``term``.

    Raises:
        Undecided: it depends on something that is not understood.
    """
    search.tick()
    kind, parts = term.kind, term.parts
    type_ = type_of(value)
    if term.type:
        return term.type != type_ or _ATOMS[type_](search, term, value)
    if kind == "not":
        return not holds(search, parts[0], value)
    if kind == "all":
        return all(holds(search, part, value) for part in parts)
    if kind == "any":
        return any(holds(search, part, value) for part in parts)
    if kind == "one":
        return sum(holds(search, part, value) for part in parts) == 1
    if kind == "types":
        return bool(parts[0] & type_)
    if kind == "in":
        return type_ not in (ARRAY, OBJECT) and (type_, exact(value) if type_ == NUMBER else value) in parts[0]
    if kind == "ref":
        return holds(search, search.meaning(term), value)
    if kind == "opaque":
        raise Undecided(f"{parts[0][0]!r} is only known to equal itself")
    return kind == "true"


def _number(_: Search, term: Term, value: Any) -> bool:
    number = exact(value)
    if term.kind == "multiple":
        return bool((number / term.parts[0]).denominator == 1)
    bound, excluded = term.parts
    if number == bound:
        return not excluded
    return bool((number > bound) == (term.kind == "above"))


def _string(_: Search, term: Term, value: str) -> bool:
    is_so = strings.satisfies(term, value)
    if term.kind == "format" and not is_so:
        raise Undecided(f"whether {value!r} has the format {term.parts[0]!r} is not always checked")
    return is_so


def _array(search: Search, term: Term, value: list[Any]) -> bool:
    kind, parts = term.kind, term.parts
    if kind == "items":
        return all(holds(search, parts[2], item) for item in value[parts[0] : parts[1]])
    if kind == "unique":
        return len({key(item) for item in value}) == len(value)
    if kind in ("shortest", "longest"):
        return bool(len(value) >= parts[1] if kind == "shortest" else len(value) <= parts[1])
    count = sum(holds(search, parts[1], item) for item in value)
    return bool(count >= parts[0] if kind == "at_least" else count <= parts[0])


def _object(search: Search, term: Term, value: dict[str, Any]) -> bool:
    kind, parts = term.kind, term.parts
    if kind == "has":
        return parts[0] in value
    if kind == "fields":
        names, inner = parts
        if names.kind == "in" and len(names.parts[0]) < len(value):
            chosen = [value[name] for type_, name in names.parts[0] if type_ == STRING and name in value]
        else:
            chosen = [member for name, member in value.items() if holds(search, names, name)]
        return all(holds(search, inner, member) for member in chosen)
    return bool(len(value) >= parts[1] if kind == "shortest" else len(value) <= parts[1])


_ATOMS: dict[int, Callable[[Search, Term, Any], bool]] = {
    NUMBER: _number,
    STRING: _string,
    ARRAY: _array,
    OBJECT: _object,
}
