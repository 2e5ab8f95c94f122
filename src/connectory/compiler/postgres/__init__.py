"""Definitions in PostgreSQL: rows, the statements that write them, and migrations in the layout of a tool."""
