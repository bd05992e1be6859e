"""What plans add to the app: their pages, which institutions there are, and that rows with statements stay in every version."""

from flask import Flask

from surveyapp.plans import plan_views, statement_store, store, uses


def init_app(app: Flask) -> None:
    """Register the pages; tell the accounts which institutions there are; a row with statements stays in every new version."""
    app.register_blueprint(plan_views.blueprint)
    app.extensions["institutions"] = store.institutions
    uses.add(app, statement_store.used_rows)
