"""Posters for the wall: the code of an event or a class as a large QR code and in letters, on a page or as a PDF."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import gettext as _

from questionnaires.survey_types import Questionnaire
from questionnaires.texts import Language
from surveyapp.core import typesetting
from surveyapp.core.i18n import day, speaking
from surveyapp.feedback.instruments import GAME
from surveyapp.survey import codes, finding
from surveyapp.survey.codes import shown
from surveyapp.survey.finding import CodeProblem, Found
from surveyapp.survey.rules import FEWEST
from surveyapp.survey.sheets.cards import link_of
from surveyapp.survey.wave_store import NewCode

_TEMPLATE: Final = Path(__file__).with_name("poster.typ")


@dataclass(frozen=True, slots=True)
class Poster:
    """What one poster shows; ``label`` is the name of a class, which stands on the poster alone and is kept nowhere."""

    code: NewCode
    found: Found
    base_url: str
    label: str = ""

    @property
    def questionnaire(self) -> Questionnaire:
        """What the code opens."""
        return self.found.questionnaire

    @property
    def game(self) -> bool:
        """Whether it is for a class that plays."""
        return self.questionnaire.instrument == GAME

    @property
    def about(self) -> str:
        """What hangs under the heading: the class, or the event that people were at."""
        return self.label if self.game else self.code.group or ""

    @property
    def typed(self) -> str:
        """The code in groups of four."""
        return shown(self.code.typed)

    @property
    def address(self) -> str:
        """Where the code is typed, without the protocol, as people type it."""
        return f"{self.base_url.partition('://')[2]}/s/"

    @property
    def qr(self) -> str:
        """The link as a QR code (SVG)."""
        return typesetting.qr(link_of(self.base_url, self.code))

    @property
    def picture(self) -> str:
        """The QR code as the address of a picture."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.qr.encode()).decode()

    @property
    def heading(self) -> str:
        """What people are asked to do."""
        return str(_("Play a game: how to look after yourself and your friends") if self.game else _("Tell us how it was"))

    @property
    def last_day(self) -> str:
        """Until when the code works."""
        return str(_("The code works until %(day)s at the latest.", day=day(self.found.wave.closes)))

    @property
    def promises(self) -> Sequence[str]:
        """What happens to the answers, in short."""
        return _game_promises() if self.game else _feedback_promises()


def _feedback_promises() -> Sequence[str]:
    return (
        str(_("Six questions, two minutes. We do not ask who you are.")),
        str(_("Answers are sealed at once; as long as answers are taken nobody can read them.")),
        str(_("They are shown only together with all others on the same row of the plan, from %(number)s on.", number=FEWEST)),
    )


def _game_promises() -> Sequence[str]:
    return (
        str(_("No name is asked. Nobody can see who answered what, not even your teacher.")),
        str(_("You may answer “I don’t know”. After each question you will find out why.")),
        str(_("If something worries you: 116111, free, day and night.")),
    )


def read(typed: str, link: str, municipality_id: int) -> tuple[NewCode, Found] | None:
    """Return the code that a poster page carries, None if it opens nothing of this municipality's feedback and games."""
    letters, found = codes.read(typed), finding.find_code(link)
    if letters is None or letters.link or isinstance(found, CodeProblem):
        return None
    if found.wave.municipality_id != municipality_id or found.questionnaire.instrument == "survey":
        return None
    return NewCode(letters.text, link, found.group), found


def as_pdf(poster: Poster, language: Language) -> bytes:
    """Return the poster as one A4 page in *language*; nothing is written to a file meanwhile."""
    with speaking(language):
        data = {
            "language": language,
            "heading": poster.heading,
            "about": poster.about,
            "scan": str(_("Scan this square with the camera of your phone.")),
            "type": str(_("Or open this address and type the code:")),
            "address": poster.address,
            "code": poster.typed,
            "qr": poster.qr,
            "promises": list(poster.promises),
            "last_day": poster.last_day,
        }
    return typesetting.as_pdf(_TEMPLATE, data)
