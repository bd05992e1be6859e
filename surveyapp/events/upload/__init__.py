"""Many events at once: a sheet to fill in, reading it back, saying what it would change, and doing that or nothing."""
