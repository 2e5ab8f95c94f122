"""``connectory show``."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from connectory.cli._bundles import bundle_option, found, opened

if TYPE_CHECKING:
    from rich.console import Console

    from connectory import Integration, Method


@click.command()
@click.argument("target", required=False)
@bundle_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(target: str | None, bundle: str | None, format_: str) -> int:
    """Show an integration or a method as the bundle holds it. Without TARGET, list the integrations.

    TARGET is ID, ID@VERSION, ID.METHOD or ID@VERSION.METHOD; VERSION may be a range, such as ^1.2.

    \b
    Example:
      connectory show
      connectory show xero
      connectory show xero@1.0.0
      connectory show xero.create_invoice --format json
    """
    import connectory

    try:
        catalog = opened(bundle)
        if target is None:
            shown: Any = list(catalog.integrations())
        else:
            shown = found(catalog, target)
        text = json.dumps(_plain(shown), indent=2, default=str) if format_ == "json" else _readable(shown)
    except (connectory.UnknownName, connectory.BundleError, connectory.InvalidVersion) as error:
        is_bundle = target is not None and Path(target).is_file()
        hint = "; a bundle is named with --bundle" if is_bundle else ""
        raise click.UsageError(f"{error}{hint}") from None
    click.echo(text)
    return 0


def _plain(shown: Any) -> Any:
    if isinstance(shown, list):
        return [
            {"integrationId": one.id, "name": one.name, "type": one.type, "versions": list(one.versions)}
            for one in shown
        ]
    plain = shown.definition()
    if hasattr(shown, "input_schema"):
        plain |= {"inputSchema": shown.input_schema, "outputSchema": shown.output_schema}
        plain = {"integrationId": shown.integration_id, "version": shown.version, **plain}
    return plain


def _readable(shown: Any) -> str:
    """The text for people: coloured and as wide as the terminal where there is one."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, highlight=False, emoji=False, width=None if terminal else 110)
    with console.capture() as capture:
        _show(console, shown)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().splitlines())


def _show(console: Console, shown: Any) -> None:
    if isinstance(shown, list):
        rows = [(one.id, one.version, one.type, f"{len(one.methods)} methods", one.name) for one in shown]
        _table(console, rows)
    elif hasattr(shown, "input_schema"):
        _show_method(console, shown)
    else:
        _show_integration(console, shown)


def _show_integration(console: Console, integration: Integration) -> None:
    _title(console, f"{integration.id} {integration.version}", integration.name, integration.description)
    auth = integration.auth
    rows = [("type", integration.type), ("versions", ", ".join(integration.versions))]
    rows += [("base URL", integration.base_url)] if integration.base_url else []
    rows += [("sign in", _signin(auth))]
    rows += [("or", f"{_signin(other)}{f' ({other.name})' if other.name else ''}") for other in auth.alternatives]
    documentation = integration.metadata.get("documentation")
    rows += [("documentation", documentation)] if documentation else []
    _table(console, rows)
    _show_schema(console, "Configuration", integration.config_schema)
    _heading(console, "Methods")
    _table(console, [(method.id, _line(method), method.name) for method in integration.methods.values()])
    if integration.type == "ai":
        _show_models(console, integration)


def _show_method(console: Console, method: Method) -> None:
    _title(console, f"{method.integration_id}.{method.id} {method.version}", method.name, method.description)
    scopes = method.scopes
    hints = method.annotations
    rows = [("request", _line(method))] if method.http else []
    rows += [("tool", method.mcp.tool)] if method.mcp else []
    rows += [("sign in", " or ".join(method.auth) or "not needed")] if method.auth is not None else []
    rows += [("scopes", " and ".join(scopes.all_of))] if scopes and scopes.all_of else []
    rows += [("scopes", "one of " + ", ".join(scopes.any_of))] if scopes and scopes.any_of else []
    rows += [("changes", "nothing")] if hints.read_only_hint else []
    _table(console, rows)
    _show_schema(console, "Input", method.input_schema)
    _show_schema(console, "Output", method.output_schema)
    for example in method.examples[:1]:
        _heading(console, f"Example: {example.get('name', 'input')}")
        _print(console, json.dumps(example["input"], indent=2, ensure_ascii=False, default=str))


