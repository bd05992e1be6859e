"""`python -m benchmarks.bare_server PORT WORKERS DATABASE BUTTONS`: the least that Flask does.

It runs in the same server as the app, shows as many radio buttons as it is told,
and stores a form unread with one durable insert into SQLite.
"""

import os
import sqlite3
import sys
import threading
from typing import Final

from flask import Flask, render_template_string, request
from granian.constants import Interfaces
from granian.server import Server

from surveyapp.core.front import Front

_PAGE: Final = """<!doctype html><html lang="lv"><title>Bare</title><form method="post" action="/answer">
{% for number in range(buttons) %}<label><input type="radio" name="q{{ number // 5 }}" value="{{ number % 5 }}">
{{ number }}</label>
{% endfor %}<button>Send</button></form></html>"""


def make() -> Flask:
    """Return the app; its database and number of buttons stand in the environment, where the workers find them."""
    app = Flask("bare")
    here = threading.local()
    buttons = int(os.environ["BARE_BUTTONS"])

    def connection() -> sqlite3.Connection:
        if not hasattr(here, "connection"):
            here.connection = sqlite3.connect(os.environ["BARE_DATABASE"], isolation_level=None, timeout=30)
            here.connection.execute("PRAGMA journal_mode=WAL")
            here.connection.execute("PRAGMA synchronous=FULL")
        found: sqlite3.Connection = here.connection
        return found

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.get("/")
    def page() -> str:
        return render_template_string(_PAGE, buttons=buttons)

    @app.post("/answer")
    def answer() -> str:
        connection().execute("INSERT INTO form (content) VALUES (?)", (repr(request.form.to_dict()),))
        return "ok"

    return app


def loaded() -> Front:
    """Return the app as the server calls it, in each worker."""
    return Front(make())


if __name__ == "__main__":
    port, workers, database, buttons = sys.argv[1:]
    os.environ.update(BARE_DATABASE=database, BARE_BUTTONS=buttons)
    with sqlite3.connect(database) as first:
        first.execute("CREATE TABLE IF NOT EXISTS form (id INTEGER PRIMARY KEY, content TEXT)")
    Server(
        "benchmarks.bare_server:loaded",
        factory=True,
        port=int(port),
        interface=Interfaces.RSGI,
        workers=int(workers),
        log_access=False,
        log_level="error",  # type: ignore[arg-type]  # granian takes the word as well as its enumeration
    ).serve()
