"""Feedback on events and the good-behaviour game: short questionnaires under one yearly key, pooled by row or age group."""
