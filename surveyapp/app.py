"""Making the app: the floor that everything stands on, and on it every feature."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from flask import Flask

from surveyapp import settings as settings_module
from surveyapp.core import access, assets, clock, database, health, i18n, menu, purging, start, web
from surveyapp.settings import Settings

_BASE: Final = ("surveyapp.core.backups.backup_files", "surveyapp.core.doctor.around", "surveyapp.core.work_page")
"""What features stand on and respondents' pages do not."""
FEATURES: Final = (
    "staff",
    "survey",
    "plans",
    "events",
    "feedback",
    "registration",
    "deadlines",
    "results",
    "releases",
    "opendata",
    "national",
    "report",
)


def create_app(settings: Settings | None = None, now: clock.Clock = clock.system_clock) -> Flask:
    """Make the app from *settings* (the environment's by default); *now* is its clock.

    Each feature package brings ``views.init_app(app)``, which registers its blueprint; features are imported here by name so
    that the package's floor does not depend on its rooms.
    """
    app = create_floor(settings, now)
    for module in (*_BASE, *(f"surveyapp.{feature}.views" for feature in FEATURES)):
        init: Callable[[Flask], None] = import_module(module).init_app
        init(app)
    return app


def create_floor(
    settings: Settings | None = None, now: clock.Clock = clock.system_clock, packages: Sequence[str] | None = None
) -> Flask:
    """Make what every page stands on, without any feature; surveyapp.rooms puts the respondents' pages alone on it.

    *packages* are those whose texts it can say in every language, by default all.
    """
    settings = settings or settings_module.load()
    if (settings.data_dir / settings_module.RESTORING).exists():
        raise settings_module.SettingError(
            f"SURVEYAPP_DATA_DIR: restoring a backup into {settings.data_dir} was interrupted, or is still going on. "
            "Run the same 'surveyapp restore' again; it begins anew."
        )
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask("surveyapp")
    app.extensions["settings"] = settings
    app.extensions["clock"] = now
    database.init_app(app, settings.database, settings.database_connections)
    i18n.init_app(app, packages)
    web.init_app(app, settings)
    purging.init_app(app)
    access.init_app(app)
    assets.init_app(app)
    menu.init_app(app)
    start.init_app(app)
    health.init_app(app)
    return app
