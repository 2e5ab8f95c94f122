"""``connectory explain``."""

from __future__ import annotations

import inspect

import click


@click.command()
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Print the manual of a rule: what it finds, why, and what to write instead. Without CODE, list the rules.

    \b
    Example:
      connectory explain D001
    """
    from connectory.compiler.checks import rules
    from connectory.names import close_matches

    known = rules()
    if code is None:
        for rule in known.values():
            click.echo(f"{rule.CODE}  {rule.SEVERITY:8} {inspect.getdoc(rule).splitlines()[0]}")  # type: ignore[union-attr]  # a meta-test proves the manual
        return 0
    rule = known.get(code.upper())
    if rule is None:
        close = close_matches(code, known)
        hint = f"; did you mean {close[0]}?" if close else "; 'connectory explain' lists the rules"
        raise click.UsageError(f"there is no rule {code!r}{hint}")
    click.echo(f"{rule.CODE} ({rule.SEVERITY})\n\n{inspect.getdoc(rule)}")
    return 0
