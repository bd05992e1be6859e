"""Pages of certificates: all at once for the organiser, one's own, and checking a code."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.costly import costly
from surveyapp.core.downloads import PDF, download
from surveyapp.core.i18n import language
from surveyapp.core.limits import SourceLimit
from surveyapp.registration import people_store, tokens, words
from surveyapp.registration.door import certificates, day_store, store
from surveyapp.registration.door.forms import HoursForm
from surveyapp.registration.door.views import entrance_or_404
from surveyapp.registration.forms import StepForm
from surveyapp.registration.rules import Conference, State

_LONGEST_CODE: Final = 40
_limit: Final = SourceLimit(tries=60, seconds=600)
"""Sixty wrong codes in ten minutes: enough for a stack of paper, nothing for guessing one of 27 to the power of 16."""


@requires(Permission.MANAGE_REGISTRATION)
def certificate_page(conference_id: int) -> ResponseReturnValue:
    """Decide the hours, and get the certificates of everybody who came."""
    conference = entrance_or_404(conference_id).conference
    day = day_store.of(conference)
    form = HoursForm(data={"hours": format_decimal(day.hours), "seen": str(day.hours)})
    if not form.validate_on_submit() or form.number is None:
        return _certificate_page(conference, form), 422 if form.is_submitted() else 200
    try:
        day_store.set_hours(require_actor(), conference_id, form.number, form.seen.data or "")
    except day_store.HoursChangedError:
        # The next save is a decision made in sight of what the other person saved.
        form.seen.data = str(day_store.of(conference).hours)
        return _certificate_page(conference, form, meanwhile=True), 409
    flash(_("The hours are saved."), "info")
    return redirect(url_for("registration.certificate_page", conference_id=conference_id))


def _certificate_page(conference: Conference, form: HoursForm, *, meanwhile: bool = False) -> str:
    return render_template(
        "registration/certificates.html",
        title=_("Certificates"),
        conference=conference,
        day=day_store.of(conference),
        number=len(store.came(conference)),
        form=form,
        words=words,
        meanwhile=meanwhile,
    )


@requires(Permission.MANAGE_REGISTRATION)
@costly
def certificates_pdf(conference_id: int) -> ResponseReturnValue:
    """Give the certificates of everybody with a name who came as one PDF; the audit trail notes it."""
    conference = entrance_or_404(conference_id).conference
    people = store.came(conference)
    if not StepForm().validate():
        abort(400)
    if not people:
        return redirect(url_for("registration.certificate_page", conference_id=conference_id))
    people_store.exported(require_actor(), conference, "certificates", len(people))
    made = certificates.as_pdf(conference, people, day_store.of(conference).hours)
    return download(made, PDF, f"{conference.slug}-" + _("certificates") + ".pdf")


@requires(Permission.PUBLIC)
def own_certificate(slug: str, token: str) -> ResponseReturnValue:
    """Give somebody who was checked in their certificate, in the language of the page."""
    found = people_store.by_token(slug, token)
    came = store.came_with(found[1].id) if found else None
    if found is None or came is None or not _attests(found[0]):
        abort(404)
    made = certificates.as_pdf(found[0], [came], day_store.of(found[0]).hours, language())
    return download(made, PDF, f"{slug}-" + _("certificate") + ".pdf")


@requires(Permission.PUBLIC)
def verify() -> ResponseReturnValue:
    """Say whether the code of a certificate is valid, for how many hours and where; never whose it is."""
    typed = request.args.get("code", "").strip()[:_LONGEST_CODE]
    if typed and _limit.reached():
        told = _("Too many codes came from your network just now. Wait ten minutes and try again.")
        return _verify_page(typed, None, told), 429
    code = tokens.read_code(typed)
    found = day_store.attested(code) if code else None
    if found is None and typed:
        _limit.count()
    return _verify_page(typed, found if found and _attests(found[0]) else None, "")


def _verify_page(typed: str, found: tuple[Conference, float] | None, told: str) -> str:
    return render_template(
        "registration/verify.html",
        title=_("Check a certificate"),
        typed=typed,
        conference=found[0] if found else None,
        hours=found[1] if found else None,
        told=told,
        words=words,
    )


def _attests(conference: Conference) -> bool:
    return conference.state is not State.CANCELLED


def add_routes(blueprint: Blueprint, conference: str) -> None:
    """Add the organiser's pages to the feature's; *conference* is the part of an address that names one."""
    blueprint.add_url_rule(f"/{conference}/certificates", "certificate_page", certificate_page, methods=["GET", "POST"])
    blueprint.add_url_rule(f"/{conference}/certificates.pdf", "certificates_pdf", certificates_pdf, methods=["POST"])


def add_public_routes(blueprint: Blueprint) -> None:
    """Add the pages that need no account."""
    blueprint.add_url_rule("/verify", "verify", verify)
    blueprint.add_url_rule("/<slug>/own/<token>/certificate.pdf", "own_certificate", own_certificate)
