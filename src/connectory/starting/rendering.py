"""Fills in the templates of this package."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from connectory.compiler.canonical.scalars import one_line


def render(template: str, **values: Any) -> str:
    """The text of a template; a value that it needs and does not get is an error."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("connectory.starting"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the texts are YAML and TOML; values are quoted where they are put in
    )
    environment.filters["yaml"] = one_line
    return environment
