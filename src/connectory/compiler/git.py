"""What a Git repository held at an earlier time. Git is only asked to read: no hook, pager, or network."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}^~+-]*")
_MAIN = ("main", "master")
_OPTIONS = ("--no-pager", "--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
_SECONDS = 120


class GitError(Exception):
    """Git cannot say; the message says why."""


class Commit(NamedTuple):
    """A commit, and what it is called."""

    name: str
    id: str

    def __str__(self) -> str:
        return self.name if self.id.startswith(self.name) else f"{self.name} ({self.id[:10]})"


def commit_of(folder: Path, ref: str) -> Commit:
    """The commit that a name means.

    Raises:
        GitError: it means none.
    """
    if not _is_name(ref):
        raise GitError(f"{ref!r} is no name of a commit")
    found = _asked(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not found:
        shallow = f": {_SHALLOW}" if is_shallow(folder) else ""
        raise GitError(f"there is no commit {ref!r} here{shallow}")
    return Commit(ref, found)


def merge_base(folder: Path) -> Commit | None:
    """Where the work in a checkout left the main branch; None where there is no repository, or no commit.

    Raises:
        GitError: no main branch is known, the clone is too shallow to tell, or Git refuses the repository.
    """
    standing = _standing(folder).absolute()
    if not any(os.path.lexists(place / ".git") for place in (standing, *standing.parents)):
        return None
    head = _asked(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if not head:
        return None
    for name in filter(_is_name, _main_branches(folder)):
        main = _asked(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if main:
            base = _asked(folder, "merge-base", head, main)
            if base:
                return Commit(name, base)
            if is_shallow(folder):
                raise GitError(f"it is not known where this work left {name}: {_SHALLOW}")
            raise GitError(f"this work and {name} have no commit in common: {_NAME_IT}")
    raise GitError(f"there is no main branch here: {_SHALLOW if is_shallow(folder) else _NAME_IT}")


def _main_branches(folder: Path) -> Iterator[str]:
    """What the main branch may be called, the likeliest first."""
    default = _asked(folder, "config", "--get", "init.defaultBranch")
    branch = _asked(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    followed = _asked(folder, "config", "--get", f"branch.{branch}.remote") if branch else ""
    remotes = _asked(folder, "remote").splitlines()
    for remote in sorted(remotes, key=lambda name: (name != "origin", name != followed, name)):
        yield from (f"{remote}/{name}" for name in ("HEAD", *_MAIN, default))
    yield from (*_MAIN, default)


def _is_name(ref: str) -> bool:
    return _REF.fullmatch(ref) is not None and ".." not in ref


_NAME_IT = "name what was released: 'connectory check --against REF'"
_SHALLOW = "the clone is shallow; run 'git fetch --unshallow' (with actions/checkout: fetch-depth: 0)"


def is_shallow(folder: Path) -> bool:
    """Whether a clone lacks its older commits."""
    return _asked(folder, "rev-parse", "--is-shallow-repository") == "true"


_MOST_NAMED = 200
"""Folders from which on to list all is no slower than to name them."""


class Held(NamedTuple):
    """What stands below a folder at a commit, by the path from the folder.

    Attributes:
        files: the id of the content.
        others: what else it is, a link or a submodule.
    """

    files: dict[str, str]
    others: dict[str, str]


def files_at(folder: Path, commit: Commit, within: Sequence[str] = ()) -> dict[str, str]:
    """The files of ``held_at``."""
    return held_at(folder, commit, within).files


def held_at(folder: Path, commit: Commit, within: Sequence[str] = ()) -> Held:
    """What stands below a folder at a commit.

    The folder itself may be gone by now. What is ``within`` some folders in it, or stands in their place, is there for
    sure; without any, all is.
    """
    inside = folder.absolute().relative_to(_standing(folder).absolute()).as_posix()
    before = "" if inside == "." else f"{inside}/"
    wanted = [f"{before}{name}" for name in within] if len(within) < _MOST_NAMED else []
    paths = wanted or ([before] if before else [])
    listed = _listed(folder, commit.id, *(["--", *paths] if paths else []))
    held = Held({}, {})
    for entry in listed:
        path = entry.path.removeprefix(before)
        if entry.kind == "file":
            held.files[path] = entry.id
        else:
            held.others[path] = entry.kind
    return held


def gone_since(folder: Path, commit: Commit, is_wanted: Callable[[str], bool]) -> dict[str, str]:
    """The files of the whole repository at a commit that stand there no more: the id of the content by the path."""
    top = Path(_asked(folder, "rev-parse", "--show-toplevel"))
    listed = _listed(folder, "--full-tree", commit.id)
    return {
        entry.path: entry.id
        for entry in listed
        if entry.kind == "file" and is_wanted(entry.path) and not os.path.lexists(top / entry.path)
    }


class _Entry(NamedTuple):
    kind: str
    path: str
    id: str


_KINDS = {b"100": "file", b"120": "link", b"160": "submodule"}
"""What a mode in a tree of Git means, by its first digits."""


def _listed(folder: Path, *words: str) -> Iterator[_Entry]:
    """What ``git ls-tree`` lists."""
    for line in _run(folder, "--literal-pathspecs", "ls-tree", "-r", "-z", *words).stdout.split(b"\0"):
        about, _, path = line.partition(b"\t")
        if about[:3] in _KINDS:
            yield _Entry(_KINDS[about[:3]], os.fsdecode(path), about.split(b" ")[2].decode())


def contents(folder: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """The contents of these ids."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    data = _run(folder, "cat-file", "--batch", given="".join(f"{each}\n" for each in wanted).encode()).stdout
    found = {}
    at = 0
    for each in wanted:
        end = data.index(b"\n", at)
        about = data[at:end].split(b" ")
        if len(about) != 3:
            raise GitError(f"the content {each} is not here (a partial clone lacks it)")
        size = int(about[2])
        found[each] = data[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def id_of(content: bytes, like: str) -> str:
    """The id that Git gives to a content, of the same kind as another id."""
    digest = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return digest(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _asked(folder: Path, *words: str) -> str:
    """What Git answers; nothing where it says no."""
    return _run(folder, *words, may_fail=True).stdout.decode("utf-8", "replace").strip()


def _run(folder: Path, *words: str, given: bytes = b"", may_fail: bool = False) -> subprocess.CompletedProcess[bytes]:
    try:
        done = subprocess.run(  # noqa: S603  # no shell; names are checked, and ids come from Git
            ["git", *_OPTIONS, *words],  # noqa: S607  # the user's own Git
            cwd=_standing(folder),
            env=_environment(os.environ),
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("Git is not installed") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"Git does not answer: {error}") from None
    said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    if done.returncode and (not may_fail or said.startswith("fatal:")):
        if may_fail and "Needed a single revision" in said:
            return done
        raise GitError(f"Git says: {said.removeprefix('fatal: ') or f'it failed with {done.returncode}'}")
    return done


def _standing(folder: Path) -> Path:
    """A folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.absolute().parents) if path.is_dir())


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what could make Git run something or look elsewhere."""
    kept = {name: value for name, value in given.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


_KEPT = ("GIT_CEILING_DIRECTORIES",)
