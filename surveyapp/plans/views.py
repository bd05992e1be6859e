"""What plans add to the app: pages, institutions, words of the audit trail, and that rows with statements stay."""

from flask import Flask

from surveyapp.plans import audit_telling, plan_views, statement_store, store, uses
from surveyapp.staff import audit_page


def init_app(app: Flask) -> None:
    """Register the pages; tell the accounts which institutions there are; a row with statements stays in every new version."""
    app.register_blueprint(plan_views.blueprint)
    app.extensions["institutions"] = store.institutions
    uses.add(app, statement_store.used_rows)
    audit_page.tell(app, audit_telling.FACT, audit_telling.Telling)
    audit_page.tell(app, audit_telling.INSTITUTION, audit_telling.InstitutionTelling)
