"""``connectory build``, ``show`` and ``explain``, as a person runs them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MINIMAL = """\
integrationId: acme
name: Acme
description: Sends anvils
version: "1.0.0"
authType: apikey
apiKeyConfig: {in: header, name: X-Api-Key}
methods:
  - id: send_anvil
    name: Send anvil
    description: Sends one anvil
    auth: []
    mcp: {tool: anvils/send}
    inputSchema:
      type: object
      properties:
        weight: {type: number, description: Kilograms, default: 50}
    outputSchema: {type: object, properties: {id: {type: string}}}
"""


def connectory(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "connectory", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **(env or {})}
    environment.pop("CONNECTORY_BUNDLE", None)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one definition, without Git."""
    (tmp_path / "catalog/acme").mkdir(parents=True)
    (tmp_path / "catalog/acme/1.0.0.yaml").write_text(MINIMAL)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_build_in_an_empty_folder(folder: Path) -> None:
    done = connectory("build", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 integrations, 1 methods, 0 models" in done.stdout
    assert set(contents(folder / "build")) == {
        "catalog.bundle",
        "manifest.json",
        "migrations/0000_create_integration_definitions.down.sql",
        "migrations/0000_create_integration_definitions.sql",
        "migrations/0001_seed_integration_definitions.down.sql",
        "migrations/0001_seed_integration_definitions.sql",
    }


def test_the_manifest_tells_what_was_written(folder: Path) -> None:
    connectory("build", cwd=folder)
    manifest = json.loads((folder / "build/manifest.json").read_text())
    written = {output["path"]: output["digest"].removeprefix("sha256:") for output in manifest["outputs"]}
    assert written == {path: digest for path, digest in contents(folder / "build").items() if path != "manifest.json"}
    assert [(one["integrationId"], one["version"]) for one in manifest["definitions"]] == [("acme", "1.0.0")]


def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    connectory("build", cwd=folder)
    first = contents(folder / "build")
    for seed in ("1", "2"):
        done = connectory("build", cwd=folder, env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"})
        assert done.returncode == 0
        assert contents(folder / "build") == first


def test_an_error_keeps_the_old_outputs(folder: Path) -> None:
    connectory("build", cwd=folder)
    before = contents(folder / "build")
    (folder / "catalog/acme/1.0.0.yaml").write_text(MINIMAL.replace("authType", "authTyp"))
    done = connectory("build", cwd=folder)
    assert done.returncode == 1
    assert "did you mean 'authType'?" in done.stderr
    assert done.stderr.endswith("nothing was written\n")
    assert contents(folder / "build") == before


def test_a_new_version_replaces_the_migrations(folder: Path) -> None:
    connectory("build", cwd=folder)
    newer = MINIMAL.replace("1.0.0", "1.1.0")
    (folder / "catalog/acme/1.1.0.yaml").write_text(newer)
    connectory("build", cwd=folder)
    names = sorted(path.name for path in (folder / "build/migrations").iterdir())
    assert names == [
        "0000_create_integration_definitions.down.sql",
        "0000_create_integration_definitions.sql",
        "0002_seed_integration_definitions.down.sql",
        "0002_seed_integration_definitions.sql",
    ]
    assert "acme 1.1.0" in connectory("show", "acme", cwd=folder).stdout


def test_somebody_elses_folder_is_not_replaced(folder: Path) -> None:
    (folder / "migrations").mkdir()
    (folder / "migrations/0001_users.sql").write_text("CREATE TABLE users ();\n")
    done = connectory("build", "--out", ".", cwd=folder)
    assert done.returncode == 2
    assert "0001_users.sql was not written by connectory" in done.stderr
    assert sorted(contents(folder)) == ["catalog/acme/1.0.0.yaml", "migrations/0001_users.sql"]


def test_an_output_that_cannot_be_written(folder: Path) -> None:
    (folder / "build").write_text("a file")
    done = connectory("build", cwd=folder)
    assert done.returncode == 2
    assert "cannot write to 'build'" in done.stderr


def test_two_catalogs(folder: Path) -> None:
    (folder / "private/zeta").mkdir(parents=True)
    (folder / "private/zeta/2.0.0.yaml").write_text(MINIMAL.replace("acme", "zeta").replace("1.0.0", "2.0.0"))
    done = connectory("build", "--catalog", "catalog", "--catalog", "private", cwd=folder)
    assert done.returncode == 0
    shown = json.loads(connectory("show", "--format", "json", cwd=folder).stdout)
    assert [(one["integrationId"], one["versions"]) for one in shown] == [("acme", ["1.0.0"]), ("zeta", ["2.0.0"])]


def test_show_a_method(folder: Path) -> None:
    connectory("build", cwd=folder)
    done = connectory("show", "acme.send_anvil", cwd=folder)
    assert done.stdout == (
        "acme.send_anvil 1.0.0  Send anvil\n"
        "Sends one anvil\n"
        "  tool     anvils/send\n"
        "  sign in  not needed\n"
        "\n"
        "Input\n"
        "  weight  number, default 50  Kilograms\n"
        "\n"
        "Output\n"
        "  id  string\n"
    )


@pytest.mark.parametrize("target", ["acme@1.0.0.send_anvil", "acme@^1.send_anvil", "acme@1.send_anvil"])
def test_show_a_method_of_a_version(folder: Path, target: str) -> None:
    connectory("build", cwd=folder)
    shown = json.loads(connectory("show", target, "--format", "json", cwd=folder).stdout)
    assert (shown["integrationId"], shown["version"], shown["id"]) == ("acme", "1.0.0", "send_anvil")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("acmee", "there is no integration 'acmee'; did you mean 'acme'?"),
        ("acme.sendAnvil", "acme has no method 'sendAnvil'; did you mean 'send_anvil'?"),
        ("acme@2.0.0", "acme has no version 2.0.0; it has 1.0.0"),
        ("acme@one", "'one' is not a version range (such as ^1.2, ~1.2 or >=1,<3)"),
        ("build/catalog.bundle", "there is no integration 'build/catalog'; a bundle is named with --bundle"),
    ],
)
def test_show_what_is_not_there(folder: Path, target: str, message: str) -> None:
    connectory("build", cwd=folder)
    done = connectory("show", target, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: {message}\n")


def test_show_without_a_bundle(folder: Path) -> None:
    done = connectory("show", cwd=folder)
    assert done.returncode == 2
    assert "build/catalog.bundle: no such file; 'connectory build' makes a bundle" in done.stderr


def test_explain(folder: Path) -> None:
    done = connectory("explain", "d001", cwd=folder)
    assert done.stdout.startswith("D001 (error)\n\nA field is not part of the format.\n")
    assert connectory("explain", "D0001", cwd=folder).returncode == 2
    assert len(connectory("explain", cwd=folder).stdout.splitlines()) >= 30
