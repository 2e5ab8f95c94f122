"""connectory.toml, and what it chooses for the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import ai_definition, definition, method
from connectory.compiler.config import InvalidConfiguration, read_configuration
from connectory.compiler.emit import bundle
from connectory.compiler.lower import LoweredIntegration, lower
from connectory.compiler.release import Release
from connectory.compiler.selection import InvalidPattern, Selection
from test_cli_build import connectory as run
from test_cli_build import contents, folder  # noqa: F401  # a fixture

READS = {"annotations": {"readOnlyHint": True}}
DEFINITIONS = [
    definition("aws_s3", methods=[method("get", **READS), method("put")]),
    definition("aws_sqs", methods=[method("put")]),
    ai_definition({}, integration_id="claude"),
    definition("empty", methods=[]),
]

CHOICES: list[tuple[list[str], list[str], list[str]]] = [
    ([], [], ["aws_s3.get", "aws_s3.put", "aws_sqs.put", "claude.ping", "empty"]),
    (["aws_*"], [], ["aws_s3.get", "aws_s3.put", "aws_sqs.put"]),
    (["aws_s3.g?t"], [], ["aws_s3.get"]),
    (["*.put", "empty"], [], ["aws_s3.put", "aws_sqs.put", "empty"]),
    (["type:ai"], [], ["claude.ping"]),
    (["annotation:readOnlyHint"], [], ["aws_s3.get"]),
    ([], ["annotation:readOnlyHint"], ["aws_s3.put", "aws_sqs.put", "claude.ping", "empty"]),
    ([], ["type:integration"], ["claude.ping"]),
    (["aws_*"], ["aws_s3"], ["aws_sqs.put"]),
    (["aws_*"], ["*.put"], ["aws_s3.get"]),
]


@pytest.mark.parametrize(("include", "exclude", "names"), CHOICES)
def test_what_a_bundle_holds(tmp_path: Path, include: list[str], exclude: list[str], names: list[str]) -> None:
    kept = filter(None, map(Selection.read(include, exclude).narrowed, map(lower, DEFINITIONS)))
    bundle.write(Release(bundle.segments(kept)), tmp_path / "b")
    catalog = connectory.open(tmp_path / "b", verify="full")
    found = [f"{one.id}.{m}" if m else one.id for one in catalog.integrations() for m in one.methods or [""]]
    assert found == names


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("xero", "the pattern 'xero' matches nothing in the catalog"),
        ("aws_s3.delete", "the pattern 'aws_s3.delete' matches nothing in the catalog"),
        ("type:documents", "the pattern 'type:documents' matches nothing in the catalog"),
        ("type:aii", "the pattern 'type:aii' names no type; did you mean 'ai'?"),
        ("annotation:readonly", "the pattern 'annotation:readonly' names no annotation; did you mean 'readOnlyHint'?"),
        ("id:xero", "the pattern 'id:xero' starts with neither type: nor annotation:"),
        ("", "the pattern '' names nothing"),
        ("xero.", "the pattern 'xero.' names nothing"),
        ("aws_[s]3", "the pattern 'aws_[s]3' matches nothing in the catalog"),
        ("aws_s3.[gp]*t", "the pattern 'aws_s3.[gp]*t' matches nothing in the catalog"),
    ],
)
def test_patterns_that_choose_nothing(pattern: str, message: str) -> None:
    lowered = list(map(lower, DEFINITIONS))
    for include, exclude in (([pattern], []), ([], [pattern])):
        with pytest.raises(InvalidPattern) as caught:
            _choose(include, exclude, lowered)
        assert str(caught.value) == message


def _choose(include: list[str], exclude: list[str], integrations: list[LoweredIntegration]) -> None:
    selection = Selection.read(include, exclude)
    selection.check(set().union(*map(selection.used, integrations)))


WRONG: list[tuple[str | bytes, str]] = [
    ("[bundle", "connectory.toml: Expected ']' at the end of a table declaration (at end of document)"),
    ("[bundles]", "connectory.toml: there is no field 'bundles'; did you mean 'bundle'?"),
    ("[bundle]\nincludes = []", "connectory.toml: there is no field 'bundle.includes'; did you mean 'bundle.include'?"),
    ("[bundle]\ninclude = 'x'", "connectory.toml: bundle.include: must be a list, not text"),
    ("bundle = 5", "connectory.toml: bundle: must be a table, not a whole number"),
    (b"\xff", "connectory.toml: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_configuration_that_is_none(tmp_path: Path, text: str | bytes, message: str) -> None:
    (tmp_path / "connectory.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidConfiguration) as caught:
        read_configuration(tmp_path)
    assert str(caught.value) == message


def test_the_command(folder: Any) -> None:  # noqa: F811  # the fixture
    (folder / "connectory.toml").write_text('[bundle]\nexclude = ["*.send_*"]\n')
    done = run("build", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(connectory.open(folder / "build/catalog.bundle")) == 0
    assert "send_anvil" in (folder / "build/migrations/0001_seed_integration_definitions.sql").read_text()
    before = contents(folder / "build")
    (folder / "connectory.toml").write_text('[bundle]\ninclude = ["xero"]\n')
    done = run("build", cwd=folder)
    assert done.returncode == 2
    assert "connectory.toml: bundle: the pattern 'xero' matches nothing in the catalog" in done.stderr
    (folder / "connectory.toml").write_text("[bundle]\nincludes = 1\n")
    done = run("build", cwd=folder)
    assert (done.returncode, "did you mean 'bundle.include'?" in done.stderr) == (2, True)
    assert contents(folder / "build") == before
