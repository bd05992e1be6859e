"""Pages of organisers about the day: the door, its link for helpers, the printed list, and typing it in afterwards."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.core import clock
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.i18n import language
from surveyapp.registration import store as conference_store
from surveyapp.registration import words
from surveyapp.registration.door import day_store, pages, public_views, rules, store
from surveyapp.registration.door.forms import TickedForm, walk_in_inputs
from surveyapp.registration.door.rules import Entrance
from surveyapp.registration.forms import StepForm


@requires(Permission.MANAGE_REGISTRATION)
def door(conference_id: int) -> ResponseReturnValue:
    """Check people in at the door."""
    return pages.answer(entrance_or_404(conference_id), url_for("registration.door", conference_id=conference_id))


@requires(Permission.MANAGE_REGISTRATION)
def door_link(conference_id: int) -> ResponseReturnValue:
    """Make, show once, or revoke the link with which helpers without an account check people in."""
    entrance, form, made = entrance_or_404(conference_id), StepForm(), None
    if form.validate_on_submit():
        if "revoke" in request.form:
            day_store.revoke_link(require_actor(), conference_id)
            flash(_("The link opens nothing any more."), "info")
            return redirect(url_for("registration.door_link", conference_id=conference_id))
        made = public_views.door_address(day_store.make_link(require_actor(), conference_id))
    page = render_template(
        "registration/door_link.html",
        title=_("Link for helpers"),
        conference=entrance.conference,
        day=day_store.of(entrance.conference),
        made=made,
        picture=public_views.picture(made) if made else None,
        form=form,
        words=words,
    )
    return page, 422 if form.is_submitted() and made is None else 200


@requires(Permission.MANAGE_REGISTRATION)
def door_print(conference_id: int) -> str:
    """Show the list to be printed, with a box for ticking."""
    entrance = entrance_or_404(conference_id)
    return render_template(
        "registration/door_print.html",
        title=_("List for ticking"),
        conference=entrance.conference,
        guests=store.guests(entrance.conference),
        names=entrance.conference.terms.fields_in(language()),
        words=words,
    )


@requires(Permission.MANAGE_REGISTRATION)
def door_ticked(conference_id: int) -> ResponseReturnValue:
    """Type in a list that was ticked on paper."""
    entrance, form = entrance_or_404(conference_id), TickedForm()
    conference = entrance.conference
    is_open = rules.door_open(conference, clock.today(), organiser=True)
    if form.validate_on_submit() and is_open:
        walked = form.walk_ins(conference.terms)
        if not form.form_errors:
            number = _type_in(entrance, form, walked)
            flash(ngettext("%(num)s person checked in.", "%(num)s people checked in.", number), "info")
            return redirect(url_for("registration.door", conference_id=conference_id))
    names = conference.terms.fields_in(language()) or (_("Walk-ins"),)
    page = render_template(
        "registration/door_ticked.html",
        title=_("Type in the ticked list"),
        conference=conference,
        guests=store.guests(conference),
        names=conference.terms.fields_in(language()),
        inputs=[(name, input_name) for name, (_field, input_name) in zip(names, walk_in_inputs(conference.terms), strict=True)],
        ticked=set(form.ticked()) if form.is_submitted() else set(),
        typed=request.form,
        is_open=is_open,
        form=form,
        words=words,
    )
    return page, 409 if form.is_submitted() and not is_open else 422 if form.is_submitted() else 200


def entrance_or_404(conference_id: int) -> Entrance:
    """Return the door of a conference; one that is not for this person answers like one that does not exist."""
    try:
        return store.for_organiser(require_actor(), conference_id)
    except conference_store.UnknownConferenceError:
        abort(404)


def _type_in(entrance: Entrance, form: TickedForm, walked: dict[int | None, int]) -> int:
    """Check in everybody on the list; the same form sent twice counts once. Returns how many are new."""
    mark = form.mark.data
    told = [pages.check_in(entrance, one, mark) for one in form.ticked()]
    for field, number in walked.items():
        told += [store.walk_in(entrance, None, field, f"{mark}/walk-in/{field}/{place}") for place in range(number)]
    return told.count("in")


def add_routes(blueprint: Blueprint, conference: str) -> None:
    """Add the pages of this module to the feature's; *conference* is the part of an address that names one."""
    both = ["GET", "POST"]
    blueprint.add_url_rule(f"/{conference}/door", "door", door, methods=both)
    blueprint.add_url_rule(f"/{conference}/door/link", "door_link", door_link, methods=both)
    blueprint.add_url_rule(f"/{conference}/door/print", "door_print", door_print)
    blueprint.add_url_rule(f"/{conference}/door/ticked", "door_ticked", door_ticked, methods=both)
