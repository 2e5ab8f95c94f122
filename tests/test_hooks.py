"""The hooks that run with every commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not (ROOT / ".venv").is_dir(), reason="the hooks use .venv, which make sets up")
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit needs a Git repository")
def test_every_hook_passes(tmp_path: Path) -> None:
    command = [str(ROOT / ".venv/bin/pre-commit"), "run", "--all-files"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 5


def test_other_repositories_use_the_hooks(tmp_path: Path) -> None:
    """As .pre-commit-hooks.yaml offers them: pre-commit installs them, with what they need, from the package index."""
    pre_commit = ROOT / ".venv/bin/pre-commit"
    if not pre_commit.exists():
        pytest.skip("pre-commit is not installed in .venv")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "hatchling"]
    asked = subprocess.run([*pip, "--dest", str(tmp_path / "asked")], capture_output=True, text=True)
    if asked.returncode:
        pytest.skip(f"the package index cannot be reached: {asked.stderr.strip().splitlines()[-1]}")
    ours, theirs = tmp_path / "connectory", tmp_path / "theirs"
    ours.mkdir()
    for name in ("src", "schemas", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, ours / name)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "hooks"]):
        subprocess.run([*git, *command], cwd=ours, check=True)
    rev = subprocess.run(
        [*git, "rev-parse", "HEAD"], cwd=ours, capture_output=True, text=True, check=True
    ).stdout.strip()
    (theirs / "catalog").mkdir(parents=True)
    shutil.copytree(ROOT / "catalog/stripe", theirs / "catalog/stripe")
    hooks = "[{id: connectory-fmt}, {id: connectory-check, args: [--strict]}]"
    (theirs / ".pre-commit-config.yaml").write_text(f"repos: [{{repo: {ours}, rev: {rev}, hooks: {hooks}}}]\n")
    subprocess.run([*git, "init", "-q"], cwd=theirs, check=True)
    subprocess.run([*git, "add", "--all"], cwd=theirs, check=True)
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    command = [str(pre_commit), "run", "--all-files"]
    done = subprocess.run(command, cwd=theirs, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 2
    file = theirs / "catalog/stripe/1.0.0.yaml"
    file.write_text(file.read_text().replace("name: Stripe\n", "nane: 'Stripe'\n"))
    done = subprocess.run(command, cwd=theirs, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1
    assert "formatted catalog/stripe/1.0.0.yaml" in done.stdout
    assert "error[D001]: the integration definition has no field 'nane'" in done.stdout


def test_the_check_hook_refuses_a_bad_definition(tmp_path: Path) -> None:
    """The hook's own entry, with pre-commit, on a repository of its own."""
    pre_commit = ROOT / ".venv/bin/pre-commit"
    if not pre_commit.exists():
        pytest.skip("pre-commit is not installed in .venv")
    shutil.copy(ROOT / ".pre-commit-config.yaml", tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "catalog/acme").mkdir(parents=True)
    (tmp_path / "catalog/acme/1.0.0.yaml").write_text("integrationId: acme\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "add", "catalog"], cwd=tmp_path, check=True)
    done = subprocess.run(
        [pre_commit, "run", "connectory-check"],
        cwd=tmp_path,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert "error[D002]: the required field 'name' is missing" in done.stdout
