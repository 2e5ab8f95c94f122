"""From a catalog of definitions to what services and databases use. Needs the extra ``build``."""
