"""Rules about all definitions of a catalog together; see the package around this one."""
