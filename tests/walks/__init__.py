"""Walks: one answer and one head count, followed from the door to the cell."""
