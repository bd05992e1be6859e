"""`python -m benchmarks.empty_server PORT WORKERS`: an empty Flask app in the server of the app, nothing else loaded."""

import sys
from typing import Final

from flask import Flask
from granian.constants import Interfaces

from benchmarks import beside

app: Final = Flask("empty")


@app.get("/health")
def health() -> str:
    """Answer that it is up."""
    return "ok"


if __name__ == "__main__":
    port, workers = sys.argv[1:]
    beside.serve("benchmarks.empty_server:app", port, workers, Interfaces.WSGI)
