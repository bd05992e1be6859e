"""Pages of people who register: what the conference is, a place on its list, and their own link. No account, no cookie."""

from typing import Final

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core import access, clock
from surveyapp.core.access import Permission, requires
from surveyapp.core.addresses import as_address
from surveyapp.core.downloads import download
from surveyapp.core.i18n import language
from surveyapp.core.limits import SourceLimit
from surveyapp.registration import calendar_entry, letters, mailing, people_store, rules, seats, store, words
from surveyapp.registration.door import certificate_views
from surveyapp.registration.door import public_views as door_views
from surveyapp.registration.door import store as door_store
from surveyapp.registration.people_store import Done, NotOpenError, Registered
from surveyapp.registration.public_forms import PersonForm, RegisterForm, as_typed
from surveyapp.registration.rules import Conference, Seat, State

blueprint = Blueprint("registering", __name__, template_folder="templates", url_prefix="/r")
door_views.add_routes(blueprint)
certificate_views.add_public_routes(blueprint)
_limit: Final = SourceLimit(tries=60, seconds=600)
"""A whole institution may sit behind one address; sixty registrations in ten minutes are a busy day there."""


@blueprint.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def page(slug: str) -> ResponseReturnValue:
    """Show a conference, and take a registration while it is open."""
    conference = _visible(slug)
    mailing.start()  # what could not be sent before is tried again
    if rules.standing(conference, clock.today()) not in {"open", "full"}:
        return _shown(conference, None), 409 if request.method == "POST" else 200
    form = RegisterForm()
    form.fit(conference.terms, first=True)
    if not form.is_submitted() or "lang" in request.form:
        return _shown(conference, form)
    if _limit.reached():
        form.form_errors = [_("Too many registrations came from your network just now. Wait ten minutes and send it again.")]
        return _shown(conference, form), 429
    if not form.validate():
        return _shown(conference, form), 422
    _limit.count()
    return _registered(conference, form)


def _registered(conference: Conference, form: RegisterForm) -> ResponseReturnValue:
    person = form.person(as_address(form.email.data))
    try:
        done = people_store.register(conference.id, person, form.mark.data, "\n".join(words.consent(conference)))
    except NotOpenError:
        return _shown(_visible(conference.slug), form, too_late=True), 409
    mailing.start()
    # Whoever enters an address that is registered already reads what a stranger to the list would read.
    seat = rules.next_seat(conference) if done.known else done.registered.seat
    return _thanks(conference, done, seat)


def _thanks(conference: Conference, done: Done, seat: Seat) -> str:
    by_mail = seats.by_mail()
    return render_template(
        "registration/thanks.html",
        title=_("You are registered") if seat is Seat.SURE else _("You are on the waiting list"),
        conference=conference,
        terms=conference.terms,
        sure=seat is Seat.SURE,
        email=done.registered.person.email,
        own=None if by_mail else letters.own_address(conference, done.registered),
        words=words,
    )


@blueprint.get("/<slug>/calendar.ics")
@requires(Permission.PUBLIC)
def calendar(slug: str) -> Response:
    """Give the conference as a file for calendars."""
    conference = _visible(slug)
    made = calendar_entry.entry(conference, language(), letters.page_address(conference))
    return download(made, "text/calendar; charset=utf-8", f"{conference.slug}.ics")


@blueprint.route("/<slug>/own/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def own(slug: str, token: str) -> ResponseReturnValue:
    """Show somebody their registration; they can change what they said of themselves."""
    found = people_store.by_token(slug, token)
    if found is None:
        return _nobody(slug)
    conference, registered = found
    form = PersonForm(data=as_typed(registered))
    form.fit(conference.terms, first=False)
    if not form.is_submitted() or "lang" in request.form:
        return _own_page(conference, registered, form, saved="saved" in request.args)
    if not form.validate():
        return _own_page(conference, registered, form), 422
    if not people_store.change(token, form.person(registered.person.email)):
        return _nobody(slug)
    return redirect(url_for("registering.own", slug=slug, token=token, saved="yes"))


@blueprint.route("/<slug>/own/<token>/cancel", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def cancel(slug: str, token: str) -> ResponseReturnValue:
    """Cancel a registration after asking: the person's data are deleted at once, and the seat goes to the next."""
    found = people_store.by_token(slug, token)
    if found is None:
        return _nobody(slug)
    conference, registered = found
    if request.method != "POST" or "lang" in request.form:  # whatever only looks, such as HEAD, changes nothing
        asked = _("Cancel your registration?")
        return render_template(
            "registration/cancel.html", title=asked, conference=conference, registered=registered, token=token, words=words
        )
    people_store.cancel(token)
    mailing.start()
    gone = _("Your registration is cancelled")
    return render_template("registration/gone.html", title=gone, conference=conference, cancelled=True, words=words)


def _visible(slug: str) -> Conference:
    """Return the conference of a page; a draft is there for its organisers alone."""
    found = store.by_slug(slug)
    if found is None or (found.state is State.DRAFT and not _is_organiser(found)):
        abort(404)
    return found


def _is_organiser(conference: Conference) -> bool:
    person = access.actor()
    same = person is not None and person.municipality_id == conference.municipality_id
    return person is not None and same and rules.may_manage(person, conference.terms.institution)


def _shown(conference: Conference, form: RegisterForm | None, *, too_late: bool = False) -> str:
    where = rules.standing(conference, clock.today())
    if where == "draft":  # its organiser looks at it as others will see it
        form = RegisterForm(formdata=None)
        form.fit(conference.terms, first=True)
    return render_template(
        "registration/page.html",
        title=words.said(conference.terms, "title"),
        conference=conference,
        terms=conference.terms,
        standing=where,
        because=words.closed_because(conference, where),
        too_late=too_late,
        form=form,
        words=words,
        by_mail=seats.by_mail(),
    )


def _own_page(conference: Conference, registered: Registered, form: PersonForm, *, saved: bool = False) -> str:
    return render_template(
        "registration/own.html",
        title=_("Your registration"),
        conference=conference,
        terms=conference.terms,
        registered=registered,
        sure=registered.seat is Seat.SURE,
        by_mail=seats.by_mail(),
        cancelled=conference.state is State.CANCELLED,
        form=form,
        saved=saved,
        words=words,
        ticket=door_views.picture(door_views.ticket_address(registered.check_in_token)),
        came=door_store.came_with(registered.id) is not None,
    )


def _nobody(slug: str) -> ResponseReturnValue:
    conference = store.by_slug(slug)
    if conference is None or conference.state is State.DRAFT:
        abort(404)
    title = _("There is no registration under this link")
    return render_template("registration/gone.html", title=title, conference=conference, cancelled=False, words=words), 404


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
