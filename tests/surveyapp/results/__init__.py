"""Tests of the results pages."""
