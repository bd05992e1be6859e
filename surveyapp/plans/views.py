"""What plans add to the app: which institutions there are."""

from flask import Flask

from surveyapp.plans import store


def init_app(app: Flask) -> None:
    """Tell the accounts which institutions there are."""
    app.extensions["institutions"] = store.institutions
