"""Tests of events and plans."""
