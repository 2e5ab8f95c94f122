"""The texts of many files, none of which is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectory.compiler.text.source import text_of


class Texts(Mapping[str, str]):
    """Texts by the names of their files, read when they are asked for; empty where one cannot be."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> str:
        return text_of(self._files[name], name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
