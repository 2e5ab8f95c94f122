"""The YAML file uses an anchor, an alias or a merge key.

A definition says everything where it stands, so that a reviewer sees what changes, and so that no
file can unfold into gigabytes.

Example:

    inputSchema: &user {type: object}
    outputSchema: *user

Instead, put what is shared under ``$defs`` and refer to it:

    inputSchema: {type: object, properties: {user: {$ref: "#/$defs/User"}}}
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y003"
SEVERITY: Severity = "error"


def report(span: Span, name: str, *, alias: bool) -> Diagnostic:
    """The finding, at the anchor, alias or merge key."""
    what = "the merge key <<" if name == "<<" else f"the alias *{name}" if alias else f"the anchor &{name}"
    return Diagnostic(CODE, SEVERITY, f"{what} is not allowed", span, 'write the value out, or share it under "$defs"')
