"""`python -m benchmarks.empty_server PORT WORKERS`: an empty Flask app in the server of the app, nothing else loaded."""

import sys
from typing import Final

from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

app: Final = Flask("empty")


@app.get("/health")
def health() -> str:
    """Answer that it is up."""
    return "ok"


if __name__ == "__main__":
    port, workers = sys.argv[1:]
    Server(
        "benchmarks.empty_server:app",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        log_access=False,
        log_level="error",  # type: ignore[arg-type]  # granian takes the word as well as its enumeration
    ).serve()
