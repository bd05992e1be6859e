"""Counts and head counts in, estimates, comparisons and judged targets out; knows neither Flask nor the database."""
