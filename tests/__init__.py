"""The tests; they read as documentation of what the app does."""
