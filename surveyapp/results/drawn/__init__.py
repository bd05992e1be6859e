"""Figures of the results: what each draws, its finding, its table, and the files of it; one place for all pages."""
