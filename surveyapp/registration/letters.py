"""The words of letters to people who registered, in the language in which they did."""

from collections.abc import Mapping

from flask_babel import force_locale
from flask_babel import gettext as _

from surveyapp.core.i18n import day
from surveyapp.core.mail import Letter
from surveyapp.registration import calendar_entry, words
from surveyapp.registration.people_store import Registered
from surveyapp.registration.rules import Conference, Seat
from surveyapp.registration.seats import Kind
from surveyapp.settings import current_settings


def page_address(conference: Conference) -> str:
    """Return the address of a conference's page."""
    return f"{current_settings().base_url}/r/{conference.slug}"


def own_address(conference: Conference, registered: Registered) -> str:
    """Return the address where somebody sees, changes and cancels their registration."""
    return f"{page_address(conference)}/own/{registered.token}"


def letter(kind: Kind, conference: Conference, to: Registered, subject: str = "", text: str = "") -> Letter:
    """Return a letter of *kind*; *subject* and *text* are an organiser's own words for the kind ``message``."""
    language = to.person.language
    with force_locale({"en": "en_GB"}.get(language, language)):
        title = conference.terms.said("title", language)[0]
        heading, opening = (subject, text) if kind == "message" else _opening(kind, to.seat, title)
        body = "\n\n".join([opening, _facts(conference, language), *_own_part(kind, conference, to), _contact(conference)])
    # A letter that only passes on somebody's words, or takes a seat back, brings no entry; one that calls the day off
    # brings the entry that says so, under the same identifier.
    with_entry = kind in {"confirmation", "again", "moved_up", "changed", "cancelled"} and to.seat is Seat.SURE
    entry = calendar_entry.entry(conference, language, page_address(conference)) if with_entry else b""
    return Letter(to.person.email or "", heading, f"{body}\n", entry)


def _opening(kind: Kind, seat: Seat, title: str) -> tuple[str, str]:
    sure = seat is Seat.SURE
    texts: Mapping[Kind, tuple[str, str]] = {
        "confirmation": (_("You have a seat: %(title)s", title=title), _("You are registered and have a seat."))
        if sure
        else (_("You are waiting for a seat: %(title)s", title=title), _waiting()),
        "again": (
            _("You are registered already: %(title)s", title=title),
            _("Somebody, probably you, entered this address again. Nothing changed:")
            + " "
            + (_("you have a seat.") if sure else _("you are on the waiting list.")),
        ),
        "moved_up": (_("A seat for you: %(title)s", title=title), _("A seat became free, and it is yours.")),
        "changed": (_("Changed: %(title)s", title=title), _("Day, time or place changed. This holds now:")),
        "cancelled": (_("Cancelled: %(title)s", title=title), _("The conference is cancelled; it does not take place.")),
        "taken_out": (
            _("Registration cancelled: %(title)s", title=title),
            _("The organiser cancelled your registration and deleted your data. If that surprises you, ask below."),
        ),
    }  # fmt: skip
    return texts[kind]


def _waiting() -> str:
    return str(_("All seats are taken; you are on the waiting list. You get a letter as soon as a seat is free for you."))


def _facts(conference: Conference, language: str) -> str:
    terms = conference.terms
    when = f"{day(terms.held_on)}, {words.hours(terms)}"
    return "\n".join([terms.said("title", language)[0], when, terms.said("place", language)[0]])


def _own_part(kind: Kind, conference: Conference, to: Registered) -> list[str]:
    if kind == "taken_out":
        return []
    link = own_address(conference, to)
    return [
        _("See, change or cancel your registration here. The link is yours alone; do not pass it on:") + f"\n{link}",
        *([_("At the door show the square that stands on that page.")] if to.seat is Seat.SURE and kind != "cancelled" else []),
        _("Your data are deleted on %(day)s; if you cancel, at once.", day=day(conference.terms.delete_on)),
    ]


def _contact(conference: Conference) -> str:
    return str(_("Questions: %(contact)s", contact=conference.terms.contact))
