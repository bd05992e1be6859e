"""Every change of the database's tables, one file a step."""
