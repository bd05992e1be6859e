"""Plans: what was promised, version by version."""
