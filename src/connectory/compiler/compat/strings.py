"""Texts that satisfy lengths, patterns and formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from heapq import heappop, heappush
from itertools import chain, islice, pairwise, product, repeat
from string import ascii_lowercase
from typing import Any, NamedTuple

import jsonschema_rs

from connectory.compiler.compat.outcomes import EMPTY, Doubt, Outcome, Witness
from connectory.compiler.compat.patterns import Automaton, automaton, has, is_within
from connectory.compiler.compat.terms import STRING, Literal, Term

Tick = Callable[..., None]
"""Counts steps: one, or as many as are given."""

SAMPLES: dict[str, tuple[str, ...]] = {
    "date": ("2024-02-29", "1999-12-31"),
    "date-time": ("2024-02-29T12:00:00Z", "1999-12-31T23:59:59.5+02:00"),
    "duration": ("P1D", "PT36H", "P4Y2M"),
    "email": ("a@example.com", "first.last@example.org"),
    "hostname": ("example.com", "a", "www.example.org"),
    "idn-email": ("a@example.com", "é@example.org"),
    "idn-hostname": ("example.com", "é.example.org"),
    "ipv4": ("192.0.2.1", "10.0.0.255"),
    "ipv6": ("::1", "2001:db8::8a2e:370:7334"),
    "iri": ("https://example.com/a", "urn:a:b", "https://example.com/é"),
    "iri-reference": ("", "/a", "https://example.com/a", "/é"),
    "json-pointer": ("", "/a/0"),
    "regex": ("", "a", "^[a-z]+$"),
    "relative-json-pointer": ("0", "1/a"),
    "time": ("12:00:00Z", "23:59:59.5+02:00"),
    "uri": ("https://example.com/a", "urn:a:b"),
    "uri-reference": ("", "/a", "https://example.com/a"),
    "uri-template": ("", "https://example.com/{a}"),
    "uuid": ("2eb8aa08-aa98-11ea-b4aa-73b441d16380", "00000000-0000-0000-0000-000000000000"),
}
"""The formats that the engine of the runtime looks at, and texts that have them. It ignores every other format."""

_TIME = "[0-2][0-3]:[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-]0[0-9]:[0-5][0-9])"
_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"

_GUIDES: dict[str, str] = {
    "date": f"^{_DATE}$",
    "date-time": f"^{_DATE}T{_TIME}$",
    "duration": "^P[0-9]+D$",
    "email": "^[a-z]{1,60}@([a-z]{1,60}\\.)*[a-z]{2,60}$",
    "hostname": "^([a-z0-9]{1,60}\\.)*[a-z0-9]{1,60}$",
    "ipv4": "^([1-9]?[0-9]\\.){3}[1-9]?[0-9]$",
    "ipv6": "^([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$",
    "json-pointer": "^(/[^~/]*)*$",
    "time": f"^{_TIME}$",
    "uri": "^[A-Za-z][A-Za-z0-9+.-]*:[a-zA-Z0-9./_-]*$",
    "uri-reference": "^[a-zA-Z0-9./_-]*$",
    "uuid": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
}
"""Expressions whose texts have a format, most of them: where to look for a text of some length or pattern.

