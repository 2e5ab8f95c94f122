"""The file is not valid YAML, or not valid JSON.

Nothing in the file can be read past this place. In YAML the usual causes are indentation that does
not line up, a quote that is not closed, or a colon inside text that has no quotes.

Example:

    name: Xero: accounting

Instead:

    name: "Xero: accounting"
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y001"
SEVERITY: Severity = "error"


_MENDS = {
    "mapping values are not allowed": "put the text in quotes: in YAML a colon and a blank end a name",
    "cannot start any token": "put the text in quotes",
    "did not find expected key": "line up what belongs together, and put text that holds quotes or colons in quotes",
    "did not find expected '-' indicator": "line up what belongs together",
    "did not find expected ',' or '": "put a comma between the values, or close the bracket",
    "did not find expected node content": "write a value, or close the bracket",
    "could not find expected ':'": "write NAME: VALUE, with a blank after the colon",
    "found unexpected end of stream": "close the quote",
    "found invalid Unicode": "write the character itself, or \\U and its number in eight digits",
    "found unknown escape character": "write a backslash as two, or use single quotes",
    "this string is not closed": "close the quote on the same line",
    "this is no escape": "write a backslash as two",
    "a comma needs": "remove the comma, or write what follows it",
    "a number does not start with 0": "remove the zeros, or put the number in quotes",
    "of a character is not one": "write the character itself, or both halves of it",
    "the text ends too early": "close what is open",
    "expected a name in quotes": "names stand in double quotes, and JSON has no comments",
    "expected a value": "text stands in double quotes, and JSON has no comments",
    "is not JSON": "text stands in double quotes; besides there are true, false, null and numbers",
    "there is more text": "a file is one definition",
}
"""What usually helps, by words of the parsers."""


def report(span: Span, language: str, reason: str) -> Diagnostic:
    """The finding, in the parser's words, with the usual mend."""
    help_ = next((mend for words, mend in _MENDS.items() if words in reason), None)
    return Diagnostic(CODE, SEVERITY, f"this is not valid {language}: {reason}", span, help_)
