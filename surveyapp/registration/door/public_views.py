"""Pages of the door without an account: the link of helpers, and what the code of a ticket opens."""

import base64
from typing import Final

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core import access, clock, typesetting
from surveyapp.core.access import Permission, requires
from surveyapp.core.i18n import language
from surveyapp.registration import rules as conference_rules
from surveyapp.registration import words
from surveyapp.registration.door import day_store, offline_views, pages, rules, store
from surveyapp.registration.door.forms import StepForm
from surveyapp.registration.door.offline_views import with_worker
from surveyapp.registration.door.rules import Entrance, Guest
from surveyapp.registration.door.words import TOLD
from surveyapp.settings import current_settings

_COOKIE: Final = "door"
_DAY: Final = 24 * 3600


def door_address(secret: str) -> str:
    """Return the address of the door for helpers."""
    return f"{current_settings().base_url}/r/door/{secret}"


def ticket_address(token: str) -> str:
    """Return the address that the code of a ticket holds."""
    return f"{current_settings().base_url}/r/in/{token}"


def picture(text: str) -> str:
    """Return *text* as a QR code for the source of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(typesetting.qr(text).encode()).decode()


@requires(Permission.PUBLIC)
def helper_door(secret: str) -> ResponseReturnValue:
    """Check people in with the link for helpers; the browser remembers it for the day, so that it may open tickets."""
    entrance = day_store.by_link(secret)
    if entrance is None:
        return render_template("registration/door_shut.html", title=_("This link opens no door now")), 410
    response = make_response(pages.answer(entrance, url_for("registering.helper_door", secret=secret)))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(_COOKIE, secret, max_age=_DAY, path="/r/", secure=secure, httponly=True, samesite="Lax")
    return response


@requires(Permission.PUBLIC)
def ticket(token: str) -> ResponseReturnValue:
    """Check in whose code was scanned, after one tap; whoever is not at the door learns nothing about it."""
    found = store.of_ticket(token)
    entrance = _entrance(found[0]) if found else None
    if found is None or entrance is None:
        return _not_here_for_script(known=found is not None) if pages.for_script() else _not_here(known=found is not None)
    if request.method != "POST" or "lang" in request.form:  # whatever only looks, such as HEAD, changes nothing
        return _ticket_page(entrance, found[1], token)
    form = StepForm()
    form.validate()
    told = pages.check_in(entrance, found[1].registration or 0, form.mark.data)
    if pages.for_script():
        return jsonify(told=told, message=f"{found[1].name}: {TOLD[told]}")
    after = store.of_ticket(token)
    return _ticket_page(entrance, after[1] if after else found[1], token, str(TOLD[told]), done=told in {"in", "already"})


def _not_here_for_script(*, known: bool) -> ResponseReturnValue:
    """Tell the script of a door why a code that waited does not count; away from a door it is to wait on."""
    if not _at_some_door():
        return jsonify(told="stranger"), 403
    if known:
        return jsonify(told="other", message=_("This code is for another door")), 422
    return jsonify(told="gone", message=str(TOLD["gone"])), 422


def _not_here(*, known: bool) -> ResponseReturnValue:
    """Explain a code that opens nothing here: to those at a door why, to everybody else the same whether it is *known*."""
    if not _at_some_door():
        return render_template("registration/ticket_closed.html", title=_("A code for the door"))
    title = _("This code is for another door") if known else _("This code is not known")
    return render_template("registration/ticket_closed.html", title=title, at_a_door=True, known=known), 404


def _ticket_page(entrance: Entrance, guest: Guest, token: str, told: str = "", *, done: bool = False) -> Response:
    conference = entrance.conference
    names = conference.terms.fields_in(language())
    page = render_template(
        "registration/ticket.html",
        title=guest.name,
        conference=conference,
        guest=guest,
        field=names[guest.field] if guest.field is not None and guest.field < len(names) else "",
        is_open=rules.door_open(conference, clock.today(), organiser=entrance.organiser),
        token=token,
        told=told,
        done=done,
        back=url_for("registration.door", conference_id=conference.id)
        if entrance.organiser
        else url_for("registering.helper_door", secret=request.cookies.get(_COOKIE, "")),
        form=StepForm(formdata=None),
        words=words,
    )
    return with_worker(page)


def _entrance(conference_id: int) -> Entrance | None:
    """Return the door of a conference if whoever asks stands at it: an organiser, or a helper whose browser has the link."""
    helper = day_store.by_link(request.cookies.get(_COOKIE, ""))
    if helper is not None and helper.conference.id == conference_id:
        return helper
    person, conference = access.actor(), day_store.find(conference_id)
    if person is None or conference is None or person.municipality_id != conference.municipality_id:
        return None
    if not conference_rules.may_manage(person, conference.terms.institution):
        return None
    return Entrance(conference, person.email, organiser=True)


def _at_some_door() -> bool:
    person = access.actor()
    manages = person is not None and person.may(Permission.MANAGE_REGISTRATION)
    return manages or day_store.by_link(request.cookies.get(_COOKIE, "")) is not None


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to those that need no account."""
    blueprint.add_url_rule("/door/<secret>", "helper_door", helper_door, methods=["GET", "POST"])
    blueprint.add_url_rule("/in/<token>", "ticket", ticket, methods=["GET", "POST"])
    offline_views.add_routes(blueprint)
