"""The real yaml-language-server, as VS Code and others run it, with the format's schema and without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectory.starting.definition import new_definition
from connectory.starting.schema import write_schema
from editor import NO_NETWORK, Editor

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "build/editor/node_modules/yaml-language-server/bin/yaml-language-server"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node, which runs yaml-language-server, is not installed"),
    pytest.mark.skipif(not SERVER.is_file(), reason="yaml-language-server is not installed: make editor"),
]


class Opened:
    """A new definition, open in an editor."""

    def __init__(self, editor: Editor, file: Path) -> None:
        self.editor = editor
        self.file = file
        self.text = file.read_text(encoding="utf-8")

    def underlined(self, text: str) -> list[tuple[str, str]]:
        """What is underlined in a text, and why."""
        lines = text.splitlines()
        found = []
        for one in self.editor.open(self.file, text):
            start, end = one["range"]["start"], one["range"]["end"]
            last = end["character"] if start["line"] == end["line"] else None
            found.append((lines[start["line"]][start["character"] : last], one["message"]))
        return found

    def at(self, text: str, where: str) -> dict[str, Any]:
        """The place right behind the only ``where`` of a text that is open."""
        assert text.count(where) == 1
        before = text[: text.index(where) + len(where)].rstrip("\n")
        place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        return {"textDocument": {"uri": self.file.as_uri()}, "position": place}

    def completions(self, text: str, where: str) -> list[str]:
        self.editor.open(self.file, text)
        found = self.editor.ask("textDocument/completion", self.at(text, where))
        return [item["label"] for item in (found if isinstance(found, list) else found["items"])]

    def hover(self, where: str) -> str:
        self.editor.open(self.file, self.text)
        place = self.at(self.text, where)
        place["position"]["character"] -= 1
        return str(self.editor.ask("textDocument/hover", place)["contents"]["value"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("definitions")
    file = new_definition(folder / "catalog", "acme", "integration", "oauth2", "Acme")
    write_schema(folder / "catalog")
    (folder / "no_network.js").write_text(NO_NETWORK)
    connections = folder / "connections.txt"
    environment = {
        **os.environ,
        "NODE_OPTIONS": f"--require {folder / 'no_network.js'}",
        "CONNECTIONS": str(connections),
    }
    command = [str(NODE), str(SERVER), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        settings = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
        editor = Editor(process, {"yaml": settings})
        editor.start(folder)
        yield Opened(editor, file)
        process.kill()
    assert not connections.exists(), connections.read_text()


def test_a_new_definition_is_without_fault(opened: Opened) -> None:
    assert opened.underlined(opened.text) == []


@pytest.mark.parametrize("file", sorted((ROOT / "catalog").glob("*/*.yaml")), ids=lambda file: file.parent.name)
def test_the_catalog_is_without_fault(file: Path, opened: Opened) -> None:
    assert opened.editor.open(file, file.read_text(encoding="utf-8")) == []


def test_a_misspelt_field_is_underlined(opened: Opened) -> None:
    wrong = opened.text.replace("  tokenUrl:", "  tokenUri:")
    assert opened.underlined(wrong) == [
        ("oauth2Config", 'Missing property "tokenUrl".'),
        ("tokenUri", "Property tokenUri is not allowed."),
    ]


def test_a_value_that_is_no_choice_is_underlined(opened: Opened) -> None:
    ((what, why),) = opened.underlined(opened.text.replace("authType: oauth2 ", "authType: oauth "))
    assert what == "oauth"
    assert why.startswith("Value is not accepted. Valid values: ")
    assert '"apikey"' in why


def test_a_keyword_of_json_schema_with_a_wrong_value_is_underlined(opened: Opened) -> None:
    assert opened.underlined(opened.text.replace("type: integer", "type: int")) != []


def test_fields_are_completed(opened: Opened) -> None:
    text = opened.text.replace("  pkce: S256", "  toke\n  pkce: S256")
    labels = opened.completions(text, "  toke\n")
    assert {"tokenBodyFormat", "tokenParameters"} <= set(labels)
    assert not {"tokenUrl", "authorizationUrl"} & set(labels)  # they are there already


def test_values_are_completed(opened: Opened) -> None:
    labels = opened.completions(re.sub("authType: oauth2.*", "authType: ", opened.text), "authType: ")
    assert {"oauth2", "apikey", "custom"} <= set(labels)


def test_keywords_of_json_schema_are_completed(opened: Opened) -> None:
    text = opened.text.replace("          maximum: 100\n", "          max\n")
    assert "maximum" in opened.completions(text, "          max")


def test_fields_are_explained(opened: Opened) -> None:
    assert "How requests are authenticated" in opened.hover("authType")
    assert "The address that every method's http path is appended to" in opened.hover("baseUrl")
    assert "pagination" in opened.hover("pagination").lower()
