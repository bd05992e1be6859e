"""Backups: writing one, sealing it, trying and restoring it, and the secrets that are kept apart from it."""
