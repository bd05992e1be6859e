"""`python -m benchmarks.bare_server PORT WORKERS DATABASE BUTTONS`: the least that Flask does.

It runs in the same server as the app, shows as many radio buttons as it is told,
and stores a form unread with one durable insert into a file of SQLite, or into PostgreSQL where DATABASE is an address of it.
"""

import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Final

import psycopg
from flask import Flask, request
from granian.constants import Interfaces

from benchmarks import beside
from surveyapp.core.front import Front

_PAGE: Final = """<!doctype html><html lang="lv"><title>Bare</title><form method="post" action="/answer">
{% for number in range(buttons) %}<label><input type="radio" name="q{{ number // 5 }}" value="{{ number % 5 }}">
{{ number }}</label>
{% endfor %}<button>Send</button></form></html>"""
_TABLE: Final = "CREATE TABLE IF NOT EXISTS form (content TEXT)"


def make() -> Flask:
    """Return the app; its database and number of buttons stand in the environment, where the workers find them."""
    app = Flask("bare")
    database = os.environ["BARE_DATABASE"]
    insert = _into_postgresql(database) if database.startswith("postgresql") else _into_sqlite(database)
    buttons = int(os.environ["BARE_BUTTONS"])
    template = app.jinja_env.from_string(_PAGE)  # compiled once, as a template in a file is

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.get("/")
    def page() -> str:
        return template.render(buttons=buttons)

    @app.post("/answer")
    def answer() -> str:
        insert(repr(request.form.to_dict()))
        return "ok"

    return app


def _into_sqlite(database: str) -> Callable[[str], object]:
    here = threading.local()

    def insert(content: str) -> None:
        if not hasattr(here, "connection"):
            here.connection = sqlite3.connect(database, isolation_level=None, timeout=30)
            here.connection.execute("PRAGMA journal_mode=WAL")
            here.connection.execute("PRAGMA synchronous=FULL")
        here.connection.execute("INSERT INTO form (content) VALUES (?)", (content,))

    return insert


def _into_postgresql(database: str) -> Callable[[str], object]:
    here = threading.local()

    def insert(content: str) -> None:
        if not hasattr(here, "connection"):
            here.connection = psycopg.connect(database, autocommit=True)
        here.connection.execute("INSERT INTO form (content) VALUES (%s)", (content,))

    return insert


def _make_table(database: str) -> None:
    if database.startswith("postgresql"):
        with psycopg.connect(database) as first:
            first.execute(_TABLE)
    else:
        with sqlite3.connect(database) as file:
            file.execute(_TABLE)


def loaded() -> Front:
    """Return the app as the server calls it, in each worker."""
    return Front(make())


if __name__ == "__main__":
    port, workers, database, buttons = sys.argv[1:]
    os.environ.update(BARE_DATABASE=database, BARE_BUTTONS=buttons)
    _make_table(database)
    beside.serve("benchmarks.bare_server:loaded", port, workers, Interfaces.RSGI, factory=True)
