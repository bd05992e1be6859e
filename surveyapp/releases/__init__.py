"""Releases: what leaves the house, made once from opened waves and the judged plan, and never changed afterwards."""
