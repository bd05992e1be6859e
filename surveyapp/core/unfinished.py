"""Work that an interruption may have left half done: features name it, every start finishes it."""

from collections.abc import Callable

from flask import Flask, current_app

_KEY = "unfinished"


def on_start(app: Flask, finish: Callable[[], object]) -> None:
    """Have *finish* called at every start; it does nothing when nothing is left to do."""
    app.extensions.setdefault(_KEY, []).append(finish)


def finish_all() -> None:
    """Finish whatever was interrupted."""
    for finish in current_app.extensions.get(_KEY, ()):
        finish()