def _show_models(console: Console, integration: Integration) -> None:
    _heading(console, "Models (prices per million tokens)")
    default = integration.ai.default_model
    rows = []
    for model in integration.ai.models.values():
        cost = model.cost_per_token
        prices = " / ".join(_million(price) for price in (cost.input, cost.output)) if cost else ""
        window = f"{model.context_window:,} tokens" if model.context_window else ""
        mark = " (default)" if model.id == default else ""
        currency = model.pricing.currency if prices else ""
        rows.append((model.id + mark, window, f"{prices} {currency}".strip(), ", ".join(model.capabilities)))
    _table(console, rows)


def _million(price: Decimal | None) -> str:
    return "-" if price is None else f"{(price * 1_000_000).normalize():f}"


def _show_schema(console: Console, heading: str, schema: dict[str, Any]) -> None:
    """The fields of an object, with what ``$ref`` and ``allOf`` add to it."""
    from connectory.references import applied

    _heading(console, heading)
    parts = applied([schema], schema)
    properties = {name: field for part in reversed(parts) for name, field in part.get("properties", {}).items()}
    required = {name for part in parts for name in part.get("required", ())}
    if not properties:
        _print(console, "  nothing" if schema.get("additionalProperties") is False else "  no fields are described")
        return
    _table(console, [_field(name, field, schema, name in required) for name, field in properties.items()])


def _field(name: str, field: Any, root: dict[str, Any], required: bool) -> tuple[str, str, str]:
    from connectory.references import applied

    parts = applied([field], root)
    merged = {keyword: value for part in reversed(parts) for keyword, value in part.items()}
    facts = [_type(merged, root), "required" if required else ""]
    facts += [f"default {json.dumps(merged['default'], default=str)}"] if "default" in merged else []
    return name, ", ".join(fact for fact in facts if fact), str(merged.get("description", ""))


def _type(field: dict[str, Any], root: dict[str, Any]) -> str:
    from connectory.references import resolve

    if "enum" in field:
        return " | ".join(map(str, field["enum"][:6])) + (" | ..." if len(field["enum"]) > 6 else "")
    types = field.get("type", "any")
    name = " or ".join(types) if isinstance(types, list) else str(types)
    items = field.get("items")
    if isinstance(items, dict) and "$ref" in items:
        items = {**items, **(resolve(items["$ref"], root) or {})}
    return f"{name} of {_type(items, root)}" if isinstance(items, dict) else str(field.get("format") or name)


def _signin(auth: Any) -> str:
    if auth.oauth2:
        scopes = f", scopes {', '.join(auth.oauth2.scopes)}" if auth.oauth2.scopes else ""
        return f"oauth2 ({auth.oauth2.grant_type}){scopes}"
    if auth.api_key:
        return f"apikey in the {auth.api_key.place} {auth.api_key.name}"
    return f"custom ({auth.custom.scheme})" if auth.custom else str(auth.type)


def _line(method: Method) -> str:
    return f"{method.http.method} {method.http.path}" if method.http else ""


def _title(console: Console, name: str, title: str, description: str) -> None:
    from rich.text import Text

    console.print(Text.assemble((_clean(name), "bold cyan"), "  ", (_clean(title), "bold")))
    _print(console, description)


def _heading(console: Console, heading: str) -> None:
    from rich.text import Text

    console.print()
    console.print(Text(_clean(heading), "bold"))


def _print(console: Console, text: str) -> None:
    from rich.text import Text

    console.print(Text("\n".join(map(_clean, text.splitlines()))))


def _table(console: Console, rows: list[Any]) -> None:
    """Columns side by side; the first is coloured, the last takes the room that is left."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for place in range(len(rows[0]) if rows else 0):
        table.add_column(style="cyan" if place == 0 else "", no_wrap=place == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(("  " if place == 0 else "") + _clean(str(cell))) for place, cell in enumerate(row)))
    if rows:
        console.print(table)


def _clean(text: str) -> str:
    from connectory.printable import printable

    return printable(text)
