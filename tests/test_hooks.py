"""The hooks that run with every commit."""

from __future__ import annotations

import os
import shutil
import subprocess
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
