"""What authors start from: a definition, a repository of definitions, and the schema that their editors read."""
