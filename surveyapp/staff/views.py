"""Pages of this feature."""

from flask import Blueprint, Flask

from surveyapp.core.access import Permission, requires

blueprint = Blueprint("staff", __name__, template_folder="templates")


@blueprint.get("/staff/sign-in")
@requires(Permission.PUBLIC)
def sign_in() -> str:
    """Show the first page."""
    return ""


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
