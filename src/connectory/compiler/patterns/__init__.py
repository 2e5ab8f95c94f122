"""Regular expressions of schemas: whether every engine reads them alike, and how long they can take."""
