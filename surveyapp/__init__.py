"""The web app: one app, three doors (survey, participation, results)."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from flask import Flask

from surveyapp import settings as settings_module
from surveyapp.core import access, assets, clock, database, health, i18n, menu, purging, start, web, work_page
from surveyapp.core.backups import backup_files
from surveyapp.core.doctor import around as doctor_around
from surveyapp.settings import Settings

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
    for feature in FEATURES:
        init: Callable[[Flask], None] = import_module(f"surveyapp.{feature}.views").init_app
        init(app)
    return app


def create_floor(settings: Settings | None = None, now: clock.Clock = clock.system_clock) -> Flask:
    """Make what every feature stands on, without any; surveyapp.rooms puts the respondents' pages alone on it."""
    settings = settings or settings_module.load()
    if (settings.data_dir / settings_module.RESTORING).exists():
        raise settings_module.SettingError(
            f"SURVEYAPP_DATA_DIR: restoring a backup into {settings.data_dir} was interrupted, or is still going on. "
            "Run the same 'surveyapp restore' again; it begins anew."
        )
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask(__name__)
    app.extensions["settings"] = settings
    app.extensions["clock"] = now
    database.init_app(app, settings.database, settings.database_connections)
    i18n.init_app(app)
    web.init_app(app, settings)
    purging.init_app(app)
    backup_files.init_app(app)
    doctor_around.init_app(app)
    access.init_app(app)
    assets.init_app(app)
    menu.init_app(app)
    work_page.init_app(app)
    start.init_app(app)
    health.init_app(app)
    return app
