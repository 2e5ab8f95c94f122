"""``connectory`` and ``python -m connectory``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code."""
    try:
        from connectory.cli import run
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("connectory"):
            raise
        print(f"connectory: {error.name} is missing; run: pip install 'connectory[build]'", file=sys.stderr)
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main())
