"""A page for monitors: is the app up and does its database answer."""

from flask import Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.core.access import Permission, requires
from surveyapp.core.database import reading


@requires(Permission.PUBLIC)
def health() -> tuple[Response, int]:
    """Answer 200 if the database answers, 503 otherwise."""
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok"), 200


def init_app(app: Flask) -> None:
    """Register /health."""
    app.add_url_rule("/health", "health", health)
