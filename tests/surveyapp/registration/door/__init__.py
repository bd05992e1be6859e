"""The day of a conference."""
