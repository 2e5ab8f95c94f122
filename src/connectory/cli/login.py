"""``connectory login``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from connectory.cli._bundles import bundle_option, found, opened
from connectory.cli._signed_in import signing_options

if TYPE_CHECKING:
    from connectory import Auth, Authorization, Integration, Token

_PATIENCE = 300.0
"""Seconds that somebody has to sign in."""


@click.command()
@click.argument("target", metavar="INTEGRATION")
@click.option("--scope", "scopes", multiple=True, help="Ask for this instead; may be given several times.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Of the address that the provider sends you back to."
)
@click.option("--path", default="/callback", show_default=True, help="Likewise; the application is registered with it.")
@click.option("--no-browser", is_flag=True, help="Print the address in place of opening a browser.")
@click.option("--verify", is_flag=True, help="Prove what was got with the definition's harmless request.")
@signing_options
@bundle_option
def command(
    target: str,
    scopes: tuple[str, ...],
    port: int,
    path: str,
    no_browser: bool,
    verify: bool,
    auth: str | None,
    config: str | None,
    credentials_file: str | None,
    token_file: str | None,
    bundle: str | None,
) -> int:
    """Sign in to try a definition by hand: a browser opens, and what comes back is shown without its secrets.

    The provider sends you back to http://127.0.0.1:PORT/callback, which the application must be registered with.
    With --token the token is kept for `connectory call`. Needs the extra oauth.

    \b
    Example:
      connectory login xero --credentials xero.json --port 8400 --token xero-token.json --verify
    """
    import connectory
    from connectory.cli._signed_in import credentials_given, json_given, keep_token

    given, settings = credentials_given(credentials_file), json_given(config, "--config")
    try:
        integration = found(opened(bundle), target)
        if not isinstance(integration, connectory.Integration):
            raise click.UsageError(f"{target!r} is a method; name its integration")
        way, completed = integration.way(auth), integration.configure(settings)
        token = None
        if way.needs_token:
            token = _signed_in(way, given, completed, scopes, port, path, not no_browser)
            _tell(integration, way, token, scopes)
        elif not verify:
            more = ": --verify proves the credentials" if integration.verify else ""
            click.echo(f"{integration.id} needs no signing in this way{more}")
        if token and token_file:
            keep_token(token_file, token)
            click.echo(f"kept in {token_file}")
        return _proved(integration, given, completed, token, auth) if verify else 0
    except (connectory.UnknownName, connectory.BundleError, connectory.InvalidVersion) as error:
        raise click.UsageError(str(error)) from None
    except (connectory.ConnectoryError, TimeoutError) as error:
        click.echo(f"connectory: {error}", err=True)
        return 1


def _signed_in(
    way: Auth,
    credentials: dict[str, Any],
    config: dict[str, Any],
    scopes: tuple[str, ...],
    port: int,
    path: str,
    browser: bool,
) -> Token:
    """A new token."""
    asked = scopes or None
    if way.oauth2 is None or way.oauth2.grant_type == "client_credentials":
        return _exchanged(way, way.token_request(credentials, config, scopes=asked))
    from connectory.cli._loopback import Loopback
    from connectory.errors import InvalidCredentials, Issue

    if not credentials.get("clientId"):
        raise InvalidCredentials(way.integration_id, [Issue("", "lacks 'clientId'", "required")])
    with Loopback(port, path) as loopback:
        pending = way.authorization_url(
            client_id=credentials["clientId"], redirect_uri=loopback.address, config=config, scopes=asked
        )
        _open(pending, browser)
        back = loopback.wait(lambda url: way.parse_callback(url, pending), _PATIENCE)
    request = way.token_request(
        credentials, config, code=back.code, redirect_uri=pending.redirect_uri, code_verifier=pending.code_verifier
    )
    return _exchanged(way, request, back.captured)


def _open(pending: Authorization, browser: bool) -> None:
    import webbrowser

    if not (browser and webbrowser.open(pending.url)):
        click.echo(f"open this address in a browser:\n  {pending.url}", err=True)
    click.echo(f"waiting at {pending.redirect_uri} ...", err=True)


def _exchanged(way: Auth, request: Any, captured: Any = None) -> Token:
    """The token that a request gets."""
    from connectory.session import send

    answer = send(request)
    return way.parse_token_response(answer.status, answer.headers, answer.body, captured=captured or {})


def _tell(integration: Integration, way: Auth, token: Token, scopes: tuple[str, ...]) -> None:
    """What was got, without secrets."""
    asked = scopes or (way.oauth2.scopes if way.oauth2 else ())
    life = "" if token.expires_at is None else f"; it ends in {max(0, round(token.expires_at - time.time())):,} s"
    click.echo(f"signed in to {integration.id}: an access token{life}")
    click.echo(f"refresh token: {'yes' if token.refresh_token else 'no'}")
    if token.scopes:
        click.echo(f"scopes: {' '.join(token.scopes)}")
        refused = [scope for scope in asked if scope not in token.scopes]
        if refused:
            click.echo(f"asked for but not granted: {' '.join(refused)}")
    for name in token.captured:
        click.echo(f"kept: ${{token.{name}}}")


def _proved(
    integration: Integration, credentials: dict[str, Any], config: dict[str, Any], token: Token | None, auth: str | None
) -> int:
    """0 where the credentials work."""
    from connectory.answers import refusal
    from connectory.session import send

    answer = send(integration.verify_request(credentials, config, token=token, auth=auth))
    wrong = refusal(integration, answer.status, answer.headers, answer.body)
    click.echo(f"refused: {wrong}" if wrong else f"the credentials work: HTTP {answer.status}")
    return 1 if wrong else 0
