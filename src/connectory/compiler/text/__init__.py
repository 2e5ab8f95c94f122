"""From a file's text to data with positions. Nothing is built before it is known to be harmless."""

from connectory.compiler.text.source import LIMIT, Source, read_source

__all__ = ["LIMIT", "Source", "read_source"]
