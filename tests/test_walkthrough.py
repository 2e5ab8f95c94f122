"""What a new user does, from an empty folder to a service that looks a method up; what each step says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import connectory

SRC = Path(connectory.__file__).parents[1]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")

pytestmark = pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed beside this Python")

SERVICE = """\
import connectory

catalog = connectory.open("build/catalog.bundle")
method = catalog.method("acme", "list_items")
print(method.http.method, method.http.path, method.validate_input({"state": "open"}))
try:
    method.validate_input({"state": "lost", "page_size": 0})
except connectory.InvalidInput as invalid:
    print(*invalid.errors, sep="\\n")
"""


class User:
    """Somebody in a folder, with git, pre-commit and connectory at hand, and no network."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder = folder
        self.file = folder / "catalog/acme/1.0.0.yaml"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PATH": f"{bin_}{os.pathsep}{PRE_COMMIT.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(SRC),
            "PRE_COMMIT_HOME": str(bin_ / "hooks"),
            "HOME": str(bin_),
            "HTTPS_PROXY": "http://127.0.0.1:9",  # nothing listens there
            "PIP_INDEX_URL": "http://127.0.0.1:9",
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def does(self, command: str, code: int = 0) -> str:
        """What a command says, on both streams."""
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def edits(self, before: str, after: str) -> None:
        """Change one place of the definition."""
        text = self.file.read_text(encoding="utf-8")
        assert text.count(before) == 1
        self.file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def user(tmp_path: Path) -> User:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    command = bin_ / "connectory"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m connectory "$@"\n')
    command.chmod(0o755)
    (tmp_path / "definitions").mkdir()
    return User(tmp_path / "definitions", bin_)


def test_from_an_empty_folder_to_a_service(user: User) -> None:
    # Start.
    assert user.does("connectory check", 2).endswith(
        "Error: there is no folder 'catalog'; 'connectory init' starts a catalog here, and --catalog names another\n"
    )
    assert user.does("connectory init").endswith("\nnow: git init && pre-commit install; then: connectory new ID\n")
    assert "Initialized empty Git repository" in user.does("git init")
    assert "pre-commit installed at .git" in user.does("pre-commit install")
    user.does("git add --all")
    said = user.does("git commit --quiet --message start")
    assert re.findall(r"^connectory (\w+)\.+(\w+)$", said, re.M) == [("fmt", "Passed"), ("check", "Passed")]

    # A definition, and a slip in it.
    assert user.does("connectory new acme --auth apikey").splitlines() == [
        "wrote catalog/acme/1.0.0.yaml",
        "now replace what is about example.com, and run: connectory check",
    ]
    user.edits("baseUrl: https://api.example.com", "baesUrl: https://api.acme.test")
    user.edits("        cursor: cursor", "        cursor: curser")
    said = user.does("connectory check", 1)
    assert said.startswith(
        "error[D001]: the integration definition has no field 'baesUrl'\n"
        "  --> catalog/acme/1.0.0.yaml:10:1\n"
        "    |\n"
        " 10 | baesUrl: https://api.acme.test  # the path of each method follows it\n"
        "    | ^^^^^^^\n"
        "   = help: did you mean 'baseUrl'?\n"
    )
    assert "'curser'" in said
    assert "did you mean 'cursor'?" in said
    assert said.endswith("\nconnectory check --fix mends 1 of them\n")

    # The hook refuses the commit, and says the same.
    user.does("git add --all")
    said = user.does("git commit --message acme", 1)
    assert re.findall(r"^connectory (\w+)\.+(\w+)$", said, re.M) == [("fmt", "Passed"), ("check", "Failed")]
    assert "error[D001]: the integration definition has no field 'baesUrl'" in said

    # Mended: what is certain by the tool, the rest by hand.
    assert user.does("connectory check --fix", 1).startswith(
        "mended D001 at catalog/acme/1.0.0.yaml:10:1: the integration definition has no field 'baesUrl'\n"
    )
    user.edits("cursor: curser", "cursor:   'cursor'")
    assert user.does("connectory check --strict") == "2 files checked: no findings\n"
    user.does("git add --all")
    said = user.does("git commit --message acme", 1)
    assert "formatted catalog/acme/1.0.0.yaml" in said
    assert "files were modified by this hook" in said
    user.does("git add --all")
    user.does("git commit --quiet --message acme")
    assert user.does("git status --short") == ""

    # Built, looked at, and used.
    said = user.does("connectory build")
    assert re.search(r"^build/catalog\.bundle +[\d,]+ bytes$", said, re.M)
    assert "2 integrations, 2 methods, 0 models in " in said
    assert user.does("git status --short") == ""
    assert "list_items" in user.does("connectory show acme")
    (user.folder / "service.py").write_text(SERVICE)
    assert user.does(f'"{sys.executable}" -W error service.py').splitlines() == [
        "GET /v1/items {'state': 'open', 'page_size': 20}",
        '/state: must be one of "open", "done"; got "lost"',
        "/page_size: must be at least 1; got 0",
    ]
