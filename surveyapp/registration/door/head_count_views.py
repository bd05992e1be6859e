"""The page that fills the head count of the event from the door: shown first, then logged, later corrected with a reason."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.form_parts import SingleUseForm, reason_field
from surveyapp.events import store as event_store
from surveyapp.registration import words
from surveyapp.registration.door import head_count
from surveyapp.registration.door.head_count import Proposal
from surveyapp.registration.door.views import entrance_or_404
from surveyapp.registration.rules import Conference, State


class HeadCountForm(SingleUseForm):
    """A button, and for a correction its reason."""

    reason = reason_field()


@requires(Permission.MANAGE_REGISTRATION)
def head_count_page(conference_id: int) -> ResponseReturnValue:
    """Show what the door counted, and log it as the head count of the event, or correct that."""
    person, conference = require_actor(), entrance_or_404(conference_id).conference
    try:
        proposed = head_count.proposal(person, conference)
    except event_store.UnknownEventError:
        proposed = None
    form = HeadCountForm()
    if proposed is None or proposed.before is None:
        del form.reason
    if not form.validate_on_submit():
        return _page(conference, proposed, form), 422 if form.is_submitted() else 200
    if proposed is None or not _may_write(conference, proposed):
        return _page(conference, proposed, form), 409
    try:
        reason = form.reason.data if "reason" in form else ""
        event_id = head_count.write(person, conference_id, proposed, reason)
    except (event_store.CorrectedMeanwhileError, event_store.NotAllowedError):
        return _page(conference, head_count.proposal(person, conference), form, meanwhile=True), 409
    flash(_("The head count is logged. Look at it, and add what the door does not know."), "info")
    return redirect(url_for("events.event", event_id=event_id))


def _may_write(conference: Conference, proposed: Proposal) -> bool:
    held = conference.state in {State.PUBLISHED, State.CLOSED}
    return held and proposed.fault is None and proposed.changed and (proposed.people > 0 or proposed.before is not None)


def _page(conference: Conference, proposed: Proposal | None, form: HeadCountForm, *, meanwhile: bool = False) -> str:
    return render_template(
        "registration/head_count.html",
        title=_("Head count from the door"),
        conference=conference,
        proposed=proposed,
        may_write=proposed is not None and _may_write(conference, proposed),
        meanwhile=meanwhile,
        form=form,
        words=words,
    )


def add_routes(blueprint: Blueprint, conference: str) -> None:
    """Add the page to the feature's; *conference* is the part of an address that names one."""
    blueprint.add_url_rule(f"/{conference}/head-count", "head_count", head_count_page, methods=["GET", "POST"])
