"""The start page with its three doors, and the pages about privacy and accessibility."""

from flask import Flask, render_template
from flask_babel import gettext as _

from surveyapp.core.access import Permission, actor, requires


@requires(Permission.PUBLIC)
def start() -> str:
    """Show the three doors."""
    person = actor()
    reads_only = person is not None and person.may(Permission.SEE_ALL_EVENTS) and not person.may(Permission.LOG_EVENTS)
    title = _("Preventing child sexual abuse together")
    return render_template("start.html", title=title, events="events.all" if reads_only else "events.own")


@requires(Permission.PUBLIC)
def privacy() -> str:
    """Say what is stored about whom, and for how long."""
    return render_template("privacy.html", title=_("Privacy"))


@requires(Permission.PUBLIC)
def accessibility() -> str:
    """Say how accessible the app is and whom to tell about a barrier."""
    return render_template("accessibility.html", title=_("Accessibility"))


def init_app(app: Flask) -> None:
    """Register the pages that belong to no door."""
    app.add_url_rule("/", "start", start)
    app.add_url_rule("/privacy", "privacy", privacy)
    app.add_url_rule("/accessibility", "accessibility", accessibility)
