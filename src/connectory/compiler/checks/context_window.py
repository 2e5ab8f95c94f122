"""A model that reads text has no contextWindow.

Services choose a model that a request fits into, and cut requests to what fits.

Example:

    - {id: acme-1, name: Acme 1, capabilities: [text]}

Instead:

    - {id: acme-1, name: Acme 1, capabilities: [text], contextWindow: 200000}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D044"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each such model's id."""
    for model in definition.models:
        capabilities = model.data.get("capabilities")
        if "contextWindow" not in model.data and isinstance(capabilities, list) and "text" in capabilities:
            message = f"the model {str(model.data.get('id'))!r} has no contextWindow"
            yield definition.finding(globals(), message, (*model.path, "id"), help="add what its provider documents")
