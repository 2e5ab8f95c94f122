"""Regular expressions that mean the same to ECMA-262, Rust's regex and Python's re: a parser.

What only some of them read, or read otherwise, is a problem. Problems say what to write instead where that means the
same, and what is wider where it accepts at least as much. The meaning is ECMA-262's, with the flag u.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from connectory.compiler.patterns.charset import ANY, CLASSES, DOT, Ranges, complement, joined
from connectory.compiler.patterns.properties import ascii_part, in_class, written_wide


class Chars(NamedTuple):
    """One character of a set."""

    ranges: Ranges


class Edge(NamedTuple):
    """The start of the text, or its end."""

    start: bool


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """One of several, the first that leads to a match."""

    options: tuple[Node, ...]


class Repeat(NamedTuple):
    """A part several times; ``most`` is None where there is no end."""

    part: Node
    least: int
    most: int | None


Node = Chars | Edge | Sequence | Choice | Repeat

_NOTHING = Sequence(())


class Problem(NamedTuple):
    """What is not portable.

    Attributes:
        start, end: where, in characters of the pattern.
        message: why.
        instead: what means the same and is portable; None where there is nothing.
        wider: what accepts at least as much and is portable; None where there is nothing.
    """

    start: int
    end: int
    message: str
    instead: str | None = None
    wider: str | None = None


class Pattern(NamedTuple):
    """A regular expression that was read.

    Attributes:
        text: as it is written.
        node: what it means; None where it cannot be read.
        problems: what is not portable in it, in order.
    """

    text: str
    node: Node | None
    problems: tuple[Problem, ...]


@lru_cache(maxsize=1 << 14)
def read(text: str) -> Pattern:
    """Parse a regular expression, in time linear in its length."""
    parser = _Parser(text)
    try:
        node: Node | None = parser.whole()
    except _Lost as lost:
        node = None
        parser.problem(parser.at, parser.at + 1, str(lost))
    return Pattern(text, node, tuple(parser.problems))


_PLAIN = re.compile(
    r"""(?>
        [\^$]                                            # an edge, which nothing repeats
      | (?> [^\\\[\](){}.*+?|^$] | \\[dwsDWStnrfv^$\\.*+?()\[\]{}|/] | \.
          | \[ \^?+ -?+
            (?> [^\\\[\]&|~^-] (?: -[^\\\[\]&|~^-] )?+ | \\[dwsDWStnrfv^$\\.*+?()\[\]{}|/-] (?!-[^\]]) )++ -?+ \]
          | \) )
        (?: [*+?] \??+ | \{ [0-9]{1,6} (?: ,[0-9]{0,6} )?+ \} \??+ )?+
      | \( (?: \?: )?+ (?! [?*+{] ) | \| (?! [?*+{] )
    )*+""",
    re.VERBOSE,
)
"""Some regular expressions that are portable if Rust reads them: told at a glance."""


def is_portable(text: str) -> bool:
    """Whether a regular expression that the engine of the runtime compiles has no problem."""
    return _PLAIN.fullmatch(text) is not None or not read(text).problems


def portable(text: str, *, wider: bool = False) -> str | None:
    """The portable form of a regular expression; with ``wider`` it may accept more; None where there is none."""
    for _ in range(3):
        pattern = read(text)
        if not pattern.problems:
            return text
        mends = [problem.instead if problem.instead is not None else problem.wider for problem in pattern.problems]
        if pattern.node is None or not (wider or all(problem.instead is not None for problem in pattern.problems)):
            return None
        for problem, mend in reversed(list(zip(pattern.problems, mends, strict=True))):
            if mend is None:
                return None
            text = text[: problem.start] + mend + text[problem.end :]
    return None


class _Lost(Exception):
    """What follows cannot be read."""


class _Property(NamedTuple):
    """A Unicode property: its text, and which characters of ASCII have it, None where that is not known."""

    text: str
    ascii: Ranges | None


_DEEPEST = 60
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_ELSEWHERE = {"A": ("^", Edge(True)), "z": ("$", Edge(False)), "Z": ("$", Edge(False))}
_QUANTIFIER = re.compile(r"[*+?]|\{(\d{1,6})(?:(,)(\d{1,6})?)?\}")
_UP_TO = re.compile(r"\{,(\d{1,6})\}")
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
_BRACED = re.compile(r"[ux]\{([0-9A-Fa-f]{1,6})\}")
_PAIR = re.compile(r"u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})")
_PROPERTY = re.compile(r"[pP](?:\{\^?([\w=]{1,40})\}|([A-Z]))")
_DASH = (0x2D, 0x2D)
_BOUNDS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_SET = re.compile(rf"\\(?:[dwsDWS]|{_PROPERTY.pattern})")
_LOOK = re.compile(r"\?<?[=!]")
_NAME = re.compile(r"\?P?<[A-Za-z_]\w*>")
_FLAGS = re.compile(r"\?([a-zA-Z-]+)([:)])")


class _Parser:
    """Reads a pattern from the left to the right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.problems: list[Problem] = []
        self._depth = 0
        self._dot_takes_all = False

    def whole(self) -> Node:
        node = self._choice()
        if self.at < len(self.text):
            raise _Lost("a ) closes no group")
        return node

    def problem(self, start: int, end: int, message: str, instead: str | None = None, wider: str | None = None) -> None:
        self.problems.append(Problem(start, end, message, instead, wider))

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self.text.startswith("|", self.at):
            self.at += 1
            options.append(self._sequence())
        return Choice(tuple(options)) if len(options) > 1 else options[0]

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._quantified(self._atom()))
        return Sequence(tuple(parts)) if len(parts) != 1 else parts[0]

    def _quantified(self, part: Node) -> Node:
        found = _QUANTIFIER.match(self.text, self.at)
        up_to = None if found else _UP_TO.match(self.text, self.at)
        if up_to:
            self.problem(*up_to.span(), f"{up_to[0]} is text to some engines", f"{{0,{up_to[1]}}}")
            self.at = up_to.end()
            return Repeat(part, 0, int(up_to[1]))
        if not found:
            return part
        self.at = found.end()
        least, most = _bounds(found)
        if most is not None and most < least:
            self.problem(*found.span(), f"{found[0]} is in reverse order")
        if isinstance(part, Edge) and self.text[found.start() - 1] != ")":
            self.problem(*found.span(), f"{found[0]} follows {'^' if part.start else '$'}", "" if least else None)
        if self.text.startswith("?", self.at):
            self.at += 1
        elif self.text.startswith("+", self.at):
            self.problem(self.at, self.at + 1, "ECMA-262 has no possessive quantifiers", wider="")
            self.at += 1
        again = _QUANTIFIER.match(self.text, self.at)
        if again:
            self.problem(*again.span(), f"{again[0]} follows another quantifier")
            self.at = again.end()
        return Repeat(part, least, most)

    def _atom(self) -> Node:
        start, character = self.at, self.text[self.at]
        self.at += 1
        if character in "^$":
            return Edge(character == "^")
        if character == ".":
            if self._dot_takes_all:
                self.problem(start, self.at, "the flag s changes it", r"[\s\S]")
            return Chars(ANY if self._dot_takes_all else DOT)
        if character == "(":
            return self._group(start)
        if character == "[":
            return self._class(start)
        if character == "\\":
            return self._escape(start)
        if character in "*+?":
            raise _Lost(f"there is nothing before a {character}")
        if character in "]{}":
            self.problem(start, self.at, f"a {character} that stands for itself needs a backslash", "\\" + character)
        return Chars(((ord(character), ord(character)),))

    def _group(self, start: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Lost("its groups are nested too deeply")
        before = len(self.problems)
        look = _LOOK.match(self.text, self.at)
        if look:
            self.at = look.end()
        elif self.text.startswith("?", self.at) and self._opening(start):
            self._depth -= 1
            return _NOTHING
        node = self._choice()
        if not self.text.startswith(")", self.at):
            raise _Lost("a ( is not closed")
        self.at += 1
        self._depth -= 1
        if look:
            del self.problems[before:]
            kind = "look-behind" if "<" in look[0] else "look-ahead"
            self.problem(start, self.at, f"Rust's regex has no {kind}", wider="")
            return _NOTHING
        return node

    def _opening(self, start: int) -> bool:
        """Read what follows ``(?``; whether that was the whole group."""
        named = _NAME.match(self.text, self.at)
        flags = _FLAGS.match(self.text, self.at)
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif named:
            self.at = named.end()
            self.problem(start, self.at, "named groups are written differently by each engine", "(")
        elif self.text.startswith("?>", self.at):
            self.at += 2
            self.problem(start, self.at, "ECMA-262 and Rust's regex have no atomic groups", wider="(?:")
        elif flags and flags[1] == "s" and flags[2] == ")" and start == 0:
            self.at = flags.end()
            self._dot_takes_all = True
            self.problem(start, self.at, "ECMA-262 has no flags inside a pattern", "")
            return True
        elif flags:
            self.at = flags.end()
            self.problem(start, self.at, "ECMA-262 has no flags inside a pattern")
            return flags[2] == ")"
        else:
            raise _Lost(f"{self.text[start : start + 3]} is not a group of ECMA-262")
        return False

    def _escape(self, start: int) -> Node:
        """What a backslash outside a class means."""
        character = self.text[self.at : self.at + 1]
        if character in CLASSES:
            self.at += 1
            return Chars(CLASSES[character])
        if character in _ELSEWHERE:
            self.at += 1
            instead, edge = _ELSEWHERE[character]
            self.problem(start, self.at, f"\\{character} is not known to ECMA-262", instead)
            return edge
        if character in ("b", "B"):
            self.at += 1
            self.problem(start, self.at, "words are those of Unicode in Rust, and of ASCII in ECMA-262", wider="")
            return _NOTHING
        if character in ("k", "g") or ("1" <= character <= "9"):
            self.at += 1
            self.problem(start, self.at, "Rust's regex has no back-references")
            return Chars(ANY)
        named = self._property()
        if named is not None:
            wide = None if named.ascii is None else written_wide(named.ascii)
            self.problem(start, self.at, f"Python's re does not know {named.text}", wider=wide)
            return Chars(ANY)
        code = self._character(start)
        return Chars(((code, code),))

    def _property(self) -> _Property | None:
        """A property that follows the backslash."""
        found = _PROPERTY.match(self.text, self.at)
        if not found:
            return None
        self.at = found.end()
        members = ascii_part(found[1] or found[2])
        if members is not None and found[0].startswith("P") is not found[0].startswith(("p{^", "P{^")):
            members = complement(members)
        return _Property(f"\\{found[0]}", members)

    def _character(self, start: int, *, inside: bool = False) -> int:
        """The one character that a backslash and what follows it mean."""
        found = _HEX.match(self.text, self.at)
        if found and not _is_surrogate(found[2]):
            self.at = found.end()
            return int(found[1] or found[2], 16)
        braced, pair = _BRACED.match(self.text, self.at), _PAIR.match(self.text, self.at)
        if pair:
            self.at = pair.end()
            code = 0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + (int(pair[2], 16) - 0xDC00)
            self.problem(start, self.at, "only ECMA-262 reads two escapes as one character", chr(code))
            return code
        if braced and int(braced[1], 16) <= 0x10FFFF and not _is_surrogate(braced[1]):
            self.at = braced.end()
            code = int(braced[1], 16)
            self.problem(start, self.at, f"Python's re does not know \\{braced[0]}", _literal(code, inside=inside))
            return code
        character = self.text[self.at : self.at + 1]
        if not character:
            raise _Lost("a backslash is at its end")
        self.at += 1
        if character in _SYNTAX or (inside and character == "-"):
            return ord(character)
        if character in _CONTROLS:
            return _CONTROLS[character]
        return self._odd(start, character, inside=inside)

    def _odd(self, start: int, character: str, *, inside: bool) -> int:
        """An escape that ECMA-262 or another engine refuses."""
        message = f"\\{character} is not known to every engine"
        letter = self.text[self.at : self.at + 1]
        if character == "c" and letter.isascii() and letter.isalpha():
            self.at += 1
            code = ord(letter) % 32
        elif character in "0ae" or (inside and character == "b"):
            code = {"0": 0, "a": 7, "e": 27, "b": 8}[character]
        elif character.isalnum():
            self.problem(start, self.at, message)
            return ord(character)
        else:
            message = f"{character} needs no backslash, and ECMA-262 refuses one"
            self.problem(start, self.at, message, _literal(ord(character), inside=inside))
            return ord(character)
        if character == "0" and letter.isdigit():
            self.problem(start, self.at, message)
        else:
            self.problem(start, self.at, message, f"\\x{code:02x}")
        return code

    def _class(self, start: int) -> Node:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        before = len(self.problems)
        members: list[tuple[int, int]] = []
        properties: list[_Property] = []
        if self.text.startswith("]", self.at):
            self.problem(start, self.at + 1, f"{self.text[start : self.at + 1]} is a whole class to ECMA-262 only")
            members.append((0x5D, 0x5D))
            self.at += 1
        while not self.text.startswith("]", self.at):
            found = self._set()
            if isinstance(found, _Property):
                properties.append(found)
                members.extend(found.ascii or ())
            else:
                members.extend(found or self._range())
        self.at += 1
        ranges = complement(joined(members)) if negated else joined(members)
        if properties:
            del self.problems[before:]
            wide = None if any(each.ascii is None for each in properties) else written_wide(ranges)
            self.problem(start, self.at, f"Python's re does not know {properties[0].text}", wider=wide)
        return Chars(ranges)

    def _set(self) -> _Property | Ranges | None:
        """The several characters that an escape inside a class means; None where another member follows."""
        if not _SET.match(self.text, self.at):
            return None
        self.at += 1
        property_ = self._property()
        ranges: Ranges = ()
        if property_ is None:
            letter = self.text[self.at]
            ranges = CLASSES[letter]
            self.at += 1
        if self._starts_range():
            self._dash("a range cannot start with a class")
            ranges = (*ranges, _DASH)
        return property_ or ranges

    def _range(self) -> Ranges:
        """A character inside a class, or a range of them."""
        low = self._one()
        if not self._starts_range():
            return ((low, low),)
        if _SET.match(self.text, self.at + 1):
            self._dash("a range cannot end with a class")
            return ((low, low), _DASH)
        self.at += 1
        high = self._one()
        if high < low:
            raise _Lost(f"the range {chr(low)}-{chr(high)} is in reverse order")
        return ((low, high),)

    def _starts_range(self) -> bool:
        return self.text.startswith("-", self.at) and not self.text.startswith("]", self.at + 1)

    def _dash(self, message: str) -> None:
        self.problem(self.at, self.at + 1, message, "\\-")
        self.at += 1

    def _one(self) -> int:
        """One character inside a class."""
        start, character = self.at, self.text[self.at : self.at + 1]
        if not character:
            raise _Lost("a [ is not closed")
        self.at += 1
        following = self.text[self.at : self.at + 1]
        if character == "\\":
            return self._character(start, inside=True)
        if character == "[" and following == ":":
            self.problem(start, self.at + 1, "ECMA-262 has no POSIX classes")
        elif character == "[" or (character == "-" and "-" in (following, self.text[start - 1])):
            message = f"some engines read a set operation at this {character}; it needs a backslash"
            self.problem(start, self.at, message, "\\" + character)
        elif character in "&|~" and following == character:
            self.at += 1
            message = f"some engines read a set operation at {character * 2}"
            self.problem(start, self.at, message, None if character == "&" else character)
        return ord(character)


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found[0] in _BOUNDS:
        return _BOUNDS[found[0]]
    least = int(found[1])
    return least, (int(found[3]) if found[3] else None) if found[2] else least


def _is_surrogate(digits: str | None) -> bool:
    return digits is not None and 0xD800 <= int(digits, 16) <= 0xDFFF


def _literal(code: int, *, inside: bool) -> str:
    """A character as it is written inside a class or outside."""
    if 0x7F < code <= 0xFFFF:
        return f"\\u{code:04X}"
    return in_class(code) if inside else ("\\" if chr(code) in _SYNTAX else "") + chr(code)
