"""Promises that hold for the whole app."""
