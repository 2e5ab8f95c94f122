"""``connectory import``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from connectory.cli._rows import import_rows
from connectory.cli.db import dsn_option

_ROWS = "postgres"
"""What stands for the rows of a table in the place of a format."""


class _Format(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """The name of a source format; the modules are imported when one is given."""

    name = "format"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such a format."""
        from connectory.importers.formats import formats
        from connectory.names import close_matches

        known = (*formats(), _ROWS)
        if value not in known:
            close = close_matches(value, known)
            hint = f"; did you mean {close[0]!r}?" if close else f"; choose one of {', '.join(known)}"
            self.fail(f"there is no format {value!r}{hint}", param, ctx)
        return value


@click.command()
@click.argument("format_", metavar="FORMAT", type=_Format())
@click.argument("source", metavar="[SOURCE]", required=False)
@click.option("--id", "id_", metavar="ID", help="The integrationId.  [default: from the source's title]")
@click.option("--version", default="1.0.0", show_default=True, metavar="V", help="The definition's version.")
@click.option(
    "--select", multiple=True, metavar="PATTERN", help="Only operations whose name, 'VERB /path', id or tag fits."
)
@click.option(
    "--names", type=click.Path(path_type=Path), metavar="FILE", help="A mapping: source's names to method ids."
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The folder that SOURCE may refer to files in.  [default: its own]",
)
@click.option(
    "--out", default="catalog", show_default=True, metavar="DIR", help="The catalog to write into; - for stdout."
)
@click.option(
    "--write", type=click.Choice(["yaml", "json"]), help="How to write it.  [default: yaml, json from 2 MB on]"
)
@dsn_option
@click.option("--force", is_flag=True, help="Replace a definition that differs.")
@click.option("--format", "report", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    format_: str,
    source: str | None,
    id_: str | None,
    version: str,
    select: tuple[str, ...],
    names: Path | None,
    root: Path | None,
    out: str,
    write: str | None,
    dsn: str,
    force: bool,
    report: str,
) -> int:
    """Turn a vendor's API description into a definition, and report what could not be kept.

    FORMAT is one of openapi (OpenAPI 3.x and Swagger 2.0), mcp (the result of tools/list), discovery (Google) and
    botocore (AWS). SOURCE is a file, - for the standard input, or, for discovery and botocore, the name of a document
    that an installed google-api-python-client or botocore ships. Nothing is read from the network. For postgres, SOURCE
    is left out: each row of the table that connectory.toml names becomes a definition of its own.

    \b
    Example:
      connectory import openapi xero_accounting.yaml --id xero_accounting
      connectory import openapi box.json --select 'files*' --out -
      connectory import botocore s3
      connectory import postgres --dsn postgresql://app@db.example.com/app
    """
    if (format_ == _ROWS) != (source is None):
        raise click.UsageError("postgres takes no SOURCE; give --dsn" if source else "Missing argument 'SOURCE'.")
    if source is None:
        return import_rows(dsn, out, write, partial(_write, force=force))
    from connectory.importers import write as writing
    from connectory.importers.importing import import_source
    from connectory.importers.source import SourceError
    from connectory.importers.tally import Tally
    from connectory.versions import Version

    try:
        Version.parse(version)
    except ValueError as error:
        raise click.UsageError(f"--version: {error}") from None
    tally = Tally()
    try:
        assembled = import_source(
            format_, source, tally, id_=id_, version=version, select=select, names=names, root=root
        )
        kind = write or writing.suited(assembled.definition)
        text = writing.WRITERS[kind](assembled.definition)
    except SourceError as error:
        click.echo(f"connectory: {error}", err=True)
        return 1
    target = None if out == "-" else Path(out) / assembled.definition["integrationId"] / f"{version}.{kind}"
    if target is not None:
        _write(target, text, force=force)
    shown = target.as_posix() if target else ""
    render = {"text": writing.report_text, "json": writing.report_json}[report]
    if target is None:
        click.echo(text, nl=False)
    click.echo(render(assembled, tally.findings(), shown, len(text.encode())), err=target is None)
    return 0


def _write(target: Path, text: str, *, force: bool) -> None:
    """Write the definition, unless it would replace another one."""
    from connectory.compiler.publish import write_file
    from connectory.compiler.text.source import SUFFIXES

    standing = [
        path
        for path in (target.with_name(target.name.removesuffix(target.suffix) + suffix) for suffix in SUFFIXES)
        if path.exists()
    ]
    try:
        same = standing == [target] and target.is_file() and target.read_text(encoding="utf-8") == text
        if same:
            return
        if standing and not force:
            raise click.UsageError(f"{standing[0].as_posix()} exists and differs; give another --version, or --force")
        write_file(target, text)
        for other in standing:
            if other != target:
                other.unlink()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(
            f"cannot write {target.as_posix()}: {getattr(error, 'strerror', None) or error}"
        ) from None
