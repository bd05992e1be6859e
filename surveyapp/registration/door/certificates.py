"""Certificates of attendance as PDF: each with its hours and a code that attests them without saying whose it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flask_babel import force_locale, format_decimal
from flask_babel import gettext as _

from questionnaires.texts import LANGUAGES
from surveyapp.core import typesetting
from surveyapp.core.i18n import day
from surveyapp.registration import tokens, words
from surveyapp.registration.door.rules import Came
from surveyapp.registration.rules import Conference
from surveyapp.settings import current_settings

_TEMPLATE: Final = Path(__file__).with_name("certificates.typ")


def as_pdf(conference: Conference, people: Sequence[Came], hours: float, language: str | None = None) -> bytes:
    """Return one page for each of *people*, in *language* or else each in their own (Latvian for walk-ins)."""
    pages = [_page(conference, one, hours, language or one.language or LANGUAGES[0]) for one in people]
    return typesetting.as_pdf(_TEMPLATE, {"pages": pages, "title": pages[0]["heading"], "language": pages[0]["language"]})


def verify_address() -> str:
    """Return the address where a code is checked."""
    return f"{current_settings().base_url}/r/verify"


def _page(conference: Conference, one: Came, hours: float, language: str) -> dict[str, object]:
    terms, code = conference.terms, tokens.shown(tokens.code(one.key))
    title, fallen_back = terms.said("title", language)
    with force_locale({"en": "en_GB"}.get(language, language)):
        return {
            "language": language,
            "heading": _("Certificate of attendance"),
            "name": one.name,
            "took_part": _("took part in the conference"),
            "conference": title,
            "conference_language": LANGUAGES[0] if fallen_back else language,
            "facts": [
                [_("When"), day(terms.held_on)],
                [_("Place"), terms.said("place", language)[0]],
                [_("Number of hours"), format_decimal(hours)],
                [_("Organiser"), words.institution(conference)],
            ],
            "signature": _("Signature of the organiser"),
            "check": _("Whether this certificate is valid can be checked here; no name is shown there:"),
            "address": verify_address().partition("://")[2],
            "code_name": _("Code"),
            "code": code,
            "qr": typesetting.qr(f"{verify_address()}?code={code}"),
            "scan": _("The address with the code, as a square to scan"),
        }
