"""The README's commands and code do what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the commands use, with ``connectory`` on the path."""
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/connectory"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m connectory "$@"\n')
    command.chmod(0o755)
    return tmp_path


def run(command: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    path = f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        command, shell=True, cwd=checkout, env=environment, capture_output=True, text=True, timeout=120
    )


def test_the_two_commands_come_first() -> None:
    first = blocks("console")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make build", "make test"]


def test_the_service_developers_tour(checkout: Path) -> None:
    assert run("connectory build", checkout).returncode == 0
    (checkout / "tour.py").write_text(blocks("python")[0])
    done = run(f'"{sys.executable}" -W error tour.py', checkout)
    assert done.stderr == ""
    assert "/Type: must be one of" in done.stdout
    assert re.fullmatch(r"0\.\d+", done.stdout.splitlines()[-1])


def test_the_guide_for_services(checkout: Path) -> None:
    assert run("connectory build", checkout).returncode == 0
    guide = (ROOT / "docs/services.md").read_text(encoding="utf-8")
    (checkout / "guide.py").write_text("\n".join(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)))
    done = run(f'"{sys.executable}" -W error guide.py', checkout)
    assert done.stderr == ""
    assert done.stdout.splitlines()[:3] == [
        "the catalog lacks what is required of it:",
        "  xero has no version ^7; it has 1.0.0",
        "  there is no integration 'slak'; did you mean 'slack'?",
    ]
    assert "invalid output for slack.post_message (returned by __main__.<lambda>):" in done.stdout
    assert "/model: 'gpt-4' is no model; use " in done.stdout


def test_the_guide_for_calling(checkout: Path) -> None:
    assert run("connectory build", checkout).returncode == 0
    guide = (ROOT / "docs/calling.md").read_text(encoding="utf-8")
    (checkout / "guide.py").write_text("\n".join(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)))
    done = run(f'"{sys.executable}" -W error guide.py', checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert "<Request POST https://identity.xero.com/connect/token: Accept, Authorization, Content-Type" in done.stdout
    assert "xero.list_invoices failed with HTTP 404: No such tenant" in done.stdout
    dry_run = re.search(r"^connectory call github.*--dry-run$", guide, re.MULTILINE)
    assert dry_run
    shown = run(dry_run[0], checkout).stdout.splitlines()
    assert (shown[0], shown[-1]) == (
        "curl -X GET https://api.github.com/repos/octocat/Hello-World \\",
        "  -H 'Authorization: Bearer REDACTED'",
    )


def test_the_authors_tour(checkout: Path) -> None:
    done = run(blocks("console")[1], checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n13 files checked: no findings\n")
    for command in (blocks("console")[2], "cd definitions && connectory check --strict && connectory build"):
        assert run(command, checkout).returncode == 0


def test_the_quoted_finding_is_what_check_prints(checkout: Path) -> None:
    (checkout / "catalog/acme").mkdir()
    (checkout / "catalog/acme/1.0.0.yaml").write_text(
        "integrationId: acme\nname: Acme\ndescription: Sends anvils\nversion: '1.0.0'\nauthType: oauth2\nmethods: []\n"
        "oauth2Config:\n  authorizationUrl: https://acme.example.com/authorize\n"
        "  tokenUri: https://acme.example.com/token\n"
    )
    assert blocks("text")[0] in run("connectory check", checkout).stdout


def test_the_importers_tour(checkout: Path) -> None:
    cases = ROOT / "tests/cases/import"
    shutil.copy(cases / "openapi-3.1/source.json", checkout / "acme-openapi.json")
    shutil.copy(cases / "mcp-tools/source.json", checkout / "acme-tools.json")
    for line in blocks("console")[3].splitlines():
        done = run(line, checkout)
        assert (done.returncode, done.stderr) == (0, "")
    assert (checkout / "catalog/acme/1.0.0.yaml").is_file()
    assert (checkout / "catalog/acme_tools/1.0.0.yaml").is_file()


def test_the_operators_and_everybodys_commands(checkout: Path) -> None:
    operators, everybody = blocks("console")[4:6]
    assert run("connectory build", checkout).returncode == 0
    for name in re.findall(r"-f (\S+)", operators):
        assert (checkout / name).is_file(), name
    for line in everybody.splitlines():
        done = run(line, checkout)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
