"""The files of a source: the one that was named, and those of its folder tree that it refers to.

Nothing else is read: a reference that leaves the folder, or leads to the network, is one that leads nowhere.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from connectory.compiler.text.source import LIMIT
from connectory.importers.tally import Tally
from connectory.importers.yaml_source import YAMLError, read_yaml
from connectory.pointers import pointer, unescape
from connectory.printable import printable

DEPTH = 100
"""Containers inside each other that are read."""

_FILES = 2000
_TOGETHER = 4 * LIMIT
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EXPONENT = 300
_GRAPHQL = re.compile(r"^(type|interface|input|enum|schema|union)\b[^:\n]{0,200}[{=]|^directive @", re.MULTILINE)


def mapping(value: Any) -> dict[str, Any]:
    """``value`` where it is a mapping, and an empty one where it is anything else."""
    return value if isinstance(value, dict) else {}


class SourceError(Exception):
    """A source cannot be imported; the message says why, and what to do."""


class Unresolved(Exception):
    """A reference leads nowhere, or where nothing is read.

    Attributes:
        why: such as ``leads nowhere``.
    """

    def __init__(self, reference: str, why: str = "leads nowhere") -> None:
        super().__init__(reference)
        self.why = why


class Located(NamedTuple):
    """A value inside the files of a source.

    Attributes:
        document: its file, relative to the folder of the source; empty for the main one.
        path: the steps to it from the file's root.
        value: what stands there.
    """

    document: str
    path: tuple[str | int, ...]
    value: Any

    def below(self, *steps: str | int) -> Located:
        """What stands at these steps; they exist."""
        value = self.value
        for step in steps:
            value = value[step]
        return Located(self.document, (*self.path, *steps), value)

    def __str__(self) -> str:
        return f"{self.document}#{pointer(self.path)}"


class Documents:
    """Reads files when they are first referred to, each once.

    Attributes:
        file: the main file.
        root: its content.
        shown: how messages name it.
    """

    def __init__(
        self, file: Path, tally: Tally, root: Any = None, *, folder: Path | None = None, data: bytes | None = None
    ) -> None:
        """Read the main file.

        Args:
            file: the main file.
            tally: collects what could not be kept.
            root: replaces the file's content, for a format that first rewrites it.
            folder: where references may lead; by default the file's.
            data: the file's content, where it is not read from there.

        Raises:
            SourceError: it cannot be read.
        """
        self.file = file
        self.shown = file.name
        own = os.path.realpath(file.parent)
        self.folder = Path(os.path.realpath(folder)) if folder else Path(own)
        if not Path(own).is_relative_to(self.folder):
            raise SourceError(f"{self.shown} does not lie in the folder {printable(str(folder))!r}")
        self._main = os.path.join(os.path.relpath(own, self.folder), file.name)
        self._tally = tally
        self._bytes = 0
        self._roots: dict[str, Any] = {}
        self._resolved: dict[tuple[str, str], Located] = {}
        self._ids: dict[str, dict[str, tuple[str | int, ...]]] = {}
        self._anchors: dict[str, dict[str, tuple[str | int, ...]]] = {}
        if root is None:
            root = self._read(file, "") if data is None else parse(data, self.shown, tally)
        self.root = root
        self._roots[""] = self.root

    def main(self, *steps: str | int) -> Located:
        """A value of the main file; the steps exist."""
        return Located("", (), self.root).below(*steps)

    def rewritten(self, root: Any) -> Documents:
        """The same source with another main document in the place of its own."""
        return Documents(self.file, self._tally, root, folder=self.folder)

    def relative(self, base: str, located: Located) -> str:
        """The reference that leads from the file ``base`` to a value."""
        fragment = f"#{quote(pointer(located.path))}"
        if located.document == base:
            return fragment
        target = located.document or self._main
        return quote(os.path.relpath(target, os.path.dirname(base or self._main) or ".")) + fragment

    def resolve(self, base: str, reference: str) -> Located:
        """What ``reference``, written in the file ``base``, leads to.

        Raises:
            Unresolved: there is nothing, or it lies out of the folder.
            SourceError: the file that it leads to cannot be read.
        """
        known = self._resolved.get((base, reference))
        if known is None:
            known = self._resolved[base, reference] = self._resolve(base, reference)
        return known

    def _resolve(self, base: str, reference: str) -> Located:
        target, _, fragment = reference.partition("#")
        own = self._ids_of(base).get(target) if target else None
        document = base if own is not None or not target else self._document(base, target)
        start = own or ()
        root = Located(document, (), self._roots[document]).below(*start).value
        if fragment and not fragment.startswith("/"):
            path = self._anchors_of(document).get(unquote(fragment))
            if path is None:
                raise Unresolved(reference)
            return Located(document, (), self._roots[document]).below(*path)
        tokens = [unescape(token) for token in fragment.split("/")[1:]]
        for spelled in (tokens, [unescape(token) for token in unquote(fragment).split("/")[1:]]):
            found = _walk(root, spelled)
            if found is not None:
                return Located(document, (*start, *found[0]), found[1])
        raise Unresolved(reference)

    def _document(self, base: str, target: str) -> str:
        """The file that a reference names, read.

        Raises:
            Unresolved: there is none, or it is none of the source's.
            SourceError: it cannot be read.
        """
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or "\0" in target:
            raise Unresolved(target, "leads to the network, where nothing is read")
        inside = os.path.normpath(os.path.join(os.path.dirname(base or self._main), unquote(target)))
        path = self.folder / inside
        real = Path(os.path.realpath(path))
        if Path(inside).parts[:1] == ("..",) or os.path.isabs(inside) or not real.is_relative_to(self.folder):
            raise Unresolved(target, f"leads out of the folder {self.folder.name!r} (--root names another)")
        if real == Path(os.path.realpath(self.file)):
            return ""
        name = Path(inside).as_posix()
        if name not in self._roots:
            if len(self._roots) >= _FILES:
                raise SourceError(f"the source refers to more than {_FILES:,} files")
            if not os.path.exists(path):
                raise Unresolved(target)
            self._roots[name] = self._read(path, name)
        return name

    def _read(self, path: Path, name: str) -> Any:
        data = _bytes(path)
        self._bytes += len(data)
        if self._bytes > _TOGETHER:
            raise SourceError(f"the files of the source have more than {_TOGETHER:,} bytes together")
        return parse(data, name or self.shown, self._tally)

    def _ids_of(self, document: str) -> dict[str, tuple[str | int, ...]]:
        """Where the schemas stand that say an ``$id``; of several that say the same, the one that comes first."""
        if document not in self._ids:
            named = [(path, value["$id"]) for path, value in _mappings(self._roots[document]) if _has_id(value)]
            later_first = sorted(named, key=lambda one: [str(step) for step in one[0]], reverse=True)
            self._ids[document] = {own.removesuffix("#"): path for path, own in later_first}
        return self._ids[document]

    def _anchors_of(self, document: str) -> dict[str, tuple[str | int, ...]]:
        if document not in self._anchors:
            found: dict[str, tuple[str | int, ...]] = {}
            for path, value in _mappings(self._roots[document]):
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(value.get(keyword), str):
                        found.setdefault(value[keyword], path)
            self._anchors[document] = found
        return self._anchors[document]


def _mappings(root: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every mapping inside a document, and the steps to it."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), root)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            yield path, value
            waiting.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), inner) for index, inner in enumerate(value))


def _has_id(schema: dict[str, Any]) -> bool:
    return isinstance(schema.get("$id"), str) and schema["$id"] not in ("", "#")


def _walk(root: Any, tokens: list[str]) -> tuple[tuple[str | int, ...], Any] | None:
    path: list[str | int] = []
    value = root
    for token in tokens:
        if isinstance(value, dict) and token in value:
            step: str | int = token
        elif isinstance(value, list) and token.isascii() and token.isdigit() and int(token[:9]) < len(value):
            step = int(token)
        else:
            return None
        path.append(step)
        value = value[step]
    return tuple(path), value


def _bytes(path: Path) -> bytes:
    """The content of a file, unpacked where it is a gzip one."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise SourceError(f"{path.name} is not a regular file; - reads the standard input")
        with open(path, "rb") as stream:
            data = stream.read(LIMIT + 1)
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path, "rb") as packed:
                data = packed.read(LIMIT + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise SourceError(f"cannot read {path.name}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LIMIT:
        raise SourceError(f"{path.name} has more than {LIMIT:,} bytes")
    return data


def parse(data: bytes, shown: str, tally: Tally) -> Any:
    """The document that these bytes are: JSON or YAML, told apart by their start.

    Numbers with a fraction are Decimal. Characters that no definition can hold are removed, and noted.

    Raises:
        SourceError: they are neither, or are nested too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{shown} is not UTF-8 text (at byte {error.start:,})") from None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _clean(_json(text, shown, tally), shown, tally)
        except json.JSONDecodeError as error:
            if text.lstrip()[:1] == "[" or '"' in text.lstrip()[:200].split(":")[0]:
                place = f"line {error.lineno}, column {error.colno}"
                cut = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
                wrong = "it ends too early; is it whole?" if cut else error.msg
                raise SourceError(f"{shown} is not valid JSON: {wrong} ({place})") from None
    try:
        return _clean(read_yaml(text, shown, tally, DEPTH), shown, tally)
    except YAMLError as error:
        graphql = _GRAPHQL.search(text) is not None
        wrong = "it looks like a GraphQL schema, which is not read here" if graphql else f"is not valid YAML: {error}"
        raise SourceError(f"{shown}{': ' if graphql else ' '}{wrong}") from None


def _json(text: str, shown: str, tally: Tally) -> Any:
    def constant(name: str) -> Any:
        raise SourceError(f"{shown} holds {name}, which is no JSON")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice = next(name for name, count in counts.items() if count > 1)
            tally.note("key given twice; the last one counts", f"{shown}: {twice}")
        return made

    try:
        return json.loads(
            text, parse_float=number, parse_int=integer, parse_constant=constant, object_pairs_hook=members
        )
    except RecursionError:
        raise SourceError(f"{shown} is nested more than {DEPTH} levels deep") from None


class SpelledInt(int):
    """A whole number that the source writes in another way, such as ``1.0`` or ``007``."""

    spelling: str


class SpelledDecimal(Decimal):
    """A number that the source writes in another way, such as ``.50``."""

    spelling: str


def integer(text: str) -> int | Decimal:
    """A whole number; where it has more digits than Python reads, what the bounds of a schema refuse."""
    return _spelled(int(text) if len(text) < 1000 else Decimal("1E+301"), text)


def number(text: str) -> int | Decimal:
    """A number that is written with a fraction or an exponent; whole ones of 64 bits are int."""
    return _spelled(_number(text), text)


def _number(text: str) -> int | Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal("1E+301")
    if found.is_zero():
        return 0
    if abs(found.adjusted()) > _EXPONENT:
        return Decimal("1E+301")  # what the bounds of a schema refuse; Python would take hours to write it out
    if abs(found.adjusted()) <= 18 and found == found.to_integral_value():
        return int(found)
    return found


def _spelled(value: int | Decimal, text: str) -> int | Decimal:
    """The number, with how it was written where that is not how it would be written."""
    if len(text) > 100 or str(value) == text:
        return value
    spelled = SpelledInt(value) if isinstance(value, int) else SpelledDecimal(value)
    spelled.spelling = text
    return spelled


def spelling(value: Any) -> str:
    """A scalar as the source writes it."""
    return str(getattr(value, "spelling", value))


def as_text(value: Any) -> str:
    """A text of the source, also where YAML takes it for a number; empty for anything else."""
    is_text = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    return spelling(value) if is_text else ""


def _clean(root: Any, shown: str, tally: Tally) -> Any:
    """``root`` without what cannot be stored, if it is not nested too deeply."""
    dirty = False
    level = [root]
    for depth in range(DEPTH + 2):
        following: list[Any] = []
        seen: set[int] = set()  # of this level alone: what an alias stands for may be nested here and there
        for value in level:
            if isinstance(value, str):
                dirty = dirty or _UNSTORABLE.search(value) is not None
            elif isinstance(value, dict | list) and id(value) not in seen:
                seen.add(id(value))
                following.extend(value)
                following.extend(value.values() if isinstance(value, dict) else ())
        if not following:
            break
        if depth > DEPTH:
            raise SourceError(f"{shown} is nested more than {DEPTH} levels deep")
        level = following
    if dirty:
        tally.note("character that no database can hold; removed", shown)
        return _storable(root)
    return root


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
