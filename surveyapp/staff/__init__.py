"""Accounts of the people who sign in: organisers, cooperation group, coordinator, steward, auditor."""
