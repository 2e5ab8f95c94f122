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
            summary = (inspect.getdoc(rule) or "").partition("\n")[0]
            click.echo(f"{rule.CODE}  {rule.SEVERITY:8} {summary}")
        return 0
    if code.upper() not in known:
        close = close_matches(code, known)
        hint = f"; did you mean {close[0]}?" if close else "; 'connectory explain' lists the rules"
        raise click.UsageError(f"there is no rule {code!r}{hint}")
    chosen = known[code.upper()]
    click.echo(f"{chosen.CODE} ({chosen.SEVERITY})\n\n{inspect.getdoc(chosen)}")
    return 0


def manual() -> str:
    """Every rule's manual as one page of Markdown: docs/rules.md."""
    from connectory.compiler.checks import rules

    parts = ["# The rules of `connectory check`\n\n`connectory explain CODE` prints the same.\n"]
    for rule in rules().values():
        summary, _, rest = (inspect.getdoc(rule) or "").partition("\n")
        parts.append(f"## {rule.CODE} ({rule.SEVERITY}): {summary.rstrip('.')}\n\n{rest.strip()}\n")
    return "\n".join(parts)
