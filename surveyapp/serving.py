"""The command that serves the app."""

import gc
from importlib import import_module

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the app until it is told to stop (SIGTERM, Ctrl+C): then requests that began are answered and no new ones taken."""
    # What is loaded stays: that the collector looks through all of it again and again takes a tenth of the start. And what no
    # collector looks into, workers, which are forked, go on sharing.
    gc.disable()
    server = import_module("surveyapp.server")
    import_module("surveyapp.rooms")
    gc.freeze()
    gc.enable()
    server.run(host, port)
