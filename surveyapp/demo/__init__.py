"""Labelled, invented demonstration data, so that every door can be tried at once."""
