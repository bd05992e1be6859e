"""Pages of organisers about people: the list, its files and its print, cancelling one registration, writing to everybody."""

from collections.abc import Iterator, Sequence
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from surveyapp.core import workbook_writer
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.costly import costly
from surveyapp.core.csv_files import csv_response
from surveyapp.core.downloads import XLSX, download
from surveyapp.core.i18n import language
from surveyapp.registration import letter_store, mailing, people_store, seats, store, words
from surveyapp.registration.forms import StepForm, WriteForm
from surveyapp.registration.people_store import Registered
from surveyapp.registration.rules import Conference, Seat

_LONGEST_SEARCH: Final = 100


@requires(Permission.MANAGE_REGISTRATION)
def people(conference_id: int) -> str:
    """List who registered, with their numbers by field of work."""
    conference = _found(conference_id)
    mailing.start()  # what could not be sent before is tried again
    search = request.args.get("q", "")[:_LONGEST_SEARCH]
    everybody = people_store.listed(require_actor(), conference_id)
    shown = people_store.listed(require_actor(), conference_id, search) if search else everybody
    return render_template(
        "registration/people.html",
        title=_("Who registered"),
        conference=conference,
        people=shown,
        search=search,
        fields=_by_field(conference, everybody),
        names=conference.terms.fields_in(language()),
        by_mail=seats.by_mail(),
        twice=_twice(everybody),
        words=words,
        form=StepForm(),
    )


@requires(Permission.MANAGE_REGISTRATION)
def people_print(conference_id: int) -> str:
    """Show the list of those who have a seat, to be printed and signed."""
    conference = _found(conference_id)
    everybody = people_store.listed(require_actor(), conference_id)
    return render_template(
        "registration/people_print.html",
        title=_("List of participants"),
        conference=conference,
        people=[one for one in everybody if one.seat is Seat.SURE],
        names=conference.terms.fields_in(language()),
        words=words,
    )


@requires(Permission.MANAGE_REGISTRATION)
def people_csv(conference_id: int) -> ResponseReturnValue:
    """Give the list as CSV; the audit trail notes it."""
    conference, rows = _exported(conference_id, "CSV")
    return csv_response(f"{conference.slug}.csv", rows[0], rows[1:])


@requires(Permission.MANAGE_REGISTRATION)
@costly
def people_xlsx(conference_id: int) -> ResponseReturnValue:
    """Give the list as a workbook; the audit trail notes it."""
    conference, rows = _exported(conference_id, "XLSX")
    return download(workbook_writer.write({_("Participants"): rows}), XLSX, f"{conference.slug}.xlsx")


@requires(Permission.MANAGE_REGISTRATION)
def cancel_for(conference_id: int, registration_id: int) -> ResponseReturnValue:
    """Cancel somebody's registration for them, after asking."""
    conference, person = _found(conference_id), require_actor()
    try:
        one = people_store.find(person, conference_id, registration_id)
    except store.UnknownConferenceError:
        abort(404)
    form = StepForm()
    if not form.validate_on_submit():
        title = _("Cancel this registration?")
        page = render_template(
            "registration/cancel_for.html", title=title, conference=conference, one=one, form=form, by_mail=seats.by_mail()
        )
        return page, 422 if form.is_submitted() else 200
    try:
        gone = people_store.cancel_for(person, conference_id, registration_id)
    except store.UnknownConferenceError:
        return redirect(url_for("registration.people", conference_id=conference_id))  # cancelled meanwhile
    told = mailing.tell_taken_out(conference, gone)
    mailing.start()
    flash(
        _("The registration is cancelled and the data are deleted. A letter tells the person.")
        if told
        else _("The registration is cancelled and the data are deleted. No letter could be sent: tell the person yourself."),
        "info",
    )
    return redirect(url_for("registration.people", conference_id=conference_id))


@requires(Permission.MANAGE_REGISTRATION)
def write(conference_id: int) -> ResponseReturnValue:
    """Write a letter to everybody who registered."""
    conference, form = _found(conference_id), WriteForm()
    by_mail = seats.by_mail() and conference.purged_on is None
    if not by_mail or not form.validate_on_submit():
        page = render_template(
            "registration/write.html", title=_("Write to everybody"), conference=conference, form=form, by_mail=by_mail
        )
        return page, 409 if form.is_submitted() and not by_mail else 422 if form.is_submitted() else 200
    try:
        number = letter_store.write_to_all(require_actor(), conference_id, form.subject.data, form.text.data, form.mark.data)
    except store.NotNowError:  # its day of deletion came while somebody was writing
        return redirect(url_for("registration.write", conference_id=conference_id))
    mailing.start()
    flash(ngettext("The letter goes to %(num)s person.", "The letter goes to %(num)s people.", number), "info")
    return redirect(url_for("registration.people", conference_id=conference_id))


def _found(conference_id: int) -> Conference:
    try:
        return store.find(require_actor(), conference_id)
    except store.UnknownConferenceError:
        abort(404)


def _by_field(conference: Conference, everybody: Sequence[Registered]) -> list[tuple[str, int]]:
    counted = people_store.by_field(everybody)
    named = [(name, counted[number]) for number, name in enumerate(conference.terms.fields_in(language()))]
    return [*named, (_("not stated"), counted[None])] if named and counted[None] else named


def _twice(everybody: Sequence[Registered]) -> set[str]:
    """Return the addresses that stand in the list more than once, which happens where no letters can be sent."""
    addresses = [one.person.email for one in everybody if one.person.email]
    return {address for address in addresses if addresses.count(address) > 1}


def _exported(conference_id: int, form: str) -> tuple[Conference, list[list[str]]]:
    conference, person = _found(conference_id), require_actor()
    if not StepForm().validate():
        abort(400)
    everybody = people_store.listed(person, conference_id)
    people_store.exported(person, conference, form, len(everybody))
    return conference, list(_rows(conference, everybody))


def _rows(conference: Conference, everybody: Sequence[Registered]) -> Iterator[list[str]]:
    yield [_("Name"), _("E-mail address"), _("Where they work"), _("Field of work"), _("Needs"), _("Seat"), _("Registered on")]
    names = dict(enumerate(conference.terms.fields_in(language())))
    for one in everybody:
        person = one.person
        field = "" if person.field is None else names.get(person.field, "")
        seat = _("yes") if one.seat is Seat.SURE else _("waits")
        day = str(format_date(one.registered_on, "short"))
        yield [person.name, person.email or "", person.institution or "", field, person.needs or "", seat, day]


def add_routes(blueprint: Blueprint, conference: str) -> None:
    """Add the pages of this module to the feature's; *conference* is the part of an address that names one."""
    one = f"{conference}/people/<int:registration_id>/cancel"
    blueprint.add_url_rule(f"/{conference}/people", "people", people)
    blueprint.add_url_rule(f"/{conference}/people/print", "people_print", people_print)
    blueprint.add_url_rule(f"/{conference}/people.csv", "people_csv", people_csv, methods=["POST"])
    blueprint.add_url_rule(f"/{conference}/people.xlsx", "people_xlsx", people_xlsx, methods=["POST"])
    blueprint.add_url_rule(f"/{one}", "cancel_for", cancel_for, methods=["GET", "POST"])
    blueprint.add_url_rule(f"/{conference}/write", "write", write, methods=["GET", "POST"])
