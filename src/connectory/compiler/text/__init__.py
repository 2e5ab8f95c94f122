"""From a file's text to data with positions. Nothing is built before it is known to be harmless."""

from connectory.compiler.text.source import LIMIT, Source, content_of, read_content, read_source, text_of

__all__ = ["LIMIT", "Source", "content_of", "read_content", "read_source", "text_of"]
