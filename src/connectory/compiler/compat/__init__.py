"""Compatibility: what a change of a schema, or of a whole definition, means for those who use it."""

from connectory.compiler.compat.decide import Verdict, subset

__all__ = ["Verdict", "subset"]
