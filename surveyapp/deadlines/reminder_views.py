"""The coordinator's page of quarterly reminders: when they went out, to how many, and whom they may not have reached."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.deadlines import reminder_store
from surveyapp.settings import current_settings
from surveyapp.staff import store as staff_store


@requires(Permission.SEE_REMINDERS)
def reminders() -> str:
    """Show each quarter's reminders; they are sent by a command that runs every day."""
    person = require_actor()
    settings = current_settings()
    return render_template(
        "deadlines/reminders.html",
        title=_("Quarterly reminders"),
        rounds=reminder_store.rounds(person.municipality_id),
        readers=len(staff_store.reminded(person.municipality_id)),
        by_mail=bool(settings.smtp_host),
    )


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/reminders", "reminders", reminders)
