"""Invitations and reminders by e-mail."""
