"""What hangs on the rows of a plan: features above name it, so that no new version of a plan loses a row that is used."""

from collections import Counter
from collections.abc import Callable, Mapping

from flask import Flask, current_app

from analysis.head_counts import EventRecord

Users = Callable[[int, str], Mapping[str, int]]
"""Given a municipality and a plan's id: how many things a feature keeps under each row."""
Records = Callable[[int, str], tuple[EventRecord, ...]]
"""Given a municipality and a plan's id: what was logged for it, as the analysis judges it."""


def add(app: Flask, users: Users) -> None:
    """Have *users* asked before a new version of a plan is loaded."""
    app.extensions.setdefault("plan_row_users", []).append(users)


def of_rows(municipality_id: int, plan_key: str) -> Mapping[str, int]:
    """Return how many things hang on each row of a plan, all features together; rows without any are left out."""
    total: Counter[str] = Counter()
    for users in current_app.extensions.get("plan_row_users", ()):
        total.update(users(municipality_id, plan_key))
    return total


def add_records(app: Flask, records: Records) -> None:
    """Have *records* asked what was logged, where a new version of a plan is judged before it is loaded."""
    app.extensions.setdefault("plan_records", []).append(records)


def records(municipality_id: int, plan_key: str) -> tuple[EventRecord, ...]:
    """Return what was logged for a plan, by whichever features keep it."""
    asked = current_app.extensions.get("plan_records", ())
    return tuple(record for give in asked for record in give(municipality_id, plan_key))
