"""``connectory call``."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from connectory.cli._bundles import bundle_option, found, opened
from connectory.cli._signed_in import signing_options

if TYPE_CHECKING:
    from connectory import Method, Request


@click.command()
@click.argument("target", metavar="METHOD")
@click.option("--data", metavar="JSON", help="The input: JSON, @FILE, or - for standard input.")
@click.option("--dry-run", is_flag=True, help="Print the request as a curl command, without secrets; send nothing.")
@signing_options
@bundle_option
def command(
    target: str,
    data: str | None,
    dry_run: bool,
    auth: str | None,
    config: str | None,
    credentials_file: str | None,
    token_file: str | None,
    bundle: str | None,
) -> int:
    """Call a method and print its output, or print the request that it is.

    METHOD is ID.METHOD or ID@VERSION.METHOD. Credentials come from a file or the environment, never from the
    command line. Calling needs the extra oauth.

    \b
    Example:
      connectory call github.get_repository --data '{"owner": "octocat", "repo": "Hello-World"}' --dry-run
      connectory call xero.list_invoices --data @input.json --credentials xero.json --token xero-token.json
    """
    import connectory
    from connectory.cli._signed_in import credentials_given, json_given, keep_token, token_given

    given = json_given(data, "--data")
    settings = json_given(config, "--config")
    try:
        method = found(opened(bundle), target)
        if not isinstance(method, connectory.Method):
            raise click.UsageError(f"{target!r} is an integration: name a method, such as {_first(method)}")
        auth = auth or next(iter(method.auth or ()), None)
        if dry_run:
            click.echo(" \\\n  ".join(_curl(_shown(method, given, settings, auth))))
            return 0
        save = partial(keep_token, token_file) if token_file else None
        with connectory.oauth_session(
            method.integration,
            settings,
            credentials_given(credentials_file),
            token_given(token_file),
            save,
            auth=auth,
            on_invalid_output=_warn,
        ) as session:
            answer = session.call(method, given)
    except (connectory.UnknownName, connectory.BundleError, connectory.InvalidVersion) as error:
        raise click.UsageError(str(error)) from None
    except connectory.ConnectoryError as error:
        click.echo(f"connectory: {error}", err=True)
        return 1
    click.echo(json.dumps(answer.output, indent=2, ensure_ascii=False, default=str))
    if answer.next is not None:
        click.echo(f"connectory: there are more; next: --data {shlex.quote(json.dumps(answer.next))}", err=True)
    elif answer.next_url is not None:
        click.echo(
            "connectory: there are more, at an address that no input leads to; a session's pages follow it", err=True
        )
    return 0


def _warn(invalid: Exception) -> None:
    """What was answered is shown though the definition does not say it: the call was made."""
    click.echo(f"connectory: {invalid}", err=True)


def _first(integration: Any) -> str:
    return next((f"{integration.id}.{name}" for name in integration.methods), "one of another integration")


def _shown(method: Method, data: dict[str, Any], config: dict[str, Any], auth: str | None) -> Request:
    """The request with placeholders in place of credentials, which get not near it, and of secrets among the inputs."""
    from connectory import calling
    from connectory.cli._signed_in import PLACEHOLDER, placeholder, placeholders

    integration = method.integration
    way = integration.way(auth)
    given = placeholders(way.credentials_schema)
    return calling.authenticated(method, integration, data, given, config, placeholder(way), auth, veil=PLACEHOLDER)


def _curl(request: Request) -> Iterator[str]:
    """The parts of a curl command."""
    yield f"curl -X {request.method} {shlex.quote(request.url)}"
    for name, value in request.headers.items():
        yield f"-H {shlex.quote(f'{name}: {value}')}"
    if request.body is not None:
        try:
            yield f"--data-raw {shlex.quote(request.body.decode())}"
        except UnicodeDecodeError:
            yield f"--data-binary @FILE  # {len(request.body)} bytes"
