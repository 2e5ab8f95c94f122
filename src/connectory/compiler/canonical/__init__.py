"""The canonical form of definitions: what ``connectory fmt`` writes, and importers.

- YAML: two blanks a level, lists indented below their names, mappings in block style. A list in brackets stays in them
  while it fits in its line and holds nothing but plain values.
- Fields stand in the order of the format's JSON Schema; a field of an author's own stays behind the one it follows. The
  names in a JSON Schema, and what else authors name themselves, keep their order.
- Text has quotes only where a reader could take it for something else, and where it looks like a number, date or
  version. Text that does not fit in its line is folded at 120 characters; text of several lines is a block.
- Comments stay beside what they stand beside; blank lines stay, one at a time. One that allows a finding stands above
  what it is about; where that is not possible, the file stays as it is.
- JSON: one blank a level, fields in the same order.
"""

from connectory.compiler.canonical.formatting import NotFormatted, Outcome, as_json, as_yaml, format_file, formatted

__all__ = ["NotFormatted", "Outcome", "as_json", "as_yaml", "format_file", "formatted"]
