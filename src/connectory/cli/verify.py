"""``connectory verify``."""

from __future__ import annotations

import click


@click.command()
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
def command(bundles: tuple[str, ...]) -> int:
    """Check every record of a bundle, and say at which byte something is wrong.

    \b
    Example:
      connectory verify build/catalog.bundle
    """
    from connectory.errors import BundleError, BundleNotFound
    from connectory.reader import Bundle
    from connectory.verify import check

    wrong = False
    for path in bundles:
        try:
            bundle = Bundle(path)
        except BundleNotFound as error:
            raise click.UsageError(str(error)) from None
        except BundleError as error:
            click.echo(f"{error}")
            wrong = True
            continue
        checked = check(bundle)
        for fault in checked.faults:
            click.echo(f"{path}: {fault.message}" + ("" if fault.offset is None else f" (at byte {fault.offset})"))
        wrong = wrong or bool(checked.faults)
        if not checked.faults:
            click.echo(f"{path}: intact; {checked.records:,} records, {bundle.header.size:,} bytes")
    return int(wrong)
