"""The door of a conference in a real browser."""