They prove nothing: a schema should be within another whether formats are checked or not.
"""

WITHIN: dict[str, tuple[str, ...]] = {
    "uri": ("iri", "uri-reference", "iri-reference"),
    "iri": ("iri-reference",),
    "uri-reference": ("iri-reference",),
}
"""Formats whose every text has other formats too. An email is not always an idn-email to the engine: ``a@xn--0``."""

_MOST_WORDS = 12
_LONGEST = 20_000
_EFFORT = 300
"""A step of an automaton with so many places counts as one more."""


@cache
def _is_valid(keyword: str, value: str) -> Callable[[Any], bool]:
    return jsonschema_rs.Draft202012Validator({keyword: value}, validate_formats=True, offline=True).is_valid


def has_format(name: str, text: str) -> bool:
    """Whether the engine says that a text has a format."""
    return _is_valid("format", name)(text)


def matches(expression: str, text: str) -> bool:
    """Whether the engine says that a text matches an expression."""
    return _is_valid("pattern", expression)(text)


class _Wanted(NamedTuple):
    """Conditions on a text."""

    shortest: int
    longest: int | None
    automata: tuple[tuple[Automaton, bool], ...]
    excluded: frozenset[str]


def find_string(literals: list[Literal], tick: Tick, known: dict[Any, str | None]) -> Outcome:
    """A text that satisfies them all: lengths, patterns, formats and excluded values.

    ``known`` holds what the search that asks has found before.
    """
    shortest, longest = 0, None
    automata: dict[tuple[Automaton, bool], None] = {}
    checks = []
    excluded: set[str] = set()
    for term, holds in literals:
        if term.kind == "in":
            excluded |= {value for kind, value in term.parts[0] if kind == STRING}
        elif term.kind in ("shortest", "longest"):
            length = term.parts[1]
            if (term.kind == "shortest") == holds:
                shortest = max(shortest, length if holds else length + 1)
            else:
                limit = length if holds else length - 1
                longest = limit if longest is None else min(longest, limit)
        elif term.kind == "pattern" and (found := automaton(term.parts[0])):
            automata[found, holds] = None
        else:
            checks.append((term, holds))
    if (longest is not None and longest < shortest) or _contradict(checks):
        return EMPTY
    matched = [each for each, holds in automata if holds]
    if any(is_within(one, other) for one in matched for other, holds in automata if not holds):
        return EMPTY
    if shortest > _LONGEST:
        return Doubt("a text would be too long to be shown")
    wanted = _Wanted(shortest, longest, tuple(automata), frozenset(excluded))
    if wanted not in known:
        known[wanted] = _first_word(wanted, tick)
    word = known[wanted]
    if word is None or not checks:
        return EMPTY if word is None else Witness(word)
    words = chain(islice(_words(wanted, tick), _MOST_WORDS), _guided(wanted, checks, tick))
    return _checked(literals, words, checks)


_found: dict[_Wanted, tuple[str | None, int]] = {}
_too_long: dict[_Wanted, int] = {}
_MOST_FOUND = 4096


def _first_word(wanted: _Wanted, tick: Tick) -> str | None:
    """The first of the texts, or None.

    What was found before is not looked for again, but counts as many steps; so does what took more than there were.
    """
    if wanted in _found:
        word, spent = _found[wanted]
        tick(spent)
        return word
    if wanted in _too_long:
        tick(_too_long[wanted])
        tick(-_too_long[wanted])  # there are more steps this time
    spent = 0

    def counted(steps: int = 1) -> None:
        nonlocal spent
        spent += steps
        tick(steps)

    if len(_found) + len(_too_long) >= _MOST_FOUND:
        _found.clear()
        _too_long.clear()
    try:
        word = next(_words(wanted, counted), None)
    except Exception:
        _too_long[wanted] = spent
        raise
    _found[wanted] = word, spent
    return word


def _contradict(checks: list[Literal]) -> bool:
    """Whether a text would have a format, and not another that it has then, too."""
    lacked = {term.parts[0] for term, holds in checks if term.kind == "format" and not holds}
    has = [term.parts[0] for term, holds in checks if term.kind == "format" and holds]
    return any(lacked.intersection(WITHIN.get(name, ())) for name in has)


def _guided(wanted: _Wanted, checks: list[Literal], tick: Tick) -> Iterator[str]:
    """Texts that satisfy the conditions and are likely to have the formats."""
    names = [term.parts[0] for term, holds in checks if holds and term.kind == "format" and term.parts[0] in _GUIDES]
    guides = [found for name in names if (found := automaton(_GUIDES[name]))]
    if guides:
        more = tuple((found, True) for found in guides)
        yield from islice(_words(wanted._replace(automata=wanted.automata + more), tick), _MOST_WORDS)


def _checked(literals: list[Literal], words: Iterator[str], checks: list[Literal]) -> Outcome:
    """A text for conditions that only the engine knows: one of a few that satisfy the others, or a sample."""
    wanted = [SAMPLES[term.parts[0]] for term, holds in checks if holds and term.kind == "format"]
    for word in chain(*wanted, words, *SAMPLES.values()):
        if all(satisfies(term, word) == holds for term, holds in literals):
            return Witness(word)
    term = checks[0][0]
    return Doubt(f"the {term.kind} {term.parts[0]!r} is only known to equal itself")


def satisfies(term: Term, text: str) -> bool:
    """Whether a text satisfies an atom about texts."""
    kind = term.kind
    if kind == "in":
        return (STRING, text) in term.parts[0]
    if kind == "shortest":
        return bool(len(text) >= term.parts[1])
    if kind == "longest":
        return bool(len(text) <= term.parts[1])
    if kind == "pattern":
        found = automaton(term.parts[0])
        return found.matches(text) if found else matches(term.parts[0], text)
    return has_format(term.parts[0], text)


class _Word(NamedTuple):
    """A text, by its last character and the text before that."""

    states: tuple[Any, ...]
    length: int
    prefix: str | None
    char: int
    before: _Word | None

    def text(self) -> str:
        chars = []
        at = self
        while at.before is not None:
            chars.append(chr(at.char))
            at = at.before
        return "".join(reversed(chars))


def _words(wanted: _Wanted, tick: Tick) -> Iterator[str]:
    """Texts that satisfy the conditions, short ones first; of those that go the same way only the first.

    The way that may end soonest is followed first (A*): how many characters a pattern needs at least is known.
    """
    alphabet = _alphabet(wanted)
    prefixes = {text[:end] for text in wanted.excluded for end in range(len(text) + 1)}
    if not wanted.automata:
        yield from _letters(wanted)
    start = tuple(each.start for each, _ in wanted.automata)
    effort = len(alphabet) * (1 + sum(each.size for each, _ in wanted.automata) // _EFFORT) if start else 0
    count = 0
    waiting = [(0, 0, count, _Word(start, 0, "" if prefixes else None, 0, None))]
    seen: set[Any] = set()
    moves: dict[Any, tuple[list[tuple[Any, int, int]], ...]] = {}  # all, and the first to each place
    while waiting:
        tick()
        word = heappop(waiting)[3]
        key = (word.states, min(word.length, wanted.shortest), word.prefix)
        if key in seen:
            continue
        seen.add(key)
        if word.length >= wanted.shortest and word.prefix not in wanted.excluded and _is_accepted(wanted, word.states):
            yield word.text()
        if word.states not in moves:
            tick(effort)
            every = _moves(wanted, word.states, alphabet)
            first = {move[0]: move for move in reversed(every)}
            moves[word.states] = every, list(reversed(first.values()))
        length = word.length + 1
        for following, char, least in moves[word.states][word.prefix is None]:
            soonest = max(length + least, wanted.shortest)
            if wanted.longest is None or soonest <= wanted.longest:
                prefix = None if word.prefix is None else word.prefix + chr(char)
                prefix = prefix if prefix in prefixes else None
                if (following, min(length, wanted.shortest), prefix) not in seen:
                    count += 1
                    heappush(waiting, (soonest, -length, count, _Word(following, length, prefix, char, word)))


def _letters(wanted: _Wanted) -> Iterator[str]:
    """Some texts of letters, where lengths and what is excluded are the only conditions."""
    most = wanted.shortest + 3 if wanted.longest is None else min(wanted.longest, wanted.shortest + 3)
    lengths = range(wanted.shortest, most + 1)
    words = ("".join(chars) for length in lengths for chars in product(ascii_lowercase, repeat=length))
    some = islice(words, len(wanted.excluded) + _MOST_WORDS)
    yield from (word for word in some if word not in wanted.excluded)


def _is_accepted(wanted: _Wanted, states: tuple[Any, ...]) -> bool:
    found = zip(wanted.automata, states, strict=True)
    return all(each.accepts(state) == holds for (each, holds), state in found)


def _moves(wanted: _Wanted, states: tuple[Any, ...], alphabet: tuple[int, ...]) -> list[tuple[Any, int, int]]:
    """Where each character leads, and how many more are needed from there at least; dead ends are left out."""
    followed = [each.follow(state, alphabet) for (each, _), state in zip(wanted.automata, states, strict=True)]
    found = []
    known: dict[tuple[Any, ...], int | None] = {}
    for char, following in zip(alphabet, zip(*followed, strict=True) if followed else repeat(()), strict=False):
        if following not in known:
            known[following] = _least(wanted, following)
        least = known[following]
        if least is not None:
            found.append((following, char, least))
    return found


def _least(wanted: _Wanted, states: tuple[Any, ...]) -> int | None:
    least = 0
    for (each, holds), state in zip(wanted.automata, states, strict=True):
        if holds:
            far = each.least(state)
            if far is None:
                return None
            least = max(least, far)
        elif each.is_done(state):
            return None
    return least


def _alphabet(wanted: _Wanted) -> tuple[int, ...]:
    """One character of each kind that the conditions tell apart, readable ones first."""
    sets = {ranges for each, _ in wanted.automata for ranges in each.sets()}
    named = {ord(char) for text in wanted.excluded for char in text}
    cuts = {0, 0xD800, 0xE000, 0x110000, ord("a"), ord("b")}
    cuts |= {cut for ranges in sets for low, high in ranges for cut in (low, high + 1)}
    cuts |= {cut for char in named for cut in (char, char + 1)}
    chars = {_readable(low, high - 1) for low, high in pairwise(sorted(cuts)) if low != 0xD800}
    kinds: dict[Any, int] = {}
    for char in sorted(chars, key=lambda char: (not 97 <= char <= 122, not 33 <= char <= 126, char)):
        inside = tuple([has(ranges, char) for ranges in sets])
        kinds.setdefault((inside, char if char in named or not sets else -1), char)
    return tuple(kinds.values())


def _readable(low: int, high: int) -> int:
    for first, last in ((97, 122), (48, 57), (65, 90), (33, 126)):
        if low <= last and high >= first:
            return max(low, first)
    return low
