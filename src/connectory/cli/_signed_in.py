"""What commands that call a vendor share: credentials and tokens in files, never on the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from connectory.auth import Auth
from connectory.tokens import Token

PLACEHOLDER = "REDACTED"
"""It may stand anywhere, in a host too."""


def signing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that sign in."""
    for option in (
        click.option("--auth", metavar="ID", help="Another way to sign in than the definition's first one."),
        click.option("--config", metavar="JSON", help="The configuration: JSON, or @FILE."),
        click.option(
            "--credentials",
            "credentials_file",
            metavar="FILE",
            help="What the user supplies, as JSON.  [default: $CONNECTORY_CREDENTIALS, which holds the JSON itself]",
        ),
        click.option("--token", "token_file", metavar="FILE", help="Where the token is kept, for its owner only."),
    ):
        command = option(command)
    return command


def json_given(text: str | None, what: str) -> dict[str, Any]:
    """An object that is given as JSON, as ``@FILE``, or as ``-`` for standard input.

    Raises:
        UsageError: it is none; the message does not quote it.
    """
    if text is None:
        return {}
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{what} cannot be read: {error}") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "too deep")
        raise click.UsageError(f"{what} is no JSON: {reason} (line {getattr(error, 'lineno', 1)})") from None
    if not isinstance(found, dict):
        raise click.UsageError(f"{what} must be a JSON object")
    return found


def credentials_given(file: str | None) -> dict[str, Any]:
    """What the user supplies, from a file or the environment.

    Raises:
        UsageError: it cannot be read.
    """
    if file is not None:
        return json_given(file if file == "-" else f"@{file}", "--credentials")
    return json_given(os.environ.get("CONNECTORY_CREDENTIALS"), "$CONNECTORY_CREDENTIALS")


def token_given(file: str | None) -> Token | None:
    """The token that a file holds; None where there is no file.

    Raises:
        UsageError: the file holds something else.
    """
    if file is None or not os.path.exists(file):
        return None
    try:
        return Token.from_dict(json_given(f"@{file}", "--token"))
    except ValueError as error:
        raise click.UsageError(f"--token: {error}") from None


def keep_token(file: str, token: Token) -> None:
    """Write a token, whole, so that only its owner can read it."""
    import tempfile

    folder = os.path.dirname(os.path.abspath(file))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".token-")  # readable by its owner only
    try:
        with open(handle, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(token.to_dict(), indent=2) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    except BaseException:
        os.unlink(temporary)
        raise


def placeholders(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials that show where each of them goes."""
    return dict.fromkeys(schema.get("properties", {}), PLACEHOLDER)


def placeholder(way: Auth) -> Token:
    """A token that shows where it goes, and what came with it."""
    oauth2 = way.oauth2
    names = {**oauth2.capture_from_token, **oauth2.capture_from_callback} if oauth2 else {}
    return Token(access_token=PLACEHOLDER, captured=MappingProxyType(dict.fromkeys(names, PLACEHOLDER)))
