"""A new repository of definitions: one to start from, and what checks them with each commit and pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectory import __version__
from connectory.compiler.format import schema_text
from connectory.compiler.publish import write_file
from connectory.starting.definition import Exists, new_text
from connectory.starting.rendering import render

_TEMPLATES = {
    "connectory.toml": "connectory.toml.j2",
    "requirements.txt": "requirements.txt.j2",
    ".pre-commit-config.yaml": "pre-commit-config.yaml.j2",
    ".github/workflows/check.yml": "check.yml.j2",
    ".gitignore": "gitignore.j2",
    "README.md": "README.md.j2",
}


def texts() -> dict[str, str]:
    """The files of a new repository, by their paths."""
    example = new_text("example", "integration", "apikey", "Example", "../../schemas/definition-1.json")
    made = {"catalog/example/1.0.0.yaml": example, "schemas/definition-1.json": schema_text()}
    return made | {path: render(f"repository/{name}", version=__version__) for path, name in _TEMPLATES.items()}


def new_repository(folder: Path, *, keep: bool = False) -> list[str]:
    """Write a repository into a folder, which is made where it is missing; the paths of what was written.

    Args:
        folder: where.
        keep: leave what is there as it is, and write the rest.

    Raises:
        Exists: a file is there already, and is not to be kept; nothing was written.
        OSError: it cannot be written; nothing is left of it.
    """
    made = texts()
    standing = [path for path in made if (folder / path).exists() or (folder / path).is_symlink()]
    if any((folder / "catalog").glob("*/*")):
        made.pop("catalog/example/1.0.0.yaml")
    if standing and not keep:
        raise Exists(", ".join(standing))
    return _write(folder, {path: text for path, text in made.items() if path not in standing})


def _write(folder: Path, made: Mapping[str, str]) -> list[str]:
    """All of the files, or none."""
    new = [inner for path in made for inner in _missing(folder / path)]
    try:
        for path, text in made.items():
            write_file(folder / path, text)
    except BaseException:
        for one in reversed(new):
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()
            elif one.is_file():
                one.unlink()
        raise
    return list(made)


def _missing(path: Path) -> Iterator[Path]:
    """The folders above a file that do not exist yet, the outermost first, and the file."""
    if not path.exists():
        yield from _missing(path.parent)
        yield path
