"""What hangs on the rows of a plan: features above name it, so that no new version of a plan loses a row that is used."""

from collections import Counter
from collections.abc import Callable, Mapping

from flask import Flask, current_app

Users = Callable[[int, str], Mapping[str, int]]
"""Given a municipality and a plan's id: how many things a feature keeps under each row."""


def add(app: Flask, users: Users) -> None:
    """Have *users* asked before a new version of a plan is loaded."""
    app.extensions.setdefault("plan_row_users", []).append(users)


def of_rows(municipality_id: int, plan_key: str) -> Mapping[str, int]:
    """Return how many things hang on each row of a plan, all features together; rows without any are left out."""
    total: Counter[str] = Counter()
    for users in current_app.extensions.get("plan_row_users", ()):
        total.update(users(municipality_id, plan_key))
    return total
