"""The command line: one module for each command, with its arguments and exit codes.

A command's module has the command's name and a click command ``command``. A new one is a new module here.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import pkgutil
import sys
import traceback
from typing import Any

import click

from connectory import __version__

_BUG = """connectory: this is a bug of ours, not of your files. Please report it with the lines above, with
  connectory {version}, Python {python} on {platform}
  and the command: {command}"""


class Commands(click.Group):
    """Every command, imported when it is asked for, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of this package's modules."""
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with a likely intent when there is no such command."""
        from connectory.names import close_matches

        known = self.list_commands(ctx)
        close = close_matches(args[0], known)
        if close and args[0] not in known:
            ctx.fail(f"there is no command {args[0]!r}; did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="connectory")
def cli() -> None:
    """Compile integration definitions into a bundle for services and SQL seeds for PostgreSQL.

    \b
    Example:
      connectory check                 tell what is wrong in catalog/, and where
      connectory build                 write build/catalog.bundle, build/migrations/, build/manifest.json
      connectory show xero             read what a definition says
    """
    try:
        os.getcwd()
    except OSError as error:
        raise click.ClickException(f"there is no working directory any more: {error.strerror}") from None


def run() -> int:
    """Run the command line.

    Returns:
        0 clean, 1 findings, 2 wrong usage, 3 a bug of ours, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character shows its number
    try:
        code = cli.main(prog_name="connectory", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("connectory: interrupted", err=True)
        return 130
    except BrokenPipeError:
        _write_nowhere()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _write_nowhere()
            click.echo(f"connectory: cannot write: {error.strerror}", err=True)
            return 2
        if _is_of_input(error):
            click.echo(f"Error: {error}", err=True)
            return 2
        return _bug()


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _write_nowhere() -> None:
    """Let Python throw away what it could not write, rather than try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_of_input(error: Exception) -> bool:
    """Whether a bundle or a repository is at fault: they are read piece by piece, so that any step may find it."""
    from connectory.compiler.git import GitError
    from connectory.errors import BundleError

    return isinstance(error, BundleError | GitError)


def _bug() -> int:
    """Show the exception that is being handled, and ask for a report."""
    traceback.print_exc()
    python = ".".join(map(str, sys.version_info[:3]))
    command = " ".join(["connectory", *sys.argv[1:]])
    text = _BUG.format(version=__version__, python=python, platform=sys.platform, command=command)
    click.echo(text, err=True)
    return 3
