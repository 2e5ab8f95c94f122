"""Programs from the npm registry, in a folder that git ignores; a test that needs one skips where it cannot be had."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "build" / "npm"


def installed(package: str, version: str) -> Path:
    """The folder of a package, installed when it is not there yet; skips where node, npm or the registry is missing."""
    home = FOLDER / package
    folder = home / "node_modules" / package
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip(f"{package} needs node and npm")
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        wanted = f"{package}@{version}"
        done = subprocess.run(
            ["npm", "install", "--prefix", home, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", wanted],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"npm cannot install {wanted}: {done.stderr.strip()[-200:]}")
    return folder
