"""The YAML file uses a tag.

Tags ask the reader to build something else than plain data. Definitions are plain data.

Example:

    version: !!str 1.0

Instead:

    version: "1.0.0"
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y004"
SEVERITY: Severity = "error"


def report(span: Span, tag: str) -> Diagnostic:
    """The finding, at the tagged value."""
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return Diagnostic(CODE, SEVERITY, f"the tag {shown} is not allowed", span, "remove it; quote what is text")
