"""The names of shared schemas under ``$defs``: by what they say, not by where they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from connectory.importers.naming import distinct, schema_name
from connectory.importers.references import Direction, Key, Schema, key_of

_SUFFIX: Mapping[Direction, str] = {"output": "", "input": "Input", "exact": "Exact"}


def named(components: Mapping[Key, Schema]) -> dict[Key, str]:
    """A name under ``$defs`` for each component; the same one for components of one name that say the same."""
    alike = _alike(components)
    groups: dict[tuple[str, int], list[Key]] = {}
    for key in sorted(
        components,
        key=lambda key: (_rank(key), key.document, key.pointer, key.part, list(_SUFFIX).index(key.direction)),
    ):
        groups.setdefault((_called(key), alike[key]), []).append(key)
    names: dict[Key, str] = {}
    taken: set[str] = set()
    variants: dict[tuple[str, str, str], str] = {}
    later: list[tuple[str, list[Key]]] = []
    for (base, _), keys in groups.items():
        place = keys[0].document, keys[0].pointer, keys[0].part
        if place in variants:  # the same schema in another direction: named after it, when all others have a name
            later.append((variants[place] + _SUFFIX[keys[0].direction], keys))
            continue
        clashes = base in taken and _is_of_arguments(keys[0])
        name = distinct(base + _SUFFIX["input"] if clashes else base, taken)
        taken.add(name)
        variants |= {(key.document, key.pointer, key.part): name for key in keys}
        names |= dict.fromkeys(keys, name)
    for wanted, keys in later:
        name = distinct(wanted, taken)
        taken.add(name)
        names |= dict.fromkeys(keys, name)
    return names


def _alike(components: Mapping[Key, Schema]) -> dict[Key, int]:
    """A number for each component, which is the same for those that say the same, in all that they reach.

    All are taken for the same that differ in the places of their references only; they are told apart as long as what
    they refer to is. Where that splits a group, its largest part keeps its number, as in Hopcroft's minimization of
    automata: the work grows with n log n, however deep and mutual the references are.
    """
    texts = {key: json.dumps(schema, sort_keys=True, default=str) for key, schema in components.items()}
    users: dict[Key, list[tuple[Key, int]]] = {}
    numbers: dict[Key, int] = {}
    members: dict[int, set[Key]] = {}
    first: dict[str, int] = {}
    for key, text in texts.items():
        numbers[key] = first.setdefault(_REFERENCE.sub(_placeless, text), len(first))
        members.setdefault(numbers[key], set()).add(key)
        for position, found in enumerate(_REFERENCE.finditer(text)):
            users.setdefault(_referred(found), []).append((key, position))
    changed: Iterable[Key] = components
    while changed:
        seen: dict[Key, list[tuple[int, int]]] = {}
        for key in changed:
            for user, position in users.get(key, ()):
                seen.setdefault(user, []).append((position, numbers[key]))
        parts: dict[int, dict[tuple[tuple[int, int], ...], set[Key]]] = {}
        for user, refers in seen.items():
            parts.setdefault(numbers[user], {}).setdefault(tuple(sorted(refers)), set()).add(user)
        changed = [key for number, groups in parts.items() for key in _split(number, groups.values(), numbers, members)]
    return numbers


def _split(
    number: int, groups: Collection[set[Key]], numbers: dict[Key, int], members: dict[int, set[Key]]
) -> Iterator[Key]:
    """Give all parts of what has this number one of their own, but for the largest; what got one.

    ``groups``: the parts of which is known that they differ; what is in none of them is one more.
    """
    largest = max(groups, key=len)
    others = len(members[number]) - sum(map(len, groups))
    if others >= len(largest):
        moving = list(groups)
    else:
        rest = members[number].difference(*groups)
        moving = [part for part in (*groups, rest) if part and part is not largest]
    for part in moving:
        fresh = len(members)
        members[fresh] = part
        members[number] -= part
        numbers.update(dict.fromkeys(part, fresh))
        yield from part


def _placeless(found: re.Match[str]) -> str:
    """A reference in the text of a schema, with the name instead of the place of what it refers to."""
    key = _referred(found)
    return f'"$ref": {json.dumps(_called(key))}'


def _referred(found: re.Match[str]) -> Key:
    key = key_of(json.loads(found[1]))
    assert key is not None, "the expression finds pending references alone"
    return key


_REFERENCE = re.compile(r'"\$ref": ("\\u0000(?:[^"\\]|\\.)*")')
"""A pending reference in the text of a schema; no text of a source holds the character that it starts with."""


_HOLDERS: Mapping[tuple[str, ...], str] = {
    ("components", "schemas"): "",
    ("definitions",): "",
    ("$defs",): "",
    ("schemas",): "",
    ("shapes",): "",
    ("arguments",): "",
    ("tools",): "",
    ("components", "responses"): "response",
    ("components", "requestBodies"): "request",
    ("components", "parameters"): "parameter",
    ("responses",): "response",
    ("parameters",): "parameter",
}
"""Where the formats keep what is shared, and what its names end in under ``$defs``."""


def _holder(tokens: Sequence[str]) -> tuple[str, ...] | None:
    """Where a component is kept, if that is one of the places that formats have for it."""
    return next((one for one in _HOLDERS if tuple(tokens[: len(one)]) == one and len(tokens) > len(one)), None)


def _rank(key: Key) -> bool:
    """Schemas that their vendor has named keep their name: others come after them."""
    holder = _holder(key.pointer.split("/")[1:])
    return holder is None or bool(_HOLDERS[holder]) or _is_of_arguments(key)


def _is_of_arguments(key: Key) -> bool:
    """Whether it says how a shape is written in arguments, where that is not how it is written elsewhere."""
    return key.pointer.startswith("/arguments/")


def _called(key: Key) -> str:
    return _base(key.document, key.pointer) + ("Itself" if key.part else "")


@cache
def _base(document: str, at: str) -> str:
    """What a component is called: its place's last name, after what it lies in."""
    if not at:
        return schema_name(document.rsplit("/", 1)[-1].split(".")[0])
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in at.split("/")[1:]]
    holder = _holder(tokens)
    if holder is not None:
        tokens = [*tokens[len(holder) :], *([_HOLDERS[holder]] if _HOLDERS[holder] else [])]
    for index in range(len(tokens) - 1, 0, -1):  # what a schema keeps for itself
        if tokens[index - 1] in ("$defs", "definitions") and tokens[index - 2 : index - 1] != ["properties"]:
            tokens = tokens[index:]
            break
    kept = [token for token in tokens if token not in ("properties", "schema", "content", "application/json")]
    return schema_name("_".join(kept[-4:] or tokens[-1:]))
