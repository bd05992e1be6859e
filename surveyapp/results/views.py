"""Pages of this feature."""

from flask import Blueprint, Flask

from surveyapp.core.access import Permission, requires

blueprint = Blueprint("results", __name__, template_folder="templates")


@blueprint.get("/results/")
@requires(Permission.SEE_RESULTS)
def summary() -> str:
    """Show the first page."""
    return ""


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
