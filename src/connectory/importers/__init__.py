"""From vendors' API descriptions to definitions, one module for each format. Needs the extra ``build``."""
