"""Waves that were collected elsewhere: reading a sheet, matching it, putting it in."""
