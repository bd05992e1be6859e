"""What plans add to the app: which institutions there are, and that rows with statements stay in every new version."""

from flask import Flask

from surveyapp.plans import statement_store, store, uses


def init_app(app: Flask) -> None:
    """Tell the accounts which institutions there are; a row that something is stated about stays in every new version."""
    app.extensions["institutions"] = store.institutions
    uses.add(app, statement_store.used_rows)
